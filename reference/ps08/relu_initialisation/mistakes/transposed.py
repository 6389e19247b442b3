"""The shape is transposed: a batch goes through the layer as x @ W."""

import numpy as np

loses = ("has_the_shape_asked_for",)


def relu_init(d, n, rng):
    return rng.normal(0.0, np.sqrt(2.0 / d), size=(n, d))
