"""These are the statistics of the columns, as in batch normalisation; here each row is normalised by itself."""

import numpy as np

loses = ("means", "variances", "output")

X = np.array([[4, 4, 8, 8], [0, 2, 2, 8], [1, 1, 1, 5]], dtype=float)
layer_norm_means = X.mean(axis=0)
layer_norm_variances = X.var(axis=0)
layer_norm_output = (X - X.mean(axis=0)) / X.std(axis=0) * [1, 2, 3, 4] + [0, -1, 1, 0]
