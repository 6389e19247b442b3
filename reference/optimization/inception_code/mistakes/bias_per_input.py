"""A convolution has one bias for each of its output channels."""

loses = ("weights_and_biases",)


def inception_weights(channels, filters, bias=False):
    layers = convolutions(channels, filters)
    return sum(k * k * a * b + (a if bias else 0) for a, b, k in layers)
