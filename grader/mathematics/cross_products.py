r"""The matrix of the cross product with a vector of space, ``[t]_\times``, written out."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.substituting import mapped
from grader.mathematics.tree import Indexed, Matrix, Negate, Node, Number, Symbol

CROSS = "_cross"
"""What the name of such a matrix ends with."""

ZERO = Number(Fraction(0))


def with_cross_products(node: Node) -> Node:
    """The formula with each such matrix by the entries of its vector."""
    inner = mapped(node, with_cross_products)
    match inner:
        case Symbol(name=name) if name.endswith(CROSS):
            first, second, third = (
                Indexed(name.removesuffix(CROSS).lower(), (Number(Fraction(place)),)) for place in (1, 2, 3)
            )
            return Matrix(
                (
                    (ZERO, Negate(third), second),
                    (third, ZERO, Negate(first)),
                    (Negate(second), first, ZERO),
                )
            )
        case _:
            return inner
