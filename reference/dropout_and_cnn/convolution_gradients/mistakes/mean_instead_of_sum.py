"""The gradient adds up the contributions of all positions; dividing by their number is a choice that the loss did not make."""

import numpy as np

loses = (
    "gradient_of_a_weight",
    "gradient_of_the_bias",
    "code_weight_gradient",
    "code_bias_and_input_gradient",
    "agrees_with_autograd",
    "code_step",
)

weight_gradient = r"\frac{1}{(n-k+1)^2} \sum_{h=1}^{n-k+1} \sum_{l=1}^{n-k+1} dy_{h,l}\, x_{h+i-1,\,l+j-1}"
bias_gradient = r"\frac{1}{(n-k+1)^2} \sum_{h=1}^{n-k+1} \sum_{l=1}^{n-k+1} dy_{h,l}"


def convolution_backward(x, w, dy):
    dw, dx = np.zeros_like(w), np.zeros_like(x)
    side = len(dy)
    for i in range(len(w)):
        for j in range(len(w)):
            dw[i, j] = np.mean(dy * x[i : i + side, j : j + side])
            dx[i : i + side, j : j + side] += w[i, j] * dy
    return dw, np.mean(dy), dx
