"""This is the value of the square of sigma. Give sigma itself, or write an equation for its square."""

loses = ("sigma_that_preserves",)

preserving_sigma = "2/d"
