r"""Final answers that are a number with a unit: ``3 ft``, ``25\pi\text{ cm}^2``, ``1 kg m/s^2``, ``2 h 30 min``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from grader.mathematics.unit_table import unit_called

_DRESS = re.compile(r"\$|\\\(|\\\)|\\\[|\\\]|\\displaystyle\b")
_SPACES = re.compile(r"\\[,;:! ]|~|\\q?quad\b|\u00a0|\u202f|\u2009")
_TEXT = re.compile(r"\\(?:text|textrm|textnormal|mathrm|mbox|operatorname|rm|mathsf)\s*\{((?:[^{}\\]|\{[^{}\\]*\})*)\}")
_UPRIGHT = r"\\(?:text|mathrm)\s*\{\s*"
_GREEK = (
    (re.compile(rf"(?:{_UPRIGHT})?\\mu\s*\}}?\s*(?=(?:{_UPRIGHT})?[A-Za-z])|[µμ](?=\s*[A-Za-z])"), "u"),
    (re.compile(rf"u{_UPRIGHT}([A-Za-z]+)\s*\}}"), r"\\text{u\1}"),
    (re.compile(rf"{_UPRIGHT}\\Omega\s*\}}|\\Omega(?![A-Za-z])|[ΩΩ]"), "ohm"),
    (re.compile(rf"(?:{_UPRIGHT}([kMm])\s*\}}|(?<![A-Za-z\\])([kMm]))\s*ohm"), r"\1\2ohm"),
)
"""The Greek signs of units as letters: u for micro, ohm."""
_WORD_LABEL = re.compile(r"\A\s*\\(?:text|mathrm|textbf)\s*\{[A-Za-z ]*\}\s*=\s*")
_LABEL = re.compile(r"(?:\\?[A-Za-z]+(?:_(?:[A-Za-z0-9]|\{[A-Za-z0-9]+\}))?)\s*=\s*")
_NUMERIC = re.compile(
    r"\s*(?:[0-9][0-9,]*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+(?![A-Za-z0-9]))?|\.[0-9]+|\\(?:[dt]?frac|sqrt|pi|cdot|times|left|right)"
    r"(?![A-Za-z])|pi(?![A-Za-z])|sqrt(?=\s*\()|\{,\}(?=[0-9]{3})|[-+*/^(){}π√½¼¾⅓⅔×·⋅])"
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISED = re.compile(r"[⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_POWER = re.compile(
    r"\s*(?:\^|\*\*)\s*(?:\{\s*(-?[1-9])\s*\}|\(\s*(-?[1-9])\s*\)|(-?[1-9])(?![0-9]))|([23])(?![0-9A-Za-z.])"
)
_NAME = re.compile(r"\s*([A-Za-z€]+)")
_BETWEEN = re.compile(r"\s*(per\b|/|\*(?!\*)|·|⋅|\\cdot(?![A-Za-z]))")
_FRACTION = re.compile(r"\s*\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_BEFORE = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}
_BEHIND = {"squared": 2, "cubed": 3}
_MOST = 64
"""No final answer with more signs is looked at."""


class Part(NamedTuple):
    """A number as it is written, and its unit in the form that quantities carry: ``kg*m/s^2``."""

    number: str
    unit: str


class Measured(NamedTuple):
    """A final answer: its parts, largest unit first, its label, whether its units are unmistakable or upright."""

    parts: tuple[Part, ...]
    label: str
    plain: bool
    upright: bool = False


def measured_answer(text: str) -> Measured | None:
    """The number and the unit of which a whole text consists; None of any other text."""
    if len(text) > _MOST * 2:
        return None
    texted = bool(_TEXT.search(text))
    rest = re.sub(r"\s+", " ", _SPACES.sub(" ", _DRESS.sub("", text))).strip()
    rest = rest.replace(r"\$", "").removesuffix(".")
    rest = _WORD_LABEL.sub("", rest)
    for pattern, replacement in _GREEK:
        rest = pattern.sub(replacement, rest)
    for _ in range(2):
        rest = _TEXT.sub(lambda found: f" {found[1].replace('~', ' ')} ", rest)
    named = _LABEL.match(rest)
    label = re.sub(r"[\s=]", "", named[0]) if named is not None else ""
    rest = rest[named.end() :] if named is not None else rest
    parts: list[Part] = []
    spaced = texted
    while rest.strip():
        found = _one_part(rest)
        if found is None:
            return None
        part, rest, apart = found
        spaced = spaced or apart
        parts.append(part)
        rest = re.sub(r"^\s*(?:,|and\b)\s*(?=[0-9])", "", rest)
    if not parts or (len(parts) > 1 and any(not part.number.strip().isdigit() for part in parts[:-1])):
        return None
    names = {name for part in parts for name in re.findall(r"[A-Za-z€]+", part.unit)}
    plain = texted or any(len(name) > 1 for name in names)
    return Measured(tuple(parts), label, plain, texted) if spaced or plain else None


def _one_part(text: str) -> tuple[Part, str, bool] | None:
    """A number and the unit behind it, what follows, and whether a space stands between the two."""
    place = 0
    while (found := _NUMERIC.match(text, place)) is not None:
        place = found.end()
    number, rest = text[:place], text[place:]
    if (opened := re.search(r"(\\[dt]?frac\s*\{|[*/(·⋅×]|\\cdot|\\times)\s*$", number)) is not None:
        sign = opened[1]
        number = number[: opened.start()]
        number = re.sub(r"\s+1\s*$", "", number) if sign == "/" else number
        if sign in {"*", "·", "⋅", "×", r"\cdot", r"\times"}:
            sign = ""
        rest = ("1" if sign == "/" else "") + sign + rest
    if not number.strip() or not _is_closed(number):
        return None
    apart = number[-1:].isspace() or rest[:1].isspace() or rest.startswith(("\\", "(", "1/"))
    if rest.startswith("1/"):
        rest = rest[1:]
        unit = _units(rest, 0, over=True)
    else:
        unit = _units(rest, 0)
    if unit is None or not unit[0]:
        return None
    return Part(number.strip(), unit[0]), rest[unit[1] :], apart


def _is_closed(number: str) -> bool:
    """Whether a text may be a whole number or calculation: its brackets close, and it ends in no sign."""
    depth = 0
    for character in number:
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    ends = number.rstrip()[-1:]
    return depth == 0 and (ends.isdigit() or ends in ")}π½¼¾⅓⅔" or number.rstrip().endswith("pi"))


def _units(text: str, place: int, *, over: bool = False) -> tuple[str, int] | None:
    """A product, quotient or power of units from a place on, and where it ends."""
    factors: list[tuple[str, int]] = []
    sign, below = (-1, True) if over else (1, False)
    if over:
        place += 1
    while True:
        found = _unit_factor(text, place)
        if found is None:
            if not factors or sign < 0:
                return None
            break
        names, place = found
        if below and sign > 0:
            return None  # what stands behind the divisor without a sign may be above or below the line
        factors += [(name, exponent * sign) for name, exponent in names]
        between = _BETWEEN.match(text, place)
        if between is None:
            sign = 1
            if re.match(r"\s*(?:,|and\b|[0-9]|$)", text[place:]):
                break
            continue
        if between[1] in {"/", "per"}:
            sign, below = -1, True
        elif below:
            return None
        place = between.end()
    joined = "".join(f"*{name}" if exponent == 1 else f"*{name}^{exponent}" for name, exponent in factors)
    return joined.removeprefix("*"), place


def _unit_factor(text: str, place: int) -> tuple[list[tuple[str, int]], int] | None:
    """One unit with its power, or several in a bracket or a fraction."""
    fraction = _FRACTION.match(text, place)
    if fraction is not None:
        above, below = _units(fraction[1], 0), _units(fraction[2], 0)
        whole = _all(fraction[1], above), _all(fraction[2], below)
        if whole[0] is None or whole[1] is None:
            return None
        return [*whole[0], *((name, -exponent) for name, exponent in whole[1])], fraction.end()
    bracket = re.compile(r"\s*\(([^()]*)\)").match(text, place)
    if bracket is not None:
        inner = _all(bracket[1], _units(bracket[1], 0))
        return None if inner is None else (inner, bracket.end())
    word = _NAME.match(text, place)
    power = 1
    if word is not None and word[1] in _BEFORE:
        power, place = _BEFORE[word[1]], word.end()
        word = _NAME.match(text, place)
    if word is None:
        return None
    names = [("N", 1), ("m", 1)] if word[1] == "Nm" else None
    sign = unit_called(word[1])
    if sign is None and names is None:
        return None
    place = word.end()
    behind = _NAME.match(text, place)
    raised = _RAISED.match(text, place)
    found = _POWER.match(text, place)
    if behind is not None and behind[1] in _BEHIND:
        power, place = _BEHIND[behind[1]], behind.end()
    elif raised is not None:
        power, place = int(raised[0].translate(_SUPERSCRIPTS)), raised.end()
    elif found is not None:
        power, place = int(found[1] or found[2] or found[3] or found[4]), found.end()
    if names is not None:
        return (names, place) if power == 1 else None
    return [(sign or "", power)], place


def _all(text: str, found: tuple[str, int] | None) -> list[tuple[str, int]] | None:
    """The factors of a unit that was read from the whole of a text."""
    if found is None or text[found[1] :].strip():
        return None
    return [(name, int(power or 1)) for name, power in re.findall(r"([A-Za-z€]+)(?:\^(-?[0-9]))?", found[0])]


def is_closed_number(text: str) -> bool:
    """Whether a whole text is a number or a calculation with numbers, roots and pi."""
    rest = _SPACES.sub(" ", _DRESS.sub("", text)).strip()
    place = 0
    while (found := _NUMERIC.match(rest, place)) is not None:
        place = found.end()
    return place == len(rest) and _is_closed(rest)


def letters_of(units: Sequence[Part]) -> list[str]:
    """The letters of which the signs of units consist, in order."""
    return sorted(letter for part in units for letter in part.unit if letter.isalpha())
