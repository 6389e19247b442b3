"""The 1×1 convolution after the pooling is missing."""

loses = (
    "weights",
    "weights_and_biases",
    "products",
)


def convolutions(channels, filters):
    f1, r3, f3, r5, f5, pool = filters
    return [(channels, f1, 1), (channels, r3, 1), (r3, f3, 3), (channels, r5, 1), (r5, f5, 5)]
