"""This keeps the variance of a network without ReLUs. The ReLU takes away half of the second moment, and the weights
have to make up for it.
"""

loses = ("sigma_that_preserves",)

preserving_sigma = r"\sqrt{1/d}"
