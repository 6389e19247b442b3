"""Sums without end: polynomials times geometric terms exactly, others with a bound on the rest that is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from flint import acb, arb, fmpq

from grader.errors import Beyond, Imprecise, Nonconforming, Undefined
from grader.mathematics.arithmetic import ONE, ZERO, Dual, Scalar, as_integer, plain
from grader.mathematics.arrays import Value, is_array
from grader.mathematics.folding import Folding, folded
from grader.mathematics.matrix_series import powers_of_matrix
from grader.mathematics.places import Settling
from grader.mathematics.ratios import ratio_of
from grader.mathematics.structure import degree_in, infinite_sign, mentions
from grader.mathematics.substituting import mapped
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Divide,
    Fold,
    Indexed,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
    children,
)

DEGREE = 12
"""No polynomial in the index of a higher degree is summed."""

DOUBLINGS = range(4, 12)
"""A sum is cut after so many doublings of its first terms, as soon as the rest is small enough."""

SLOW = 600
"""No sum is tried that would need more terms than this for its bits, as its terms shrink in the end."""

BEGUN = 400
"""No family settles later than after so many members."""

DIVERGES = "a sum that does not converge"

Part: TypeAlias = tuple[Scalar, list[Scalar]]
"""A ratio q and the coefficients of a polynomial p: one summand ``p(j) q^j`` of a term."""


def summed(at: Folding, node: Fold) -> Value:
    """The value of a big operator, a sum without end included.

    Raises:
        Undefined: when a sum does not converge.
        Imprecise: when no small enough error can be given.
        Beyond: for terms of another form.
    """
    if node.operator != "sum" or node.lower is None or node.upper is None or infinite_sign(node.upper) != 1:
        return folded(at, node)
    if not _precision(at) or infinite_sign(node.lower):
        raise Beyond("a sum without end")
    start = as_integer(at.scalar(node.lower), "a lower bound")
    matrices = powers_of_matrix(at, node.body, node.index, start)
    if matrices is not None:
        return matrices
    begun, rest, start = _settled(at, node, start)
    return begun + _from(at, rest, node.index, start)


def _precision(at: Folding) -> int:
    """The bits of a system of balls; 0 of any other, in which nothing converges."""
    found: int = getattr(at.system, "precision", 0)
    return found


def _from(at: Folding, body: Node, index: str, start: int) -> Scalar:
    try:
        return _exactly(at, _Terms(at, index, start)(body))
    except Nonconforming as error:
        raise Beyond("a sum without end of arrays") from error
    except Beyond:
        if isinstance(body, Add):
            return _total([_from(at, term, index, start) for term in body.terms])
        return _by_ratio(at, body, index, start)


def _total(values: list[Scalar]) -> Scalar:
    total: Scalar = ZERO
    for value in values:
        total = total + value
    return total


def _settled(at: Folding, node: Fold, start: int) -> tuple[Scalar, Node, int]:
    """The terms as long as families in them vary, what a term is from there on, and where that begins."""
    place = at.place
    members = list(_members(node.body, node.index))
    if not members:
        return ZERO, node.body, start
    if not isinstance(place, Settling):
        raise Beyond("a sum without end over a family")
    settled = {one.name: place.settled(one.name) for one in members}
    begun: Scalar = ZERO
    for _ in range(BEGUN):
        with at.binding(node.index, fmpq(start)):
            if not any(_varies(at, one, node.index, settled[one.name]) for one in members):
                rest = _with_settled(node.body, node.index, {name: value for name, (_, value) in settled.items()})
                return begun, rest, start
            begun = begun + at.scalar(node.body)
        start += 1
    raise Beyond("a sum without end over a family")


def _members(node: Node, index: str) -> list[Indexed]:
    found = [one for child in children(node) for one in _members(child, index)]
    if isinstance(node, Indexed) and any(mentions(one, index) for one in node.indices):
        found.append(node)
    return found


def _varies(at: Folding, member: Indexed, index: str, settled: tuple[int, Scalar]) -> bool:
    """Whether a member, or one after it, is still to vary; its index must rise with the sum's."""
    (one,) = member.indices if len(member.indices) == 1 else (None,)
    if one is None or degree_in(one, index) != 1:
        raise Beyond("a sum without end over a family")
    here = as_integer(at.scalar(one), "an index")
    with at.binding(index, fmpq(1)):
        second = at.scalar(one)
    with at.binding(index, ZERO):
        if not second - at.scalar(one) > 0:
            raise Beyond("a sum without end over a family")
    return here <= settled[0]


