"""The elements of finite sets: written out, declared, of which only the name is known, and put together of such."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from grader.errors import Beyond
from grader.mathematics.arithmetic import Scalar
from grader.mathematics.places import Gathering, Members, Place
from grader.mathematics.tree import FiniteSet, Indexed, Node, SetOperation, Symbol


class Gathers(Protocol):
    """The walk over the tree, as far as sets need it."""

    @property
    def place(self) -> Place:
        """The point."""

    def scalar(self, node: Node, what: str = "an array") -> Scalar:
        """The value of a formula that has to be a number."""

    def integer(self, node: Node, what: str) -> int:
        """The value of a formula that has to be a whole number."""


def elements_of(at: Gathers, domain: Node) -> tuple[Scalar, ...]:
    """The elements of a finite set.

    Raises:
        Beyond: where nothing tells them.
    """
    match domain:
        case Symbol(name=name):
            value = at.place.value(name)
            if isinstance(value, Members):
                return value.elements
        case FiniteSet(elements=many):
            return tuple(at.scalar(one) for one in many)
        case Indexed(name=name, indices=indices) if isinstance(at.place, Gathering):
            return at.place.set_of(name, tuple(at.integer(one, "an index") for one in indices)).elements
        case SetOperation(operator=operator, operands=many):
            return _together(operator, [elements_of(at, one) for one in many])
    raise Beyond("an index set of this form")


def _together(operator: str, sets: Sequence[tuple[Scalar, ...]]) -> tuple[Scalar, ...]:
    first, *others = sets
    match operator:
        case "union":
            return tuple(dict.fromkeys(one for many in sets for one in many))
        case "intersection":
            return tuple(one for one in first if all(one in many for many in others))
        case "difference":
            return tuple(one for one in first if not any(one in many for many in others))
        case _:
            raise Beyond("an index set of this form")
