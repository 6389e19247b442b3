"""The variance is divided by n - 1 here; a batch is normalised with the squared deviations divided by n."""

import numpy as np

loses = ("variances", "output")

X = np.array([[2, 2, 1, 1], [2, 5, 4, 1], [5, 5, 10, 10]], dtype=float)
batch_norm_variances = X.var(axis=0, ddof=1)
batch_norm_output = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1) * [1, 2, 3, 4] + [0, -1, 1, 0]
