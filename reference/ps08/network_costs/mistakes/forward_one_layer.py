"""This is the cost of one layer. Each of the layers multiplies by a matrix of its own."""

loses = ("multiplications_of_a_forward_pass",)

forward_multiplications = "n K^2"
