"""y_{h,l} depends on w_{i,j} through x_{h+i-1,l+j-1}, and on b with slope 1; every position of the output counts."""

import numpy as np
import torch

weight_gradient = r"\sum_{h=1}^{n-k+1} \sum_{l=1}^{n-k+1} dy_{h,l}\, x_{h+i-1,\,l+j-1}"
bias_gradient = r"\sum_{h=1}^{n-k+1} \sum_{l=1}^{n-k+1} dy_{h,l}"
weight_update = r"w - \eta\, dw"
bias_update = r"b - \eta\, db"
what_the_gradient_is = "patches"


def convolution_backward(x, w, dy):
    dw, dx = np.zeros_like(w), np.zeros_like(x)
    side = len(dy)
    for i in range(len(w)):
        for j in range(len(w)):
            dw[i, j] = np.sum(dy * x[i : i + side, j : j + side])
            dx[i : i + side, j : j + side] += w[i, j] * dy
    return dw, np.sum(dy), dx


def convolution_step(x, w, b, dy, learning_rate):
    dw, db, _ = convolution_backward(x, w, dy)
    return w - learning_rate * dw, b - learning_rate * db


def proof():
    """PyTorch's convolution, differentiated by autograd, on three random layers."""
    generator = np.random.default_rng(5)
    for size, kernel in ((4, 2), (7, 3), (5, 5)):
        out = size - kernel + 1
        arrays = [generator.normal(size=(side, side)) for side in (size, kernel, out)]
        x, w, dy = (torch.tensor(array, requires_grad=True) for array in arrays)
        b = torch.zeros(1, dtype=x.dtype, requires_grad=True)
        torch.nn.functional.conv2d(x[None, None], w[None, None], b)[0, 0].backward(dy.detach())
        for got, expected in zip(convolution_backward(*arrays), (w.grad, b.grad[0], x.grad), strict=True):
            if not np.allclose(got, expected.numpy()):
                raise AssertionError(f"autograd disagrees for n = {size}, k = {kernel}")
