"""The variance is divided by d - 1 here; layer normalisation divides the squared deviations by their number, d."""

import numpy as np

loses = ("variances", "output")

X = np.array([[4, 4, 8, 8], [0, 2, 2, 8], [1, 1, 1, 5]], dtype=float)
layer_norm_variances = X.var(axis=1, ddof=1)
layer_norm_output = (X - X.mean(1, keepdims=True)) / X.std(1, ddof=1, keepdims=True) * [1, 2, 3, 4] + [0, -1, 1, 0]
