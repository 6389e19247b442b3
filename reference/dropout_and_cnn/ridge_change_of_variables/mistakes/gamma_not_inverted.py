"""Put the new weights in: the product of new data and new weights has to be X w again."""

import numpy as np

loses = ("data_after_the_change", "minimiser_of_random_problems", "gradient_is_zero")

new_data = r"\sqrt{\lambda} X \Gamma"
new_data_unit = r"X \Gamma"


def tikhonov(x, y, gamma):
    data = x @ gamma
    weights = np.linalg.solve(data.T @ data + np.eye(len(gamma)), data.T @ y)
    return np.linalg.solve(gamma, weights)
