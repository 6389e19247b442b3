"""The weights must be positive and negative alike, otherwise their mean is not zero."""

import numpy as np

loses = ("has_mean_zero", "has_the_right_variance", "keeps_the_variance")


def relu_init(d, n, rng):
    return rng.uniform(0.0, np.sqrt(2.0 / d), size=(d, n))
