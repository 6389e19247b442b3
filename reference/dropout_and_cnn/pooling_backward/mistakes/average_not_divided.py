"""Each entry is only one of four in the average: by how much does the average change when one entry grows by one?"""

import numpy as np

loses = ("gradient_of_average_pooling", "code_of_average_pooling", "agrees_with_autograd")

average_pool_gradient = r"dy_{\lceil i/2 \rceil, \lceil j/2 \rceil}"


def average_pool_backward(dy):
    return np.repeat(np.repeat(dy, 2, axis=0), 2, axis=1)
