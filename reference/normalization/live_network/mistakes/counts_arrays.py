"""This counts the arrays of parameters, not the numbers in them."""

loses = ("counts_the_parameters",)


def count_parameters(network):
    return len(list(network.parameters()))
