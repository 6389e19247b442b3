"""The last linear layer is the end; it is followed neither by a normalisation nor by a ReLU."""

loses = ("has_the_layers",)


def build_network(sizes):
    layers = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.LayerNorm(outputs), nn.ReLU()]
    return nn.Sequential(*layers)
