"""The reduced channels feed the larger convolutions; they are not part of the output."""

loses = ("output_channels",)


def inception_channels(filters):
    return sum(filters)
