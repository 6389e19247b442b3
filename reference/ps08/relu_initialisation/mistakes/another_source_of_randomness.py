"""The weights come from a random source of its own. Use the generator that is passed in, so that they can be repeated."""

import numpy as np

loses = ("uses_the_generator",)


def relu_init(d, n, rng):
    return np.random.randn(d, n) * np.sqrt(2.0 / d)
