"""The windows of neighbouring outputs overlap, so the widths do not multiply."""

loses = ("receptive_field_of_a_stack", "receptive_field_is_what_really_matters")


def receptive_field(kernels, strides):
    width = 1
    for kernel in kernels:
        width *= kernel
    return width
