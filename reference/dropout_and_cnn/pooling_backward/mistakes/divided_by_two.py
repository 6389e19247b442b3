"""A block has two rows and two columns; count its entries."""

import numpy as np

loses = ("gradient_of_average_pooling", "code_of_average_pooling", "agrees_with_autograd")

average_pool_gradient = r"\frac12 dy_{\lceil i/2 \rceil, \lceil j/2 \rceil}"


def average_pool_backward(dy):
    return np.repeat(np.repeat(dy, 2, axis=0), 2, axis=1) / 2
