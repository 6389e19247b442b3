"""Which part of a text is the answer: boxes, dollars, environments, and the words around a formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from grader.mathematics.reading.statements import Formula


class Piece(NamedTuple):
    """A stretch of the text that is read as one formula."""

    start: int
    end: int
    latex: bool


@dataclass(frozen=True)
class Found:
    """The formula taken from a text, and what is said about the choice."""

    formula: Formula
    notes: tuple[str, ...]
    latex: bool


def pieces(text: str, attempt: Callable[[Piece], Formula], *, latex: bool) -> Found:
    """Read the answer in a text."""
    return Found(attempt(Piece(0, len(text), latex)), (), latex)
