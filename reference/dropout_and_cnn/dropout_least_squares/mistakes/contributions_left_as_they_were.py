"""Put the weights under dropout into both terms: is one input still doing nearly all of the work?"""

from sympy import Matrix, Rational

loses = ("shares_with_dropout", "prediction_with_dropout")

contributions_dropout = Matrix([Rational(1100, 101), Rational(11, 101)])
contributions_dropout_row = contributions_dropout.T
dropout_prediction = 11
