"""A condition number cannot be 0: the largest eigenvalue is never smaller than the smallest."""

loses = ("easiest_value",)

best_conditioned = "0"
