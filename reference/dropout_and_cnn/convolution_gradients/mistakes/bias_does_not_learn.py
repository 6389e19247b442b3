"""The bias is added to every entry of the output, so the loss does depend on it."""

import numpy as np

loses = (
    "gradient_of_the_bias",
    "step_of_the_bias",
    "code_bias_and_input_gradient",
    "agrees_with_autograd",
    "code_step",
)

bias_gradient = "0"
bias_update = "b"


def convolution_backward(x, w, dy):
    dw, dx = np.zeros_like(w), np.zeros_like(x)
    side = len(dy)
    for i in range(len(w)):
        for j in range(len(w)):
            dw[i, j] = np.sum(dy * x[i : i + side, j : j + side])
            dx[i : i + side, j : j + side] += w[i, j] * dy
    return dw, 0.0, dx
