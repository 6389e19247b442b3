"""This is the sum over all points; in a mini-batch each of them is there with the probability of 1. only."""

loses = ("mean_of_the_sum",)

expected_sum = r"\sum_{i=1}^{N} g_i"
