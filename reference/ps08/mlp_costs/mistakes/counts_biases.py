"""The biases are counted here, though this network has none."""

loses = ("counts_parameters",)

mlp_counts["parameters"] = 5 * (64 * 64 + 64)
