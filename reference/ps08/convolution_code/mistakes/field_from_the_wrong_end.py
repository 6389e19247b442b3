"""This goes through the convolutions in the order of the data. The recurrence starts at the last one."""

loses = ("receptive_field_of_a_stack", "receptive_field_is_what_really_matters")


def receptive_field(kernels, strides):
    width = 1
    for kernel, stride in zip(kernels, strides):
        width = stride * (width - 1) + kernel
    return width
