"""The gradient of the penalty is 2 lambda theta, so a decay of 2 lambda is the same step."""

import numpy as np
from sympy import symbols

lam_symbol = symbols("lambda", positive=True)

equal_decay = 2 * lam_symbol
same_in_adam = "no"


def step_with_penalty(theta, gradient, lam, rate):
    return theta - rate * (gradient + 2 * lam * theta)


def step_with_decay(theta, gradient, decay, rate):
    return theta - rate * (gradient + decay * theta)


def ridge_descent(x, y, lam, rate, steps):
    theta = np.zeros(x.shape[1])
    for _ in range(steps):
        theta = step_with_penalty(theta, 2 * x.T @ (x @ theta - y) / len(y), lam, rate)
    return theta


def proof():
    """The descent ends at the solution of the normal equations; both steps agree for the decay that is stated."""
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    for lam in (0.0, 0.3):
        closed = np.linalg.solve(x.T @ x / 20 + lam * np.eye(3), x.T @ y / 20)
        assert np.allclose(ridge_descent(x, y, lam, 0.1, 2000), closed)
        decay = float(equal_decay.subs(lam_symbol, lam))
        assert np.allclose(step_with_penalty(closed, y[:3], lam, 0.2), step_with_decay(closed, y[:3], decay, 0.2))
