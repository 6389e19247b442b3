"""The 3×3 and 5×5 convolutions start from the reduced channels, not from those of the input."""

loses = (
    "weights",
    "weights_and_biases",
    "products",
)


def convolutions(channels, filters):
    f1, r3, f3, r5, f5, pool = filters
    sizes = [(f1, 1), (r3, 1), (f3, 3), (r5, 1), (f5, 5), (pool, 1)]
    return [(channels, outputs, size) for outputs, size in sizes]
