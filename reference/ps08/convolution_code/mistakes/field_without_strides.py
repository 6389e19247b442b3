"""After a stride, neighbouring values are further apart in the input; the strides must come in."""

loses = ("receptive_field_of_a_stack", "receptive_field_is_what_really_matters")


def receptive_field(kernels, strides):
    return 1 + sum(kernel - 1 for kernel in kernels)
