"""Numbers with rigorous error bounds: the real natural domain, and the complex numbers with principal branches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import acb, arb, fmpq

from grader.errors import Beyond, Imprecise, NoValue, Undefined
from grader.mathematics.arithmetic import (
    MAGNITUDE_LIMIT,
    ONE,
    Dual,
    Scalar,
    apply_exactly,
    exact_power,
    exact_root,
    finite,
    plain,
    top_tag,
)
from grader.mathematics.ball_domains import REAL_DOMAINS, in_reach, magnitude
from grader.mathematics.ball_functions import COMPLEX_FUNCTIONS, GROWING, PIECEWISE, REAL_FUNCTIONS, SATURATING
from grader.mathematics.differentiating import COMPOSED, differentiate, power_of_dual, quotient_of_duals

VISITS = 3_000
"""No integral, with those inside it, takes more values of its integrand."""

GUARD = 48
"""Bits by which every term of a sum must rise above the sum's error, lest it be lost without a trace."""


class _Balls:
    """What real and complex balls share."""

    def __init__(self, precision: int) -> None:
        self.precision = precision
        self.absorbed = False
        self.needed = 0

    def divide(self, numerator: Scalar, denominator: Scalar) -> Scalar:
        """A quotient; zero in the denominator is `Undefined`, perhaps zero is `Imprecise`."""
        if isinstance(numerator, Dual) or isinstance(denominator, Dual):
            return quotient_of_duals(self, numerator, denominator)  # type: ignore[arg-type]  # made whole below
        if isinstance(denominator, fmpq):
            if denominator == 0:
                raise Undefined("a division by zero")
        elif denominator.contains(0):
            if denominator.is_zero():
                raise Undefined("a division by zero")
            raise Imprecise("whether a denominator is zero")
        return numerator / denominator

    def is_zero(self, value: Scalar) -> bool:
        """Whether a number is zero; a ball around zero may be or not."""
        if isinstance(value, fmpq):
            return bool(value == 0)
        if value.contains(0):
            if value.is_zero():
                return True
            raise Imprecise("whether a number is zero")
        return False

    def watch(self, total: Scalar, terms: Sequence[Scalar]) -> None:
        """Notice a term that is certainly not zero and smaller than the error of the sum times a margin."""
        if not isinstance(total, (arb, acb)):
            return
        radius = total.rad() if isinstance(total, arb) else total.real.rad() + total.imag.rad()
        if radius == 0:
            return
        floor = arb(radius) * (1 << GUARD)
        for term in terms:
            value = plain(term)
            if isinstance(value, fmpq):
                lost = value != 0 and bool(arb(abs(value)) < floor)
            else:
                lost = not value.contains(0) and bool(abs(value) < floor)
            if lost:
                self.absorbed = True
                size = magnitude(arb(value) if isinstance(value, fmpq) else value)
                self._need(self.precision + magnitude(floor) - size)

    def near_limit(self, name: str, argument: Scalar, value: Scalar) -> None:
        """Notice a value that is so near its limit that the difference is lost, as of tanh(1000)."""
        if self.absorbed or not isinstance(value, (arb, acb)):
            return
        if name in SATURATING:
            gap = abs(abs(value) - (2 if name == "erfc" else 1))
            self.absorbed = bool(gap < arb(2) ** (GUARD - self.precision))
        elif name in GROWING:
            self.absorbed = bool(abs(argument) > arb(self.precision - GUARD) / 3)
        if self.absorbed:
            size = magnitude(argument)
            square = name in ("erf", "erfc", "normal_cdf")
            self._need(3 << ((2 if square else 1) * size) if size < 20 else MAGNITUDE_LIMIT)

    def _need(self, bits: int) -> None:
        """Remember how many bits would show what was lost."""
        self.needed = max(self.needed, bits + 2 * GUARD)


