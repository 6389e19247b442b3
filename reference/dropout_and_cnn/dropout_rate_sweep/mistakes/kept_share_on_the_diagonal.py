"""The four masks are not equally likely: each row needs the probability of its own mask, a product of two factors."""

from sympy import diag, symbols

loses = ("probabilities_of_the_masks",)

p = symbols("p", positive=True)
mask_probabilities = diag(1 - p, 1 - p, 1 - p, 1 - p)
