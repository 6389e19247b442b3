"""Delta is a geometric sum of the gradient: 1 + mu + ... + mu^(t-1) times -g."""

from sympy import Rational, cancel, limit, oo, symbols

gamma = symbols("gamma", positive=True)
mu = symbols("mu", positive=True)
t = symbols("t", integer=True, positive=True)

rate_after = gamma * (1 - mu**t) / (1 - mu)
rate_limit = gamma / (1 - mu)
times_at_09 = 10
times_at_099 = 100
moved_after = gamma / (1 - mu) * (t - mu * (1 - mu**t) / (1 - mu))
rate_alternating = gamma / (1 + mu)


def proof():
    """The recurrence itself, for seven steps in symbols, with equal and with alternating gradients."""
    delta, moved = 0, 0
    for step in range(1, 8):
        delta = mu * delta - 1
        moved += gamma * delta
        assert cancel(-gamma * delta - rate_after.subs(t, step)) == 0
        assert cancel(-moved - moved_after.subs(t, step)) == 0
    tenth = Rational(1, 10)
    assert limit(rate_after.subs(mu, 9 * tenth), t, oo) == times_at_09 * gamma
    assert rate_limit.subs(mu, 1 - tenth**2) == times_at_099 * gamma
    delta, sign = 0, 1
    for _ in range(200):
        delta, sign = 0.5 * delta - sign, -sign
    assert abs(delta * sign - float(rate_alternating.subs({gamma: 1, mu: 0.5}))) < 1e-12
