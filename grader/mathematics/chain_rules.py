"""The chain rule put in: the derivative of L by x beside a sum of those of L by each y times those of y by x."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from grader.mathematics.array_signs import parts_of
from grader.mathematics.substituting import mapped, substitute
from grader.mathematics.tree import Derivative, Fold, Indexed, Multiply, Node, Symbol


@dataclass(frozen=True)
class Chain:
    """A sum over the members that lie between what is differentiated and what it is differentiated by."""

    whole: Node
    by: Node
    total: Fold


def with_chains(student: Node, reference: Node) -> tuple[Node, Node] | None:
    """Both sides with what the chain rule on one says of a derivative on the other; None where there is no such."""
    sides = [student, reference]
    for place, side in enumerate((student, reference)):
        other = sides[1 - place]
        for chain in _chains(side):
            if any(_is_chain(part) for part in parts_of(other)):
                continue
            changed = _put_in(other, chain)
            if changed != other:
                return (side, changed) if place == 0 else (changed, side)
    return None


def _chains(node: Node) -> Iterator[Chain]:
    for part in parts_of(node):
        if isinstance(part, Fold) and part.operator == "sum":
            yield from _links(part)


def _is_chain(node: Node) -> bool:
    return isinstance(node, Fold) and node.operator == "sum" and any(True for _ in _links(node))


def _links(fold: Fold) -> Iterator[Chain]:
    factors = fold.body.factors if isinstance(fold.body, Multiply) else ()
    slopes = [one for one in factors if isinstance(one, Derivative) and [order for _, order in one.variables] == [1]]
    for outer in slopes:
        between = outer.variables[0][0]
        for inner in slopes:
            if inner.body == between and isinstance(between, Indexed) and Symbol(fold.index) in between.indices:
                by = inner.variables[0][0]
                yield Chain(outer.body, by, replace(fold, body=Multiply((outer, inner))))


def _put_in(node: Node, chain: Chain) -> Node:
    """The formula with each derivative of the whole by the same thing, or by another member of it, as the sum."""
    inner = mapped(node, lambda child: _put_in(child, chain))
    if not (isinstance(inner, Derivative) and inner.body == chain.whole and len(inner.variables) == 1):
        return inner
    by, order = inner.variables[0]
    if order != 1:
        return inner
    if by == chain.by:
        return chain.total
    same = isinstance(by, Indexed) and isinstance(chain.by, Indexed) and by.name == chain.by.name
    if not (same and isinstance(by, Indexed) and isinstance(chain.by, Indexed)):
        return inner
    total: Node = chain.total
    for old, new in zip(chain.by.indices, by.indices, strict=False):
        total = substitute(total, old.name, new) if isinstance(old, Symbol) else total
    return total
