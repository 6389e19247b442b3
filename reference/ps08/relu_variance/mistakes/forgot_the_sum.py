"""This is the variance of a single term. The sum has more of them, and they are independent."""

loses = ("variance_of_the_sum",)

output_variance = r"\frac{\sigma^2}{2}"
