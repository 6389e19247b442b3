"""Constants without symbols: there is no random point for them, so equality is proven or it is not claimed.

Four proofs: a separation bound for algebraic numbers (Burnikel, Funke, Mehlhorn, Schirra, Schmitt, 2001: a
number built from whole numbers with roots is zero or larger than a known bound); the same for the sine of a sum of
angles; replacing pi, e and the logarithms of
primes by random numbers, since an identity in unknowns holds for them too; and what exact arithmetic gives.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from flint import acb, arb, ctx, fmpq, fmpz

from grader.errors import Beyond, NoValue
from grader.mathematics.arithmetic import Scalar, plain
from grader.mathematics.arrays import Array
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.looks import Style
from grader.mathematics.pairs import Pair
from grader.mathematics.preparing import ConstantBalls, is_algebraic_zero, prepared
from grader.mathematics.tree import Add, Negate, Node
from grader.mathematics.turning_angles import is_no_angle


def difference_of(pair: Pair) -> Node:
    """The difference of two constants, with angles and logarithms brought to a form that can be proven."""
    return Add((prepared(pair.student), Negate(prepared(pair.reference))))


def proven_equal(pair: Pair) -> str:
    """How two constants, of which no number of digits tells a difference, are proven equal; empty when they are not."""
    node = difference_of(pair)
    if _algebraic_zero(node, pair):
        return "equal algebraic numbers, by a separation bound"
    if is_no_angle(node):
        return "equal angles: the sine of their difference is zero, by a separation bound"
    if _zero_when_lifted(node, pair):
        return "equal for any values in the place of pi, e and the logarithms of primes"
    return ""


def _algebraic_zero(node: Node, pair: Pair) -> bool:
    return is_algebraic_zero(node) if pair.roles.free == () else False


class _Lifted(ConstantBalls):
    """Balls in which pi, e and the logarithms of primes are random rationals."""

    def __init__(self, precision: int, seed: str) -> None:
        super().__init__(precision)
        self.rng = random.Random(seed)  # noqa: S311 - points, not secrets
        self.stand_ins: dict[Any, fmpq] = {}

    def stand_in(self, name: Any) -> fmpq:
        """The random number that stands for a constant."""
        if name not in self.stand_ins:
            self.stand_ins[name] = fmpq(self.rng.randint(10**40, 10**41), self.rng.randint(10**40, 10**41))
        return self.stand_ins[name]

    def constant(self, name: str) -> Scalar:
        """A random number for pi and for e."""
        if name == "i":
            raise Beyond("i among random numbers")
        return self.stand_in(name)

    def apply(self, name: str, arguments: Sequence[Scalar]) -> Scalar:
        """Logarithms by their primes; what else does not commute with the replacement is beyond it."""
        argument = arguments[0]
        if name == "log" and isinstance(argument, fmpq) and argument > 0:
            return self._logarithm(argument)
        if name in ("sqrt", "abs", "max", "min", "sinpi", "cospi", "tanpi", "factorial", "binomial", "sign"):
            if name in ("sqrt", "factorial", "binomial") or name.endswith("pi"):
                return super().apply(name, arguments)
            raise Beyond("a sign of random numbers")
        if name == "exp":
            return self._raised(self.stand_in("e"), argument)
        raise Beyond(f"{name} of random numbers")

    def power(self, base: Scalar, exponent: Scalar) -> Scalar:
        """A power of a positive number."""
        if isinstance(exponent, fmpq) and exponent.q == 1:
            return super().power(base, exponent)
        return self._raised(base, exponent)

    def _raised(self, base: Scalar, exponent: Scalar) -> Scalar:
        if isinstance(exponent, fmpq) and exponent.q == 1 and abs(exponent) < 1_000:
            return super().power(base, exponent)
        if not arb(base) > 0:
            raise Beyond("a power of a random number that is not positive")
        return (arb(exponent) * arb(base).log()).exp()

    def _logarithm(self, value: fmpq) -> Scalar:
        if any(value == one for one in self.stand_ins.values()):
            return self.stand_in(("log", str(value)))
        if value.height_bits() > 60:
            raise Beyond("the logarithm of a large number")
        total = fmpq(0)
        for sign, part in ((1, value.p), (-1, value.q)):
            for prime, count in fmpz(part).factor():
                total = total + self.stand_in(("log", int(prime))) * (sign * int(count))
        return total


def _zero_when_lifted(node: Node, pair: Pair) -> bool:
    for attempt in range(4):
        before = ctx.prec
        ctx.prec = 512
        try:
            system = _Lifted(512, f"{pair.seed}/lift/{attempt}")
            value = Evaluator(system, pair.point(Style("plain")), 50_000)(node)
        except (NoValue, ZeroDivisionError):
            return False
        finally:
            ctx.prec = before
        entries = value.entries if isinstance(value, Array) else (value,)
        if not all(_is_nothing(plain(entry)) for entry in entries):
            return False
    return True


def _is_nothing(value: Scalar) -> bool:
    if isinstance(value, fmpq):
        return bool(value == 0)
    return isinstance(value, (arb, acb)) and bool(value.contains(0)) and bool(abs(value) < arb(2) ** -300)
