"""A geometric series for the momentum, and the sum of its partial sums for the weight."""

from sympy import Function, Rational, rsolve, simplify, symbols

c, beta, eta = symbols("c beta eta", positive=True)
t = symbols("t", integer=True, nonnegative=True)

sgdm_momentum = c * (1 - beta**t) / (1 - beta)
sgdm_weight = -eta * c / (1 - beta) * (t + 1 - (1 - beta ** (t + 1)) / (1 - beta))


def proof():
    """The momentum solved by sympy's rsolve; the weight as its sum; both followed through the updates themselves."""
    m, k = Function("m"), symbols("k", integer=True, nonnegative=True)
    momentum = rsolve(m(k + 1) - beta * m(k) - c, m(k), {m(0): 0})
    weight = -eta * geometric_sums(momentum, k)
    follow()
    return {"sgdm_momentum": momentum.subs(k, t), "sgdm_weight": weight}


def geometric_sums(momentum, k):
    """The sum of the momentum from 1 to t: its constant part t times, its power of beta as a geometric series."""
    moving = momentum.expand().coeff(beta**k) * beta**k
    constant = simplify(momentum - moving)
    return constant * t + moving.subs(k, 1) * (1 - beta**t) / (1 - beta)


def follow():
    """Ten updates at exact numbers."""
    for numbers in [
        {c: 3, beta: Rational(2, 5), eta: Rational(1, 7)},
        {c: Rational(1, 2), beta: Rational(9, 10), eta: 2},
    ]:
        m = w = Rational(0)
        for step in range(10):
            for formula, value in [(sgdm_momentum, m), (sgdm_weight, w)]:
                if formula.subs(numbers).subs(t, step) != value:
                    raise AssertionError(f"{formula} is not {value} after {step} updates at {numbers}")
            m = numbers[beta] * m + numbers[c]
            w = w - numbers[eta] * m
