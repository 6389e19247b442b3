"""Adam as usually written, with numpy operations that make new arrays."""

import numpy as np


def adam_step(theta, gradient, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    corrected = np.sqrt(v / (1 - beta2**t))
    return theta - alpha * (m / (1 - beta1**t)) / (corrected + eps), m, v


def proof():
    """A constant gradient moves every entry by alpha in each step, as long as epsilon does not count."""
    theta, m, v = np.zeros(3), np.zeros(3), np.zeros(3)
    gradient = np.array([1e3, -2.0, 0.5])
    for t in range(1, 30):
        theta, m, v = adam_step(theta, gradient, m, v, t, alpha=0.1)
        assert np.allclose(theta, -0.1 * t * np.sign(gradient))
