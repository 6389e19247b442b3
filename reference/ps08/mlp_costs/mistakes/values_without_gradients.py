"""Each weight has a gradient of the same shape that has to be kept as well."""

loses = ("counts_training_values",)

mlp_counts["training_values"] = L * K**2 + L * n * K
