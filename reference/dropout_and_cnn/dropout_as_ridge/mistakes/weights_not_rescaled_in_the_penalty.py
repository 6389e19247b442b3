"""The penalty has to be written in the new weights too, not only the data term."""

from sympy import sqrt, symbols

loses = ("strength_of_the_penalty",)

p = symbols("p", positive=True)
penalty_factor = sqrt(p * (1 - p))
