r"""Undeclared names that are vectors of space: arrows or bold type mark them beside a cross, ``\vec a\times\vec b``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.mathematics.kinds import Kind
from grader.mathematics.reading.names import joined_label
from grader.mathematics.reading.tokens import Token

OF_SPACE = Kind("vector", ("3",))


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
