"""Try p close to 1, where hardly anything is dropped: should the penalty be strong or weak there?"""

from sympy import sqrt, symbols

loses = ("strength_of_the_penalty",)

p = symbols("p", positive=True)
penalty_factor = sqrt(p / (1 - p))
