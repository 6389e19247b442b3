"""The sum over the mini-batch is larger than a mean: it has K terms."""

loses = ("mean_of_the_sum",)

expected_sum = r"\frac{1}{N}\sum_{i=1}^{N} g_i"
