"""Rows less their mean, divided by the root of their biased variance, then scaled and shifted by feature."""

import numpy as np
from sympy import Matrix, Rational, sqrt

layer_norm_means = Matrix([[6, 3, 2]])
layer_norm_means_column = Matrix([6, 3, 2])
layer_norm_variances = Matrix([[4, 9, 3]])
layer_norm_variances_column = Matrix([4, 9, 3])
layer_norm_output = Matrix(
    [
        [-1, -3, 4, 4],
        [-1, -Rational(5, 3), 0, Rational(20, 3)],
        [-1 / sqrt(3), -1 - 2 / sqrt(3), 1 - sqrt(3), 4 * sqrt(3)],
    ]
)
layer_norm_of_one = "yes"
layer_norm_of_one_reason = "Yes: mean and variance of an example come from its own features, whatever else is there."


def proof():
    """The same by numpy, entry by entry in floating point."""
    x = np.array([[4, 4, 8, 8], [0, 2, 2, 8], [1, 1, 1, 5]], dtype=float)
    means, variances = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    output = (x - means) / np.sqrt(variances) * np.array([1, 2, 3, 4]) + np.array([0, -1, 1, 0])
    stated = (layer_norm_means, layer_norm_variances, layer_norm_output)
    for exact, computed in zip(stated, (means, variances, output), strict=True):
        assert np.allclose(np.array(exact, dtype=float).ravel(), computed.ravel(), rtol=1e-12)
