r"""Answers in a few words: ``no solution``, ``does not exist``, ``\text{(B)}``, ``twelve``, ``7 to 10``."""

from __future__ import annotations

import re

from grader.mathematics.functions import GREEK

_DRESS = re.compile(r"\\(?:text|textbf|textrm|textit|mathrm|mathbf|mbox|boxed)\s*\{|[{}$]|\\[,;:! ]|~|\.\s*\Z")
_WHAT = r"(?:(?:the|this|that) )?(?:limit|derivative|integral|series|sum|sequence|inverse|value|expression|function|it)"
_HAS = r"(?:(?:there (?:is|are)|(?:the|this) (?:equation|system|inequality|problem) has|we have|it has) )?"
_MEANINGS = tuple(
    (meaning, re.compile(pattern, re.IGNORECASE))
    for meaning, pattern in (
        (
            r"\emptyset",
            rf"{_HAS}no(?: real| such)? (?:solutions?|roots?|numbers?|values?(?: of [a-z])?|[xyz])(?: exists?)?|none",
        ),
        (
            r"\text{undefined}",
            rf"(?:{_WHAT} )?(?:(?:does ?n[o']t|do not) exist|is (?:not defined|undefined))|dne|undefined|not defined",
        ),
        (r"\text{diverges}", rf"(?:{_WHAT} )?(?:diverges?|does ?n[o']t converge|is divergent)|divergent"),
        (r"\text{converges}", rf"(?:{_WHAT} )?(?:converges?|does ?n[o']t diverge|is convergent)|convergent"),
        (
            r"\text{infinitely}",
            rf"{_HAS}(?:infinitely many|an infinite number of|infinite)(?: real)? ?(?:solutions?|roots?)?",
        ),
    )
)
_CHOICE = re.compile(r"(?:(?:the )?(?:option|choice|answer)(?: is)?:? )?\(?([A-J])\)?", re.IGNORECASE)
_LETTER = re.compile(r"\(?[A-J]\)?")

_SMALL = (  # noqa: SIM905 - twenty words are read better as text
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
).split()
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = (
    {word: value for value, word in enumerate(_SMALL)}
    | {ten: 10 * place for place, ten in enumerate(_TENS, start=2)}
    | {f"{ten}-{_SMALL[one]}": 10 * place + one for place, ten in enumerate(_TENS, start=2) for one in range(1, 10)}
    | {"one hundred": 100, "a hundred": 100, "one thousand": 1000, "a thousand": 1000}
)
_PARTS = ("", "", "half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_PLURALS = {"halves": 2, "fourth": 4, "fourths": 4} | {f"{part}s": value for value, part in enumerate(_PARTS) if part}
_OF_WHOLE = {part: value for value, part in enumerate(_PARTS) if part} | _PLURALS
_TRUTHS = frozenset({"yes", "no", "true", "false"})
_LETTERS = re.compile(r"[A-J](?:\s*,\s*[A-J])*\s*(?:,|,?\s*(?:and|&))\s*[A-J]")
_SAID = re.compile(r"(yes|no|true|false)\s*[,.;:]\s", re.IGNORECASE)
_RATIO = re.compile(r"\s*\$?\s*[0-9.]+\s*(?::|\\colon)\s*[0-9.]+\s*\$?\s*")
_TO = re.compile(r"([0-9.]+) to ([0-9.]+)")
_NAMED_RATIO = re.compile(r"\s*\$?\s*[A-Za-z]\s*:\s*[A-Za-z]\s*=(?=\s*[0-9.]+\s*:)")


def in_set_phrases(text: str, other: str) -> str:
    r"""A text of such words as what they mean, where the other is such a text too or has that meaning as a sign."""
    given, wanted = _meaning(text), _meaning(other)
    if given == r"\text{infinitely}" and wanted is None:
        return text  # so many solutions, or the value
    if given is not None and (wanted is not None or _is_formula(other)):
        return given
    said = _SAID.match(_plain(text))
    if said is not None and _plain(other).lower() in _TRUTHS and not _TRUTHS & set(_words(_plain(text)[said.end() :])):
        return said[1]
    spelled = _number(text, other)
    if spelled is not None:
        return spelled
    if plain_word(text) and plain_word(other) and _plain(text).lower() == _plain(other).lower():
        return rf"\text{{{_plain(text).lower()}}}"
    listed = _LETTERS.fullmatch(_plain(text))
    if listed is not None and _LETTERS.fullmatch(_plain(other)):
        return "\\{" + ", ".join(re.findall(r"\b[A-J]\b", listed[0])) + "\\}"
    bracketed = re.search(r"\(\s*[A-Ja-j]\s*\)", text + other) is not None
    if not bracketed and "\\" not in text + other and "ption" not in text + other and "hoice" not in text + other:
        return text
    bare = [_plain(one) for one in (text, other)]
    choice = _CHOICE.fullmatch(bare[0])
    if choice is None or _CHOICE.fullmatch(bare[1]) is None or not any(map(_LETTER.fullmatch, bare)):
        return text
    return choice[1].upper()


def plain_word(text: str) -> bool:
    """Whether a text is one word of prose, of three letters or more, and no letter's name."""
    plain = _plain(text)
    return re.fullmatch(r"[A-Z]?[a-z]{2,}", plain) is not None and plain.lower() not in GREEK


def _number(text: str, other: str) -> str | None:
    """A number, a part of a whole or a ratio in words as one in digits, where the other text has digits."""
    plain = _plain(text).lower()
    if re.search("[0-9]", other) is None:
        return None
    if plain in _NUMBERS:
        return str(_NUMBERS[plain])
    count, _, part = plain.replace("-", " ").partition(" ")
    if part in _OF_WHOLE and (count == "a" or count in _NUMBERS or count.isdigit()):
        return f"{count if count.isdigit() else _NUMBERS.get(count, 1)}/{_OF_WHOLE[part]}"
    if _RATIO.fullmatch(other) is None and _NAMED_RATIO.match(other) is None:
        return None
    ratio = _TO.fullmatch(plain)
    return f"{ratio[1]}:{ratio[2]}" if ratio is not None else _NAMED_RATIO.sub("", text)


def _plain(text: str) -> str:
    return " ".join(_DRESS.sub(" ", text).split())


def _words(text: str) -> list[str]:
    return re.findall("[a-z]+", text.lower())


def _meaning(text: str) -> str | None:
    plain = _plain(text)
    return next((meaning for meaning, pattern in _MEANINGS if pattern.fullmatch(plain)), None)


def _is_formula(text: str) -> bool:
    """Whether a text holds a digit, a sign of a set or a relation, and so is no other row of words."""
    return re.search(r"[0-9=<>]|\\(?:emptyset|varnothing|infty|mathbb|frac|sqrt)|[∅∞ℝ]|\\\{", text) is not None
