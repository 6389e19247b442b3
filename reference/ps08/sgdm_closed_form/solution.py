"""A geometric series for the momentum, and the sum of its partial sums for the weight."""

from sympy import Function, factor, rsolve, simplify, symbols

c, beta, eta = symbols("c beta eta", positive=True)
t = symbols("t", integer=True, nonnegative=True)

sgdm_momentum = c * (1 - beta**t) / (1 - beta)
sgdm_weight = -eta * c / (1 - beta) * (t + 1 - (1 - beta ** (t + 1)) / (1 - beta))


def proof():
    """The recurrences solved by sympy's rsolve, and both forms followed through ten updates."""
    m, w, k = Function("m"), Function("w"), symbols("k", integer=True, nonnegative=True)
    momentum = rsolve(m(k + 1) - beta * m(k) - c, m(k), {m(0): 0})
    weight = rsolve(w(k + 1) - w(k) + eta * momentum.subs(k, k + 1), w(k), {w(0): 0})
    follow(momentum.subs(k, t), weight.subs(k, t))
    return {"sgdm_momentum": factor(momentum.subs(k, t)), "sgdm_weight": weight.subs(k, t)}


def follow(momentum, weight):
    m = w = 0
    for step in range(10):
        for formula, value in [(sgdm_momentum, m), (sgdm_weight, w), (momentum, m), (weight, w)]:
            if simplify(formula.subs(t, step) - value) != 0:
                raise AssertionError(f"{formula} is not {value} after {step} updates")
        m = beta * m + c
        w = w - eta * m
