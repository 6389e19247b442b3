"""Where real functions are defined, and which numbers are too large to compute with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flint import arb, fmpq

from grader.errors import Beyond, Imprecise, Undefined
from grader.mathematics.arithmetic import MAGNITUDE_LIMIT, Scalar, System

NOTHING = -(1 << 62)
"""The magnitude of zero."""


def magnitude(value: Scalar) -> int:
    """The exponent of the largest absolute value in a ball, as a power of 2; very negative for zero."""
    upper = abs(value).upper() if isinstance(value, arb) else value.abs_upper()
    if upper == 0:
        return NOTHING
    _, exponent = upper.man_exp()
    mantissa, _ = upper.man_exp()
    return int(exponent) + int(mantissa).bit_length()


def in_reach(size: int) -> None:
    """Nothing for a magnitude that can be computed with.

    Raises:
        Beyond: for any other.
    """
    if size > MAGNITUDE_LIMIT or NOTHING < size < -MAGNITUDE_LIMIT:
        raise Beyond("a number too large to compute with")


def _positive(what: str, *, zero: bool) -> Callable[..., None]:
    def check(balls: System, value: Scalar) -> None:
        sign = balls.sign(value)
        if sign < 0 or (sign == 0 and not zero):
            raise Undefined(
                f"{what} of a number that is not {'' if zero else 'positive'}{'zero or more' if zero else ''}"
            )

    return check


def _between(what: str, *, closed: bool) -> Callable[..., None]:
    def check(balls: System, value: Scalar) -> None:
        for gap in (1 - value, 1 + value):
            sign = balls.sign(gap)
            if sign < 0 or (sign == 0 and not closed):
                raise Undefined(f"{what} of a number beyond one")

    return check


def _share(balls: System, value: Scalar) -> None:
    if balls.sign(value) <= 0 or balls.sign(1 - value) <= 0:
        raise Undefined("a quantile of a number that is not between zero and one")


def _at_least_one(balls: System, value: Scalar) -> None:
    if balls.sign(value - 1) < 0:
        raise Undefined("acosh of a number below one")


def _exponent(_: System, value: Scalar) -> None:
    size = magnitude(arb(value))
    in_reach(max(size, 0) if size <= 64 else MAGNITUDE_LIMIT + 1)
    in_reach(int(abs(arb(value)).upper().floor().unique_fmpz() or 0))


def _factorial_argument(balls: System, value: Scalar) -> None:
    if isinstance(value, fmpq) and value.q == 1 and value < 0:
        raise Undefined(f"the factorial of {value}")
    if magnitude(arb(value)) > 34:
        raise Beyond("a factorial too large to compute with")
    if not isinstance(value, fmpq) and not value > 0:
        balls.is_zero(value)


def _bounded_angle(_: System, value: Scalar) -> None:
    if magnitude(arb(value)) > 4_096:
        raise Beyond("an angle too large to compute with")


def _tangent(balls: System, value: Scalar) -> None:
    _bounded_angle(balls, value)
    if arb(value).cos().contains(0):
        raise Imprecise("whether a tangent is defined")


REAL_DOMAINS: Mapping[str, Callable[..., None]] = {
    "sqrt": _positive("the square root", zero=True),
    "log": _positive("the logarithm", zero=False),
    "loggamma": _positive("the logarithm of gamma", zero=False),
    "asin": _between("asin", closed=True),
    "acos": _between("acos", closed=True),
    "atanh": _between("atanh", closed=False),
    "acosh": _at_least_one,
    "normal_quantile": _share,
    "exp": _exponent,
    "sinh": _exponent,
    "cosh": _exponent,
    "softplus": _exponent,
    "sigmoid": _exponent,
    "factorial": _factorial_argument,
    "gamma_function": _factorial_argument,
    "sin": _bounded_angle,
    "cos": _bounded_angle,
    "tan": _tangent,
}
