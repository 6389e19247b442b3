"""Sums of plain text without a declaration: ``sum(x_i^2)`` is over i; in ``sum(y*log(p))`` stars go entry by entry."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.tokens import Token

TOTALS = frozenset({"sum", "mean"})
_LETTERS = frozenset("ijkmnt")


def with_totals(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with the index of each sum over members, and numpy's star where no members are written."""
    kept = list(tokens)
    for place in reversed(range(len(kept) - 1)):
        token, after = kept[place], kept[place + 1]
        if token.kind != "word" or token.text not in TOTALS or (after.kind, after.text) != ("open", "("):
            continue
        stop = closing(kept, place + 1)
        if after.space and stop + 1 < len(kept) and kept[stop + 1].text == "^":
            continue  # `sum (x_i - m)^2` adds up squares
        inside = kept[place + 2 : stop]
        if stop >= len(kept) or any(one.kind == "op" and one.text in {",", "for", "in"} for one in inside):
            continue
        letters = _indices(inside)
        if not letters:
            kept[place + 2 : stop] = [
                one._replace(font="numpy") if one.kind == "op" and one.text in {"*", "^"} else one for one in inside
            ]
        elif token.text == "sum" and len(letters) == 1:
            mark = after._replace(kind="op", text="_", space=False)
            brace = mark._replace(kind="open", text="{")
            letter = mark._replace(kind="word", text=letters.pop(), font="")
            sign = token._replace(kind="command", text="sum")
            whole = after._replace(space=token.space), after._replace(kind="close", space=False)
            kept[stop + 1 : stop + 1] = [whole[1]]
            kept[place : place + 1] = [whole[0], sign, mark, brace, letter, brace._replace(kind="close")]
    return kept


def _indices(inside: Sequence[Token]) -> set[str]:
    """The letters that stand alone below names and that nothing here binds."""
    found: set[str] = set()
    for place, token in enumerate(inside[:-1]):
        mark, index = token, inside[place + 1]
        if (mark.kind, mark.text) != ("op", "_") or not place:
            continue
        if (index.kind, index.text) == ("open", "{"):
            index = inside[min(place + 2, len(inside) - 1)]
        before = inside[place - 1]
        if before.kind == "command" or before.text in TOTALS:
            return set()  # it has a sum of its own
        if index.kind == "word" and index.text in _LETTERS and not index.font:
            found.add(index.text)
    return found
