"""One bound index of a big operator, before its body is read."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from grader.mathematics.reading.names import Key
from grader.mathematics.tree import Add, Negate, Node, Number

ONE = Number(Fraction(1))
NEUTRAL = {"sum": Number(Fraction(0)), "product": ONE}
"""What a sum or product takes where a condition on its index does not hold."""


@dataclass
class Bound:
    """The name an operator binds, the key that finds it, and its range as far as it is known."""

    name: str
    key: Key
    lower: Node | None = None
    upper: Node | None = None
    domain: Node | None = None


def shifted(node: Node, by: int) -> Node:
    """A bound one further up (1) or down (-1)."""
    if isinstance(node, Number):
        return Number(node.value + by)
    return Add((node, ONE if by > 0 else Negate(ONE)))
