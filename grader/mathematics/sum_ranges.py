"""What a sum runs over that does not say it: the same as the sum over the same members elsewhere, from 1 to n."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from grader.mathematics.array_signs import parts_of
from grader.mathematics.substituting import mapped
from grader.mathematics.tree import Fold, Indexed, Node, Number, Symbol

Members: TypeAlias = frozenset[tuple[str, int]]
"""The families of which a sum takes members, with the place at which its index stands."""

ONE = Number(Fraction(1))

Range: TypeAlias = tuple[Node | None, Node | None, Node | None]


def with_ranges(node: Node, other: Node) -> Node:
    """The formula, with the bounds of the other one's sums where its own sums over the same members have none."""
    known: dict[tuple[str, Members], set[Range]] = {}
    for part in parts_of(other):
        if isinstance(part, Fold) and part.lower == ONE and isinstance(part.upper, Symbol):
            known.setdefault((part.operator, _members(part)), set()).add(_range(part))

    def change(part: Node) -> Node:
        inner = mapped(part, change)
        if not isinstance(inner, Fold) or _range(inner) != (None, None, None):
            return inner
        found = known.get((inner.operator, _members(inner)), set()) if _members(inner) else set()
        if len(found) != 1:
            return inner
        ((lower, upper, domain),) = found
        return replace(inner, lower=lower, upper=upper, domain=domain)

    return change(node) if known else node


def _range(fold: Fold) -> Range:
    return fold.lower, fold.upper, fold.domain


def _members(fold: Fold) -> Members:
    index = Symbol(fold.index)
    members = (part for part in parts_of(fold.body) if isinstance(part, Indexed) and index in part.indices)
    return frozenset((part.name, part.indices.index(index)) for part in members)
