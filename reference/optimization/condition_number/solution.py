"""The largest eigenvalue of the Hessian over the smallest; a factor in front cancels."""

import numpy as np
from sympy import symbols

lambda_max, lambda_min, c = symbols("lambda_max lambda_min c", positive=True)

condition = lambda_max / lambda_min
condition_diagonal = 100
condition_coupled = 4
condition_scaled = lambda_max / lambda_min
best_conditioned = "1"


def proof():
    """The eigenvalues by numpy, also of a multiple of each matrix."""
    for matrix, stated in (([[100, 0], [0, 1]], condition_diagonal), ([[5, 3], [3, 5]], condition_coupled)):
        for factor in (1.0, 7.0):
            eigenvalues = np.linalg.eigvalsh(factor * np.array(matrix, dtype=float))
            assert abs(eigenvalues[-1] / eigenvalues[0] - stated) < 1e-9
