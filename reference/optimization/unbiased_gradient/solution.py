"""Every point is drawn with probability K/N, so linearity gives the mean; without replacement the points repel."""

from itertools import combinations, product

import numpy as np
from sympy import IndexedBase, Sum, symbols

N, K = symbols("N K", integer=True, positive=True)
sigma = symbols("sigma", positive=True)
i = symbols("i", integer=True, positive=True)
g = IndexedBase("g")

chance_of_a_point = K / N
expected_sum = K / N * Sum(g[i], (i, 1, N))
expected_gradient = Sum(g[i], (i, 1, N)) / N
variance_replaced = sigma**2 / K
variance_distinct = sigma**2 / K * (N - K) / (N - 1)
why_unbiased = (
    "Write the sum over I with indicators; each indicator has the expectation K/N, since every point has the same "
    "probability of being drawn; divide by K."
)


def minibatch_gradient(theta, x, y, batch):
    error = x[batch] @ theta - y[batch]
    return 2 * x[batch].T @ error / len(batch)


def proof():
    """All mini-batches of a few sizes from five numbers, with their means and variances."""
    values = np.array([3.0, -1.0, 4.0, 1.5, -9.0])
    for size in (1, 2, 3, 5):
        batches = list(combinations(range(5), size))
        means = np.array([values[list(batch)].mean() for batch in batches])
        replaced = np.array([values[list(batch)].mean() for batch in product(range(5), repeat=size)])
        numbers = {N: 5, K: size, sigma: float(values.std())}
        assert np.isclose(sum(0 in batch for batch in batches) / len(batches), float(chance_of_a_point.subs(numbers)))
        assert np.isclose(means.mean(), values.mean())
        assert np.isclose(means.var(), float(variance_distinct.subs(numbers)))
        assert np.isclose(replaced.var(), float(variance_replaced.subs(numbers)))
    rng = np.random.default_rng(5)
    theta, x, y = rng.normal(size=2), rng.normal(size=(4, 2)), rng.normal(size=4)
    for entry in range(2):
        shift = np.eye(2)[entry] * 1e-6
        losses = [np.mean((x[[0, 3]] @ (theta + side) - y[[0, 3]]) ** 2) for side in (shift, -shift)]
        assert np.isclose(minibatch_gradient(theta, x, y, [0, 3])[entry], (losses[0] - losses[1]) / 2e-6, rtol=1e-4)
