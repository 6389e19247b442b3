r"""Sums that dots end, ``1 + x + x^2 + \cdots``, as sums to infinity where three terms or more settle a law."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.reading.bounds import ONE
from grader.mathematics.reading.dots import free_index, leaves, number_of, same_term, with_leaves
from grader.mathematics.tree import Add, Apply, Constant, Fold, Multiply, Negate, Node, Number, Power, Symbol, children

ENDLESS = "the dots at the end are read as going on to infinity by the pattern of the terms before them"
"""What is noted where dots end a sum."""
_FEWEST = 3
_MOST = 8
_MOST_LEAVES = 5
_MOST_PATTERNS = 400
_SMALLEST_FACTORIAL = 6


def endless(terms: Sequence[Node], kinds: Mapping[str, Kind]) -> list[Node] | None:
    r"""The terms before dots with the row that they begin as one sum to infinity; None where they settle none.

    Each whole number of the last term stays as it is or grows with the number of the term: by one or two each time, or
    else as a square, a factorial or a power; the sign stays or alternates. All terms of the row must follow, three or
    more, and only one law may fit. Terms before the row are left outside.
    """
    if not _FEWEST <= len(terms) <= _MOST:
        return None
    index = free_index(terms, kinds)
    if index is None:
        return None
    declaration = Declaration(kinds)
    for start in range(len(terms) - _FEWEST + 1):
        found = _law(terms[start:], index, declaration)
        if found is not None:
            fold = Fold("sum", found, index, Number(Fraction(0)), Constant("infinity"))
            return [*terms[:start], fold]
    return None


def ends(node: Node) -> bool:
    """Whether a formula holds a sum that ends, beside which dots at the end of another may end as well."""
    finite = isinstance(node, Fold) and node.upper is not None and node.upper != Constant("infinity")
    return finite or any(map(ends, children(node)))


def _law(row: Sequence[Node], index: str, declaration: Declaration) -> Node | None:
    """The one general term that gives all terms of a row, with the index counted from 0."""
    negative = [isinstance(term, Negate) for term in row]
    alternating = all(one is not other for one, other in itertools.pairwise(negative))
    if not (alternating or len(set(negative)) == 1):
        return None
    bodies = [term.body if isinstance(term, Negate) else term for term in row]
    body = _only(bodies, index, declaration, plain=True) or _only(bodies, index, declaration, plain=False)
    if body is None:
        return None
    if alternating:
        here = Symbol(index)
        power = Add((here, ONE)) if negative[0] else here
        return Multiply((Power(Negate(ONE), power), body))
    return Negate(body) if negative[0] else body


def _only(bodies: Sequence[Node], index: str, declaration: Declaration, *, plain: bool) -> Node | None:
    """The only law among the plain ones, in which numbers grow by one or two, or among all."""
    laws = [
        body
        for body in _patterns(bodies, index, plain=plain)
        if all(same_term(with_index(body, index, place), one, declaration) for place, one in enumerate(bodies))
    ]
    return laws[0] if laws and all(same_law(one, laws[0], index, declaration) for one in laws[1:]) else None


def with_index(body: Node, index: str, place: int) -> Node:
    """The term of a row at a place."""
    count = Number(Fraction(place))
    return with_leaves(body, {at: count for at, one in enumerate(leaves(body)) if one == Symbol(index)})


def same_law(one: Node, other: Node, index: str, declaration: Declaration) -> bool:
    """Whether two general terms give the same next terms."""
    places = range(_MOST, _MOST + _FEWEST)
    return all(same_term(with_index(one, index, at), with_index(other, index, at), declaration) for at in places)


def _patterns(bodies: Sequence[Node], index: str, *, plain: bool) -> Iterator[Node]:
    last, size = bodies[-1], len(bodies) - 1
    if not plain:
        yield from _geometric(bodies, index)
    numbers = [at for at, one in enumerate(leaves(last)) if isinstance(one, Number) and one.value.denominator == 1]
    if not 0 < len(numbers) <= _MOST_LEAVES:
        return
    given = leaves(last)
    choices = [[None, *_growing(_whole(given[at]), size, Symbol(index), plain=plain)] for at in numbers]
    if math.prod(map(len, choices)) > _MOST_PATTERNS:
        return
    for chosen in itertools.product(*choices):
        found = {at: node for at, node in zip(numbers, chosen, strict=True) if node is not None}
        if found:
            yield with_leaves(last, found)


def _geometric(bodies: Sequence[Node], index: str) -> Iterator[Node]:
    """Numbers alone, each the same multiple of the one before: ``0.9 + 0.09 + 0.009``."""
    values = [value for one in bodies if (value := number_of(one)) is not None]
    if len(values) != len(bodies) or not all(values):
        return
    ratios = {second / first for first, second in itertools.pairwise(values)}
    if len(ratios) == 1 and (ratio := ratios.pop()) != 1:
        yield Multiply((Number(values[0]), Power(Number(ratio), Symbol(index))))


def _growing(value: int, size: int, here: Node, *, plain: bool) -> Iterator[Node]:
    """What a whole number of the last term, of which the place is ``size``, may be at any place."""
    yield _shifted(here, value - size)
    yield _shifted(Multiply((Number(Fraction(2)), here)), value - 2 * size)
    if plain:
        return
    root = math.isqrt(value) if value > 1 else 0
    if root > 1 and root * root == value:
        yield Power(_shifted(here, root - size), Number(Fraction(2)))
    for base in range(2, 11):
        exponent = _logarithm(value, base)
        if exponent > 1:
            yield Power(Number(Fraction(base)), _shifted(here, exponent - size))
    for offset in (0, 1):
        if value >= _SMALLEST_FACTORIAL and math.factorial(size + offset) == value:
            yield Apply("factorial", (_shifted(here, offset),))


def _shifted(node: Node, offset: int) -> Node:
    if not offset:
        return node
    count = Number(Fraction(abs(offset)))
    return Add((node, count if offset > 0 else Negate(count)))


def _logarithm(value: int, base: int) -> int:
    """The exponent of a power of a base; 0 where a number is none."""
    exponent = 0
    while value > 1 and value % base == 0:
        value, exponent = value // base, exponent + 1
    return exponent if value == 1 else 0


def _whole(node: Node) -> int:
    return int(node.value) if isinstance(node, Number) else 0
