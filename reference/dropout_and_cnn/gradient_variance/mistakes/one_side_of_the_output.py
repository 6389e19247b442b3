"""Count the terms of the sum again: the output has rows and columns."""

from sympy import symbols

loses = ("variance_of_the_gradient",)

n, k = symbols("n k", integer=True, positive=True)
sigma_x, sigma_g = symbols("sigma_x sigma_g", positive=True)
gradient_variance = (n - k + 1) * sigma_x**2 * sigma_g**2
