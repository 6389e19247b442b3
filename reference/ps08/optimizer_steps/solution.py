"""The defining equations, line by line; t counts the updates before this one, so the powers are t + 1."""

import numpy as np
import torch


def sgdm_step(w, m, gradient, eta, beta):
    m = beta * m + gradient
    return w - eta * m, m


def adam_step(w, m, v, t, gradient, eta, beta_1, beta_2, epsilon):
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    corrected_m = m / (1 - beta_1 ** (t + 1))
    corrected_v = v / (1 - beta_2 ** (t + 1))
    return w - eta * corrected_m / (np.sqrt(corrected_v) + epsilon), m, v


def proof():
    """Follow torch.optim along random gradients, with every moment compared, at several settings."""
    rng = np.random.default_rng(0)
    for beta_1, beta_2, epsilon in [(0.9, 0.999, 1e-8), (0.5, 0.7, 0.1), (0.0, 0.9, 1.0)]:
        start, gradients = rng.normal(size=6), rng.normal(size=(15, 6))
        settings = {"betas": (beta_1, beta_2), "eps": epsilon}
        w, m, v = start, np.zeros(6), np.zeros(6)
        for t, (gradient, expected) in enumerate(zip(gradients, path(torch.optim.Adam, start, gradients, settings))):
            w, m, v = adam_step(w, m, v, t, gradient, 0.05, beta_1, beta_2, epsilon)
            np.testing.assert_allclose(w, expected, rtol=1e-10)
        w, m = start, np.zeros(6)
        for gradient, expected in zip(gradients, path(torch.optim.SGD, start, gradients, {"momentum": beta_2})):
            w, m = sgdm_step(w, m, gradient, 0.05, beta_2)
            np.testing.assert_allclose(w, expected, rtol=1e-10)


def path(optimizer_class, start, gradients, settings):
    weight = torch.tensor(start, requires_grad=True)
    optimizer = optimizer_class([weight], lr=0.05, **settings)
    for gradient in gradients:
        weight.grad = torch.tensor(gradient)
        optimizer.step()
        yield weight.detach().numpy().copy()
