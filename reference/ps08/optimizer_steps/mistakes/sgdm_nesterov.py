"""This looks ahead once more, as Nesterov does. The update above moves by the new momentum itself."""

loses = ("sgdm_makes_one_update", "sgdm_follows_torch")


def sgdm_step(w, m, gradient, eta, beta):
    m = beta * m + gradient
    return w - eta * (gradient + beta * m), m
