"""In SGDM the gradient comes in with its full weight; this is the average that Adam uses."""

loses = ("sgdm_makes_one_update", "sgdm_follows_torch")


def sgdm_step(w, m, gradient, eta, beta):
    m = beta * m + (1 - beta) * gradient
    return w - eta * m, m
