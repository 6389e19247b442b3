"""The sum over all points is divided by the size of the mini-batch; then the estimate would be N/K times too large."""

loses = ("mean_of_the_estimate",)

expected_gradient = r"\frac{1}{K}\sum_{i=1}^{N} g_i"
