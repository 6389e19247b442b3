"""Where brackets close in scanned tokens."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.reading.tokens import Token


def closing(tokens: Sequence[Token], opening: int) -> int:
    """Where the bracket that opens at a place closes; behind the end if it does not."""
    depth = 0
    for place in range(opening, len(tokens)):
        depth += (tokens[place].kind == "open") - (tokens[place].kind == "close")
        if depth == 0:
            return place
    return len(tokens)
