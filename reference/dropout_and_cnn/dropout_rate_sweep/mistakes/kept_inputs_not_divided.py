"""Kept inputs are divided by 1 - p; these weights belong to inputs that are only masked."""

import numpy as np
from sympy import symbols

loses = ("second_weight", "first_weight", "weights_for_any_rate")

p = symbols("p", positive=True)
dropout_w2 = 11 / (2 - p)
dropout_w1 = 11 / (10 * (2 - p))


def weights_at_rate(p):
    rows = np.array([[0, 1], [10, 0], [0, 0], [10, 1]])
    masks = np.diag([p * (1 - p), (1 - p) * p, p**2, (1 - p) ** 2])
    return np.linalg.pinv(rows.T @ masks @ rows) @ rows.T @ masks @ np.full(4, 11.0)
