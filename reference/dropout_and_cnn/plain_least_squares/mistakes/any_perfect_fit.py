"""These weights fit the example, but other weights that fit it just as well have a smaller norm."""

from sympy import Matrix

loses = ("weights_of_least_squares",)

ols_weights = Matrix([1, 1])
ols_weights_row = ols_weights.T
