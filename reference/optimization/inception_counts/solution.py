"""Each convolution has k*k*c*c' weights; the branches add up, and every weight is used once for each place."""

from torch import nn

MODULE_A = (64, 96, 128, 16, 32, 32)
MODULE_B = (128, 128, 192, 32, 96, 64)


def channels(filters):
    first, _, third, _, fifth, pooled = filters
    return first + third + fifth + pooled


def weights(inputs, filters):
    first, reduce3, third, reduce5, fifth, pooled = filters
    return inputs * (first + reduce3 + reduce5 + pooled) + 9 * reduce3 * third + 25 * reduce5 * fifth


channels_a = channels(MODULE_A)
channels_b = channels(MODULE_B)
weights_a = weights(192, MODULE_A)
weights_b = weights(channels_a, MODULE_B)
products_a = 28 * 28 * weights_a
weights_stem = 7 * 7 * 3 * 64
products_stem = 112 * 112 * weights_stem
weights_second = 64 * 64 + 3 * 3 * 64 * 192
what_is_k = "1024"


def proof():
    """The weights of PyTorch's convolutions, and the letter from the two rounded numbers of the table."""

    def count(*layers):
        return sum(nn.Conv2d(*layer, bias=False).weight.numel() for layer in layers)

    counted = {}
    for name, inputs, filters in (("weights_a", 192, MODULE_A), ("weights_b", 256, MODULE_B)):
        first, reduce3, third, reduce5, fifth, pooled = filters
        ones = [(inputs, width, 1) for width in (first, reduce3, reduce5, pooled)]
        counted[name] = count(*ones, (reduce3, third, 3), (reduce5, fifth, 5))
    assert int(counted["weights_a"] / 1024) == 159
    assert weights_second / 1024 == 112
    stem, second = count((3, 64, 7)), count((64, 64, 1), (64, 192, 3))
    return {**counted, "weights_stem": stem, "weights_second": second, "products_a": counted["weights_a"] * 784}
