"""The sum stops at K; which points are in the mini-batch is random, so all N may be."""

loses = ("mean_of_the_estimate",)

expected_gradient = r"\frac{1}{K}\sum_{i=1}^{K} g_i"
