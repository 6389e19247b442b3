"""This would be right for a sum over one index; the output has two."""

loses = ("growth_of_the_deviation",)

deviation_growth = "Theta(sqrt(n))"
