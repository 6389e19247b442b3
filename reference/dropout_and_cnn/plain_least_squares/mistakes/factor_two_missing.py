"""Check the gradient with the chain rule: the derivative of a square brings a factor down."""

import numpy as np

loses = ("one_step",)


def gradient_descent(x, y, learning_rate, steps):
    weights = np.zeros(x.shape[1])
    for _ in range(steps):
        weights = weights - learning_rate / len(x) * x.T @ (x @ weights - y)
    return weights
