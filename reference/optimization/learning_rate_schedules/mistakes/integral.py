"""This is the integral from 1 on; the sum of the terms is a geometric series."""

loses = ("sum_of_the_exponential",)

exponential_sum = "1/e"
