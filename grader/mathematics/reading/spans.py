"""Indices that are ranges, left out, or stars, where nobody declared anything: ``x_{<t}``, ``x_{-i}``, ``K_*``."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.reading.levels import EXPECTATIONS, GROWTH, VARIANCES
from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.tokens import Token

SPAN = "span"
WITHOUT = "without"
AFTER = "after"
CONDITIONED = "cond"
STARS = frozenset({"*", "star", "ast"})
_BEFORE = {"<": -1, "<=": 0}
_BEHIND = {">": 0, ">=": -1}
_LEFT_OUT = frozenset({"setminus", "!=", "\\"})
OPERATORS = EXPECTATIONS | VARIANCES | frozenset(GROWTH) | {"max", "min", "argmax", "argmin", "Cov", "cov", "Corr"}


def with_spans(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with such an index as a label that says what it is, and the index of it behind."""
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        kept.append(token)
        place += 1
        named = len(kept) > 1 and (kept[-2].kind in {"word", "close"}) and kept[-2].text not in OPERATORS
        if (token.kind, token.text) != ("op", "_") or not named:
            continue
        after = tokens[place]
        if after.kind == "op" and after.text in STARS:
            stars = place + 1
            kept.append(after._replace(kind="word", text="star", font="upright", space=False))
            place = stars
        elif (after.kind, after.text) == ("open", "{"):
            stop = closing(tokens, place)
            inside = list(tokens[place + 1 : stop])
            rewritten = _span(inside, token) if stop < len(tokens) - 1 else None
            if rewritten is not None:
                kept += rewritten
                place = stop + 1
    return kept


def _span(inside: list[Token], mark: Token) -> list[Token] | None:
    """What stands behind ``_`` for an index that is a range, is left out, or is a star; None for any other."""
    if not inside:
        return None
    first, rest = inside[0], inside[1:]
    if [one.text for one in inside] == ["^"]:
        inside = inside * 2  # two stars are the sign of a power elsewhere
    if all(one.kind == "op" and one.text in {*STARS, "^"} for one in inside):
        return [mark._replace(kind="word", text="star" * len(inside), font="upright", space=False)]
    one = mark._replace(kind="number", text="1", space=False)
    if first.kind == "op" and first.text in _BEFORE and rest:
        less = [mark._replace(kind="op", text="-"), one] if _BEFORE[first.text] else []
        return _labelled(SPAN, [one, _comma(mark), *rest, *less], mark)
    if first.kind == "op" and first.text in _BEHIND and rest:
        less = [mark._replace(kind="op", text="-"), one] if _BEHIND[first.text] else []
        return _labelled(AFTER, [*rest, *less], mark)
    if first.kind == "op" and (first.text in _LEFT_OUT or (first.text == "-" and _is_letter(rest))) and rest:
        return _labelled(WITHOUT, rest, mark)
    bars = [place for place, one in enumerate(inside) if one.kind == "bar" or one.text == "mid"]
    if len(bars) == 1 and 0 < bars[0] < len(inside) - 1:
        parts = inside[: bars[0]], inside[bars[0] + 1 :]
        signs = {one.text for one in inside if one.kind == "op"} - {"mid"}
        if all(part[0].kind in {"word", "number"} for part in parts) and signs <= {"+", "-", "=", ","}:
            given = [_comma(mark) if one.text == "=" else one for one in parts[1]]
            return _labelled(CONDITIONED, [*parts[0], _comma(mark), *given], mark)
    colons = [place for place, token in enumerate(inside) if token.kind == "op" and token.text == ":"]
    if len(colons) == 1 and 0 < colons[0] < len(inside) - 1 and not any(one.text == "," for one in inside):
        lower, upper = inside[: colons[0]], inside[colons[0] + 1 :]
        return _labelled(SPAN, [*lower, _comma(mark), *upper], mark)
    return None


def _labelled(label: str, index: list[Token], mark: Token) -> list[Token]:
    word = mark._replace(kind="word", text=label, font="upright", space=False)
    below = mark._replace(space=False)
    braces = mark._replace(kind="open", text="{", space=False), mark._replace(kind="close", text="{", space=False)
    return [word, below, braces[0], *index, braces[1]]


def _comma(mark: Token) -> Token:
    return mark._replace(kind="op", text=",", space=False)


def _is_letter(tokens: Sequence[Token]) -> bool:
    return len(tokens) == 1 and tokens[0].kind == "word" and len(tokens[0].text) == 1
