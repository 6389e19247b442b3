"""Products of columns that no product of matrices gives a meaning: taken entry by entry."""

from __future__ import annotations

from grader.mathematics.kinds import Declaration
from grader.mathematics.shapes import Misfit, shape_of
from grader.mathematics.substituting import mapped
from grader.mathematics.tree import Apply, Multiply, Node


def by_entries(node: Node, declaration: Declaration) -> Node:
    """The formula with each product of a column and another column of its size as one entry by entry."""
    inner = mapped(node, lambda child: by_entries(child, declaration))
    if not isinstance(inner, Multiply):
        return inner
    factors: list[Node] = []
    for factor in inner.factors:
        size = _size(factor, declaration)
        if factors and size and size == _size(factors[-1], declaration):
            factors[-1] = Apply("hadamard", (factors[-1], factor))
        else:
            factors.append(factor)
    return factors[0] if len(factors) == 1 else Multiply(tuple(factors), span=inner.span)


def _size(node: Node, declaration: Declaration) -> str:
    """How many entries a column has; empty for what is none."""
    shape = shape_of(node, declaration)
    return "" if isinstance(shape, Misfit) or shape[1] != "1" or shape[0] in ("1", "?") else shape[0]
