"""What a point holds: values of symbols, members of families, unknown functions, and ranges that are only implied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from grader.errors import Beyond
from grader.mathematics.arithmetic import Scalar, System
from grader.mathematics.arrays import Array, Value


class Function(Protocol):
    """The value of a symbol that is an unknown function."""

    def __call__(self, system: System, arguments: tuple[Scalar, ...]) -> Scalar:
        """The function at some numbers."""


@dataclass(frozen=True)
class Members:
    """The value of a symbol that is a finite set, or the range of an index."""

    elements: tuple[Scalar, ...]


class Place(Protocol):
    """A point: the values of the symbols, the members of families, and the lengths that are only implied."""

    def value(self, name: str) -> Value | Members:
        """The value of a symbol; `Beyond` when it has none here."""

    def function(self, name: str) -> Function | None:
        """The value of a symbol that is a function; None when there is none of that name."""

    def member(self, name: str, indices: tuple[int, ...]) -> Value:
        """A member of a family, or an entry of an array."""

    def whole(self, name: str) -> Array | None:
        """The array that a name stands for, if it stands for one."""

    def range_of(self, name: str, position: int) -> range:
        """The values over which an index runs when only the family it indexes says so."""


@runtime_checkable
class Families(Protocol):
    """What a point may tell beside the values of a `Place`."""

    def is_family(self, name: str) -> bool:
        """Whether a name stands for a family of members and has no value itself."""


@runtime_checkable
class Gathering(Protocol):
    """A point that has finite sets of which only the names are known."""

    def set_of(self, name: str, indices: tuple[int, ...]) -> Members:
        """The member of a family of sets."""


@runtime_checkable
class Settling(Protocol):
    """A point that tells after which index the members of a family are all the same, as a sum without end needs."""

    def settled(self, name: str) -> tuple[int, Scalar]:
        """The last index of a member that is a number of its own, and what all later ones are."""


@dataclass(frozen=True)
class Fixed:
    """A point whose symbols are some numbers, if any, and nothing else has a value."""

    values: Mapping[str, Value] = field(default_factory=dict)

    def value(self, name: str) -> Value:
        """The number a symbol is."""
        if name not in self.values:
            raise Beyond(f"a value of {name}")
        return self.values[name]

    def function(self, name: str) -> None:
        """No function is known."""
        del name

    def member(self, name: str, indices: tuple[int, ...]) -> Value:
        """No member of a family has a value."""
        raise Beyond(f"{name}{indices}")

    def whole(self, name: str) -> None:
        """No name stands for an array."""
        del name

    def range_of(self, name: str, position: int) -> range:
        """No index runs over anything."""
        raise Beyond(f"the range of {name} {position}")
