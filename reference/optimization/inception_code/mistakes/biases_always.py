"""The biases are counted although they are not asked for."""

loses = (
    "weights",
    "products",
)


def inception_weights(channels, filters, bias=True):
    return sum(k * k * a * b + b for a, b, k in convolutions(channels, filters))
