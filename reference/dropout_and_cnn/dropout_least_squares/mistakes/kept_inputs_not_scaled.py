"""An input that survives is multiplied, so that the expected input stays what it was; these rows leave it as it is."""

import numpy as np
from sympy import Matrix, Rational

loses = (
    "masked_rows",
    "weights_under_dropout",
    "masks_and_scales",
    "shares_with_dropout",
    "prediction_with_dropout",
)

dropout_rows = Matrix([[0, 1], [10, 0], [0, 0], [10, 1]])
dropout_weights = Matrix([Rational(11, 15), Rational(22, 3)])
dropout_weights_row = dropout_weights.T
contributions_dropout = Matrix([Rational(22, 3), Rational(22, 3)])
contributions_dropout_row = contributions_dropout.T
dropout_prediction = Rational(44, 3)


def train_with_dropout(x, y, rate, batch_size, learning_rate, steps, rng):
    weights = np.zeros(x.shape[1])
    losses = np.zeros(steps)
    targets = np.repeat(y, batch_size)
    for step in range(steps):
        copies = np.repeat(x, batch_size, axis=0)
        masked = copies * (rng.random(copies.shape) >= rate)
        errors = masked @ weights - targets
        losses[step] = np.mean(errors**2)
        weights = weights - learning_rate * 2 / len(masked) * masked.T @ errors
    return weights, losses
