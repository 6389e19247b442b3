"""Vectors of ones whose size only the context says: beside a vector, in a sum with one, or the only size there is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from grader.mathematics.kinds import Declaration
from grader.mathematics.shapes import Misfit, shape_of
from grader.mathematics.substituting import mapped
from grader.mathematics.tree import Add, Apply, Multiply, Negate, Node, Number, Relation, Symbol, children

UNSIZED = ("ones", "zeros")
"""Functions that without an argument are a vector of the size that fits."""


def with_sizes(node: Node, declaration: Declaration) -> Node:
    """The formula with the size of each vector of ones or zeros, where the context says it."""
    if not _occurs(node):
        return node
    return _sized(node, declaration, _only_size(declaration))


def _occurs(node: Node) -> bool:
    return _is_unsized(node) or any(map(_occurs, children(node)))


def _is_unsized(node: Node) -> bool:
    return isinstance(node, Apply) and node.function in UNSIZED and not node.arguments


def _only_size(declaration: Declaration) -> str:
    """The one size that is declared; ``n`` where no vector or matrix is; empty when there are several."""
    found = {size for kind in declaration.symbols.values() for size in (*kind.sizes, *(kind.member or kind).sizes)}
    if not found and "n" in declaration.symbols:
        return "n"
    return next(iter(found)) if len(found) == 1 else ""


def _sized(node: Node, declaration: Declaration, size: str) -> Node:
    match node:
        case Apply(function=name, arguments=()) if name in UNSIZED:
            return Apply(name, (_as_node(size),), span=node.span) if size else node
        case Multiply(factors=factors):
            return Multiply(tuple(_factors(factors, declaration, size)), span=node.span)
        case Add(terms=terms):
            rows = next((found for term in terms if (found := _rows(term, declaration))), size)
            return Add(tuple(_sized(term, declaration, rows) for term in terms), span=node.span)
        case Relation(operands=sides):
            rows = next((found for side in sides if (found := _rows(side, declaration))), size)
            return mapped(node, lambda child: _sized(child, declaration, rows))
        case Negate() | Apply():
            return mapped(node, lambda child: _sized(child, declaration, size))
        case _:
            return mapped(node, lambda child: _sized(child, declaration, _only_size(declaration)))


def _factors(factors: Sequence[Node], declaration: Declaration, size: str) -> list[Node]:
    """Each factor; a row of ones is as long as what follows is high, a column as what precedes is wide."""
    found: list[Node] = []
    for place, factor in enumerate(factors):
        chosen = size
        turned = isinstance(factor, Apply) and factor.function == "transpose"
        if turned and place + 1 < len(factors):
            chosen = _rows(factors[place + 1], declaration) or size
        elif _is_unsized(factor) and found:
            chosen = _columns(found[-1], declaration) or size
        found.append(_sized(factor, declaration, chosen))
    return found


def _rows(node: Node, declaration: Declaration) -> str:
    if _occurs(node):
        return ""
    shape = shape_of(node, declaration)
    return "" if isinstance(shape, Misfit) or shape[0] in ("1", "?") else shape[0]


def _columns(node: Node, declaration: Declaration) -> str:
    if _occurs(node):
        return ""
    shape = shape_of(node, declaration)
    return "" if isinstance(shape, Misfit) or shape[1] in ("1", "?") else shape[1]


def _as_node(size: str) -> Node:
    return Number(Fraction(int(size))) if size.isdigit() else Symbol(size)
