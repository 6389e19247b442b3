"""The weights come from a random source of its own. Use the generator that is passed in, so that they can be repeated."""

import numpy as np

loses = (
    "has_the_shape_asked_for",
    "uses_the_generator",
    "has_mean_zero",
    "has_the_right_variance",
    "keeps_the_variance",
)


def relu_init(d, n, rng):
    return np.random.randn(d, n) * np.sqrt(2.0 / d)
