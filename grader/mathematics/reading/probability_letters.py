"""Whether P and p, which nobody declared, are probabilities: where they stand before events and conditions."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.reading.tokens import Token


def probability_letters(tokens: Sequence[Token]) -> frozenset[str]:
    """P and p, where somewhere they stand before an event or a condition: ``P(A | B)``, ``p(x > 0)``."""
    found: set[str] = set()
    for position, token in enumerate(tokens[:-1]):
        if token.kind != "word" or token.text[-1] not in "Pp" or tokens[position + 1].text not in {"(", "["}:
            continue
        depth, bars = 0, 0
        for here in tokens[position + 1 :]:
            depth += (here.kind == "open") - (here.kind == "close")
            if depth == 0:
                break
            bars += here.kind == "bar" and here.text == "|" and depth == 1
            if (
                depth == 1
                and here.kind == "op"
                and here.text in {"mid", "=", "<", ">", "<=", ">=", "in", "cap", "cup", ",", "not", "and", "or"}
            ):
                bars = 1
                break
        if bars % 2:
            found.add(token.text[-1])
    return frozenset(found)
