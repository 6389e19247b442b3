"""Integrals of functions with corners or steps: between those places the integrand is one smooth formula."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from flint import arb, fmpq

from grader.errors import Beyond, Undefined
from grader.mathematics.arithmetic import Scalar, plain
from grader.mathematics.arrays import Value
from grader.mathematics.evaluating import Evaluator, integrated
from grader.mathematics.guards import guards_of
from grader.mathematics.structure import degree_in, infinite_sign, mentions, switches_on
from grader.mathematics.substituting import mapped, substitute
from grader.mathematics.tree import Add, Apply, Cases, Derivative, Integral, Multiply, Negate, Node, Number, Symbol

VARIABLE = "@t"
PIECES_LIMIT = 12


@dataclass(frozen=True)
class Pieced(Integral):
    """A definite integral that is taken piece by piece."""

    def value_at(self, at: Evaluator) -> Value:
        """The sum of the integrals between corners and steps that lie at zeros of straight lines."""
        low, high, variable = self.lower, self.upper, self.variable
        if low is None or high is None or infinite_sign(low) or infinite_sign(high):
            return integrated(at, self)
        ends = (at.scalar(low), at.scalar(high))
        if not all(isinstance(end, fmpq | arb) for end in ends) or not switches_on(self.body, variable):
            return integrated(at, self)
        places = self._breaks(at, *ends)
        total: Scalar = fmpq(0)
        for start, end in pairwise(places):
            with at.binding(variable, (start + end) / 2):
                smooth = _straightened(self.body, variable, at)
            with at.binding(f"{VARIABLE}0", start), at.binding(f"{VARIABLE}1", end):
                piece = Integral(smooth, variable, Symbol(f"{VARIABLE}0"), Symbol(f"{VARIABLE}1"))
                total = total + integrated(at, piece)
        return total

    def _breaks(self, at: Evaluator, low: Scalar, high: Scalar) -> list[Scalar]:
        """The ends, and between them the zeros of what the integrand changes its form at, in order.

        Raises:
            Beyond: when a break cannot be located.
        """
        body = substitute(self.body, self.variable, Symbol(VARIABLE))
        inside: list[Scalar] = []
        for guard in guards_of((body,)):
            if guard.pole or not mentions(guard.node, VARIABLE):
                continue
            if guard.grid or degree_in(guard.node, VARIABLE) != 1:
                raise Beyond("an integral of what changes its form at places that are not found")
            values = []
            for place in (0, 1):
                with at.binding(VARIABLE, fmpq(place)):
                    values.append(plain(at.scalar(guard.node)))
            rise = values[1] - values[0]
            if at.system.sign(rise) == 0:
                continue
            root = at.system.divide(-values[0], rise)
            backward = at.system.sign(high - low) < 0
            first, last = (high, low) if backward else (low, high)
            if at.system.sign(root - first) > 0 and at.system.sign(last - root) > 0:
                inside.append(root)
        if len(inside) > PIECES_LIMIT:
            raise Beyond("an integral of so many pieces")
        ordered = _sorted(inside, at)
        return [low, *(reversed(ordered) if at.system.sign(high - low) < 0 else ordered), high]


def _sorted(roots: list[Scalar], at: Evaluator) -> list[Scalar]:
    """Insertion by certain comparisons; what occurs twice is kept once."""
    ordered: list[Scalar] = []
    for root in roots:
        place = 0
        while place < len(ordered) and at.system.sign(root - ordered[place]) > 0:
            place += 1
        if place == len(ordered) or at.system.sign(root - ordered[place]) != 0:
            ordered.insert(place, root)
    return ordered


def _straightened(node: Node, variable: str, at: Evaluator) -> Node:
    """The formula with each corner or step replaced by what it is at the point that is bound to the variable."""
    inner = mapped(node, lambda child: _straightened(child, variable, at))
    if not mentions(node, variable):
        return node
    match inner:
        case Apply(function="abs", arguments=(body,)):
            return body if _sign(body, at) > 0 else Negate(body)
        case Apply(function="relu", arguments=(body,)):
            return body if _sign(body, at) > 0 else Number(Fraction(0))
        case Apply(function="sign" | "heaviside" as name, arguments=(body,)):
            low = -1 if name == "sign" else 0
            return Number(Fraction(1 if _sign(body, at) > 0 else low))
        case Apply(function="max" | "min" as name, arguments=(first, *others)):
            best = first
            for other in others:
                gap = plain(at.scalar(other) - at.scalar(best))
                best = other if (at.system.sign(gap) > 0) is (name == "max") else best
            return best
        case Apply(function="indicator", arguments=(condition,)):
            return Number(Fraction(at.holds(condition)))
        case Cases(branches=branches):
            holding = (value for value, condition in branches if condition is None or at.holds(condition))
            chosen = next(holding, None)
            if chosen is not None:
                return chosen
            raise Undefined("a definition by cases of which none applies")
        case _:
            return inner


def _sign(node: Node, at: Evaluator) -> int:
    return int(at.system.sign(plain(at.scalar(node))))


def in_pieces(node: Node) -> Node:
    """The formula with each definite integral as one that is taken piece by piece, derivatives of integrals inside."""
    inner = mapped(node, in_pieces)
    if isinstance(inner, Derivative) and isinstance(inner.body, Integral):
        return _differentiated(inner, inner.body)
    if type(inner) is not Integral or inner.lower is None or not switches_on(inner.body, inner.variable):
        return inner
    return Pieced(inner.body, inner.variable, inner.lower, inner.upper, span=inner.span)


def _differentiated(node: Derivative, integral: Integral) -> Node:
    """The derivative of a definite integral by Leibniz' rule; unchanged for an infinite end or a higher order."""
    low, high = integral.lower, integral.upper
    (variable, order), *others = node.variables
    if low is None or high is None or infinite_sign(low) or infinite_sign(high) or others or order != 1:
        return node
    name = variable.name if isinstance(variable, Symbol) else ""
    if name == integral.variable or not name:
        return node
    slope = Derivative(integral.body, node.variables, node.partial)
    inside: Node = replace(integral, body=slope) if mentions(integral.body, name) else Number(Fraction(0))
    terms = [inside]
    for end, sign in ((high, 1), (low, -1)):
        if mentions(end, name):
            rate = Derivative(end, node.variables, node.partial)
            term = Multiply((substitute(integral.body, integral.variable, end), rate))
            terms.append(term if sign > 0 else Negate(term))
    return Add(tuple(terms)) if len(terms) > 1 else inside
