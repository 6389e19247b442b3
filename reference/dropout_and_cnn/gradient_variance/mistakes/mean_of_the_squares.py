"""The mean of a product of independent variables is the product of their means."""

from sympy import symbols

loses = ("mean_of_the_gradient",)

n, k = symbols("n k", integer=True, positive=True)
sigma_x, sigma_g = symbols("sigma_x sigma_g", positive=True)
gradient_mean = (n - k + 1) ** 2 * sigma_x * sigma_g
