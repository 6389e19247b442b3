"""A Bernoulli mask of the input's shape; what is kept is divided by the probability of keeping."""

import numpy as np


def dropout(x, p, rng, training=True, corrected=True):
    if not training:
        return x.copy(), np.full(x.shape, fill_value=True)
    mask = rng.binomial(1, 1 - p, size=x.shape).astype(bool)
    output = x * mask
    return (output / (1 - p) if corrected else output), mask


def proof():
    """The mean over many masks, and the variance p/(1 - p) of an entry of 1."""
    rng = np.random.default_rng(5)
    for p in (0.2, 0.5, 0.8):
        output, _ = dropout(np.ones(200_000), p, rng)
        plain, _ = dropout(np.ones(200_000), p, rng, corrected=False)
        assert abs(output.mean() - 1) < 5 * np.sqrt(p / (1 - p) / 200_000)
        assert abs(plain.mean() - (1 - p)) < 5 * np.sqrt(p * (1 - p) / 200_000)
        assert abs(output.var() / (p / (1 - p)) - 1) < 0.05
