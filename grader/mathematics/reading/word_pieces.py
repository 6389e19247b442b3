"""Rows of letters that nobody declared, as the names they stand for: ``nlogn``, ``x1y2``, ``ab``."""

from __future__ import annotations

import re

from grader.mathematics.functions import GREEK, find
from grader.mathematics.reading.names import parts
from grader.mathematics.reading.tokens import Token

_WHOLE = 4
_BESIDE = 3
"""Letters that may stand beside a function in one word, as in ``nlogn``."""


def pieces_of(token: Token, *, latex: bool) -> list[str]:
    """A word as the names it stands for."""
    word = token.text
    if word in GREEK or len(word) == 1 or token.font in {"command", "upright"}:
        return [word]
    if re.fullmatch(r"(?:[A-Za-z]\d+){2,}", word):
        return re.findall(r"[A-Za-z]\d+", word)
    if re.fullmatch(r"[A-Za-z]\d+[A-Za-z]{1,2}(?:\d+)?", word):
        return re.findall(r"[A-Za-z]\d*", word)
    if re.fullmatch(r"[A-Za-z]+\d+", word):
        letters, digits = parts(word)
        if len(letters) == 1 or letters in GREEK or len(letters) >= _WHOLE:
            return [word]
        *head, last = list(letters)
        return [*head, last + digits]
    if not latex and len(word) >= _WHOLE and not _cut_with_functions(word):
        return [word]
    return _cut_with_functions(word, inside=not latex or len(word) <= _BESIDE + len("pi")) or list(word)


def _cut_with_functions(word: str, *, inside: bool = True) -> list[str]:
    """``nlogn`` as n, n and ``xpi`` as x: names around a known function or constant; empty if there is none.

    A Greek name in the middle of a word is one only if it may be ``inside``.
    """
    for length in range(min(len(word) - 1, 12), 1, -1):
        for start in range(len(word) - length + 1):
            piece = word[start : start + length]
            if piece in GREEK and not inside and 0 < start < len(word) - length:
                continue
            rest = word[start + length :]
            called = length > 2 and len(word) - length <= _BESIDE and find(piece) is not None
            if (called and not _is_word(rest)) or piece in GREEK:
                around = [letter for letter in word[:start] + word[start + length :] if letter.isalpha()]
                return [*around, piece] if piece in GREEK else around
    return _around_functions(word)


def _is_word(rest: str) -> bool:
    """Whether three letters behind a function's name have a vowel: ``logvar`` and ``maxlen`` are names of code."""
    return len(rest) == _BESIDE and any(letter in "aeiou" for letter in rest)


def _around_functions(word: str) -> list[str]:
    """``sinxcosx`` as x and x: names around several functions; empty if there are fewer than two."""
    names: list[str] = []
    place = functions = 0
    while place < len(word):
        size = next((size for size in range(12, 2, -1) if _applies(word, place, size)), 0)
        functions += size > 0
        names += [] if size or word[place].isdigit() else [word[place]]
        place += size or 1
    return names if functions > 1 and len(names) <= _BESIDE * functions else []


def _applies(word: str, place: int, size: int) -> bool:
    """Whether a function that needs no brackets stands here, and a letter behind it."""
    entry = find(word[place : place + size]) if place + size < len(word) else None
    return entry is not None and entry.prefix
