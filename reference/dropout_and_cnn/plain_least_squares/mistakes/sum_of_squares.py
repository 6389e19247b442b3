"""This is a step along the gradient of the summed squared error; the question minimises the mean over the examples."""

import numpy as np

loses = ("one_step",)


def gradient_descent(x, y, learning_rate, steps):
    weights = np.zeros(x.shape[1])
    for _ in range(steps):
        weights = weights - learning_rate * 2 * x.T @ (x @ weights - y)
    return weights
