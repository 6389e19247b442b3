"""The backward pass computes two products for each layer: one for its weights and one to hand on."""

loses = ("counts_training_multiplications",)

mlp_counts["training_multiplications"] = 2 * mlp_counts["forward_multiplications"]