class RealBalls(_Balls):
    """Real numbers: a formula has a value only where each of its parts is real."""

    def constant(self, name: str) -> Scalar:
        """Pi or e; i is not real."""
        if name == "pi":
            return arb.pi()
        if name == "e":
            return arb.const_e()
        raise Undefined("the imaginary unit among real numbers")

    def power(self, base: Scalar, exponent: Scalar) -> Scalar:
        """A real power: of a negative number only with a whole exponent."""
        if top_tag((base, exponent)):
            return power_of_dual(self, base, exponent)
        _all_real((base, exponent))
        if isinstance(exponent, fmpq):
            return self._rational_power(base, exponent)
        sign = self.sign(base)
        if sign == 0:
            if self.sign(exponent) > 0:
                return fmpq(0)
            raise Undefined("zero to a power that is not positive")
        if sign < 0:
            raise Undefined("a negative number to a power that is not whole")
        if isinstance(base, fmpq) and base == 1:
            return ONE
        logarithm = self.apply("log", (base,))
        return self.apply("exp", (exponent * logarithm,))

    def _rational_power(self, base: Scalar, exponent: fmpq) -> Scalar:
        whole = exponent.q == 1
        if isinstance(base, fmpq):
            if base < 0 and not whole:
                raise Undefined("a negative number to a power that is not whole")
            if base == 0 and exponent < 0:
                raise Undefined("a negative power of zero")
            exact = _exact_rational_power(base, exponent)
            if exact is not None:
                return exact
        elif exponent < 0 and base.contains(0):
            raise Imprecise("whether the base of a negative power is zero")
        elif not whole and self.sign(base) < 0:
            raise Undefined("a negative number to a power that is not whole")
        ball = arb(base)
        if whole and abs(exponent) <= 1 << 20:
            in_reach(magnitude(ball) * abs(int(exponent.p)))
            return finite(ball ** int(exponent.p), "a power")
        if ball < 0:
            result = self.apply("exp", (exponent * self.apply("log", (-ball,)),))
            return -result if int(exponent.p) % 2 else result
        if exponent.q == 2 and exponent.p == 1:
            return self.apply("sqrt", (ball,))
        return self.apply("exp", (exponent * self.apply("log", (ball,)),))

    def apply(self, name: str, arguments: Sequence[Scalar]) -> Scalar:
        """A real function where it is real."""
        if name in COMPOSED:
            return COMPOSED[name](self, arguments[0])
        tag = top_tag(arguments)
        if tag:
            return differentiate(self, name, arguments, tag)
        _all_real(arguments)
        exact = apply_exactly(name, arguments)
        if exact is not None:
            return exact
        if name in ("exp", "sigmoid") and not isinstance(arguments[0], Dual) and arb(arguments[0]) < -MAGNITUDE_LIMIT:
            self.absorbed = True
            self._need(MAGNITUDE_LIMIT)
            return arb(0, arb(2) ** -MAGNITUDE_LIMIT)
        domain = REAL_DOMAINS.get(name)
        if domain is not None:
            domain(self, *arguments)
        rule = REAL_FUNCTIONS.get(name)
        if rule is None:
            raise Beyond(f"the value of {name}")
        result = finite(rule(*(arb(argument) for argument in arguments)), f"the value of {name}")
        if name in SATURATING or name in GROWING:
            self.near_limit(name, arb(arguments[0]), result)
        return result

    def sign(self, value: Scalar) -> int:
        """The sign; of a ball around zero it is not known."""
        if isinstance(value, fmpq):
            return int(value > 0) - int(value < 0)
        if isinstance(value, Dual):
            raise Beyond("the sign of something that is differentiated")
        _all_real((value,))
        if value > 0:
            return 1
        if value < 0:
            return -1
        if value.is_zero():
            return 0
        raise Imprecise("the sign of a number near zero")

    def integrate(self, integrand: Callable[[Scalar, Any], Scalar], lower: Scalar, upper: Scalar) -> Scalar:
        """A definite integral with a rigorous error."""
        result = integral(integrand, lower, upper, ComplexBalls(self.precision)).real
        if result.rad() > arb(2) ** (-self.precision // 3):
            raise Imprecise("an integral")
        return result


def integral(integrand: Callable[[Scalar, Any], Scalar], lower: Scalar, upper: Scalar, system: ComplexBalls) -> acb:
    """A definite integral along a straight line, with a rigorous error.

    Raises:
        Imprecise: when no error can be given.
        Beyond: when the integrand cannot be computed, or it takes too many of its values.
    """
    before = system.analytic
    beyond: list[Beyond] = []

    def function(value: acb, analytic: bool) -> acb:
        system.analytic = analytic
        system.visits += 1
        if system.visits > VISITS:
            return acb("nan")
        try:
            found = integrand(value, system)
            if isinstance(found, Dual):
                raise Beyond("the derivative of an integral")
            return acb(found)
        except Beyond as error:
            beyond.append(error)
        except (NoValue, ZeroDivisionError):
            pass
        return acb("nan")

    result = acb.integral(function, acb(plain(lower)), acb(plain(upper)), eval_limit=VISITS, depth_limit=60)
    system.analytic = before
    if system.visits > VISITS:
        raise Beyond("an integral that takes too many values")
    if not result.is_finite():
        raise beyond[-1] if beyond else Imprecise("an integral")
    return result


def _all_real(numbers: Sequence[Scalar]) -> None:
    if any(isinstance(number, acb) for number in numbers):
        raise Beyond("a complex number among real ones")


def _exact_rational_power(base: fmpq, exponent: fmpq) -> fmpq | None:
    if exponent.q == 1:
        return exact_power(base, int(exponent.p)) if abs(exponent) < 1 << 40 else None
    root = exact_root(base, int(exponent.q)) if exponent.q <= 64 else None
    return None if root is None else exact_power(root, int(exponent.p))


class ComplexBalls(_Balls):
    """Complex numbers with principal branches; ``analytic`` is set while a contour is integrated along."""

    analytic = False
    visits = 0

    def constant(self, name: str) -> Scalar:
        """Pi, e or i."""
        return {"pi": arb.pi, "e": arb.const_e, "i": lambda: acb(0, 1)}[name]()

    def power(self, base: Scalar, exponent: Scalar) -> Scalar:
        """A power, exp(exponent log base) unless the exponent is whole."""
        if top_tag((base, exponent)):
            return power_of_dual(self, base, exponent)
        if isinstance(exponent, fmpq) and isinstance(base, fmpq) and (base >= 0 or exponent.q == 1):
            if base == 0 and exponent < 0:
                raise Undefined("a negative power of zero")
            exact = _exact_rational_power(base, exponent)
            if exact is not None:
                return exact
        if isinstance(exponent, fmpq) and exponent.q == 1 and abs(exponent) < 1 << 20:
            if exponent < 0 and acb(base).contains(0):
                raise Imprecise("whether the base of a negative power is zero")
            in_reach(magnitude(acb(base)) * abs(int(exponent.p)))
            return finite(acb(base) ** int(exponent.p), "a power")
        if isinstance(exponent, fmpq) and exponent == fmpq(1, 2):
            return self.apply("sqrt", (base,))
        if isinstance(base, fmpq) and base == 0:
            if isinstance(exponent, fmpq) and exponent > 0:
                return fmpq(0)
            raise Undefined("zero to a power that is not positive")
        return self.apply("exp", (exponent * self.apply("log", (base,)),))

    def apply(self, name: str, arguments: Sequence[Scalar]) -> Scalar:
        """A complex function."""
        if name in COMPOSED:
            return COMPOSED[name](self, arguments[0])
        tag = top_tag(arguments)
        if tag:
            return differentiate(self, name, arguments, tag)
        if name not in ("sqrt", "log") or arguments[0] != 0:
            exact = apply_exactly(name, arguments)
            if exact is not None:
                return exact
        values = [acb(argument) for argument in arguments]
        if name == "log" and values[0].contains(0):
            raise Undefined("the logarithm of zero") if values[0].is_zero() else Imprecise("a logarithm near zero")
        if name in ("exp", "sinh", "cosh", "sigmoid", "softplus", "sin", "cos", "tan", "tanh"):
            if not values[0].is_finite():
                raise Imprecise(f"the value of {name}")
            size = magnitude(values[0])
            in_reach(1 << size if 0 < size < 64 else (MAGNITUDE_LIMIT + 1) * (size >= 64))
        rule = COMPLEX_FUNCTIONS.get(name)
        if rule is None:
            return self._by_region(name, values)
        result = finite(rule(*values, self.analytic), f"the value of {name}")
        if name in SATURATING or name in GROWING:
            self.near_limit(name, values[0], result)
        return result

    def integrate(self, integrand: Callable[[Scalar, Any], Scalar], lower: Scalar, upper: Scalar) -> Scalar:
        """A definite integral with a rigorous error, also inside another."""
        return integral(integrand, lower, upper, self)

    def _by_region(self, name: str, values: Sequence[acb]) -> Scalar:
        if name in PIECEWISE:
            return finite(PIECEWISE[name](*values, self.analytic), f"the value of {name}")
        if all(value.imag == 0 for value in values) and name in REAL_FUNCTIONS:
            try:
                return RealBalls(self.precision).apply(name, [value.real for value in values])
            except Undefined as error:
                raise Beyond(f"{name} beyond where it is real") from error
        raise Beyond(f"{name} of complex numbers")

    def sign(self, value: Scalar) -> int:
        """The sign of what is real."""
        if isinstance(value, acb):
            if value.imag != 0:
                raise (
                    Undefined("an order of complex numbers") if not value.imag.contains(0) else Imprecise("a real part")
                )
            value = value.real
        return RealBalls(self.precision).sign(value)
