"""What a student hands in, as plain data: cells in order, files beside them, and which cell gives which answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class Cell:
    """One cell: ``kind`` is ``code``, ``markdown`` or ``raw``; ``tag`` is the metadata that our release put there."""

    kind: str
    source: str
    tag: Mapping[str, str] = field(default_factory=dict)
    stored_outputs: bool = False
    execution_count: int | None = None


@dataclass(frozen=True)
class Place:
    """Where an answer was found: the cell, and for a Markdown cell the text that was written as the answer."""

    cell: int
    text: str | None = None


@dataclass(frozen=True)
class Submission:
    """One hand-in of one student for one problem set.

    ``places`` maps each answer that was found to its place; an answer that is not in it was not given. ``notes`` are
    what the student is told about the file, ``flags`` what only the instructor is. ``files`` lie beside the notebook
    when it runs. ``related`` says whether anything in it points to the set at all. ``variant`` is the version of the
    numbers that the notebook says it is of, which is a claim and no more.
    """

    student: str
    problem_set: str
    digest: str
    cells: tuple[Cell, ...]
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    origin: str = ""
    received: str = ""
    related: bool = True
    variant: str = ""

    @property
    def code(self) -> tuple[str, ...]:
        """The source of every cell as it is executed; what is no code cell runs as nothing."""
        return tuple(cell.source if cell.kind == "code" else "" for cell in self.cells)

    @property
    def captures(self) -> dict[int, tuple[str, ...]]:
        """Which names to bind after which cell, so that a later reuse of a name changes no answer."""
        found: dict[int, tuple[str, ...]] = {}
        for name, place in self.places.items():
            if place.text is None:
                found[place.cell] = (*found.get(place.cell, ()), name)
        return found
