"""The sum behind an output has one term for each input; the number of outputs does not enter."""

import numpy as np

loses = ("has_the_right_variance", "keeps_the_variance")


def relu_init(d, n, rng):
    return rng.normal(0.0, np.sqrt(2.0 / n), size=(d, n))
