"""A width is a whole number. What happens to a last step that does not fit any more?"""

loses = ("output_size_with_a_stride", "output_size_follows_torch")


def conv_output_size(width, kernel, padding, stride):
    return (width + 2 * padding - kernel) / stride + 1