def _with_settled(node: Node, index: str, settled: dict[str, Scalar]) -> Node:
    if isinstance(node, Indexed) and any(mentions(one, index) for one in node.indices):
        value = settled[node.name]
        return Number(Fraction(int(value.p), int(value.q)))
    return mapped(node, lambda child: _with_settled(child, index, settled))


@dataclass(frozen=True)
class _Terms:
    """Writes a term as a sum of polynomials times geometric terms in ``j``, the index being ``start + j``."""

    at: Folding
    index: str
    start: int

    def __call__(self, node: Node) -> list[Part]:
        if not mentions(node, self.index):
            return [(ONE, [self.at.scalar(node)])]
        match node:
            case Symbol():
                return [(ONE, [fmpq(self.start), ONE])]
            case Add(terms=terms):
                return [part for term in terms for part in self(term)]
            case Negate(body=body):
                return [(ratio, [-one for one in factors]) for ratio, factors in self(body)]
            case Multiply(factors=factors):
                result: list[Part] = [(ONE, [ONE])]
                for factor in factors:
                    result = _product(result, self(factor))
                return result
            case Divide(numerator=top, denominator=bottom):
                return _product(self(top), self._inverse(bottom))
            case Power(base=base, exponent=Number(value=value)) if value.denominator == 1 and mentions(
                base, self.index
            ):
                return self._whole_power(base, int(value))
            case Power(base=base, exponent=exponent) if not mentions(base, self.index):
                return [self._geometric(base, exponent)]
            case Apply(function="exp", arguments=(exponent,)):
                return [self._geometric(Constant("e"), exponent)]
            case Apply(function="binomial", arguments=(top, Number(value=count))) if count.denominator == 1:
                return self._falling(top, int(count))
            case Fold(operator="sum", body=Multiply(factors=factors)):
                outer = tuple(one for one in factors if not mentions(one, node.index))
                inner = replace(node, body=Multiply(tuple(one for one in factors if one not in outer)))
                if outer and not mentions(inner, self.index):
                    return self(Multiply((*outer, inner)))
        raise Beyond("a sum without end")

    def _whole_power(self, base: Node, exponent: int) -> list[Part]:
        if abs(exponent) > DEGREE:
            raise Beyond("a sum without end")
        parts = self(base) if exponent >= 0 else self._inverse(base)
        result: list[Part] = [(ONE, [ONE])]
        for _ in range(abs(exponent)):
            result = _product(result, parts)
        return result

    def _inverse(self, node: Node) -> list[Part]:
        parts = self(node)
        if len(parts) != 1 or len(parts[0][1]) != 1:
            raise Beyond("a sum without end")
        ((ratio, (factor,)),) = parts
        divide = self.at.system.divide
        return [(divide(ONE, ratio), [divide(ONE, factor)])]

    def _geometric(self, base: Node, exponent: Node) -> Part:
        if degree_in(exponent, self.index) != 1:
            raise Beyond("a sum without end")
        values: list[Scalar] = []
        for step in range(2):
            with self.at.binding(self.index, fmpq(self.start + step)):
                values.append(self.at.scalar(exponent))
        slope, first = values[1] - values[0], values[0]
        if base == Constant("e"):
            return self.at.system.apply("exp", (slope,)), [self.at.system.apply("exp", (first,))]
        value = self.at.scalar(base)
        return self.at.system.power(value, slope), [self.at.system.power(value, first)]

    def _falling(self, top: Node, count: int) -> list[Part]:
        if not 0 <= count <= DEGREE:
            raise Beyond("a sum without end")
        parts, result = self(top), [(ONE, [ONE])]
        for step in range(count):
            factor = [*parts, (ONE, [fmpq(-step)])]
            result = _product(_merged(result), [(ratio, [one / (step + 1) for one in many]) for ratio, many in factor])
        return result


