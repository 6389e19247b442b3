"""The factor stands inside the norm, and the norm is squared."""

from sympy import symbols

loses = ("strength_of_the_penalty",)

p = symbols("p", positive=True)
penalty_factor = (1 - p) / p
