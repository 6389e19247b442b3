"""The loss is the mean over all copies, so it does not grow with the batch."""

import numpy as np

loses = ("without_dropout",)


def train_with_dropout(x, y, rate, batch_size, learning_rate, steps, rng):
    weights = np.zeros(x.shape[1])
    losses = np.zeros(steps)
    targets = np.repeat(y, batch_size)
    for step in range(steps):
        copies = np.repeat(x, batch_size, axis=0)
        masked = copies * (rng.random(copies.shape) >= rate) / (1 - rate)
        errors = masked @ weights - targets
        losses[step] = np.sum(errors**2)
        weights = weights - learning_rate * 2 * masked.T @ errors
    return weights, losses
