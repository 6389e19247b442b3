"""Check the units: if the weights are scaled by a factor, a variance changes by the square of that factor."""

loses = ("variance_of_the_sum",)

output_variance = "d sigma / 2"
