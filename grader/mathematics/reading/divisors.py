r"""Divisions whose divisor may be a whole product, as ``x^2/2\sigma^2`` is often meant: the text with brackets."""

from __future__ import annotations

from collections.abc import Sequence

from grader.errors import Unreadable
from grader.mathematics.reading.limits import LIMITS
from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.prose import formulas, is_latex, plain_texts, sentence_end
from grader.mathematics.reading.scanning import scan
from grader.mathematics.reading.tokens import Token

_SCRIPTS = frozenset({"^", "_"})
_BEHIND = frozenset({"'", "''", "!"})
_ARGUMENTS = {"frac": 2, "binom": 2, "sqrt": 1}


def with_whole_divisors(text: str, *, syntax: str) -> str | None:
    """The text with brackets around each product without signs that stands behind a slash; None where there is none.

    In plain text, white space ends such a product: ``1/2 x`` is half of x.
    """
    if "/" not in text:
        return None
    places: list[tuple[int, int]] = []
    try:
        shown = plain_texts(text)
        latex = syntax == "latex" or (syntax == "auto" and is_latex(shown))
        for piece in formulas(shown, latex=latex):
            tokens, _ = scan(shown, piece.start, sentence_end(shown, piece), latex=piece.latex, limits=LIMITS)
            places += _products(tokens, latex=piece.latex)
    except Unreadable:
        return None
    signs = [(start, 1, "(") for start, _ in places] + [(end, 0, ")") for _, end in places]
    for place, _, sign in sorted(signs, reverse=True):
        text = text[:place] + sign + text[place:]
    return text if places else None


def _products(tokens: Sequence[Token], *, latex: bool) -> list[tuple[int, int]]:
    """Where the products behind slashes begin and end, from the left."""
    found: list[tuple[int, int]] = []
    for place, token in enumerate(tokens[:-1]):
        if (token.kind, token.text) != ("op", "/"):
            continue
        stop, factors = place + 1, 0
        while stop < len(tokens) and not (factors and tokens[stop].space and not latex):
            after = _factor_end(tokens, stop)
            if after is None:
                break
            stop, factors = after, factors + _count(tokens[stop])
        if factors > 1:
            found.append((tokens[place + 1].start, tokens[stop - 1].end))
    return found


def _count(token: Token) -> int:
    """How many factors a token may be: a row of letters in front may be several."""
    several = token.kind == "word" and len(token.text) > 1 and not token.font and token.text.isalpha()
    return 2 if several else 1


def _factor_end(tokens: Sequence[Token], place: int) -> int | None:
    """Where a factor ends that begins at a place, with its scripts; None if there is none."""
    token = tokens[place]
    if token.kind in {"number", "word"}:
        stop = place + 1
    elif token.kind == "open":
        stop = closing(tokens, place) + 1
    elif token.kind == "command" and token.text in _ARGUMENTS:
        stop = place + 1
        for _ in range(_ARGUMENTS[token.text]):
            stop = _argument_end(tokens, stop)
    elif token.kind == "accent":
        stop = _argument_end(tokens, place + 1)
    else:
        return None
    while stop < len(tokens) and tokens[stop].kind == "op" and tokens[stop].text in _SCRIPTS | _BEHIND:
        stop = _argument_end(tokens, stop + 1) if tokens[stop].text in _SCRIPTS else stop + 1
    return stop if stop < len(tokens) else None


def _argument_end(tokens: Sequence[Token], place: int) -> int:
    """Where an argument ends: a bracket, a signed or a plain word or number."""
    if place < len(tokens) and tokens[place].kind == "op" and tokens[place].text == "-":
        place += 1
    if place < len(tokens) and tokens[place].kind == "open":
        return closing(tokens, place) + 1
    return place + 1
