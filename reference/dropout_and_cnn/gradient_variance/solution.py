"""dw is a sum of m^2 uncorrelated products of mean zero and variance sigma_x^2 sigma_g^2, with m = n - k + 1."""

import itertools

import numpy as np
from sympy import Rational, symbols

n, k = symbols("n k", integer=True, positive=True)
sigma_x, sigma_g = symbols("sigma_x sigma_g", positive=True)

gradient_mean = 0
gradient_variance = (n - k + 1) ** 2 * sigma_x**2 * sigma_g**2
deviation_growth = "Theta(n)"
sharing_and_gradients = (
    "Every weight is used at each position, so its gradient sums over all of them and grows with the image; the learning "
    "rate has to fit the size of the images."
)


# survives: left only sigma_g * rng.standard_normal((count, side, side)) -> sigma_g: x is symmetric, so a fixed factor
# gives samples with the same distribution as a random sign
def sample_gradients(n, k, sigma_x, sigma_g, count, rng):
    side = n - k + 1
    x = sigma_x * rng.standard_normal((count, n, n))
    dy = sigma_g * rng.standard_normal((count, side, side))
    return np.sum(x[:, :side, :side] * dy, axis=(1, 2))


def proof():
    """Every sign pattern of x and dy for n = 3, k = 2, and skewed three-point variables for n = 2, k = 1."""
    for size, kernel, values in ((3, 2, ((1, 1, 2), (-1, 1, 2))), (2, 1, ((2, 1, 3), (-1, 2, 3)))):
        side = size - kernel + 1
        first = second = Rational(0)
        for chance, products in _sums(values, side * side):
            first += chance * products
            second += chance * products**2
        moment = sum(Rational(weight, out_of) * value**2 for value, weight, out_of in values)
        stated = gradient_variance.subs({n: size, k: kernel}).subs({sigma_x: 1, sigma_g: 1}) * moment**2
        if first != gradient_mean or second != stated:
            raise AssertionError(f"enumeration gives mean {first} and variance {second}, stated {stated}")


def _sums(values, terms):
    # One product x * dy takes few values; the terms of the sum are independent of each other.
    product = {}
    for (x, chance_x, all_x), (g, chance_g, all_g) in itertools.product(values, repeat=2):
        product[x * g] = product.get(x * g, 0) + Rational(chance_x, all_x) * Rational(chance_g, all_g)
    for chosen in itertools.product(product, repeat=terms):
        chance = Rational(1)
        for value in chosen:
            chance *= product[value]
        yield chance, sum(chosen)
