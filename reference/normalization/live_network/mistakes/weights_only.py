"""Only matrices are counted; biases, scales and shifts are learned numbers too."""

loses = ("counts_the_parameters",)


def count_parameters(network):
    return sum(parameter.numel() for parameter in network.parameters() if parameter.dim() > 1)
