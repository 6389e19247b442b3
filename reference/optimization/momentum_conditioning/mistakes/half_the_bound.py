"""With this rate every factor is still positive; it may be negative, as long as its absolute value is below 1."""

loses = ("bound_of_the_rate",)

stable_rate = "1/lambda_max"
stable_rate_inequality = "gamma < 1/lambda_max"
