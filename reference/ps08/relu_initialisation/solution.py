"""Normal weights with the deviation that the theory part asks for; d counts the terms of each sum."""

import numpy as np


def relu_init(d, n, rng):
    # survives: result -(rng.normal(0.0, np.sqrt(2.0 / d), size=(d, n))): a normal distribution is symmetric
    return rng.normal(0.0, np.sqrt(2.0 / d), size=(d, n))


def proof():
    """The variance of one output over many fresh draws of weights and inputs is one, whatever d is."""
    rng = np.random.default_rng(0)
    for d in (1, 7, 60):
        inputs = np.maximum(rng.normal(size=(40_000, d)), 0)
        outputs = np.einsum("bd,db->b", inputs, relu_init(d, 40_000, rng))
        allowance = 5 * (outputs**2).std() / np.sqrt(outputs.size)
        if abs(outputs.var() - 1) > allowance:
            raise AssertionError(f"variance {outputs.var()} with d = {d}, 1 was expected up to {allowance}")
