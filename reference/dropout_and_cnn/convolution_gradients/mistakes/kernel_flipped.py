"""Follow one weight: at output position (h, l) the weight w_{i,j} multiplies which entry of the image? A convolution layer
does not flip its kernel."""

import numpy as np

loses = ("gradient_of_a_weight", "code_weight_gradient", "agrees_with_autograd", "code_step")

weight_gradient = r"\sum_{h=1}^{n-k+1} \sum_{l=1}^{n-k+1} dy_{h,l}\, x_{h+k-i,\,l+k-j}"


def convolution_backward(x, w, dy):
    dw, dx = np.zeros_like(w), np.zeros_like(x)
    side = len(dy)
    for i in range(len(w)):
        for j in range(len(w)):
            dw[len(w) - 1 - i, len(w) - 1 - j] = np.sum(dy * x[i : i + side, j : j + side])
            dx[i : i + side, j : j + side] += w[i, j] * dy
    return dw, np.sum(dy), dx
