"""Adam divides each coordinate of the step by its own size, so it leaves the direction of the gradient, which gradient
descent never does. Run a few steps by hand."""

from sympy import Matrix, Rational

loses = ("adam_without_dropout", "where_adam_ends")

adam_same_without_dropout = "yes"
adam_weights = Matrix([Rational(110, 101), Rational(11, 101)])
adam_weights_row = adam_weights.T
