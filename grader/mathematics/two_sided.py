r"""Sums over all whole numbers of unknown sequences, ``\sum_{k=-\infty}^\infty x[k] h[n-k]``, and integrals like them.

A sequence of which nothing is said is taken as one that is zero far out: what differs for such differs, and what holds
for all of them holds wherever both sums converge. An integral over all numbers of functions at ``t`` and ``s - t`` is
compared as such a sum: both stay the same where what runs over everything is shifted or turned round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import product

from flint import fmpq

from grader.errors import Beyond
from grader.mathematics.arithmetic import ZERO, Scalar
from grader.mathematics.array_signs import parts_of
from grader.mathematics.arrays import Value
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.functions import known
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.structure import infinite_sign, mentions
from grader.mathematics.substituting import mapped, names_in
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Derivative,
    Divide,
    Fold,
    Gradient,
    Indexed,
    Integral,
    Limit,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
    children,
)

WIDTH = 2
"""A sequence is zero at all indices further from zero than this."""

FAMILY = Kind("sequence", member=Kind("real"))
PLACE = Kind("integer")


@dataclass(frozen=True)
class Supported(Indexed):
    """A member of a sequence that is zero far out."""

    def value_at(self, at: Evaluator) -> Value:
        """The member."""
        places = tuple(at.integer(one, "an index") for one in self.indices)
        return ZERO if any(abs(one) > WIDTH for one in places) else at.place.member(self.name, places)


@dataclass(frozen=True)
class Everywhere(Fold):
    """A sum over all whole numbers of what is zero far out."""

    def value_at(self, at: Evaluator) -> Value:
        """The sum of the terms that may not be zero."""
        reach = _reach(at, self.body, self.index)
        if reach is None:
            raise Beyond("a sum without end")
        total: Scalar = ZERO
        for place in range(-reach, reach + 1):
            with at.binding(self.index, fmpq(place)):
                total = total + at.scalar(self.body)
        return total


def with_two_sided(student: Node, reference: Node, declaration: Declaration) -> tuple[Node, Node, Declaration] | None:
    """Both formulas with such sums and integrals over sequences that are zero far out; None where not both have one."""
    given = (student, reference)
    if not all(any(isinstance(one, Fold | Integral) for one in parts_of(side)) for side in given):
        return None
    sides = [_with_sums(side, declaration) for side in given]
    if not all(any(isinstance(one, Everywhere) for one in parts_of(side)) for side in sides):
        return None
    if not _alike(sides):
        return None
    names = {name for side in sides for name in _summed(side)}
    found = [_supported(side, frozenset(names)) for side in sides]
    if any(_speaks_else(side, frozenset(names)) for side in found):
        return None
    free = {name for side in sides for name in _places(side, frozenset(names))}
    kinds = dict.fromkeys(free & declaration.symbols.keys(), PLACE) | dict.fromkeys(names, FAMILY)
    return found[0], found[1], replace(declaration, symbols={**declaration.symbols, **kinds})


def _with_sums(node: Node, declaration: Declaration) -> Node:
    inner = mapped(node, lambda child: _with_sums(child, declaration))
    match inner:
        case Fold(operator="sum", index=index, body=body) if type(inner) is Fold and (
            _is_all(inner) or (_is_unbounded(inner) and _is_shifted(body, index))
        ):
            return Everywhere("sum", body, index, Negate(Constant("infinity")), Constant("infinity"))
        case Integral(variable=index, body=body, lower=lower, upper=upper) if (
            _is_shifted(_as_members(body, declaration), index)
            and (lower is upper is None or (_sign(lower), _sign(upper)) == (-1, 1))
            and not _bare(_as_members(body, declaration), index)
        ):
            turned = _as_members(body, declaration)
            return Everywhere("sum", turned, index, Negate(Constant("infinity")), Constant("infinity"))
        case _:
            return inner


def _sign(node: Node | None) -> int:
    return 0 if node is None else infinite_sign(node)


def _is_all(fold: Fold) -> bool:
    """Whether a sum runs over all whole numbers."""
    return (_sign(fold.lower), _sign(fold.upper)) == (-1, 1) or fold.domain == Constant("integers")


def _is_unbounded(fold: Fold) -> bool:
    return (fold.lower, fold.upper, fold.domain) == (None, None, None)


def _as_members(node: Node, declaration: Declaration) -> Node:
    """The formula with each value of an unknown function of one number as a member of a sequence."""
    inner = mapped(node, lambda child: _as_members(child, declaration))
    match inner:
        case Apply(function=name, arguments=(place,)) if name not in known() and type(inner) is Apply:
            return Indexed(name, (place,))
        case _:
            return inner


def _is_shifted(node: Node, index: str) -> bool:
    """Whether one member is taken at an index, and another where it is added to or taken from another name."""
    members = [one for one in parts_of(node) if isinstance(one, Indexed) and mentions(one, index)]
    places = [place for one in members for place in one.indices if mentions(place, index)]
    alone = any(place in (Symbol(index), Negate(Symbol(index))) for place in places)
    return alone and any(isinstance(place, Add) and names_in(place) - {index} for place in places)


def _bare(node: Node, index: str) -> bool:
    """Whether an index stands elsewhere than in the place of a member."""
    if isinstance(node, Indexed):
        return False
    return node == Symbol(index) or any(_bare(child, index) for child in children(node))


def _alike(sides: Sequence[Node]) -> bool:
    """Whether both sides sum and integrate as often: a sum stands for an integral only beside another one."""
    counts = [sum(isinstance(one, Everywhere) for one in parts_of(side)) for side in sides]
    closed = (Derivative, Gradient, Limit, Integral)
    return counts[0] == counts[1] and not any(isinstance(one, closed) for side in sides for one in parts_of(side))


def _summed(node: Node) -> Iterator[str]:
    """The sequences of which members are taken at an index that runs over everything."""
    for fold in parts_of(node):
        if isinstance(fold, Everywhere):
            for one in parts_of(fold.body):
                if isinstance(one, Indexed) and any(mentions(place, fold.index) for place in one.indices):
                    yield one.name


def _places(node: Node, names: frozenset[str]) -> Iterator[str]:
    """The free names in the places of such members."""
    bound = {one.index for one in parts_of(node) if isinstance(one, Fold)}
    for one in parts_of(node):
        if isinstance(one, Indexed) and one.name in names:
            yield from frozenset().union(*map(names_in, one.indices)) - bound


def _supported(node: Node, names: frozenset[str]) -> Node:
    inner = mapped(node, lambda child: _supported(child, names))
    match inner:
        case Indexed(name=name, indices=indices) if name in names:
            return Supported(name, indices)
        case Apply(function=name, arguments=arguments) if name in names:
            return Supported(name, arguments)
        case _:
            return inner


def _speaks_else(node: Node, names: frozenset[str]) -> bool:
    """Whether a sequence is named otherwise than by its members."""
    return any(isinstance(one, Symbol) and one.name in names for one in parts_of(node))


def _reach(at: Evaluator, node: Node, index: str) -> int | None:
    """How far from zero an index may be where a formula is not zero; None where that is not seen."""
    inner = [one.index for one in parts_of(node) if isinstance(one, Everywhere)]
    reaches = [_reach_of_product(at, factors, index, (index, *inner)) for factors in _products(node)]
    found = [one for one in reaches if one is not None]
    return max(found) if found and len(found) == len(reaches) else None


def _products(node: Node) -> list[tuple[Supported, ...]]:
    """For each product that a formula is a sum of, the members that are factors of it."""
    match node:
        case Supported():
            return [(node,)]
        case Multiply(factors=factors):
            return [tuple(one for part in many for one in part) for many in product(*map(_products, factors))]
        case Add(terms=terms):
            return [one for term in terms for one in _products(term)]
        case Negate(body=body) | Divide(numerator=body) | Everywhere(body=body):
            return _products(body)
        case Power(base=base, exponent=Number(value=value)) if value > 0:
            return _products(base)
        case _:
            return [()]


def _reach_of_product(at: Evaluator, factors: Sequence[Supported], index: str, unknown: tuple[str, ...]) -> int | None:
    """The same for a product of members: each bounds one index as soon as all others in its place are bounded."""
    places = [_affine(at, place, unknown) for one in factors for place in one.indices]
    reaches: dict[str, int] = {}
    for _ in unknown:
        for constant, steps in (one for one in places if one is not None):
            free = [name for name in steps if name not in reaches]
            if len(free) == 1 and abs(steps[free[0]]) == 1:
                others = sum(abs(step) * reaches[name] for name, step in steps.items() if name in reaches)
                reaches[free[0]] = WIDTH + abs(constant) + others
    return reaches.get(index)


def _affine(at: Evaluator, place: Node, unknown: tuple[str, ...]) -> tuple[int, dict[str, int]] | None:
    """A place as a number plus multiples of the indices that run over everything; None where it is no such sum."""
    constant = _at(at, place, dict.fromkeys(unknown, 0))
    steps = {name: _at(at, place, {**dict.fromkeys(unknown, 0), name: 1}) - constant for name in unknown}
    far = _at(at, place, dict.fromkeys(unknown, 3))
    return (
        (constant, {name: step for name, step in steps.items() if step})
        if far == constant + 3 * sum(steps.values())
        else None
    )


def _at(at: Evaluator, place: Node, values: Mapping[str, int]) -> int:
    with ExitStack() as bound:
        for name, value in values.items():
            bound.enter_context(at.binding(name, fmpq(value)))
        return at.integer(place, "an index")
