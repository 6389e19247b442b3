"""Only the outputs of linear layers are counted; normalisations and ReLUs have outputs of their own."""

loses = ("counts_the_activations",)


def count_activations(network, x):
    total = 0
    for layer in network:
        x = layer(x)
        total += x.numel() if isinstance(layer, nn.Linear) else 0
    return total
