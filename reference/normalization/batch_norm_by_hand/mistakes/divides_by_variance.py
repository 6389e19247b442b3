"""The deviations are divided by the variance; they are to be divided by its square root."""

import numpy as np

loses = ("output",)

X = np.array([[2, 2, 1, 1], [2, 5, 4, 1], [5, 5, 10, 10]], dtype=float)
batch_norm_output = (X - X.mean(axis=0)) / X.var(axis=0) * [1, 2, 3, 4] + [0, -1, 1, 0]
