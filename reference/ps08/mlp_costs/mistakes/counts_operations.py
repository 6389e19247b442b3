"""A multiplication and its addition are counted as one multiplication here, not as two operations."""

loses = ("counts_forward_multiplications", "counts_training_multiplications")

mlp_counts["forward_multiplications"] = 2 * n * K**2 * L
mlp_counts["training_multiplications"] = 6 * n * K**2 * L
