"""These are the statistics of the rows, as in layer normalisation; here each column is normalised over the batch."""

import numpy as np

loses = ("means", "variances", "output")

X = np.array([[2, 2, 1, 1], [2, 5, 4, 1], [5, 5, 10, 10]], dtype=float)
batch_norm_means = X.mean(axis=1)
batch_norm_variances = X.var(axis=1)
batch_norm_output = (X - X.mean(1, keepdims=True)) / X.std(1, keepdims=True) * [1, 2, 3, 4] + [0, -1, 1, 0]
