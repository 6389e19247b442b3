"""The weight should move against the momentum."""

loses = ("sgdm_makes_one_update", "sgdm_follows_torch")


def sgdm_step(w, m, gradient, eta, beta):
    m = beta * m + gradient
    return w + eta * m, m
