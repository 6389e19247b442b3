"""A kernel is spread out by the strides before it, not by its own. Try a single convolution."""

loses = ("receptive_field_of_one_or_none", "receptive_field_of_a_stack", "receptive_field_is_what_really_matters")


def receptive_field(kernels, strides):
    width, jump = 1, 1
    for kernel, stride in zip(kernels, strides):
        jump *= stride
        width += (kernel - 1) * jump
    return width
