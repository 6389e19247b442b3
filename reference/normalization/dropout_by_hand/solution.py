"""Two inputs of 4 are left; the correction multiplies them by 1/(1 - p)."""

from sympy import Rational

x = [2, 6, 4, 4, 5, 3, 4, 4]
p = Rational(3, 4)

dropped_output = sum(x[6:])
corrected_output = dropped_output / (1 - p)
full_output = sum(x)
correction_reason = (
    "The expected output stays the same in training and at test time: an input is kept with probability 1 - p and "
    "then multiplied by 1/(1 - p), so later layers see inputs of the size they were trained on."
)
also_differs = "batch"
