"""The gradient is laid out as copies side by side; each of its entries has to be spread over its own block."""

import numpy as np

loses = ("code_of_average_pooling", "agrees_with_autograd")


def average_pool_backward(dy):
    return np.tile(dy, (2, 2)) / 4
