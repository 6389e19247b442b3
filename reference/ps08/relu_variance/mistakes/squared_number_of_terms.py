"""The variances of independent terms add up; covariances between them would be needed for a square."""

loses = ("variance_of_the_sum",)

output_variance = "d^2 sigma^2 / 2"
