"""This sum starts at t = 0; the schedule starts at t = 1."""

loses = ("sum_of_the_exponential",)

exponential_sum = "e/(e - 1)"
