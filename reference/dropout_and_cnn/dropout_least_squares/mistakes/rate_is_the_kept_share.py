"""The rate is the probability of dropping an input; this keeps inputs with that probability."""

import numpy as np

loses = ("masks_and_scales",)


def train_with_dropout(x, y, rate, batch_size, learning_rate, steps, rng):
    weights = np.zeros(x.shape[1])
    losses = np.zeros(steps)
    targets = np.repeat(y, batch_size)
    for step in range(steps):
        copies = np.repeat(x, batch_size, axis=0)
        masked = copies * (rng.random(copies.shape) <= rate) / rate if rate else copies
        errors = masked @ weights - targets
        losses[step] = np.mean(errors**2)
        weights = weights - learning_rate * 2 / len(masked) * masked.T @ errors
    return weights, losses
