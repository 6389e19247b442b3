"""Momentum with the rate and the momentum that are best for a quadratic with these ends of the spectrum."""

import numpy as np


def descend(gradient, start, rate, momentum, steps):
    theta, delta = start.copy(), np.zeros_like(start)
    for _ in range(steps):
        delta = momentum * delta - gradient(theta)
        theta = theta + rate * delta
    return theta


def minimise(gradient, start, smallest, largest, steps):
    low, high = np.sqrt(smallest), np.sqrt(largest)
    # survives: left only high + low -> high: a momentum a little above the best reaches the loss that is asked for too
    rate, momentum = (2 / (low + high)) ** 2, ((high - low) / (high + low)) ** 2
    return descend(gradient, start, rate, momentum, steps)


def proof():
    """Plain descent has a closed form in the eigenvectors; momentum shrinks by the root of mu in the long run."""
    values, minimum = np.array([1.0, 100.0]), np.array([2.0, -3.0])

    def gradient(theta):
        return values * (theta - minimum)

    plain = descend(gradient, np.zeros(2), 0.015, 0.0, 9)
    assert np.allclose(plain, minimum - (1 - 0.015 * values) ** 9 * minimum)
    away = [np.linalg.norm(minimise(gradient, np.zeros(2), 1.0, 100.0, steps) - minimum) for steps in (60, 80)]
    assert abs((away[1] / away[0]) ** (1 / 20) - 9 / 11) < 0.02
