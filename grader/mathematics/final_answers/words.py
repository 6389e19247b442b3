r"""Words around an answer: what is counted (``7\text{ apples}``), labels (``\text{vertex: }``), rejected roots."""

from __future__ import annotations

import re

from grader.errors import Unreadable
from grader.mathematics.final_answers.measured import is_closed_number
from grader.mathematics.functions import GREEK, find
from grader.mathematics.reading.measures import unit
from grader.mathematics.reading.saying import denies, leaves_value
from grader.mathematics.unit_table import unit_called

_TEXT = r"\\(?:text|textrm|textbf|mathrm|mbox)\s*\{"
_LABELLED = re.compile(rf"\s*\$?\s*{_TEXT}\s*[A-Za-z][A-Za-z '-]*:\s*\}}(?:\\[,;: ]|~|\s)*(?=\S)")
_ANGLE = re.compile(r"\s*\$?\s*m?\s*(?:\\(?:measured)?angle(?![A-Za-z])|∠)\s*\{?[A-Z]{1,3}\}?\s*=(?=.*\S)")
_DECIBELS = re.compile(rf"(?<=[0-9])(?:\s+|\\[,;: ]|~|\s*{_TEXT}\s*)dB\s*\}}?\s*\.?\s*\Z")
_COUNTED = re.compile(
    rf"(?P<number>.*?[0-9}})])\s*(?:\\[,;: ]|~)*\s*(?:{_TEXT}\s*(?P<words>[a-zA-Z][a-zA-Z -]*?)\s*\}}"
    rf"|\s(?P<plain>[a-z]+))\s*\$?\s*\.?"
)
_CHANGING = frozenset(
    """
    dozen half halves third thirds quarter quarters tenth tenths hundredth hundredths times twice double triple
    squared cubed square cube percent percentage more less fewer negative minus plus hundred thousand million
    billion trillion in out of over per from to or and not no if mod base degrees degree radians deg rad
    factorial each inverse root above below between at most least about around approximately nearly almost
    increase decrease otherwise when where for with is are only up down left right north south east west ago
    before after late early
    """.split()  # noqa: SIM905 - ninety words are read better as text
)
"""Words that change the number before them, or join it to another."""
_CHANCE = re.compile(rf"\s*\$?\s*([0-9]+)\s*(?:{_TEXT}\s*(?:in|out of)\s*\}}|\b(?:in|out of)\b)\s*([0-9]+)\s*\$?\s*")
_UPRIGHT = re.compile(rf"\s*\$?\s*{_TEXT}\s*((?:[-+]?[0-9./]+|[A-Z]\s*(?:,\s*[A-Z]\s*)+))\s*\}}\s*\$?\s*\.?\s*")
_SQUARED = re.compile(
    rf"({_TEXT}\s*(?:sq(?:uare|\.)? )?units?\s*\}})\s*\^\s*(?:[23]|\{{\s*[23]\s*\}})(?=\s*\$?\s*\.?\s*\Z)"
)
_REJECTED = re.compile(
    r"\b(?:reject(?:ed|s)?|discard(?:ed)?|extraneous|not valid|invalid|impossible|not possible|not allowed)\b"
)
_HENCE = re.compile(r"\b(?:so|hence|thus|therefore|then|leaving)\b[\s,}]*")
_SINCE = re.compile(rf"\s*\$?\s*{_TEXT}\s*(?:[Ss]ince|[Aa]s|[Bb]ecause)\s*\}}[^,]*,\s*(?:{_TEXT}[^{{}}]*\}}\s*)?(?=\S)")
_COUNTING = re.compile(r"^\s*(?:there (?:are|is)|(?:we|it|they) (?:have|has|gets?|needs?))\s+", re.IGNORECASE)
_COUNTING_SIGNS = re.compile(r"!|\\[dt]?binom(?=\s*[{0-9])|\b(?:binomial|factorial|C|P)(?=\()")
_PLURAL = re.compile(r"[a-z]{2,}[^siua]s")


def without_words(text: str, other: str) -> str:
    """A text without a label in words, a premise in words before it, or the word for what is counted.

    Raises:
        Unreadable: where a part of the answer is rejected and nothing says what is left.
    """
    upright = _UPRIGHT.fullmatch(text)
    if upright is not None:
        return upright[1].strip()
    text = _DECIBELS.sub("", text) if "B" not in other else text
    text = _SQUARED.sub(r"\1", text)
    angle = _ANGLE.match(text)
    if angle is not None and "," not in text:
        text = ("$" if text.strip().startswith("$") else "") + text[angle.end() :]
    rejected = list(_REJECTED.finditer(text))
    if rejected:
        behind = list(_HENCE.finditer(text, rejected[-1].end()))
        rest = text[behind[-1].end() :].strip() if behind else ""
        if not rest:
            raise Unreadable(0, "a part of the answer is said to be rejected", "give only the values that remain")
        return rest
    for pattern in (_LABELLED, _SINCE):
        found = pattern.match(text)
        if found is not None and not denies(re.sub(r"[}\s]+$", "", found[0])):
            return ("$" if text.strip().startswith("$") else "") + text[found.end() :]
    chance = _CHANCE.fullmatch(text)
    if chance is not None and int(chance[2]) > 0:
        return f"{chance[1]}/{chance[2]}"
    return _without_counted(text, other)


def _is_unit(word: str) -> bool:
    """Whether a word is a unit or a sign for one, which no noun is: without a vowel, or with a capital inside."""
    return unit(word) is not None or not re.search("[aeiouy]", word.lower()) or re.search("[A-Z]", word[1:]) is not None


def _without_counted(text: str, other: str) -> str:
    found = _COUNTED.fullmatch(_COUNTING.sub("", text))
    if found is None or not is_closed_number(found["number"]) or not is_closed_number(_COUNTING_SIGNS.sub("", other)):
        return text
    words = (found["words"] or found["plain"]).lower().replace("-", " ").split()
    written = (found["words"] or found["plain"]).split()
    if any(_is_unit(word) for word in written):
        return text
    names = any(word in _CHANGING or word in GREEK or find(word) or unit_called(word) for word in words)
    countable = bool(found["words"]) or _PLURAL.fullmatch(words[0]) is not None
    if names or not countable or not leaves_value("", " ".join(words)) or any(len(word) < len("abc") for word in words):
        return text
    return found["number"].strip().lstrip("$")
