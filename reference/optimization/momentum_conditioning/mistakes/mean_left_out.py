"""The rate for which both ends shrink alike has the mean of both eigenvalues in it, not their sum."""

loses = ("rate_for_both_ends",)

best_rate = "1/(lambda_max + lambda_min)"
