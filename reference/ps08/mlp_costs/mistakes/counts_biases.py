"""The biases are counted here, though this network has none."""

loses = ("counts_parameters",)

mlp_counts["parameters"] = L * (K**2 + K)
