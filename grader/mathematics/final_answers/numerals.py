"""Numbers spelled in other ways: ``0x1F``, ``101_2``, ``3.5 E -4``, ``5 million``, ``2:4`` beside another ratio."""

from __future__ import annotations

import re

from grader.errors import Unreadable
from grader.mathematics.final_answers.measured import is_closed_number

_PREFIXED = re.compile(r"(?<![0-9A-Za-z_.\\])0(?:[xX]([0-9A-Fa-f]+)|[bB]([01]+)|[oO]([0-7]+))(?![0-9A-Za-z_.])")
_BASED = re.compile(r"(?<![0-9A-Za-z_.\\}])([0-9]+)\s*_\s*(?:\{\s*([0-9]{1,2})\s*\}|([0-9]{1,2}))(?![0-9])")
_LETTERED = re.compile(r"\s*\$?\s*([0-9A-F]+)\s*_\s*\{?\s*(1[1-6])\s*\}?\s*\$?\s*")
_DIGITS_UPRIGHT = re.compile(r"\\(?:text|mathrm)\s*\{\s*([0-9A-F]+)\s*\}")
_SCIENTIFIC = re.compile(r"([-+]?[0-9]+(?:\.[0-9]+)?)(?:\s+E\s*|\s*E\s+)([-+]?\s*[0-9]{1,3})")
_POWERS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_WORDED = re.compile(
    r"\s*\$?\s*([-+]?[0-9][0-9.,]*)\s*(?:\\[,;: ]|~)*\s*(?:\\(?:text|mathrm)\s*\{\s*("
    + "|".join(_POWERS)
    + r")s?(?: (?:parameters|params|people|dollars|weights|tokens|samples|FLOPs|operations))?\s*\}|("
    + "|".join(_POWERS)
    + r")(?: (?:parameters|params|people|weights|tokens|samples|FLOPs|operations))?)\s*\$?\s*\.?\s*"
)
_DOLLARS = re.compile(r"\s*dollars(?=\s*\}?\s*\$?\s*$)")
_COMMENT = re.compile(r"\s*[-+]?[0-9.]+\s*%\s*[A-Za-z]{3,}.*")
_REMAINDER = re.compile(r"\s*\$?\s*-\s*[0-9]+\s*(?:mod|%|\\bmod|\\mod)\s*[0-9]+\s*\$?\s*")
_RATIO = re.compile(r"\s*\$?\s*([0-9.]+(?:\s*(?::|\\colon)\s*[0-9.]+)+)\s*\$?\s*\.?\s*")
_ZETA = re.compile(r"\\?zeta\s*(?:\\left)?\(\s*[0-9.]+\s*(?:\\right)?\)")
_CURRENCY = re.compile(r"\\\$|(?<!\S)\$(?=[0-9][^$]*\Z)|[€£¥]")
_LISTED = re.compile(r"\s*(\\?[\[{])\s*([0-9]{1,3}),([0-9]{3})\s*(\\?[\]}])\s*")
_GROUPED = re.compile(r"\s*([1-9][0-9]{0,2},[0-9]{3})\s*\.?\s*")
_PLAIN = re.compile(r"\s*[0-9]{1,9}(?:\.[0-9]{1,9})?\s*")
_ITSELF = re.compile(r"\s*\$?\s*([A-Za-z])\s*=([^=<>]+)")
_SCALE = re.compile(
    r"\s*(?:\^\s*\{?\s*\\circ\s*\}?|°|(?:\\(?:text|mathrm)\s*\{\s*)?\bdeg(?:rees?)?)\s*"
    r"(?:\\[,;: ]\s*)?(?:\\(?:text|mathrm|rm)\s*\{\s*)?"
    r"(C(?:elsius)?|F(?:ahrenheit)?|celsius|fahrenheit)(?![A-Za-z])\s*\}?"
)
_ROW = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)([a-z]{2})\s*")
_UPRIGHT = re.compile(r"\\(?:text|mathrm|operatorname|rm)(?![A-Za-z])")
_BEHIND = re.compile(r"(\\pi|\\[dt]?frac\s*(?:\{[^{}]*\}\s*\{[^{}]*\}|[0-9]\s*[0-9]))\s*([a-z]{2})(?![A-Za-z(])")
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
    signs = [_CURRENCY.search(one) for one in (text, other)]
    if signs[0] is not None and signs[1] is not None and signs[0][0].lstrip("\\") != signs[1][0].lstrip("\\"):
        raise Unreadable(0, "the expected value is in another currency", "give it in the currency that is asked")
    whole = _GROUPED.fullmatch(text)
    if whole is not None and _PLAIN.fullmatch(other) and float(whole[1].replace(",", ".", 1)) != float(other):
        return whole[1].replace(",", "")
    grouped = _LISTED.fullmatch(text)
    if grouped is not None and not _LISTED.fullmatch(other) and "," not in other:
        return f"{grouped[1]}{grouped[2]}, {grouped[3]}{grouped[4]}"
    myself = _ITSELF.fullmatch(text)
    named = not declared and myself is not None and "=" not in other
    if named and myself is not None and _is_of(myself[2], myself[1]) and _is_of(other, myself[1]):
        raise Unreadable(0, "an equation of one name with itself", "give the value, or solve it")
    text = _degrees(text, other)
    if not declared and not _UPRIGHT.search(text + other):
        text = _BEHIND.sub(lambda found: _apart(found, other), text)
    run = _ROW.fullmatch(text)
    if run is not None and _stands_apart(run[2], other):
        return f"{run[1]}*" + "*".join(run[2])
    if not declared and _ZETA.search(text) and "zeta" not in other:
        raise Unreadable(0, "values of the zeta function are not computed", "write the number")
    if not declared:
        text = _PREFIXED.sub(_prefixed, text)
    scientific = _SCIENTIFIC.fullmatch(text.strip())
    if scientific is not None and is_closed_number(other):
        return f"{scientific[1]}*10^({scientific[2].replace(' ', '')})"
    lettered = _LETTERED.fullmatch(_DIGITS_UPRIGHT.sub(r"\1", text))
    if lettered is not None and re.search("[A-F]", lettered[1]) and _fits(lettered[1], int(lettered[2])):
        return str(int(lettered[1], int(lettered[2])))
    worded = _WORDED.fullmatch(_DOLLARS.sub("", text) if r"\$" in other or "dollar" in other else text)
    if worded is not None:
        return f"{worded[1]}*10^{_POWERS[worded[2] or worded[3]]}"
    ratios = [_RATIO.fullmatch(one) for one in (text, other)]
    if ratios[0] is not None and ratios[1] is not None:
        return _ratio(ratios[0][1]) or text
    if ratios[0] is not None and is_closed_number(other) and re.search(r"frac|/|\.", other):
        return _ratio(ratios[0][1]) or text
    return _BASED.sub(_based, text)


def _degrees(text: str, other: str) -> str:
    """A temperature as its number, where the other text is one on the same scale.

    Raises:
        Unreadable: where the other text is a number that is not on this scale.
    """
    scales = [_SCALE.search(one) for one in (text, other)]
    if scales[0] is None or (scales[1] is not None and scales[1][1][0].lower() == scales[0][1][0].lower()):
        return text if scales[0] is None else _SCALE.sub("", text)
    raise Unreadable(0, "a temperature on another scale than the expected one", "give it on the scale that is asked")


def _apart(found: re.Match[str], other: str) -> str:
    r"""Two letters behind pi or a fraction as two names, where the other text has them so: ``\pi hr``, ``\pi rh``."""
    return f"{found[1]} {found[2][0]} {found[2][1]}" if _stands_apart(found[2], other) else found[0]


def _stands_apart(letters: str, other: str) -> bool:
    """Whether each of two letters is a name of its own in the other text, which holds no unit of both."""
    return letters not in other and all(re.search(letter, other) for letter in letters)


def _is_of(text: str, name: str) -> bool:
    """Whether a text is a formula of one letter and of nothing else."""
    letters = set(re.findall(r"[A-Za-z]+", text))
    return letters == {name}


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
