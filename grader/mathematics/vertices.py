r"""Extremes over all real numbers of what is quadratic there: ``\arg\min_x (x - a)^2 + (x - b)^2`` is ``(a + b)/2``."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from grader.mathematics.kinds import Declaration
from grader.mathematics.structure import degree_in, mentions
from grader.mathematics.substituting import mapped, substitute
from grader.mathematics.tree import Add, Apply, Divide, Fold, Multiply, Negate, Node, Number
from grader.mathematics.verdict import Decide

_SIGNS = {"min": 1, "argmin": 1, "max": -1, "argmax": -1}
_QUADRATIC = 2
_ZERO, _ONE, _TWO = (Number(Fraction(value)) for value in range(3))


def at_vertices(
    sides: tuple[Node, Node], declaration: Declaration, decide_in: Callable[[Declaration], Decide]
) -> tuple[Node, Node]:
    r"""Two formulas with each extreme without a range as the place, or the value, at the vertex of its parabola.

    A polynomial of degree two in a real number has its least value where the derivative is zero if its leading
    coefficient is positive, and none otherwise. Extremes of anything else stay as they are, and so do two extremes
    beside one another.
    """
    if all(isinstance(side, Fold) for side in sides):
        return sides

    def turned(node: Node) -> Node:
        inner = mapped(node, turned)
        if not isinstance(inner, Fold) or inner.operator not in _SIGNS:
            return inner
        kind = declaration.symbols.get(inner.index)
        bounded = inner.lower is not None or inner.upper is not None or inner.domain is not None
        if bounded or (kind is not None and kind.name != "real") or _degree(inner.body, inner.index) != _QUADRATIC:
            return inner
        return _vertex(inner, decide_in(declaration)) or inner

    first, second = (turned(side) for side in sides)
    return first, second


def _degree(node: Node, name: str) -> int | None:
    """The degree in a name, as `degree_in`; of a sum whose bounds do not hold it, that of what is added."""
    match node:
        case Add(terms=terms):
            degrees = [_degree(term, name) for term in terms]
            return None if None in degrees else max(one for one in degrees if one is not None)
        case Fold(operator="sum", body=body, index=index, lower=lower, upper=upper, domain=domain) if index != name:
            around = [one for one in (lower, upper, domain) if one is not None]
            return None if any(mentions(one, name) for one in around) else _degree(body, name)
        case Negate(body=body):
            return _degree(body, name)
        case Divide(numerator=top, denominator=bottom) if not mentions(bottom, name):
            return _degree(top, name)
        case Multiply(factors=factors):
            degrees = [_degree(factor, name) for factor in factors]
            return None if None in degrees else sum(one for one in degrees if one is not None)
        case _:
            return degree_in(node, name)


def _vertex(fold: Fold, decide: Decide) -> Node | None:
    """Where the extreme is, or its value there; None where no sign of the leading coefficient is proven."""
    at_zero, at_one, at_minus = (
        substitute(fold.body, fold.index, value) for value in (_ZERO, _ONE, Number(Fraction(-1)))
    )
    leading = Add((at_one, at_minus, Negate(Multiply((_TWO, at_zero)))))  # twice the coefficient
    signed = leading if _SIGNS[fold.operator] > 0 else Negate(leading)
    if decide(leading, _ZERO).verdict != "different" or not decide(Apply("abs", (signed,)), signed).equal:
        return None
    place = Divide(Add((at_minus, Negate(at_one))), Multiply((_TWO, leading)))
    return place if fold.operator.startswith("arg") else substitute(fold.body, fold.index, place)
