"""Numbers a formula can be computed with: exact rationals, residues, real and complex balls, and duals of each.

A number is a flint ``fmpq`` (exact), ``nmod`` (a residue), ``arb`` or ``acb`` (a ball), or a `Dual`. The operators
``+ - *`` mix them; whatever can fail (a quotient, a power, a function) goes through a `System`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from flint import acb, arb, fmpq, fmpz, nmod

from grader.errors import Beyond, Imprecise, Undefined

Scalar: TypeAlias = Any
"""An ``fmpq``, ``nmod``, ``arb``, ``acb`` or `Dual`; flint has no type hints."""

BITS_LIMIT = 100_000
"""No exact power, factorial or binomial with more bits than this is computed."""

MAGNITUDE_LIMIT = 1 << 40
"""No ball whose logarithm (base 2) is larger than this is computed."""

PRIME = (1 << 61) - 1

ZERO = fmpq(0)
ONE = fmpq(1)


class System(Protocol):
    """One way of computing: divides, raises to powers, applies functions, or raises a `NoValue`."""

    def constant(self, name: str) -> Scalar:
        """The value of ``pi``, ``e`` or ``i``."""

    def divide(self, numerator: Scalar, denominator: Scalar) -> Scalar:
        """A quotient; a denominator that is zero is `Undefined`."""

    def power(self, base: Scalar, exponent: Scalar) -> Scalar:
        """A power; zero to the power zero is one."""

    def apply(self, name: str, arguments: Sequence[Scalar]) -> Scalar:
        """A function of `functions.py` that takes and gives numbers."""

    def sign(self, value: Scalar) -> int:
        """-1, 0 or 1; what has no sign here is `Beyond`, what is not known closely enough `Imprecise`."""

    def is_zero(self, value: Scalar) -> bool:
        """Whether a number is zero; what is not known closely enough is `Imprecise`."""

    def watch(self, total: Scalar, terms: Sequence[Scalar]) -> None:
        """Is told of every sum, so that a term lost in the radius of the others is noticed."""


@dataclass(frozen=True)
class Dual:
    """``value + slope * epsilon`` with ``epsilon^2 = 0``; ``tag`` keeps nested derivatives apart."""

    value: Scalar
    slope: Scalar
    tag: int

    def __add__(self, other: Scalar) -> Scalar:
        if isinstance(other, Dual):
            if other.tag == self.tag:
                return Dual(self.value + other.value, self.slope + other.slope, self.tag)
            if other.tag > self.tag:
                return Dual(self + other.value, other.slope, other.tag)
        return Dual(self.value + other, self.slope, self.tag)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope, self.tag)

    def __sub__(self, other: Scalar) -> Scalar:
        return self + (-other)

    def __rsub__(self, other: Scalar) -> Scalar:
        return (-self) + other

    def __mul__(self, other: Scalar) -> Scalar:
        if isinstance(other, Dual):
            if other.tag == self.tag:
                return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value, self.tag)
            if other.tag > self.tag:
                return Dual(self * other.value, self * other.slope, other.tag)
        return Dual(self.value * other, self.slope * other, self.tag)

    __rmul__ = __mul__


def dual_parts(number: Scalar, tag: int) -> tuple[Scalar, Scalar]:
    """The value and the slope of a number with respect to one derivative."""
    return (number.value, number.slope) if isinstance(number, Dual) and number.tag == tag else (number, ZERO)


def top_tag(numbers: Sequence[Scalar]) -> int:
    """The innermost derivative that any of the numbers takes part in; 0 when none does."""
    return max((number.tag for number in numbers if isinstance(number, Dual)), default=0)


def plain(number: Scalar) -> Scalar:
    """The number without its slopes."""
    while isinstance(number, Dual):
        number = number.value
    return number


def is_integer(number: Scalar) -> bool:
    """Whether a number is exactly known and whole."""
    return isinstance(number, fmpq) and number.q == 1


def as_integer(number: Scalar, what: str) -> int:
    """The whole number that a bound or an index is.

    Raises:
        Undefined: when it is exactly known and not whole.
        Beyond: when it is not exactly known.
    """
    number = plain(number)
    if isinstance(number, fmpq):
        if number.q != 1:
            raise Undefined(f"{what} is {number}, not a whole number")
        return int(number.p)
    if isinstance(number, arb) and number.is_exact() and number.is_integer():
        return int(number.unique_fmpz())
    raise Beyond(f"{what} is not known exactly")


def bits(number: fmpq) -> int:
    """How many bits an exact number takes."""
    return int(number.height_bits())


def exact_power(base: fmpq, exponent: int) -> fmpq | None:
    """An exact integer power; None when it would be too long.

    Raises:
        Undefined: for zero to a negative power.
    """
    if base == 0:
        if exponent < 0:
            raise Undefined("a negative power of zero")
        return ONE if exponent == 0 else ZERO
    if abs(exponent) * max(bits(base) - 1, 0 if abs(base) == 1 else 1) > BITS_LIMIT:
        return None
    return base ** (exponent % 2 if base == -1 else exponent) if abs(base) == 1 else base**exponent


def exact_root(value: fmpq, degree: int) -> fmpq | None:
    """The exact root of a number that is not negative; None when it is irrational or costly."""
    if degree > 64 or bits(value) > BITS_LIMIT:
        return None
    numerator, denominator = int(value.p), int(value.q)
    parts = [_integer_root(part, degree) for part in (numerator, denominator)]
    return fmpq(parts[0], parts[1]) if parts[0] is not None and parts[1] is not None else None


def _integer_root(value: int, degree: int) -> int | None:
    root = math.isqrt(value) if degree == 2 else int(fmpz(value).root(degree))
    return root if root**degree == value else None


def _factorial(number: fmpq) -> fmpq | None:
    if number.q != 1:
        return None
    if number < 0:
        raise Undefined(f"the factorial of {number}")
    return fmpq(fmpz.fac_ui(int(number.p))) if number <= 8_000 else None


def _binomial(top: fmpq, bottom: fmpq) -> fmpq | None:
    if bottom.q != 1:
        return None
    if bottom < 0:
        return ZERO
    if top.q == 1 and top >= 0 and top - bottom < bottom:
        bottom = top - bottom
        if bottom < 0:
            return ZERO
    if bottom > 4_000 or bits(top) * int(bottom.p) > BITS_LIMIT:
        return None
    product = ONE
    for step in range(int(bottom.p)):
        product = product * (top - step) / (step + 1)
    return product


def _modulo(value: fmpq, modulus: fmpq) -> fmpq:
    if modulus == 0:
        raise Undefined("a remainder after division by zero")
    return value - modulus * fmpq((value / modulus).floor())


def _quotient(value: fmpq, divisor: fmpq) -> fmpq:
    if divisor == 0:
        raise Undefined("a division by zero")
    return fmpq((value / divisor).floor())


def _log(number: fmpq) -> fmpq | None:
    if number == 0:
        raise Undefined("the logarithm of zero")
    return ZERO if number == 1 else None


def _gamma(number: fmpq) -> fmpq | None:
    if number.q == 1 and number <= 0:
        raise Undefined(f"the gamma function at {number}")
    return _factorial(number - 1)


def _sqrt(number: fmpq) -> fmpq | None:
    return exact_root(number, 2) if number >= 0 else None


def _zero_at_zero(number: fmpq) -> fmpq | None:
    return ZERO if number == 0 else None


def _one_at_zero(number: fmpq) -> fmpq | None:
    return ONE if number == 0 else None


def _integers(operation: Callable[[int, int], int]) -> Callable[[fmpq, fmpq], fmpq | None]:
    def apply(first: fmpq, second: fmpq) -> fmpq | None:
        if first.q != 1 or second.q != 1:
            raise Undefined("a common divisor or multiple of numbers that are not whole")
        return fmpq(operation(int(first.p), int(second.p)))

    return apply


EXACT_FUNCTIONS: dict[str, Callable[..., fmpq | None]] = {
    "abs": abs,
    "sign": lambda x: fmpq((x > 0) - (x < 0)),
    "floor": lambda x: fmpq(x.floor()),
    "ceil": lambda x: fmpq(x.ceil()),
    "round": lambda x: fmpq((x + fmpq(1, 2)).floor()),
    "relu": lambda x: max(x, ZERO),
    "heaviside": lambda x: ONE if x > 0 else ZERO if x < 0 else fmpq(1, 2),
    "min": lambda *many: min(many),
    "max": lambda *many: max(many),
    "mod": _modulo,
    "floordiv": _quotient,
    "gcd": _integers(math.gcd),
    "lcm": _integers(math.lcm),
    "factorial": _factorial,
    "binomial": _binomial,
    "gamma_function": _gamma,
    "sqrt": _sqrt,
    "log": _log,
    "exp": _one_at_zero,
    "cos": _one_at_zero,
    "cosh": _one_at_zero,
    **dict.fromkeys(("sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf"), _zero_at_zero),
    "sigmoid": lambda x: fmpq(1, 2) if x == 0 else None,
    "re": lambda x: x,
    "im": lambda _: ZERO,
    "conjugate": lambda x: x,
    "arg": lambda x: ZERO if x > 0 else None,
}
"""What is exactly known of each function at exact rationals; None where the value is irrational or too long."""


def apply_exactly(name: str, arguments: Sequence[Scalar]) -> fmpq | None:
    """The exact value of a function at exact rationals, or None."""
    rule = EXACT_FUNCTIONS.get(name)
    if rule is None or not all(isinstance(argument, fmpq) for argument in arguments):
        return None
    return rule(*arguments)


def contains_zero(value: Scalar) -> bool:
    """Whether zero cannot be excluded."""
    value = plain(value)
    if isinstance(value, (arb, acb)):
        return bool(value.contains(0))
    return bool(value == 0)


def is_finite(value: Scalar) -> bool:
    """Whether a ball (or an exact number) has a finite midpoint and radius."""
    return not isinstance(value, (arb, acb)) or bool(value.is_finite())


def finite(value: Scalar, what: str) -> Scalar:
    """The value itself when it is finite.

    Raises:
        Imprecise: when its enclosure is the whole line.
    """
    if not is_finite(value):
        raise Imprecise(what)
    return value


def is_residue(value: Scalar) -> bool:
    """Whether a number is a residue."""
    return isinstance(value, nmod)
