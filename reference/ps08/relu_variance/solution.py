"""E[ReLU(z)^2] is half of E[z^2]; the w_i are independent of it with mean zero."""

from sympy import Eq, Symbol, integrate, oo, simplify, solve, sqrt
from sympy.stats import E, Normal, density, variance

d = Symbol("d", integer=True, positive=True)
sigma = Symbol("sigma", positive=True)

output_variance = d * sigma**2 / 2
preserving_sigma = sqrt(2 / d)


def proof():
    """From the distributions: Var[w x] of one term by its first two moments, d of them, and the equation solved."""
    z = Symbol("z", real=True)
    bell = density(Normal("Z", 0, 1))(z)
    first_of_x = integrate(z * bell, (z, 0, oo))
    second_of_x = integrate(z**2 * bell, (z, 0, oo))
    w = Normal("w", 0, sigma)
    second_of_w = variance(w) + E(w) ** 2
    one_term = simplify(second_of_w * second_of_x - (E(w) * first_of_x) ** 2)
    (found,) = solve(Eq(d * one_term, 1), sigma)
    return {"output_variance": d * one_term, "preserving_sigma": found}
