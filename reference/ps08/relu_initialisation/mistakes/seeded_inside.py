"""A generator seeded inside the function gives the same weights to every layer. Use the one that is passed in."""

import numpy as np

loses = ("uses_the_generator",)


def relu_init(d, n, rng):
    return np.random.default_rng(0).normal(0.0, np.sqrt(2.0 / d), size=(d, n))
