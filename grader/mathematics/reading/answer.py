"""What reading a student's text comes to: a `Reading`, or a `Refusal` with the place, the reason and what to try."""

from __future__ import annotations

from dataclasses import dataclass

from grader.mathematics.tree import Node


@dataclass(frozen=True)
class Reading:
    """A text that was read completely.

    ``text`` is the whole text given, ``syntax`` is ``latex`` or ``text``, ``notes`` say how ambiguous places were read
    and what around the formula was left out, ``label`` is what stands before the first ``=`` when it only names the
    answer (``Var[y] = ...``), and ``symbols`` are the free names of ``node``.
    """

    text: str
    node: Node
    syntax: str
    notes: tuple[str, ...] = ()
    label: str | None = None
    symbols: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Refusal:
    """Why a text is not read: ``column`` counts characters from 1."""

    column: int
    reason: str
    suggestion: str = ""

    def __str__(self) -> str:
        words = f"column {self.column}: {self.reason}"
        return f"{words}; {self.suggestion}" if self.suggestion else words
