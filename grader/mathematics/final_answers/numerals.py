"""Numbers spelled in other ways: ``0x1F``, ``101_2``, ``3.5 E -4``, ``5 million``, ``2:4`` beside another ratio."""

from __future__ import annotations

import re

from grader.errors import Unreadable

_PREFIXED = re.compile(r"(?<![0-9A-Za-z_.\\])0(?:[xX]([0-9A-Fa-f]+)|[bB]([01]+)|[oO]([0-7]+))(?![0-9A-Za-z_.])")
_BASED = re.compile(r"(?<![0-9A-Za-z_.\\}])([0-9]+)\s*_\s*(?:\{\s*([0-9]{1,2})\s*\}|([0-9]{1,2}))(?![0-9])")
_LETTERED = re.compile(r"\s*\$?\s*([0-9A-F]+)\s*_\s*\{?\s*(1[1-6])\s*\}?\s*\$?\s*")
_SCIENTIFIC = re.compile(r"([-+]?[0-9]+(?:\.[0-9]+)?)(?:\s+E\s*|\s*E\s+)([-+]?\s*[0-9]{1,3})")
_POWERS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_WORDED = re.compile(
    r"\s*\$?\s*([-+]?[0-9][0-9.,]*)\s*(?:\\[,;: ]|~)*\s*(?:\\(?:text|mathrm)\s*\{\s*("
    + "|".join(_POWERS)
    + r")s?\s*\}|("
    + "|".join(_POWERS)
    + r"))\s*\$?\s*\.?\s*"
)
_COMMENT = re.compile(r"\s*[-+]?[0-9.]+\s*%\s*[A-Za-z]{3,}.*")
_REMAINDER = re.compile(r"\s*\$?\s*-\s*[0-9]+\s*(?:mod|%|\\bmod|\\mod)\s*[0-9]+\s*\$?\s*")
_RATIO = re.compile(r"\s*\$?\s*([0-9.]+(?:\s*(?::|\\colon)\s*[0-9.]+)+)\s*\$?\s*\.?\s*")
_ZETA = re.compile(r"\\?zeta\s*(?:\\left)?\(\s*[0-9.]+\s*(?:\\right)?\)")
_LARGEST = 36


def with_decimals(text: str, other: str, *, declared: bool) -> str:
    """A text with its numerals in base ten.

    Raises:
        Unreadable: where a sign behind a number has more than one meaning.
    """
    if _COMMENT.fullmatch(text):
        raise Unreadable(0, "a percent sign before a word", "write the percentage or the remainder alone")
    if _REMAINDER.fullmatch(text):
        raise Unreadable(0, "the remainder of a negative number has two meanings", "write (-3) mod 5 or the number")
    if not declared and _ZETA.search(text) and "zeta" not in other:
        raise Unreadable(0, "values of the zeta function are not computed", "write the number")
    if not declared:
        text = _PREFIXED.sub(_prefixed, text)
    scientific = _SCIENTIFIC.fullmatch(text.strip())
    if scientific is not None:
        return f"{scientific[1]}*10^({scientific[2].replace(' ', '')})"
    lettered = _LETTERED.fullmatch(text)
    if lettered is not None and re.search("[A-F]", lettered[1]) and _fits(lettered[1], int(lettered[2])):
        return str(int(lettered[1], int(lettered[2])))
    worded = _WORDED.fullmatch(text)
    if worded is not None:
        return f"{worded[1]}*10^{_POWERS[worded[2] or worded[3]]}"
    ratios = [_RATIO.fullmatch(one) for one in (text, other)]
    if ratios[0] is not None and ratios[1] is not None:
        return _ratio(ratios[0][1]) or text
    return _BASED.sub(_based, text)


def _prefixed(found: re.Match[str]) -> str:
    for group, base in ((1, 16), (2, 2), (3, 8)):
        if found[group]:
            return str(int(found[group], base))
    return found[0]


def _based(found: re.Match[str]) -> str:
    base = int(found[2] or found[3])
    return str(int(found[1], base)) if _fits(found[1], base) else found[0]


def _fits(digits: str, base: int) -> bool:
    return 1 < base <= _LARGEST and all(int(digit, _LARGEST) < base for digit in digits)


def _ratio(text: str) -> str | None:
    """A ratio of numbers as the quotients by its last."""
    parts = [part.strip() for part in re.split(r":|\\colon", text)]
    if any(part.strip("0.") == "" for part in parts):
        return None
    quotients = [f"({part})/({parts[-1]})" for part in parts[:-1]]
    return quotients[0] if len(quotients) == 1 else f"({', '.join(quotients)})"
