"""The shift beta is missing: it is added to each row at the end."""

import numpy as np

loses = ("output",)

X = np.array([[4, 4, 8, 8], [0, 2, 2, 8], [1, 1, 1, 5]], dtype=float)
layer_norm_output = (X - X.mean(1, keepdims=True)) / X.std(1, keepdims=True) * [1, 2, 3, 4]
