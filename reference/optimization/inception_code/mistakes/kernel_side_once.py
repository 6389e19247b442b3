"""A k×k filter has k times k entries for each pair of channels."""

loses = (
    "weights",
    "weights_and_biases",
    "products",
)


def inception_weights(channels, filters, bias=False):
    layers = convolutions(channels, filters)
    return sum(k * a * b + (b if bias else 0) for a, b, k in layers)
