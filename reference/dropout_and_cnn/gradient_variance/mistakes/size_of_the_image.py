"""The sum runs over the positions of the output, and there are fewer of them than entries of the image."""

import numpy as np
from sympy import symbols

loses = ("variance_of_the_gradient", "samples_have_the_moments")

n, k = symbols("n k", integer=True, positive=True)
sigma_x, sigma_g = symbols("sigma_x sigma_g", positive=True)
gradient_variance = n**2 * sigma_x**2 * sigma_g**2


def sample_gradients(n, k, sigma_x, sigma_g, count, rng):
    x = sigma_x * rng.standard_normal((count, n, n))
    dy = sigma_g * rng.standard_normal((count, n, n))
    return np.sum(x * dy, axis=(1, 2))
