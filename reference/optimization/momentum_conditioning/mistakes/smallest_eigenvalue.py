"""The steepest direction diverges first; which eigenvalue belongs to it?"""

loses = ("bound_of_the_rate",)

stable_rate = "2/lambda_min"
stable_rate_inequality = "gamma < 2/lambda_min"
