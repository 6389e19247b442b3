"""An output that no convolution has touched sees itself: start with one, not with zero."""

loses = ("receptive_field_of_one_or_none", "receptive_field_of_a_stack", "receptive_field_is_what_really_matters")


def receptive_field(kernels, strides):
    width = 0
    for kernel, stride in zip(reversed(kernels), reversed(strides)):
        width = stride * (width - 1) + kernel
    return width
