"""This is a geometric series: its terms shrink by the same factor each time, so the sum is finite."""

loses = ("exponential_rate",)

exponential_diverges = "yes"
