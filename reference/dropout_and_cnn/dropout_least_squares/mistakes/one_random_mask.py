"""One random mask is one sample; the expected loss needs every mask, each with its probability."""

from sympy import Matrix, Rational

loses = ("masked_rows", "targets_stay", "weights_under_dropout")

dropout_rows = Matrix([[20, 2]])
dropout_targets = Matrix([11])
dropout_targets_row = dropout_targets.T
dropout_weights = Matrix([Rational(55, 101), Rational(11, 202)])
dropout_weights_row = dropout_weights.T
