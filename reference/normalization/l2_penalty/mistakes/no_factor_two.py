"""The derivative of the square in the penalty brings down a factor."""

loses = ("one_parameter",)

shrunken_parameter = r"\frac{a \theta^*}{a + \lambda}"
