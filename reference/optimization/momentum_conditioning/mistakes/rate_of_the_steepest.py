"""This rate suits the steepest direction perfectly, and the flattest very badly: balance both."""

loses = ("rate_for_both_ends",)

best_rate = "1/lambda_max"
