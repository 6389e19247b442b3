"""Each step here starts from the same weights again, so further steps change nothing; go on from where the last one ended."""

import numpy as np

loses = ("several_steps", "ends_at_smallest_norm")


def gradient_descent(x, y, learning_rate, steps):
    weights = np.zeros(x.shape[1])
    for _ in range(steps):
        weights = np.zeros(x.shape[1]) - learning_rate * 2 / len(x) * x.T @ (-y)
    return weights
