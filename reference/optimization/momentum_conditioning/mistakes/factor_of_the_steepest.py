"""This is the factor of the flattest direction at the rate 1/lambda_max, not at the best rate."""

loses = ("factor_without_momentum",)

descent_factor = "1 - 1/kappa"
