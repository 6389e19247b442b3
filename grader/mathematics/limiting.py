"""Limits by the growth of what is under them: the constant term of an expansion, at each point by itself."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import ctx

from grader.errors import Beyond, NoValue, Undefined
from grader.mathematics.arithmetic import Dual, Scalar
from grader.mathematics.arrays import Array, Value
from grader.mathematics.asymptotics import Expansion, negligible
from grader.mathematics.balls import RealBalls
from grader.mathematics.evaluating import Evaluator, approached
from grader.mathematics.expanding import Expanding
from grader.mathematics.places import Fixed, Function, Members, Place
from grader.mathematics.structure import infinite_sign
from grader.mathematics.substituting import mapped, names_in, substitute
from grader.mathematics.tree import Add, Divide, Limit, Negate, Node, Number, Symbol

PRECISION = 256
STEPS = 20_000

FAR = "#far"
"""What grows without bound in the place of a variable that approaches a point."""


@dataclass(frozen=True)
class Approached(Limit):
    """A limit that knows how its value is found."""

    def value_at(self, at: Evaluator) -> Value:
        """The value there where the formula is continuous; else the constant term of its expansion."""
        try:
            return approached(at, self)
        except Beyond:
            first, *others = (at_infinity(at, body) for body in self.bodies())
        if not all((first - other) == 0 or (first - other).contains(0) for other in others):
            raise Undefined("a limit with two sides")
        return first

    def bodies(self) -> tuple[Node, ...]:
        """The formula, from each side that is asked, of what grows without bound."""
        far = Symbol(FAR)
        end = infinite_sign(self.point)
        if end:
            return (substitute(self.body, self.variable, far if end > 0 else Negate(far)),)
        step = Divide(Number(Fraction(1)), far)
        places = {"+": Add((self.point, step)), "-": Add((self.point, Negate(step)))}
        chosen = [places[sign] for sign in self.direction or "+-"]
        return tuple(substitute(self.body, self.variable, place) for place in chosen)


def at_infinity(at: Evaluator, body: Node) -> Scalar:
    """What a formula tends to as its `FAR` grows.

    Raises:
        Undefined: when it grows without bound.
        Beyond: when its expansion is not found.
    """
    precision = getattr(at.system, "precision", 0)
    if not precision:
        raise Beyond("a limit")
    expand = Expanding(frozenset({FAR}), (_Bound(at),), precision)
    found: Expansion = expand(body)
    if found.rough or not all(negligible(one, ()) for one in found.error):
        raise Beyond("a limit that is lost in the error of an expansion")
    total: Scalar = expand.one.values[0] * 0
    for term in found.terms:
        if not term.exponent:
            total = total + term.coefficient.values[0]
        elif not negligible(term.exponent, ()):
            raise Undefined("a limit that is not finite")
    return total


def infinite_limit(node: Node) -> int:
    """1 or -1 for a limit of a formula in its variable alone that is infinite from each side asked; 0 elsewhere."""
    if not isinstance(node, Approached) or names_in(node):
        return 0
    at = Evaluator(RealBalls(PRECISION), Fixed(), STEPS)
    found = {_infinite(at, body) for body in node.bodies()}
    return found.pop() if len(found) == 1 else 0


def is_finite_limit(node: Node) -> bool:
    """Whether this is a limit of a formula in its variable alone that is known to be a number."""
    if not isinstance(node, Approached) or names_in(node):
        return False
    with ctx.workprec(PRECISION):
        try:
            node.value_at(Evaluator(RealBalls(PRECISION), Fixed(), STEPS))
        except NoValue:
            return False
    return True


def _infinite(at: Evaluator, body: Node) -> int:
    """The sign of what a formula grows to as its `FAR` grows; 0 where that is finite, or not found."""
    with ctx.workprec(PRECISION):
        try:
            found: Expansion = Expanding(frozenset({FAR}), (_Bound(at),), PRECISION)(body)
            if found.rough or not found.terms:
                return 0
            leading = found.leading()
        except NoValue:
            return 0
        grows = bool(leading.exponent) and not negligible(leading.exponent, ())
        return leading.coefficient.sign if grows else 0


@dataclass(frozen=True)
class _Bound:
    """The point of an evaluation together with what its bound names stand for."""

    at: Evaluator

    @property
    def _place(self) -> Place:
        return self.at.place

    def value(self, name: str) -> Value | Members:
        held: Any = self.at.bound.get(name)
        if isinstance(held, Dual):
            raise Beyond("the derivative of a limit")
        return held if held is not None else self._place.value(name)

    def function(self, name: str) -> Function | None:
        return self._place.function(name)

    def member(self, name: str, indices: tuple[int, ...]) -> Value:
        return self._place.member(name, indices)

    def whole(self, name: str) -> Array | None:
        return self._place.whole(name)

    def range_of(self, name: str, position: int) -> range:
        return self._place.range_of(name, position)


def with_limits(node: Node) -> Node:
    """The formula with each limit as one that knows how its value is found."""
    inner = mapped(node, with_limits)
    if type(inner) is not Limit:
        return inner
    return Approached(inner.body, inner.variable, inner.point, inner.direction, span=inner.span)
