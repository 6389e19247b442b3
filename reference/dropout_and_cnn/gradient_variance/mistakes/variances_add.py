"""In each term a random entry of the image is multiplied by a random dy: the variances of the two do not add."""

from sympy import symbols

loses = ("variance_of_the_gradient",)

n, k = symbols("n k", integer=True, positive=True)
sigma_x, sigma_g = symbols("sigma_x sigma_g", positive=True)
gradient_variance = (n - k + 1) ** 2 * (sigma_x**2 + sigma_g**2)
