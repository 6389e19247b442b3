"""Only the entry that was passed on can change the output."""

import numpy as np
from sympy import Matrix, symbols

loses = ("single_block", "gradient_of_max_pooling", "code_of_max_pooling", "agrees_with_autograd")

dy = symbols("dy")
max_pool_corner = Matrix([[dy, dy], [dy, dy]])
max_pool_gradient = r"dy_{\lceil i/2 \rceil, \lceil j/2 \rceil}"


def max_pool_backward(x, dy):
    return np.repeat(np.repeat(dy, 2, axis=0), 2, axis=1)
