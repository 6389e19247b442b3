"""The value at rate zero and the limit towards zero need not be the same: put a tiny positive rate into the formulas."""

from sympy import Rational

loses = ("limits_at_zero",)

w1_limit = Rational(110, 101)
w2_limit = Rational(11, 101)