def _product(first: list[Part], second: list[Part]) -> list[Part]:
    found: list[Part] = []
    for one, factors in first:
        for other, more in second:
            if len(factors) + len(more) > DEGREE + 2:
                raise Beyond("a sum without end")
            product: list[Scalar] = [ZERO] * (len(factors) + len(more) - 1)
            for place, a in enumerate(factors):
                for further, b in enumerate(more):
                    product[place + further] = product[place + further] + a * b
            found.append((one * other, product))
    return _merged(found)


def _merged(parts: list[Part]) -> list[Part]:
    """Parts of one exactly known ratio taken together."""
    found: dict[str, Part] = {}
    for place, (ratio, factors) in enumerate(parts):
        key = str(ratio) if isinstance(ratio, fmpq) else f"#{place}"
        if key not in found:
            found[key] = (ratio, factors)
            continue
        before = found[key][1]
        size = max(len(before), len(factors))
        padded = [[*many, *[ZERO] * (size - len(many))] for many in (before, factors)]
        found[key] = (ratio, [a + b for a, b in zip(*padded, strict=True)])
    return list(found.values())


def _exactly(at: Folding, parts: list[Part]) -> Scalar:
    """The sum over j of ``p(j) q^j`` by the differences of p: those of order i weigh ``q^i / (1-q)^(i+1)``."""
    total: Scalar = ZERO
    kept = [part for part in _merged(parts) if not all(_is_nothing(one) for one in part[1])]
    for ratio, factors in kept:
        size = abs(plain(ratio))
        if not size < 1:
            if len(kept) == 1 and (isinstance(size, fmpq) or size >= 1) and not _may_vanish(factors):
                raise Undefined(DIVERGES)
            raise Imprecise("whether a sum converges")
        values = [_polynomial(factors, fmpq(place)) for place in range(len(factors))]
        weight = at.system.divide(ONE, ONE - ratio)
        step = ratio * weight
        while values:
            total = total + values[0] * weight
            values = [after - before for before, after in pairwise(values)]
            weight = weight * step
    return total


def _is_nothing(value: Scalar) -> bool:
    return not isinstance(value, Dual) and bool(value == 0)


def _may_vanish(factors: list[Scalar]) -> bool:
    return all(not isinstance(plain(one), fmpq) and plain(one).contains(0) for one in factors)


def _polynomial(factors: list[Scalar], place: fmpq) -> Scalar:
    total: Scalar = ZERO
    for factor in reversed(factors):
        total = total * place + factor
    return total


def _by_ratio(at: Folding, body: Node, index: str, start: int) -> Scalar:
    """The first terms, and a ball for the rest: a geometric series above it, by the ratio of one term to the next."""
    ratio = ratio_of(at, body, index)
    if ratio.vanishes:
        return ZERO
    limit = ratio.limit()
    if limit is not None and not limit < 1:
        far = _term(at, body, index, max(start, BEGUN))
        if limit > 1 and not far.contains(0):
            raise Undefined(DIVERGES)
        raise Imprecise("a sum whose terms shrink more slowly than geometric ones")
    if limit is not None and limit > arb(2) ** -(arb(_precision(at)) / SLOW):
        raise Imprecise("a sum that needs too many terms")
    last_bound = ratio.beyond(DOUBLINGS[-1])
    if last_bound is None or not last_bound < 1:
        raise Imprecise("a sum that needs too many terms")
    total: Scalar = ZERO
    last = start
    for doublings in DOUBLINGS:
        end = 1 << doublings
        for place in range(last, end):
            total = total + _term(at, body, index, place)
        last = max(last, end)
        bound = ratio.beyond(doublings)
        if bound is not None and bound < 1:
            size = arb(abs(_term(at, body, index, last)))
            tail = (size / (1 - bound)).upper()
            if tail < arb(2) ** -_precision(at) * (1 + abs(arb(abs(total)))):
                rest = arb(0, tail)
                return total + (acb(rest, rest) if isinstance(total, acb) else rest)
    raise Imprecise("a sum without end")


def _term(at: Folding, body: Node, index: str, place: int) -> Scalar:
    with at.binding(index, fmpq(place)):
        value = at.scalar(body)
    if isinstance(value, Dual) or is_array(value):
        raise Beyond("the derivative of a sum without end")
    return value if isinstance(value, acb) else arb(value)
