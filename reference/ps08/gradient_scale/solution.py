"""SGDM passes the scale of the gradient on; Adam divides it out."""

import numpy as np
import torch

sgdm_dependence = "linear"
adam_dependence = "none"


def proof():
    """Run torch's optimisers at gradients c and 16c and read the power of c off the two weights."""
    powers = {0.0: "none", 1.0: "linear", 2.0: "quadratic", 0.5: "root", -1.0: "inverse"}
    found = powers[power(torch.optim.SGD, momentum=0.9)], powers[power(torch.optim.Adam, eps=0.0)]
    if found != (sgdm_dependence, adam_dependence):
        raise AssertionError(f"torch's SGD and Adam depend on the gradient like this: {found}")


def power(optimizer_class, **settings):
    small, large = (after(optimizer_class, scale, **settings) for scale in (0.25, 4.0))
    return round(float(np.log(large / small) / np.log(16.0)), 6) + 0.0


def after(optimizer_class, c, **settings):
    weight = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = optimizer_class([weight], lr=0.01, **settings)
    for _ in range(7):
        weight.grad = torch.full_like(weight, c)
        optimizer.step()
    return weight.item()
