"""Epsilon is added to the root, not to what stands under it."""

import numpy as np

loses = ("adam_makes_a_later_update", "adam_follows_torch")


def adam_step(w, m, v, t, gradient, eta, beta_1, beta_2, epsilon):
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    corrected_m, corrected_v = m / (1 - beta_1 ** (t + 1)), v / (1 - beta_2 ** (t + 1))
    return w - eta * corrected_m / np.sqrt(corrected_v + epsilon), m, v
