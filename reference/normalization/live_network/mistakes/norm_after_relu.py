"""The order inside a block is another one: the normalisation comes before the ReLU."""

loses = ("computes_in_order",)


def build_network(sizes):
    layers = []
    for inputs, outputs in zip(sizes[:-2], sizes[1:-1]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU(), nn.LayerNorm(outputs)]
    return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]))
