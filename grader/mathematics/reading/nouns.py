"""What numbers count in the middle of a calculation, ``7e9 params * 4 bytes``: it says nothing."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.reading.lines import COUNTED
from grader.mathematics.reading.tokens import Token

_NOUNS = COUNTED - {"times", "approx", "approximately", "total", "overall", "altogether", "each", "value", "op", "mult"}
_POWERS = {"k": "3", "K": "3", "M": "6", "mn": "6", "B": "9", "bn": "9", "G": "9", "T": "12"}
_SIGNS = frozenset({"*", "/", "+", "-", "cdot", "times", "x", "by", "="})


def counted_nouns(texts: Sequence[Sequence[Token]]) -> frozenset[str]:
    """The nouns that stand behind a number before a sign in some text, and elsewhere behind numbers alone."""
    found = {tokens[place].text for tokens in texts for place in _nouns(tokens) if _goes_on(tokens, place)}
    named = {
        token.text
        for tokens in texts
        for place, token in enumerate(tokens)
        if token.text in found and not _behind_number(tokens, place)
    }
    return frozenset(found - named)


def without_nouns(tokens: Sequence[Token], nouns: frozenset[str]) -> list[Token]:
    """The tokens without these nouns, and a power of ten for the ``B`` of ``7B params``."""
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        if token.kind != "word" or token.text not in nouns or not _goes_on(tokens, place):
            kept.append(token)
            continue
        last = kept[-1]
        if last.kind == "word":
            parts = (("op", "*"), ("number", "10"), ("op", "^"), ("open", "{"), ("number", _POWERS[last.text]))
            kept[-1:] = [last._replace(kind=kind, text=text) for kind, text in (*parts, ("close", "{"))]
    return kept


def _nouns(tokens: Sequence[Token]) -> list[int]:
    return [
        place
        for place, token in enumerate(tokens)
        if token.kind == "word" and token.text.lower() in _NOUNS and _behind_number(tokens, place)
    ]


def _behind_number(tokens: Sequence[Token], place: int) -> bool:
    """Whether a number, a raised number or the letter of a power of ten is right before a place."""
    before = tokens[place - 1] if place else tokens[-1]
    if before.kind == "word" and before.text in _POWERS:
        return place > 1 and tokens[place - 2].kind == "number"
    raised = before.text == "{" and place > 2 and tokens[place - 2].kind == "number"
    return before.kind == "number" or (before.kind == "close" and raised)


def _goes_on(tokens: Sequence[Token], place: int) -> bool:
    after = tokens[place + 1]
    return after.kind == "close" or (after.kind in {"op", "word"} and after.text in _SIGNS)
