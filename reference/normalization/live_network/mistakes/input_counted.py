"""The batch that goes in is counted as well; only the outputs of layers count."""

loses = ("counts_the_activations",)


def count_activations(network, x):
    total = x.numel()
    for layer in network:
        x = layer(x)
        total += x.numel()
    return total
