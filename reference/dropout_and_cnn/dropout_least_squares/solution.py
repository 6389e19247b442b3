"""The four masks give the rows 2 (0, 1), 2 (10, 0), 2 (0, 0), 2 (10, 1); their normal equations give (11/30, 11/3)."""

import numpy as np
from sympy import Matrix, Rational

dropout_rows = Matrix([[0, 2], [20, 0], [0, 0], [20, 2]])
dropout_targets = Matrix([11, 11, 11, 11])
dropout_targets_row = dropout_targets.T
dropout_weights = Matrix([Rational(11, 30), Rational(11, 3)])
dropout_weights_row = dropout_weights.T


# survives: comparison rng.random(copies.shape) >= rate -> rng.random(copies.shape) > rate: a draw equals the rate with
# probability zero
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
    rows = Matrix([[2 * 10 * first, 2 * second] for first in (0, 1) for second in (0, 1)])
    solved = (rows.T * rows).inv() * rows.T * Matrix([11] * 4)
    weights = np.array(solved, dtype=float)[:, 0]
    trained, _ = train_with_dropout(
        np.array([[10.0, 1.0]]), np.array([11.0]), 0.5, 4000, 0.002, 3000, np.random.default_rng(0)
    )
    if not np.allclose(trained, weights, rtol=0.1, atol=0.02):
        raise AssertionError(f"training ends at {trained}, least squares at {weights}")
    plain = Matrix([[10, 1]]).pinv() * 11
    return {
        "dropout_weights": solved,
        "contributions_plain": Matrix([10 * plain[0], plain[1]]),
        "contributions_dropout": Matrix([10 * solved[0], solved[1]]),
        "dropout_prediction": 10 * solved[0] + solved[1],
    }
