"""The weight moves by the momentum after the update, not by the one before it."""

loses = ("sgdm_makes_one_update", "sgdm_follows_torch")


def sgdm_step(w, m, gradient, eta, beta):
    return w - eta * m, beta * m + gradient
