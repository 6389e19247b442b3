r"""Sets of numbers by name and by condition: ``\mathbb{R}^+``, ``R`` beside an interval, ``\{x : x^2 < 4\}``."""

from __future__ import annotations

import re

_REALS = r"\\(?:mathbb|mathbf|R(?![A-Za-z]))\s*(?:\{\s*R\s*\}|R)?"
_HALVES = (
    (re.compile(rf"(?:{_REALS}|ℝ)\s*(?:\^\s*\{{?\s*\+\s*\}}?|_\s*\{{\s*>\s*0\s*\}})"), r"(0,\infty)"),
    (re.compile(rf"(?:{_REALS}|ℝ)\s*(?:\^\s*\{{?\s*-\s*\}}?|_\s*\{{\s*<\s*0\s*\}})"), r"(-\infty,0)"),
    (re.compile(rf"(?:{_REALS}|ℝ)\s*_\s*\{{\s*(?:\\geq?(?:slant)?|≥|>=)\s*0\s*\}}"), r"[0,\infty)"),
    (re.compile(rf"(?:{_REALS}|ℝ)\s*_\s*\{{\s*(?:\\leq?(?:slant)?|≤|<=)\s*0\s*\}}"), r"(-\infty,0]"),
)
_EVERYTHING = re.compile(r"\s*\$?\s*\(\s*-\s*(?:\\infty|∞|inf|oo)\s*,\s*\+?\s*(?:\\infty|∞|inf|oo)\s*\)\s*\$?\s*")
_REAL_LINE = re.compile(rf"\s*\$?\s*(?:{_REALS}|ℝ|R)\s*\$?\s*")
_NOTHING = re.compile(
    r"\s*(?:\\text\s*\{)?\s*(?:[Nn]one|[Nn]o(?: real)? solutions?|DNE|[Nn]o real (?:roots|numbers))\s*\}?\s*\.?\s*"
)
_EMPTY = re.compile(r"\\(?:emptyset|varnothing)|∅|\\\{\s*\\\}|\{\s*\}$")
_ALL = re.compile(r"\s*(?:R|(?:\\text\s*\{)?\s*[Aa]ll real(?: number)?s\s*\}?)\s*\.?\s*")
_LISTED = r"\$?[-0-9/., ]+\$?(?:\s*(?:and|or)\s*[-0-9/.]+)?"
_ALL_BUT = re.compile(
    r"\s*(?:\\text\s*\{)?\s*(?:[a-z] (?:is|can be) )?(?:[Aa]ny|[Aa]ll|[Ee]very) real(?: number)?s?(?: [a-z])?,? "
    rf"(?:except|but|other than|excluding)(?: for)?\s*\}}?\s*(?:[a-z]\s*=)?\s*({_LISTED})\s*\.?\s*"
)
_BUILT = re.compile(
    rf"\s*\$?\s*(?:\\left\s*)?(?:\\\{{|\{{)\s*([A-Za-z])\s*(?:(?:\\in|∈)\s*(?:{_REALS}|ℝ|R)\s*)?"
    r"(?::|\\mid(?![A-Za-z])|\\colon(?![A-Za-z])|\\vert(?![A-Za-z])|\\middle\s*\||\|)(.*?)(?:\\right\s*)?\\?\}\s*\$?\s*\.?\s*"
)
_POINTS = re.compile(
    r"\s*\$?\s*(?:\\left\s*)?(?:\\\{|\{)\s*\(\s*x\s*,\s*y\s*\)\s*(?::|\\mid(?![A-Za-z])|\\colon(?![A-Za-z])|\|)(.*?)"
    r"(?:\\right\s*)?\\?\}\s*\$?\s*\.?\s*"
)
_MULTIPLES = re.compile(
    r"\s*\$?\s*(?:\\left\s*)?(?:\\\{|\{)((?:[^{}|:]|\{[^{}]*\})*[^{}|:]*)(?::|\\mid(?![A-Za-z])|\\colon(?![A-Za-z])|\|)"
    r"\s*([knm]\s*(?:\\in(?![A-Za-z])|∈)\s*(?:\\mathbb\s*\{?\s*Z\s*\}?|ℤ|Z))\s*(?:\\right\s*)?\\?\}\s*\$?\s*\.?\s*"
)
_INFINITE = re.compile(r"\\infty|∞|\binf(?:ty|inity)?\b|\boo\b")
_RELATIONS = re.compile(r"[<>=≤≥≠]|\\(?:le|ge|leq|geq|lt|gt|ne|neq|leqslant|geqslant)(?![A-Za-z])")
_SETS = re.compile(r"\\(?:in|mathbb|cup|cap|setminus)(?![A-Za-z])|[∈ℝ]")


def spelled_out(text: str, other: str) -> str:
    """A set given by its name or by a condition, as an interval or as that condition."""
    if _NOTHING.fullmatch(text) is not None and _EMPTY.search(other):
        return r"\emptyset"
    for pattern, interval in _HALVES:
        text = re.sub(rf"^{pattern.pattern}(?=\s*\\setminus)", interval.replace("\\", r"\\"), text)
        if pattern.fullmatch(text.strip().strip("$").strip()) is not None:
            return interval
    if _ALL.fullmatch(text) is not None and (_INFINITE.search(other) or _SETS.search(other)):
        return r"\mathbb{R}"
    if _EVERYTHING.fullmatch(text) is not None and _REAL_LINE.fullmatch(other) is not None:
        return r"\mathbb{R}"
    but = _ALL_BUT.fullmatch(text)
    if but is not None and (_INFINITE.search(other) or _SETS.search(other) or re.search(r"\\ne|≠|!=", other)):
        values = re.sub(r"\s*(?:,|\band\b|\bor\b)+\s*", ", ", but[1].strip())
        return rf"\mathbb{{R}}\setminus\{{{values}\}}"
    condition = _POINTS.fullmatch(text)
    if (
        condition is not None
        and not _POINTS.fullmatch(other)
        and "|" not in condition[1]
        and condition[1].count("=") == 1
    ):
        return condition[1].strip()
    multiples = _MULTIPLES.fullmatch(text)
    if multiples is not None and "|" not in multiples[1]:
        return f"{multiples[1].strip()}, {multiples[2]}"
    built = _BUILT.fullmatch(text)
    if (
        built is None
        or not _RELATIONS.search(built[2])
        or not re.search(rf"(?<![A-Za-z\\]){built[1]}(?![A-Za-z])", built[2])
    ):
        return text
    statement = built[2].strip()
    return (
        statement if statement.count("|") % 2 == 0 and not re.search(r"\\(?:in|mid)(?![A-Za-z])", statement) else text
    )
