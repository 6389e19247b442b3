"""Columns less their mean, divided by the root of their biased variance, then scaled and shifted by feature."""

import numpy as np
from sympy import Matrix, sqrt

batch_norm_means = Matrix([[3, 4, 5, 4]])
batch_norm_means_column = Matrix([3, 4, 5, 4])
batch_norm_variances = Matrix([[2, 2, 14, 18]])
batch_norm_variances_column = Matrix([2, 2, 14, 18])
batch_norm_output = Matrix(
    [
        [-sqrt(2) / 2, -2 * sqrt(2) - 1, 1 - 6 * sqrt(14) / 7, -2 * sqrt(2)],
        [-sqrt(2) / 2, sqrt(2) - 1, 1 - 3 * sqrt(14) / 14, -2 * sqrt(2)],
        [sqrt(2), sqrt(2) - 1, 1 + 15 * sqrt(14) / 14, 4 * sqrt(2)],
    ]
)
batch_norm_trains_on_one = "no"
batch_norm_of_one = "beta"
batch_norm_predicts_one = "yes"
batch_norm_of_one_reason = (
    "The mean of a single example is the example itself and its variance is 0, "
    "so the difference vanishes and nothing of the example is left."
)


def proof():
    """The same by numpy, entry by entry in floating point."""
    x = np.array([[2, 2, 1, 1], [2, 5, 4, 1], [5, 5, 10, 10]], dtype=float)
    means, variances = x.mean(axis=0), x.var(axis=0)
    output = (x - means) / np.sqrt(variances) * np.array([1, 2, 3, 4]) + np.array([0, -1, 1, 0])
    stated = (batch_norm_means, batch_norm_variances, batch_norm_output)
    for exact, computed in zip(stated, (means, variances, output), strict=True):
        assert np.allclose(np.array(exact, dtype=float).ravel(), computed.ravel(), rtol=1e-12)
