"""All copies in a batch share one mask here, so a larger batch averages nothing; each copy needs its own."""

import numpy as np

loses = ("every_copy_has_its_own_mask", "ends_at_the_closed_form")


def train_with_dropout(x, y, rate, batch_size, learning_rate, steps, rng):
    weights = np.zeros(x.shape[1])
    losses = np.zeros(steps)
    targets = np.repeat(y, batch_size)
    for step in range(steps):
        copies = np.repeat(x, batch_size, axis=0)
        masked = copies * (rng.random(x.shape[1]) >= rate) / (1 - rate)
        errors = masked @ weights - targets
        losses[step] = np.mean(errors**2)
        weights = weights - learning_rate * 2 / len(masked) * masked.T @ errors
    return weights, losses
