"""How the terms of a series shrink: the ratio of one term to the one before, enclosed from some index on."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from flint import acb, arb, fmpq

from grader.errors import Beyond
from grader.mathematics.arithmetic import ONE, ZERO, Scalar, plain
from grader.mathematics.folding import Folding
from grader.mathematics.structure import degree_in, mentions
from grader.mathematics.tree import Add, Apply, Constant, Divide, Multiply, Negate, Node, Number, Power

DEGREE = 12

STEPS = 3
"""No factorial of more than three times the index."""


@dataclass
class Ratio:
    """The ratio of one term to the one before it, as a function of the index.

    ``base`` is the ratio of the geometric factors; ``polynomials`` are coefficients, lowest first, with the power they
    are raised to; ``factorials`` are (a, b, e) for ``(a k + b)!^e``.
    """

    base: Scalar = ONE
    polynomials: list[tuple[list[Scalar], int]] = field(default_factory=list)
    factorials: list[tuple[int, Scalar, int]] = field(default_factory=list)

    @property
    def order(self) -> int:
        """By which power of the index the terms shrink from one to the next."""
        return -sum(step * power for step, _, power in self.factorials)

    @property
    def vanishes(self) -> bool:
        """Whether a factor is zero, and every term with it."""
        return any(power > 0 and all(_is_nothing(one) for one in factors) for factors, power in self.polynomials)

    def limit(self) -> arb | None:
        """What the size of the ratio tends to; None when that is zero.

        Raises:
            Beyond: when it grows without bound.
        """
        if self.order > 0:
            return None
        if self.order < 0:
            raise Beyond("a sum without end")
        size = _size(self.base)
        for step, _, power in self.factorials:
            size *= arb(step) ** (step * power)
        return size

    def beyond(self, doublings: int) -> arb | None:
        """A bound on the size of the ratio for all indices from ``2^doublings`` on; None when there is none yet."""
        half = 0.5 ** (doublings + 1)
        inverse = arb(half, half)
        total = _size(self.base) * inverse**self.order
        for step, offset, power in self.factorials:
            for turn in range(1, step + 1):
                total *= (step + (arb(plain(offset)) + turn) * inverse) ** power
        for factors, power in self.polynomials:
            after = (1 + inverse) ** (len(factors) - 1) * _reversed(factors, inverse / (1 + inverse))
            before = _reversed(factors, inverse)
            if before.contains(0):
                return None
            total *= abs(after / before) ** power
        return abs(total).upper() if total.is_finite() else None


def _is_nothing(value: Scalar) -> bool:
    return isinstance(value, fmpq) and bool(value == 0)


def _size(value: Scalar) -> arb:
    return abs(arb(abs(plain(value))))


def _reversed(factors: list[Scalar], at: arb) -> Scalar:
    """``p(1/u) u^d``, at the inverse u of an index."""
    total: Scalar = acb(0) if any(isinstance(plain(one), acb) for one in factors) else arb(0)
    for factor in factors:
        total = total * at + plain(factor)
    return total


def ratio_of(at: Folding, body: Node, index: str) -> Ratio:
    """How the terms of a series shrink.

    Raises:
        Beyond: when the terms are no product of polynomials, geometric terms and factorials.
    """
    found = _Collecting(at, index, Ratio())
    found(body, 1)
    return found.ratio


@dataclass(frozen=True)
class _Collecting:
    """Goes through the factors of a term; ``power`` is the whole power that each is raised to."""

    at: Folding
    index: str
    ratio: Ratio

    def __call__(self, node: Node, power: int) -> None:
        if not mentions(node, self.index):
            return
        degree = degree_in(node, self.index)
        match node:
            case Multiply(factors=factors):
                for factor in factors:
                    self(factor, power)
            case Negate(body=body):
                self(body, power)
            case Divide(numerator=top, denominator=bottom):
                self(top, power)
                self(bottom, -power)
            case Power(base=base, exponent=exponent) if not mentions(base, self.index):
                self._geometric(base, exponent, power)
            case Power(base=base, exponent=Number(value=value)) if value.denominator == 1 and abs(value) <= DEGREE:
                self(base, power * int(value))
            case Apply(function="exp", arguments=(exponent,)):
                self._geometric(Constant("e"), exponent, power)
            case Apply(function="factorial", arguments=(argument,)):
                self._factorial(argument, power)
            case Apply(function="gamma_function", arguments=(argument,)):
                self._factorial(Add((argument, Number(Fraction(-1)))), power)
            case Apply(function="binomial", arguments=(top, bottom)):
                self._factorial(top, power)
                self._factorial(bottom, -power)
                self._factorial(Add((top, Negate(bottom))), -power)
            case _ if degree is not None and degree <= DEGREE:
                self.ratio.polynomials.append((self._coefficients(node, degree), power))
            case _:
                raise Beyond("a sum without end")

    def _values(self, node: Node, count: int) -> list[Scalar]:
        found: list[Scalar] = []
        for place in range(count):
            with self.at.binding(self.index, fmpq(place)):
                found.append(plain(self.at.scalar(node)))
        return found

    def _line(self, node: Node) -> tuple[Scalar, Scalar]:
        """Slope and start of what is linear in the index."""
        if degree_in(node, self.index) not in (0, 1):
            raise Beyond("a sum without end")
        first, second = self._values(node, 2)
        return second - first, first

    def _geometric(self, base: Node, exponent: Node, power: int) -> None:
        slope, _ = self._line(exponent)
        system = self.at.system
        if base == Constant("e"):
            factor = system.apply("exp", (slope * power,))
        else:
            factor = system.power(plain(self.at.scalar(base)), slope * power)
        self.ratio.base = self.ratio.base * factor

    def _factorial(self, argument: Node, power: int) -> None:
        slope, start = self._line(argument)
        if slope == 0:
            return
        if not isinstance(slope, fmpq) or slope.q != 1 or not 0 < slope <= STEPS:
            raise Beyond("a sum without end")
        self.ratio.factorials.append((int(slope.p), start, power))

    def _coefficients(self, node: Node, degree: int) -> list[Scalar]:
        """Of a polynomial in the index, lowest first, by Newton's form; leading ones that are zero are left out."""
        differences, values = [], self._values(node, degree + 1)
        while values:
            differences.append(values[0])
            values = [after - before for before, after in pairwise(values)]
        found: list[Scalar] = [ZERO]
        for order in reversed(range(degree + 1)):
            times = [ZERO, *(one / (order + 1) for one in found)]
            less = [one * fmpq(-order, order + 1) for one in found]
            found = [a + b for a, b in zip(times, [*less, ZERO], strict=True)]
            found[0] = found[0] + differences[order]
        while len(found) > 1 and _is_nothing(found[-1]):
            found.pop()
        return found
