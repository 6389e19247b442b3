"""This counts the inputs that matter. Asked is the stretch from the first of them to the last, gaps included."""

loses = ("receptive_field_of_a_stack", "receptive_field_is_what_really_matters")


def receptive_field(kernels, strides):
    seen = {0}
    for kernel, stride in zip(reversed(kernels), reversed(strides)):
        seen = {stride * place + offset for place in seen for offset in range(kernel)}
    return len(seen)
