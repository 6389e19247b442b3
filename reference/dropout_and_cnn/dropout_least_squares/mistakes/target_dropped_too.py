"""Dropout removes inputs, not targets: the row in which everything is dropped still has the target of its example. Check
also that each row comes from one mask of the same example."""

from sympy import Matrix

loses = ("masked_rows", "targets_stay", "weights_under_dropout")

dropout_rows = Matrix([[0, 20], [20, 0], [0, 0], [20, 2]])
dropout_targets = Matrix([11, 11, 0, 11])
dropout_targets_row = dropout_targets.T
dropout_weights = Matrix(["1.0453", "1.0945"])
dropout_weights_row = dropout_weights.T
