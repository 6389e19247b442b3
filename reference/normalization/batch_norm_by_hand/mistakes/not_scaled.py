"""The columns are normalised, but the scale gamma and the shift beta still have to be applied to each feature."""

import numpy as np

loses = ("output",)

X = np.array([[2, 2, 1, 1], [2, 5, 4, 1], [5, 5, 10, 10]], dtype=float)
batch_norm_output = (X - X.mean(axis=0)) / X.std(axis=0)
