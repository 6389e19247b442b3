"""The division counts the steps. There is one output more than steps."""

loses = ("output_size_with_stride_one", "output_size_with_a_stride", "output_size_follows_torch")


def conv_output_size(width, kernel, padding, stride):
    return (width + 2 * padding - kernel) // stride
