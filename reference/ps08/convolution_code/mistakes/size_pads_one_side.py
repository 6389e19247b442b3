"""Padding is added on either side."""

loses = ("output_size_with_stride_one", "output_size_with_a_stride", "output_size_follows_torch")


def conv_output_size(width, kernel, padding, stride):
    return (width + padding - kernel) // stride + 1
