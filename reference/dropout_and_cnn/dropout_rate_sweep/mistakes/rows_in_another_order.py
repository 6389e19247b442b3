"""These are the right probabilities in another order; the question fixes the order of the masks."""

from sympy import diag, symbols

loses = ("probabilities_of_the_masks",)

p = symbols("p", positive=True)
mask_probabilities = diag(p**2, p * (1 - p), p * (1 - p), (1 - p) ** 2)
