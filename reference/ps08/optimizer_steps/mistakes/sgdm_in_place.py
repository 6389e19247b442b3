"""Operators such as -= change the array of the caller. Compute a new array and return it."""

loses = ("sgdm_leaves_its_arguments_alone",)


def sgdm_step(w, m, gradient, eta, beta):
    m *= beta
    m += gradient
    w -= eta * m
    return w, m
