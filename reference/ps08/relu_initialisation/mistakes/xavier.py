"""This variance is right for layers without ReLUs. What does the ReLU do to the second moment of an input?"""

import numpy as np

loses = ("has_the_right_variance", "keeps_the_variance")


def relu_init(d, n, rng):
    return rng.normal(0.0, np.sqrt(1.0 / d), size=(d, n))
