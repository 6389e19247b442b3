"""The variance of a product of independent variables with mean zero is a product of variances, not of deviations."""

import numpy as np
from sympy import symbols

loses = ("variance_of_the_gradient", "samples_have_the_moments")

n, k = symbols("n k", integer=True, positive=True)
sigma_x, sigma_g = symbols("sigma_x sigma_g", positive=True)
gradient_variance = (n - k + 1) ** 2 * sigma_x * sigma_g


def sample_gradients(n, k, sigma_x, sigma_g, count, rng):
    side = n - k + 1
    x = np.sqrt(sigma_x) * rng.standard_normal((count, n, n))
    dy = np.sqrt(sigma_g) * rng.standard_normal((count, side, side))
    return np.sum(x[:, :side, :side] * dy, axis=(1, 2))
