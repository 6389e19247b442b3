"""Whole answers rewritten where they and the expected ones tell together how they are meant."""

from __future__ import annotations

import re
from collections.abc import Collection

from grader.errors import Unreadable
from grader.mathematics.final_answers.arrows import as_lists
from grader.mathematics.final_answers.congruences import as_residues
from grader.mathematics.final_answers.mixed_numbers import with_sums
from grader.mathematics.final_answers.notations import in_one_notation
from grader.mathematics.final_answers.numerals import with_decimals
from grader.mathematics.final_answers.phrases import in_set_phrases
from grader.mathematics.final_answers.several import in_braces
from grader.mathematics.final_answers.shared_heads import without_shared_head, without_undeclared_head
from grader.mathematics.final_answers.spelled_sets import spelled_out
from grader.mathematics.final_answers.unit_at_end import without_last_unit
from grader.mathematics.final_answers.words import without_words
from grader.mathematics.reading import Refusal

_LONGEST = 200
"""No longer text is a final answer of a sort that is rewritten here."""


_SPACES = re.compile(r"(\s|\\[,;:! ]|~)(?:\s|\\[,;:! ]|~)+")
_TRAILING = re.compile(r"(?:\s*\\[,;:!])+\s*\Z")
_ROOT = re.compile(r"√\s*(-\s*[0-9]+(?:\.[0-9]+)?)")


def tidied(text: str) -> str:
    """A text with one blank for many, none of LaTeX's at its end, and a bracket around a negative number below √."""
    return _ROOT.sub(r"√(\1)", _TRAILING.sub("", _SPACES.sub(r"\1", text.strip())))


def settled(texts: tuple[str, str], declared: Collection[str]) -> tuple[str | Refusal, str | Refusal]:
    """The student's text and the expected one as they are meant beside one another.

    Args:
        texts: the two texts.
        declared: the names that the question declares.

    Returns:
        Each text, rewritten or as it is, or why it is not read.
    """
    if any(len(text) > _LONGEST or "\n" in text.strip() for text in texts):
        return texts
    named = bool(declared)
    texts = (texts[0], without_undeclared_head(texts[1], declared))
    given, plain = texts, (tidied(texts[0]), tidied(texts[1]))
    texts = plain
    for rewrite in (
        in_set_phrases,
        without_shared_head,
        without_words,
        lambda text, other: with_decimals(text, other, declared=named),
        lambda text, other: in_one_notation(text, other, declared=named),
        spelled_out,
        lambda text, other: as_lists(text, other, declared=named),
        as_residues,
        with_sums,
        in_braces,
        without_last_unit,
    ):
        found: list[str | Refusal] = []
        for text, other in (texts, texts[::-1]):
            try:
                found.append(rewrite(text, other))
            except Unreadable as error:
                found.append(Refusal(error.offset + 1, error.reason, error.suggestion))
        if isinstance(found[0], Refusal) or isinstance(found[1], Refusal):
            return found[0], found[1]
        texts = (found[0], found[1])
    first, second = (
        one if same == new and _ROOT.search(one) is None and _TRAILING.search(one) is None else new
        for one, same, new in zip(given, plain, texts, strict=True)
    )
    return first, second
