"""Sums of inverse sines, cosines and tangents proven to be zero: the sine of the sum is an algebraic number."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from grader.mathematics.preparing import exact_value, is_algebraic_zero
from grader.mathematics.tree import Add, Apply, Constant, Divide, Multiply, Negate, Node, Number, Power

MOST = 64
"""No sum with more angles than this is looked at, an angle counted as often as it is added."""

MOST_ROOTS = 4
"""No sum with more angles that have roots in them."""

_ONE = Number(Fraction(1))
_INVERSE = frozenset({"asin", "acos", "atan"})


class _Direction(NamedTuple):
    """A point of the plane in the direction of an angle; how far away it is does not matter."""

    cosine: Node
    sine: Node


def is_no_angle(node: Node) -> bool:
    r"""Whether a sum of angles, known to be small, is proven to be zero: ``atan(1/2) + atan(1/3) - pi/4``.

    Every term is a rational multiple of pi or of an inverse sine, cosine or tangent. A multiple N of the sum has whole
    coefficients, so its sine is made of the sines and cosines of its terms alone; where that is zero and the multiple
    is smaller than pi, the sum is zero. The caller has seen that the sum is smaller than 2^{-300}.
    """
    terms = list(_terms(node, Fraction(1)))
    if not terms or any(angle is None for _, angle in terms):
        return False
    times = math.lcm(*(share.denominator for share, _ in terms))
    total = _Direction(_ONE, Number(Fraction(0)))
    angles, roots = 0, 0
    for share, angle in terms:
        count = int(share * times)
        if angle is None or angle == Constant("pi"):
            total = _flipped(total) if count % 2 else total
            continue
        one = _direction(angle)
        angles += abs(count)
        roots += 0 if isinstance(one.cosine, Number) and isinstance(one.sine, Number) else abs(count)
        if angles > MOST or roots > MOST_ROOTS:
            return False
        for _ in range(abs(count)):
            total = _added(total, one if count > 0 else _Direction(one.cosine, _number(Negate(one.sine))))
    return is_algebraic_zero(total.sine)


def _terms(node: Node, share: Fraction) -> Iterator[tuple[Fraction, Node | None]]:
    """The angles of a sum with the rational that each is multiplied by; None for what is no angle."""
    match node:
        case Add(terms=terms):
            for term in terms:
                yield from _terms(term, share)
        case Negate(body=body):
            yield from _terms(body, -share)
        case Divide(numerator=top, denominator=bottom):
            value = exact_value(bottom)
            yield from _terms(top, share / _fraction(value)) if value else [(share, None)]
        case Multiply(factors=factors):
            others = [one for one in factors if exact_value(one) is None]
            for one in factors:
                value = exact_value(one)
                share *= _fraction(value) if value is not None else 1
            yield from _terms(others[0], share) if len(others) == 1 else [(share, None)]
        case Constant(name="pi"):
            yield share, node
        case Apply(function=name, arguments=(_,)) if name in _INVERSE:
            yield share, node
        case _:
            value = exact_value(node)
            if value is None or value != 0:
                yield share, None


def _direction(angle: Node) -> _Direction:
    inside = angle.arguments[0] if isinstance(angle, Apply) else angle
    name = angle.function if isinstance(angle, Apply) else ""
    inside = _number(inside)
    if name == "atan":
        return _Direction(_ONE, inside)
    square = _number(Power(inside, Number(Fraction(2))))
    other = _number(Apply("sqrt", (_number(Add((_ONE, Negate(square)))),)))
    return _Direction(other, inside) if name == "asin" else _Direction(inside, other)


def _added(one: _Direction, other: _Direction) -> _Direction:
    return _Direction(
        _number(Add((_product(one.cosine, other.cosine), Negate(_product(one.sine, other.sine))))),
        _number(Add((_product(one.sine, other.cosine), _product(one.cosine, other.sine)))),
    )


def _flipped(one: _Direction) -> _Direction:
    return _Direction(_number(Negate(one.cosine)), _number(Negate(one.sine)))


def _product(one: Node, other: Node) -> Node:
    return _number(Multiply((one, other)))


def _number(node: Node) -> Node:
    """A formula as a number, where it is a rational one."""
    value = exact_value(node)
    return node if value is None else Number(_fraction(value))


def _fraction(value: object) -> Fraction:
    return Fraction(str(value))
