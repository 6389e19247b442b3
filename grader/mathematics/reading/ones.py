r"""Vectors of ones written with a plain 1: ``1^T x``, ``11^\top``, ``1_n``, which no number could carry."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.tokens import Token

_DIGITS = frozenset({"1", "11"})
TURN = "T"


def with_ones(tokens: Sequence[Token], *, turned: bool) -> list[Token]:
    """The tokens with a bold 1 for each number that is transposed or has a letter for its size below it.

    Args:
        tokens: a scanned formula.
        turned: whether a raised T is a transpose.
    """
    if turned:
        tokens = _with_turned_pairs(tokens)
    if not any(token.kind == "number" and token.text in _DIGITS for token in tokens):
        return list(tokens)
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        if token.kind != "number" or token.text not in _DIGITS or not _is_vector(tokens, place, turned=turned):
            kept.append(token)
            continue
        if kept and (kept[-1].kind, kept[-1].text) == ("number", "1"):
            kept[-1] = _bold(kept[-1], 0)  # `1 1^T`
        kept += [_bold(token, offset) for offset in range(len(token.text))]
    return kept


def _with_turned_pairs(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with ``\top T`` for the letters behind ``\eta^TT(y)``, of which LaTeX raises the first."""
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        if token.text == TURN * 2 and token.kind == "word" and place and tokens[place - 1].text == "^":
            middle = token.start + 1
            kept += [token._replace(kind="op", text="top", end=middle)]
            kept += [token._replace(text=TURN, start=middle, space=False)]
        else:
            kept.append(token)
    return kept


def _bold(token: Token, offset: int) -> Token:
    start = token.start + offset
    space = token.space and not offset
    return token._replace(kind="word", text="1", font="bold", start=start, end=start + 1, space=space)


def _is_vector(tokens: Sequence[Token], place: int, *, turned: bool) -> bool:
    mark, after = tokens[place + 1], tokens[min(place + 2, len(tokens) - 1)]
    if mark.kind != "op" or mark.space:
        return False
    braced = (after.kind, after.text) == ("open", "{")
    stop = closing(tokens, place + 2) if braced else place + 3
    inside = tokens[place + 3 : stop] if braced else [after]
    if mark.text == "^":
        first = inside[0] if inside else mark
        whole = len(inside) == 1
        turn = turned and first.kind == "word" and (first.text == TURN or (not braced and first.text[:1] == TURN))
        return whole and ((first.kind, first.text) == ("op", "top") or turn)
    size = len(inside) == 1 and inside[0].kind == "word" and len(inside[0].text) == 1
    return mark.text == "_" and tokens[place].text == "1" and size
