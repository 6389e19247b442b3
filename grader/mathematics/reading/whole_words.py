"""Rows of letters that are one name because all texts have them as a whole: ``df``, ``tf``, ``lr``, ``warmup``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from grader.mathematics.functions import GREEK, find
from grader.mathematics.reading.calling import CALLS
from grader.mathematics.reading.composites import composite
from grader.mathematics.reading.english import is_english
from grader.mathematics.reading.index_words import is_label
from grader.mathematics.reading.lines import COUNTED
from grader.mathematics.reading.tokens import Token

_SIGNS = frozenset({"+", "-", "*", "/", "^", "_", "cdot", "times", "=", "<", ">", "<=", ">=", ",", "//"})
_FEWEST = 2


def whole_words(texts: Sequence[Sequence[Token]]) -> frozenset[str]:
    """The rows of letters that every text has as a whole, where names stand, and whose letters stand nowhere else.

    One name takes every value that a product of letters does which occur nowhere else.
    """
    if len(texts) < _FEWEST or any(token.text == "int" for tokens in texts for token in tokens):
        return frozenset()
    found = [{tokens[place].text for place in _rows(tokens)} - _with_entries(tokens) for tokens in texts]
    shared = frozenset.intersection(*map(frozenset, found))
    if any(_turns(tokens, place) for tokens in texts for place in range(1, len(tokens))):
        called = {
            one.text
            for tokens in texts
            for one, after in pairwise(tokens)
            if (after.kind, after.text) == ("open", "(") and not after.space
        }
        shared = frozenset(word for word in shared if not word.isupper() or word in called)  # products of matrices
    bodies = [tokens[1:] if len(tokens) > 1 and tokens[1].text == "=" else tokens for tokens in texts]
    words = [
        token
        for tokens in bodies
        for place, token in enumerate(tokens)
        if token.kind == "word" and not _is_label(tokens, place)
    ]
    while spelled := {word for word in shared if _is_spelled_elsewhere(word, words, shared)}:
        shared -= spelled
    return shared


def with_whole_words(tokens: Sequence[Token], words: frozenset[str]) -> list[Token]:
    """The tokens with these words set upright, as names are."""
    rows = set(_rows(tokens)) if words else set[int]()
    return [
        one._replace(font="upright") if place in rows and one.text in words else one for place, one in enumerate(tokens)
    ]


def _rows(tokens: Sequence[Token]) -> list[int]:
    return [
        place
        for place, token in enumerate(tokens[:-1])
        if token.kind == "word"
        and not token.font
        and len(token.text) > 1
        and token.text.isascii()
        and token.text.isalpha()
        and token.text not in GREEK
        and find(token.text) is None
        and token.text not in CALLS
        and not composite(token.text)
        and not is_english(token.text)
        and _stands_as_name(tokens, place)
    ]


def _turns(tokens: Sequence[Token], place: int) -> bool:
    """Whether something is transposed at a place, or a bracket or a capital letter inverted."""
    token = tokens[place]
    if token.text in {"top", "T"} and (token.text == "top" or "^" in {tokens[place - 1].text, tokens[place - 2].text}):
        return True
    minus = [one.text for one in tokens[place : place + 2]] == ["-", "1"] and tokens[place - 1].text in {"^", "{", "("}
    mark = place - 1 if tokens[place - 1].text == "^" else place - 2
    raised = minus and mark > 0 and tokens[mark].text == "^"
    return raised and (tokens[mark - 1].kind == "close" or tokens[mark - 1].text.isupper())


def _is_label(tokens: Sequence[Token], place: int) -> bool:
    r"""Whether a row of three letters or more stands below a name, as in ``d_{model}``: no letters of others."""
    below = place > 1 and (
        tokens[place - 1].text == "_" or [one.text for one in tokens[place - 2 : place]] == ["_", "{"]
    )
    return below and is_label(tokens[place].text)


def _with_entries(tokens: Sequence[Token]) -> set[str]:
    """Rows of which ``(AB)_{ij}`` is an entry: products of matrices."""
    return {
        row.text
        for opening, row, close, mark in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False)
        if (opening.text, close.text, mark.text) == ("(", "(", "_")
    }


def _stands_as_name(tokens: Sequence[Token], place: int) -> bool:
    before, after = tokens[place - 1] if place else tokens[-1], tokens[place + 1]
    below = before.text == "_" or (before.text == "{" and place > 1 and tokens[place - 2].text in {"_", "^"})
    counted = before.kind in {"number", "close"} and tokens[place].text.lower() in COUNTED
    opens = (before.kind in {"end", "open", "number", "close"} and not counted) or before.text in _SIGNS
    closes = (
        after.kind in {"end", "close", "number", "command"}
        or after.font == "command"
        or after.text in _SIGNS
        or after.text in {"(", "["}
    )
    return opens and closes and not below and before.text != "^"


def _is_spelled_elsewhere(word: str, words: Sequence[Token], shared: frozenset[str]) -> bool:
    for other in words:
        if other.text in shared or other.text in GREEK or find(other.text) is not None:
            continue
        if other.font in {"upright", "command"} and len(other.text) > 1:
            continue
        if set(other.text) & set(word):
            return True
    return False
