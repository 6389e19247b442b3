"""This is how the variance grows; the question asks for the standard deviation."""

loses = ("growth_of_the_deviation",)

deviation_growth = "Theta(n^2)"
