"""This is the variance without the ReLU, which sets about half of the inputs to zero."""

loses = ("variance_of_the_sum",)

output_variance = "d sigma^2"
