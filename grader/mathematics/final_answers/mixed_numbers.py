r"""Mixed numbers, ``2\frac13`` and ``2 1/3``: a whole number and a proper fraction that make up a whole answer."""

from __future__ import annotations

import re
from fractions import Fraction

_DIGITS = r"(?:\{\s*([0-9]+)\s*\}|([0-9]))"
_MIXED = re.compile(
    rf"([0-9]+)\s*(?:\\[,;: ]|~)?\s*(?:\\[dt]?frac\s*{_DIGITS}\s*{_DIGITS}"
    r"|(?<=[\s~])([0-9]+)\s*/\s*([0-9]+)|([½⅓⅔¼¾⅕⅛]))"
)
_LABEL = r"(?:[A-Za-z]|\\[a-z]+)\s*=\s*"
_WHOLE = re.compile(rf"(\$?\s*(?:{_LABEL})?[-+]?\s*)({_MIXED.pattern})(\s*\$?\s*\.?)")
_FRACTION = re.compile(rf"([-+]?)\s*(?:\\[dt]?frac\s*{_DIGITS}\s*{_DIGITS}|([0-9]+)\s*/\s*([0-9]+)|([0-9]*\.?[0-9]+))")
_LAST_NUMBER = re.compile(rf"=\s*{_FRACTION.pattern}\s*\$?\s*\.?\s*\Z")
"""A calculation that ends in a number."""
_GLYPHS = {
    "½": Fraction(1, 2),
    "⅓": Fraction(1, 3),
    "⅔": Fraction(2, 3),
    "¼": Fraction(1, 4),
    "¾": Fraction(3, 4),
    "⅕": Fraction(1, 5),
    "⅛": Fraction(1, 8),
}


def with_sums(text: str, other: str) -> str:
    """A whole answer that is a mixed number, as a sum, unless the other text is the product of its two parts."""
    found = _WHOLE.fullmatch(text)
    if found is None or not (_is_number(other) or _LAST_NUMBER.search(other)):
        return text
    parts = _parts(found[2])
    other = other if _is_number(other) else other.rpartition("=")[2]
    if parts is None or _value(other) in {parts[0] * parts[1], -parts[0] * parts[1]}:
        return text
    return f"{found[1]}({as_sum(found[2])}){found[found.lastindex or 0]}"


def as_sum(text: str) -> str:
    """A mixed number as one fraction; any other text as it is."""
    parts = _parts(text.strip())
    total = parts[0] + parts[1] if parts is not None else None
    return text if total is None else f"{total.numerator}/{total.denominator}"


def _parts(text: str) -> tuple[int, Fraction] | None:
    found = _MIXED.fullmatch(text)
    if found is None:
        return None
    if found[8]:
        return int(found[1]), _GLYPHS[found[8]]
    above, below = (found[2] or found[3] or found[6]), (found[4] or found[5] or found[7])
    if int(below) == 0 or int(above) >= int(below) or int(above) == 0:
        return None
    return int(found[1]), Fraction(int(above), int(below))


def _is_number(text: str) -> bool:
    """Whether a text is one number, a fraction or a mixed number, with or without a label."""
    plain = re.sub(rf"^\s*(?:{_LABEL})?", "", text.strip().strip("$").rstrip("."))
    return _FRACTION.fullmatch(plain.strip()) is not None or _WHOLE.fullmatch(text) is not None


def _value(text: str) -> Fraction | None:
    plain = re.sub(rf"^\s*(?:{_LABEL})?", "", text.strip().strip("$").rstrip(".")).strip()
    found = _FRACTION.fullmatch(plain)
    if found is None:
        return None
    sign = -1 if found[1] == "-" else 1
    if found[8]:
        return sign * Fraction(found[8])
    above, below = (found[2] or found[3] or found[6]), (found[4] or found[5] or found[7])
    return sign * Fraction(int(above), int(below)) if int(below) else None
