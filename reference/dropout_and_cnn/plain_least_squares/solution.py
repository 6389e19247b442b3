"""X X^T is a number here, so the smallest-norm fit is X^T (X X^T)^{-1} y = 11 (10, 1) / 101; gradient descent from zero
stays in the row space of X and so ends there too."""

import numpy as np
from sympy import Matrix, Rational
from torch import nn

ols_formula = r"X^\top (X X^\top)^{-1} y"
invertible_product = "outer"
ols_weights = Matrix([Rational(110, 101), Rational(11, 101)])
ols_weights_row = ols_weights.T


def linear_network():
    return nn.Linear(2, 1, bias=False)


def gradient_descent(x, y, learning_rate, steps):
    weights = np.zeros(x.shape[1])
    for _ in range(steps):
        weights = weights - learning_rate * 2 / len(x) * x.T @ (x @ weights - y)
    return weights


gd_weights = ols_weights
gd_weights_row = ols_weights_row
gd_same_as_ols = "yes"


def proof():
    """The pseudo-inverse by sympy, and the descent itself."""
    least_squares = Matrix([[10, 1]]).pinv() * 11
    descended = gradient_descent(np.array([[10.0, 1.0]]), np.array([11.0]), 0.004, 2000)
    if not np.allclose(descended, np.array(least_squares, dtype=float)[:, 0], atol=1e-8):
        raise AssertionError(f"gradient descent ends at {descended}")
    return {"ols_weights": least_squares, "gd_weights": least_squares}
