"""The number of places is height times width; not every image is a square."""

loses = ("products",)


def inception_products(channels, filters, height, width):
    return height**2 * inception_weights(channels, filters)
