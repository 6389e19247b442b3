"""A large condition number means a long, narrow valley, in which the gradient hardly points to the minimum."""

loses = ("easiest_value",)

best_conditioned = "large"
