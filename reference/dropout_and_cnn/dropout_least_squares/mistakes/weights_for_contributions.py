"""These are the weights; a contribution is the weight times its input."""

from sympy import Matrix, Rational

loses = ("shares_without_dropout", "shares_with_dropout")

contributions_plain = Matrix([Rational(110, 101), Rational(11, 101)])
contributions_plain_row = contributions_plain.T
contributions_dropout = Matrix([Rational(11, 30), Rational(11, 3)])
contributions_dropout_row = contributions_dropout.T
