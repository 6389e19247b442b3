"""Answers of one word: yes and no, true and false, and the names of small numbers."""

from __future__ import annotations

import re
from fractions import Fraction

from grader.mathematics.reading.names import Names
from grader.mathematics.tree import Constant, Node, Number

_WORD = re.compile(
    r"[\s$]*+(?:\\(?:text|mathrm|textbf|mathbf|operatorname)\{\s*+)?(?P<word>[A-Za-z]{2,5})\s*+\}?[\s$.!]*+"
)
_TRUTHS = {"yes": "true", "true": "true", "no": "false", "false": "false"}
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def is_one_word(text: str) -> bool:
    """Whether a text is one of these words and nothing else."""
    found = _WORD.fullmatch(text)
    return found is not None and (found["word"].lower() in _TRUTHS or found["word"].lower() in _NUMBERS)


def answer_in_one_word(text: str, names: Names) -> Node | None:
    """What a text of one such word says; None for any other text, and where the question has a symbol of that name."""
    found = _WORD.fullmatch(text)
    if found is None or names.word(found["word"]) is not None:
        return None
    word, span = found["word"].lower(), found.span("word")
    if word in _TRUTHS:
        return Constant(_TRUTHS[word], span=span)
    return Number(Fraction(_NUMBERS.index(word)), span=span) if word in _NUMBERS else None
