"""The penalty is added to the loss, so its derivative has the same sign as that of the loss where both push."""

loses = ("one_parameter",)

shrunken_parameter = r"\frac{a \theta^*}{a - 2\lambda}"
