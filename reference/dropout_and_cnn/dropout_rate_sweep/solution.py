"""X^T S X = ((100, 10 (1-p)), (10 (1-p), 1)) / (1 - p) and X^T S y = 11 (10, 1); solving gives 10 w_1 = w_2."""

import numpy as np
from sympy import Matrix, Rational, diag, limit, symbols

p = symbols("p", positive=True)

mask_probabilities = diag(p * (1 - p), p * (1 - p), p**2, (1 - p) ** 2)
weighted_solution = r"(X^\top S X)^{-1} X^\top S y"
dropout_w2 = 11 * (1 - p) / (2 - p)
dropout_w1 = 11 * (1 - p) / (10 * (2 - p))
w1_limit = Rational(11, 20)
w2_limit = Rational(11, 2)
rank_at_zero = 1


# survives: constant 2 -> 3: the probability of the mask that drops both inputs, whose row is zero
# survives: right only p ** 2 -> 2: the same
def weights_at_rate(p):
    rows = np.array([[0, 1], [10, 0], [0, 0], [10, 1]]) / (1 - p)
    masks = np.diag([p * (1 - p), (1 - p) * p, p**2, (1 - p) ** 2])
    return np.linalg.pinv(rows.T @ masks @ rows) @ rows.T @ masks @ np.full(4, 11.0)


jump_reason = (
    "At rate 0 only the row with both inputs has weight, the matrix of the normal equations is singular and many weights "
    "are minimisers; any positive rate adds the rows with one input, which makes the minimiser unique."
)
adam_same_at_half = "yes"
adam_same_without_dropout = "no"
adam_weights = Matrix([1, 1])
adam_weights_row = adam_weights.T
adam_reason = (
    "With dropout the minimiser is unique, so both end there. Without it there is a line of minimisers; Adam rescales "
    "each coordinate, so both weights move by equal steps from zero and meet the line at (1, 1)."
)


def proof():
    """The weighted normal equations by sympy from the masks, their limit, and Adam run on the single example."""
    rows = Matrix([[0, 1], [10, 0], [0, 0], [10, 1]]) / (1 - p)
    chances = Matrix(4, 4, lambda i, j: 0 if i != j else [p * (1 - p), (1 - p) * p, p * p, (1 - p) * (1 - p)][i])
    normal = (rows.T * chances * rows).applyfunc(lambda entry: entry.simplify())
    weights = (normal.inv() * rows.T * chances * Matrix([11] * 4)).applyfunc(lambda entry: entry.simplify())
    found = _adam(np.array([10.0, 1.0]), 11.0)
    if not np.allclose(found, 1, atol=0.001):
        raise AssertionError(f"Adam ends at {found}")
    return {
        "dropout_w1": weights[0],
        "dropout_w2": weights[1],
        "w1_limit": limit(weights[0], p, 0),
        "w2_limit": limit(weights[1], p, 0),
        "rank_at_zero": int(normal.subs(p, 0).rank()),
    }


def _adam(x, y, rate=0.01, steps=4000):
    weights, first, second = np.zeros(2), np.zeros(2), np.zeros(2)
    for step in range(1, steps + 1):
        gradient = 2 * (x @ weights - y) * x
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        weights = weights - rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights
