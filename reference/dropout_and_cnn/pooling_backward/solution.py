"""Entry (i, j) lies in block (ceil(i/2), ceil(j/2)) only; max-pooling passes dy to the largest, average-pooling a quarter
to each."""

import numpy as np
import torch
from sympy import Matrix, ceiling, symbols

dy, i = symbols("dy i", positive=True)

max_pool_corner = Matrix([[dy, 0], [0, 0]])
block_row = ceiling(i / 2)
max_pool_gradient = r"M_{i,j}\, dy_{\lceil i/2 \rceil, \lceil j/2 \rceil}"
max_pool_gradient_by_cases = (
    r"\begin{cases} dy_{\lceil i/2 \rceil, \lceil j/2 \rceil} & M_{i,j} = 1 \\ 0 & \text{otherwise} \end{cases}"
)
max_pool_gradient_unless_zero = (
    r"\begin{cases} 0 & M_{i,j} = 0 \\ dy_{\lceil i/2 \rceil, \lceil j/2 \rceil} & \text{otherwise} \end{cases}"
)
average_pool_gradient = r"\frac14 dy_{\lceil i/2 \rceil, \lceil j/2 \rceil}"
pooling_advantages = (
    "Max-pooling keeps the strongest response wherever in the block it is; average-pooling uses all entries and is less "
    "disturbed by noise."
)


def max_pool_backward(x, dy):
    rows, columns = dy.shape
    blocks = x.reshape(rows, 2, columns, 2)
    largest = blocks == blocks.max(axis=(1, 3), keepdims=True)
    return (largest * dy[:, None, :, None]).reshape(x.shape)


def average_pool_backward(dy):
    return np.repeat(np.repeat(dy, 2, axis=0), 2, axis=1) / 4


def proof():
    """PyTorch's pooling, differentiated by autograd, on a random image."""
    generator = np.random.default_rng(3)
    x, dy = generator.normal(size=(8, 6)), generator.normal(size=(4, 3))
    for pool, got in (
        (torch.nn.functional.max_pool2d, max_pool_backward(x, dy)),
        (torch.nn.functional.avg_pool2d, average_pool_backward(dy)),
    ):
        image = torch.tensor(x, requires_grad=True)
        pool(image[None, None], 2)[0, 0].backward(torch.tensor(dy))
        if not np.array_equal(got, image.grad.numpy()):
            raise AssertionError("autograd disagrees")
