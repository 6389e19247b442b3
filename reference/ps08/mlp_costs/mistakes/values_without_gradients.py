"""Each weight has a gradient of the same shape that has to be kept as well."""

loses = ("counts_training_values",)

mlp_counts["training_values"] = 5 * 64**2 + 5 * 32 * 64
