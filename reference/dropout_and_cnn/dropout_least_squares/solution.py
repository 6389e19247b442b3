"""The four masks give the rows 2 (0, 1), 2 (10, 0), 2 (0, 0), 2 (10, 1); their normal equations give (11/30, 11/3)."""

import numpy as np
from sympy import Matrix, Rational

dropout_rows = Matrix([[0, 2], [20, 0], [0, 0], [20, 2]])
dropout_targets = Matrix([11, 11, 11, 11])
dropout_targets_row = dropout_targets.T
dropout_weights = Matrix([Rational(11, 30), Rational(11, 3)])
dropout_weights_row = dropout_weights.T


def train_with_dropout(x, y, rate, batch_size, learning_rate, steps, rng):
    weights = np.zeros(x.shape[1])
    losses = np.zeros(steps)
    targets = np.repeat(y, batch_size)
    for step in range(steps):
        copies = np.repeat(x, batch_size, axis=0)
        masked = copies * (rng.random(copies.shape) >= rate) / (1 - rate)
        errors = masked @ weights - targets
        losses[step] = np.mean(errors**2)
        weights = weights - learning_rate * 2 / len(masked) * masked.T @ errors
    return weights, losses


single_mask_curve = "noisy"
large_batch_curve = "smooth"
contributions_plain = Matrix([Rational(1100, 101), Rational(11, 101)])
contributions_plain_row = contributions_plain.T
contributions_dropout = Matrix([Rational(11, 3), Rational(11, 3)])
contributions_dropout_row = contributions_dropout.T
dropout_prediction = Rational(22, 3)
curves = (
    "With one mask a step the gradient is noisy, so the loss and the weights keep moving around the solution. A large "
    "batch averages over many masks, its gradient is close to the expected one, and it ends near the least-squares weights."
)
sharing = (
    "Either input may be missing, so each has to predict the target alone; the contributions become equal, while "
    "without dropout the larger input takes nearly all of the weight."
)


def proof():
    """Least squares over the enumerated masks, and training with random ones."""
    rows = np.array([[2.0 * 10 * first, 2.0 * second] for first in (0, 1) for second in (0, 1)])
    weights = np.linalg.lstsq(rows, np.full(4, 11.0), rcond=None)[0]
    trained, _ = train_with_dropout(
        np.array([[10.0, 1.0]]), np.array([11.0]), 0.5, 4000, 0.002, 3000, np.random.default_rng(0)
    )
    if not np.allclose(trained, weights, rtol=0.1, atol=0.02):
        raise AssertionError(f"training ends at {trained}, least squares at {weights}")
    plain = np.linalg.pinv([[10.0, 1.0]])[:, 0] * 11 * (10, 1)
    return {
        "dropout_weights": weights.reshape(2, 1),
        "contributions_plain": plain.reshape(2, 1),
        "contributions_dropout": (weights * (10, 1)).reshape(2, 1),
        "dropout_prediction": float(weights @ (10, 1)),
    }
