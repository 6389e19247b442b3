r"""Answers of several values: ``2, 3 \text{ and } 5``, ``x = 2,3``, ``(1,2)\text{ or }(3,4)``."""

from __future__ import annotations

import re

from grader.mathematics.final_answers.measured import is_closed_number

_DRESS = re.compile(r"\$|\\displaystyle\b|\\left(?=[({\\])|\\right(?=[)}\\])")
_LABEL = re.compile(r"\s*((?:\\?[A-Za-z]+)(?:_(?:[A-Za-z0-9]|\{[A-Za-z0-9]+\}))?|\([A-Za-z](?:\s*,\s*[A-Za-z])+\))\s*=")
_WORD = re.compile(r"\s*,?\s*(?:\\(?:text|textrm|mathrm|mbox)\s*\{\s*,?\s*(or|and)\s*\}|\b(or|and)\b)\s*")
_SIGNS = re.compile(r"\\pm|±|\+/-|\+-")
_SET = re.compile(r"\s*(?:\\?[A-Za-z]+\s*\\in\s*)?(?:\\\{|\{)(.*?)\\?\}\s*\.?\s*")
_ANGLE = re.compile(r"\^\s*(?:\{\s*\\circ\s*\}|\\circ)|°|\\degree(?![A-Za-z])|\\?%")
_IMAGINARY = re.compile(r"(?<![A-Za-z\\])[ie](?![A-Za-z])")
_EQUATION = re.compile(r"[^=]*[A-Za-z][^=]*=[^=,]*")
_TIGHT = re.compile(r"[0-9],[0-9]")
_MANY = 2


def in_braces(text: str, other: str) -> str:
    """Values that a word or a comma joins, as a set, where the other text holds several values as well."""
    mine, its = items_of(text), items_of(other)
    if mine is not None and len(mine.values) >= _MANY and _solves(text, mine, other):
        return f"{mine.label} \\in \\{{{', '.join(mine.values)}\\}}"
    if mine is None or its is None or len(mine.values) < _MANY or len(its.values) < _MANY:
        return text
    points = all(one.startswith("(") for one in (*mine.values, *its.values))
    told = mine.label or its.joined or its.braced
    tight = told and not mine.braced and _TIGHT.search(text) is not None
    if not (mine.joined or tight or (points and not mine.braced)):
        return text
    label = f"{mine.label} \\in " if mine.label and its.label and not mine.label.startswith("(") else ""
    return label + "\\{" + ", ".join(mine.values) + "\\}"


def _solves(text: str, mine: Items, other: str) -> bool:
    """Whether values without blanks between them are given for a name of which the other text is an equation."""
    if not mine.label or mine.joined or not _TIGHT.search(text) or not _EQUATION.fullmatch(other):
        return False
    given = _LABEL.match(other)
    if given is not None and is_closed_number(other[given.end() :]):
        return False
    return re.search(rf"(?<![A-Za-z\\]){re.escape(mine.label)}(?![A-Za-z])", other) is not None


class Items:
    """The values of a list, the name before it, and whether a word joins them or braces hold them."""

    def __init__(self, values: list[str], label: str, *, joined: bool, braced: bool) -> None:
        self.values = values
        self.label = label
        self.joined = joined
        self.braced = braced


def items_of(text: str) -> Items | None:
    """The closed values that a whole text lists; ± counts for two. None of any other text."""
    plain = _DRESS.sub("", text).strip().rstrip(".")
    named = _LABEL.match(plain)
    label = named[1].replace(" ", "") if named is not None else ""
    if named is not None:
        plain = plain[named.end() :]
    held = _SET.fullmatch(plain)
    if held is not None:
        plain = held[1]
    words = list(_WORD.finditer(plain))
    joined = bool(words)
    parts = _split(_WORD.sub(" , ", plain))
    values: list[str] = []
    for part in parts:
        again = _LABEL.match(part)
        if again is not None:
            if not label or again[1].replace(" ", "") != label or not any("or" in found.groups() for found in words):
                return None
            part = part[again.end() :]  # noqa: PLW2901 - the same name before each value says no more
        if not _is_value(part):
            return None
        values.append(part.strip())
    if len(values) > 1 and any(map(_SIGNS.search, values)):
        values = [_SIGNS.sub(sign, one) for one in values for sign in ("+-" if _SIGNS.search(one) else " ")]
        joined = True
    if len(values) == 1 and _SIGNS.search(values[0]):
        values *= 2
        joined = False
    return Items(values, label, joined=joined, braced=held is not None) if values else None


def _split(text: str) -> list[str]:
    parts, depth = [""], 0
    for character in text:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part.strip()]


def _is_value(part: str) -> bool:
    """Whether a part is a number, an angle, a complex number, or a point of such."""
    plain = _IMAGINARY.sub("1", _ANGLE.sub("", _SIGNS.sub("+", part))).strip()
    plain = re.sub(r"^[-+]\s*", "", plain)
    if is_closed_number(plain):
        return True
    return (
        plain.startswith("(")
        and plain.endswith(")")
        and len(parts := _split(plain[1:-1])) >= _MANY
        and all(map(_is_value, parts))
    )
