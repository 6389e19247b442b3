"""Nothing comes after the last linear layer: a ReLU would cut off all negative logits."""

loses = ("computes_in_order", "counts_the_activations")


def build_network(sizes):
    layers = []
    for inputs, outputs in zip(sizes[:-2], sizes[1:-1]):
        layers += [nn.Linear(inputs, outputs), nn.LayerNorm(outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]), nn.ReLU())
