r"""Undeclared names that are vectors of space: arrows or bold type mark them beside a cross, ``\vec a\times\vec b``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from grader.mathematics.cross_products import CROSS
from grader.mathematics.functions import GREEK
from grader.mathematics.kinds import Kind
from grader.mathematics.reading.names import joined_label
from grader.mathematics.reading.tokens import Token

OF_SPACE = Kind("vector", ("3",))
MAP_OF_SPACE = Kind("matrix", ("3", "3"))
TURNING = "omega"
"""The Greek letter of a vector, an angular velocity; all others are numbers."""


def with_cross_matrices(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with ``[t]_\times``, the matrix of the cross product with t, as one capital with a label.

    Its transpose is its negative.
    """
    kept = list(tokens)
    for place in reversed(range(1, len(kept) - len("]_x"))):
        end, mark = kept[place : place + 2]
        if (end.kind, end.text, mark.text) != ("close", "[", "_"):
            continue
        braced = kept[place + 2].text == "{"
        sign = kept[place + 3] if braced else kept[place + 2]
        start = _opening(kept, place)
        inside = [one for one in kept[start + 1 : place] if one.kind == "word"]
        if sign.text != "times" or len(inside) != 1:
            continue
        stop = place + (5 if braced else 3)
        name = inside[0]._replace(text=inside[0].text.capitalize(), font="", space=kept[start].space)
        label = name._replace(text=CROSS.removeprefix("_"), font="upright", space=False)
        whole = [name, mark, label]
        turned = _turned(kept, stop)
        if turned:
            bracket = name._replace(kind="open", text="(")
            minus = name._replace(kind="op", text="-", space=False)
            whole = [bracket, minus, *whole, bracket._replace(kind="close", space=False)]
        kept[start : stop + turned] = whole
    return kept


def with_maps_of_space(symbols: Mapping[str, Kind]) -> dict[str, Kind]:
    """The symbols with capitals as matrices and small Latin letters as vectors of space beside such a matrix."""
    matrices = [name for name in symbols if name.endswith(CROSS)]
    if not matrices:
        return dict(symbols)
    found = {**symbols, **{name.removesuffix(CROSS).lower(): OF_SPACE for name in matrices}}
    for name, kind in found.items():
        base = name.partition("_")[0]
        if kind.name == "real" and (base not in GREEK or base == TURNING or base[0].isupper()):
            found[name] = MAP_OF_SPACE if base[0].isupper() else OF_SPACE
    return found


def _opening(tokens: Sequence[Token], place: int) -> int:
    """Where the bracket opens that closes at a place."""
    depth = 0
    while place:
        depth += (tokens[place].kind == "close") - (tokens[place].kind == "open")
        if depth == 0:
            break
        place -= 1
    return place


def _turned(tokens: Sequence[Token], place: int) -> int:
    r"""How many tokens here say that what stands before them is transposed."""
    marks = [one.text for one in tokens[place : place + 4]]
    if marks[:1] != ["^"]:
        return 0
    if marks[1] in {"top", "T"}:
        return 2
    return 4 if marks[1] == "{" and marks[2] in {"top", "T"} and tokens[place + 3].kind == "close" else 0


def crossed_names(texts: Sequence[Sequence[Token]]) -> frozenset[str]:
    r"""The marked names of all scanned texts, if some of them stand on both sides of ``\times``; else none."""
    marked = [list(_marked(tokens)) for tokens in texts]
    crossed = any(_is_crossed(tokens, found) for tokens, found in zip(texts, marked, strict=True))
    return frozenset(name for found in marked for name, *_ in found) if crossed else frozenset()


def _marked(tokens: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
    """Each name under an arrow, or in bold small letters, with where it begins and ends."""
    for place, token in enumerate(tokens[:-1]):
        if token.kind != "word":
            continue
        start, stop = place, place + 1
        while start and (tokens[start - 1].kind, tokens[start - 1].text) == ("open", "{") and tokens[stop].text == "{":
            start, stop = start - 1, stop + 1
        arrow = start and (tokens[start - 1].kind, tokens[start - 1].text) == ("accent", "")
        if not arrow and not (token.font == "bold" and token.text.islower()):
            continue
        label = ""
        if tokens[stop].text == "_" and tokens[stop + 1].kind in {"word", "number"}:
            label, stop = tokens[stop + 1].text, stop + 2
        yield (f"{token.text}_{joined_label(label)}" if label else token.text), start - bool(arrow), stop


def _is_crossed(tokens: Sequence[Token], found: Sequence[tuple[str, int, int]]) -> bool:
    stops = {stop for _, _, stop in found}
    return any(start and tokens[start - 1].text == "times" and start - 1 in stops for _, start, _ in found)
