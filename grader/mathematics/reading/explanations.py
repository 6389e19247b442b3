r"""What an answer explains behind itself: ``p_i - y_i, where p = \operatorname{softmax}(z)``."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from grader.mathematics.reading.characters import GREEK_LETTERS
from grader.mathematics.reading.saying import changes

_TEXT = r"\\(?:text|textrm|mathrm|mbox)\s*\{"
_WHERE = re.compile(
    r"(?P<head>.*?\S)(?:[\s,;]|\\[,;:! ]|\\q?quad\b|~)*"
    rf"(?:{_TEXT}[\s,]*where\s*\}}|(?<![A-Za-z\\])where\b)(?P<clause>.+)",
    re.DOTALL,
)
_NAME = r"\\?[A-Za-z\u0391-\u03c9]+(?:_(?:\{[^{}]*\}|\w)|[₀-₉ᵢⱼₖₙₜ])*(?:\([A-Za-z, ]*\))?"
_DEFINED = re.compile(rf"[\s$]*(?P<name>{_NAME})\s*(?::=|≡|\\equiv|=)(?!=)(?P<body>[^=]+)")
_SAID = re.compile(
    rf"[\s$]*(?P<name>{_NAME})[\s$]*(?:{_TEXT})?\s*(?:is|are|denotes?|means|stands\s+for)\s+(?P<body>[A-Za-z\s'-]+)"
    r"\}?[\s$.]*"
)
_LETTERS = re.compile(r"\\[A-Za-z]+|[A-Za-z]+")
_WHOLE = len("word")
_RELATED = re.compile(r"[=<>≤≥]")


class Explained(NamedTuple):
    """An answer without what explains a name in it; ``own`` says that the name is one of the answer's own."""

    text: str
    own: bool


def explained(text: str, other: str, declared: Collection[str]) -> Explained | None:
    """The answer before *where* and one definition or description of a name; None where nothing is so explained.

    A name that the expected formula (or the question) has as well needs no explanation. One that only the answer has
    stays as it is.
    """
    if "where" not in text:
        return None
    found = _WHERE.fullmatch(text)
    if found is None or "where" in found["clause"] or _RELATED.search(found["head"].lstrip("= ")[:1]):
        return None
    clause = _DEFINED.fullmatch(found["clause"].rstrip(" .$"))
    if clause is not None and re.search(r"\b(?:and|or|if|for)\b|[;\n]", clause["body"]):
        return None
    if clause is None:
        clause = _SAID.fullmatch(found["clause"])
        if clause is None or changes(clause["body"]):
            return None
    if re.search(r"[0-9(₀-₉]", clause["name"]):
        return None  # a base case
    if not _is_known(_base(clause["name"]), other, declared):
        return Explained(text, own=True)
    head = found["head"]
    return Explained(head + ("$" if head.count("$") % 2 else ""), own=False)


def _is_known(name: str, other: str, declared: Collection[str]) -> bool:
    """Whether the question declares a name, or the expected formula has it, by itself or in a row of letters."""
    words = _LETTERS.findall(_plain(other))
    rows = [one for one in words if not one.startswith("\\") and len(one) < _WHOLE]
    return name in declared or name in map(_base, words) or (len(name) == 1 and any(name in one for one in rows))


def _plain(text: str) -> str:
    return "".join(f" {GREEK_LETTERS[one]} " if one in GREEK_LETTERS else one for one in text)


def _base(name: str) -> str:
    """The letters of a name without its scripts."""
    first = _LETTERS.match(_plain(name).strip())
    return first[0].lstrip("\\") if first is not None else name
