"""The rows are normalised, but the scale gamma and the shift beta still have to be applied to each feature."""

import numpy as np

loses = ("output",)

X = np.array([[4, 4, 8, 8], [0, 2, 2, 8], [1, 1, 1, 5]], dtype=float)
layer_norm_output = (X - X.mean(1, keepdims=True)) / X.std(1, keepdims=True)
