"""The ridge problem gives the new weights; the question asks for the old ones."""

import numpy as np

loses = ("minimiser_of_random_problems", "gradient_is_zero")


def tikhonov(x, y, gamma):
    data = x @ np.linalg.inv(gamma)
    return np.linalg.solve(data.T @ data + np.eye(len(gamma)), data.T @ y)
