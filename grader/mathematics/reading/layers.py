r"""A raised l that counts layers, where nobody declared anything: ``W^l a^{l-1} + b^l``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.tokens import Token

_LAYERS = frozenset({"l", "ell", "L"})


def _exponents(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where each exponent begins and ends, its braces included."""
    for place, token in enumerate(tokens[:-2]):
        if (token.kind, token.text) == ("op", "^"):
            braced = (tokens[place + 1].kind, tokens[place + 1].text) == ("open", "{")
            yield place + 1, closing(tokens, place + 1) if braced else place + 1


def _is_layer(inside: Sequence[Token]) -> bool:
    """Whether an exponent is ``l``, ``l+1``, ``l-1`` or ``L``."""
    texts = [token.text for token in inside if token.text != "{"]
    shifted = len(texts) == len("l+1") and texts[1] in {"+", "-"} and texts[2].isdigit()
    return bool(texts) and texts[0] in _LAYERS and (len(texts) == 1 or shifted)


def are_layers(texts: Sequence[Sequence[Token]]) -> bool:
    """Whether a raised l counts layers: it stands on several names, once as ``l+1`` or ``l-1``, and nowhere else."""
    names: set[str] = set()
    moved = False
    for tokens in texts:
        covered: set[int] = set()
        for begin, stop in _exponents(tokens):
            inside = tokens[begin : stop + 1]
            if _is_layer(inside) and begin > 1 and tokens[begin - 2].kind in {"word", "close"}:
                covered.update(range(begin, stop + 1))
                names.add(tokens[begin - 2].text)
                moved = moved or any(token.text in {"+", "-"} for token in inside)
        for place, token in enumerate(tokens):
            if (
                token.kind == "word"
                and token.text in _LAYERS
                and place not in covered
                and not (place and tokens[place - 1].text in {"_", "{"})
            ):
                return False
    return moved and len(names) > 1


def with_layers(tokens: list[Token]) -> list[Token]:
    """The tokens with round brackets around each such exponent, as in ``W^{(l)}``."""
    kept: list[Token] = []
    place = 0
    spans = {begin: stop for begin, stop in _exponents(tokens) if _is_layer(tokens[begin : stop + 1])}
    while place < len(tokens):
        stop = spans.get(place)
        if stop is None:
            kept.append(tokens[place])
            place += 1
            continue
        inside = [token for token in tokens[place : stop + 1] if token.text != "{"]
        first, last = tokens[place], tokens[stop]
        kept += [
            first._replace(kind="open", text="{", end=first.start, font=""),
            first._replace(kind="open", text="(", end=first.start, font=""),
            *inside,
            last._replace(kind="close", text="(", start=last.end, font=""),
            last._replace(kind="close", text="{", start=last.end, font=""),
        ]
        place = stop + 1
    return kept
