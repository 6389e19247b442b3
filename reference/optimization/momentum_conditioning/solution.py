"""The factors at both ends of the spectrum are balanced; momentum replaces the condition number by its root."""

import numpy as np
from sympy import Abs, sqrt, symbols

lambda_max, lambda_min, kappa = symbols("lambda_max lambda_min kappa", positive=True)

stable_rate = 2 / lambda_max
stable_rate_inequality = "gamma < 2/lambda_max"
best_rate = 2 / (lambda_max + lambda_min)
descent_factor = (kappa - 1) / (kappa + 1)
descent_factor_absolute = Abs(kappa - 1) / (kappa + 1)
square_root_factor = (sqrt(kappa) - 1) / (sqrt(kappa) + 1)
momentum_changes_condition = "no"
momentum_reason = (
    "Along the valley the gradients agree and add up, so the steps grow; across it they change sign and cancel."
)


def proof():
    """The best rate by search, and the spectral radius of a step with momentum, for a few condition numbers."""
    for small, large in ((1.0, 100.0), (0.5, 2.0), (2.0, 30.0)):
        ratio = large / small
        rates = np.linspace(0, 2 / large, 200_001)
        slowest = np.maximum(abs(1 - rates * small), abs(1 - rates * large))
        best = float(best_rate.subs({lambda_max: large, lambda_min: small}))
        assert abs(rates[slowest.argmin()] - best) < 2e-5 / small
        assert abs(slowest.min() - float(descent_factor.subs(kappa, ratio))) < 1e-4
        assert max(abs(1 - 1.001 * float(stable_rate.subs(lambda_max, large)) * np.array([small, large]))) > 1
        root = float(square_root_factor.subs(kappa, ratio))
        rate = (2 / (small**0.5 + large**0.5)) ** 2
        for value in np.linspace(small, large, 5):
            # theta and Delta in one step: Delta' = mu Delta - h theta, theta' = theta + rate Delta'
            step = np.array([[1 - rate * value, rate * root**2], [-value, root**2]])
            assert abs(max(abs(np.linalg.eigvals(step))) - root) < 1e-5
