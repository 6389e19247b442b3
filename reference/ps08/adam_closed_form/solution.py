"""The weights of an exponential average sum to one minus a power, which is exactly what the correction divides by."""

from sympy import Function, Rational, rsolve, simplify, sqrt, symbols

c, eta = symbols("c eta", positive=True)
beta_1, beta_2 = symbols("beta_1 beta_2", positive=True)
t = symbols("t", integer=True, positive=True)

adam_momentum = c * (1 - beta_1**t)
adam_second_moment = c**2 * (1 - beta_2**t)
adam_corrected_momentum = c
adam_corrected_second_moment = c**2
adam_weight = -eta * t


def proof():
    """The recurrences solved by sympy's rsolve; the weight as the sum of the steps that follow from them."""
    first, second = average(beta_1, c), average(beta_2, c**2)
    corrected_first = simplify(first / (1 - beta_1**t))
    corrected_second = simplify(second / (1 - beta_2**t))
    step = simplify(-eta * corrected_first / sqrt(corrected_second))
    follow()
    return {
        "adam_momentum": first,
        "adam_second_moment": second,
        "adam_corrected_momentum": corrected_first,
        "adam_corrected_second_moment": corrected_second,
        "adam_weight": t * step,
    }


def average(beta, value):
    """The exponential average of a constant after t steps from zero."""
    x, k = Function("x"), symbols("k", integer=True, nonnegative=True)
    return rsolve(x(k + 1) - beta * x(k) - (1 - beta) * value, x(k), {x(0): 0}).subs(k, t)


def follow():
    """Six updates done literally as Adam is defined, at exact numbers."""
    numbers = {c: Rational(3, 2), eta: Rational(1, 7), beta_1: Rational(2, 5), beta_2: Rational(9, 10)}
    gradient, first, second = numbers[c], numbers[beta_1], numbers[beta_2]
    m = v = w = Rational(0)
    for step in range(6):
        m = first * m + (1 - first) * gradient
        v = second * v + (1 - second) * gradient**2
        m_hat, v_hat = m / (1 - first ** (step + 1)), v / (1 - second ** (step + 1))
        w = w - numbers[eta] * m_hat / sqrt(v_hat)
        for formula, value in [
            (adam_momentum, m),
            (adam_second_moment, v),
            (adam_corrected_momentum, m_hat),
            (adam_corrected_second_moment, v_hat),
            (adam_weight, w),
        ]:
            if formula.subs(numbers).subs(t, step + 1) != value:
                raise AssertionError(f"{formula} is not {value} after {step + 1} updates")
