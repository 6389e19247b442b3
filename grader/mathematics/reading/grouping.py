"""What groups the digits of an answer, where the author did not say: told by how the other text writes the number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from grader.mathematics.kinds import Declaration

_SIGNS = {",": ",", "{,}": r"\{,\}", " ": " ", "'": "['’]"}
_NUMBER = re.compile(r"[0-9]+")
_JOINED = re.compile(r"(?<=[0-9])(?:_|\\,|\{,\}|\\!)(?=[0-9]{3}(?![0-9]))")
_LONG = re.compile(r"[0-9]{4,}|[0-9]{1,3}(?:,[0-9]{3})+")
_MANY = 2
_PAIR = re.compile(r"(?<![0-9.,])([0-9]+)(?:,|\{,\})([0-9]+)(?![0-9.,]|\{,\})")
_RUN = re.compile(r"(?<![0-9.])[0-9]+(?:\.[0-9]+)?(?:,[0-9]+(?:\.[0-9]+)?)+(?![0-9.])")
_LIST = re.compile(r"[\[({]?\s*[-+]?[0-9]+(?:\.[0-9]+)?(?:\s*,\s*[-+]?[0-9]+(?:\.[0-9]+)?)+\s*[\])}]?")
_FRACTION = re.compile(r"[-+]?\\[dt]?frac\{[0-9.]+\}\{[0-9.]+\}")
_ARITHMETIC = frozenset("-+0123456789.*/^ ()")
_SIGN_COMMANDS = re.compile(r"\\(?:times|cdot|left|right|,|;|!)(?![A-Za-z])")
_WHOLE = frozenset("0123456789+-*x×·⋅^{}() ")
_GROUP = 3


def with_grouping(declaration: Declaration, texts: Sequence[str]) -> Declaration:
    """The declaration with the sign that groups digits by three in one of the texts.

    ``66,756`` is one number if another text holds 66756. ``1,234,567`` can be no decimal: it is one number unless
    another text lists something. Beside sums and products of whole numbers it is whole as well. Otherwise the text
    stays as ambiguous as it is.
    """
    if declaration.thousands:
        return declaration
    for place, text in enumerate(texts):
        others = [_JOINED.sub("", one) for position, one in enumerate(texts) if position != place]
        known = {number for one in others for number in _NUMBER.findall(one)}
        listed = any("," in one for one in others)
        for sign, pattern in _SIGNS.items():
            groups = re.compile(rf"(?<![0-9.,])[0-9]{{1,3}}(?:{pattern}[0-9]{{3}})+(?![0-9]|{pattern}[0-9])")
            found = [one[0] for one in groups.finditer(text)]
            numbers = [re.sub(r"[^0-9]", "", one) for one in found]
            if found and all(number in known for number in numbers):
                return replace(declaration, thousands=sign)
            if found and others and all(map(_is_long, others)):
                return replace(declaration, thousands=sign)
            whole = bool(others) and all(map(_is_whole, others))
            if found and sign in {",", "{,}"} and whole and not all(number.endswith("000") for number in numbers):
                return replace(declaration, thousands=sign)
            long = all(len(re.findall(pattern, one)) >= _MANY for one in found)
            if (
                found
                and sign in {",", "{,}"}
                and long
                and not listed
                and not re.search(r"[(\[{][^)\]}]*[0-9],[0-9]", text)
            ):
                return replace(declaration, thousands=sign)
    return replace(declaration, commas=_commas(texts))


def _is_long(text: str) -> bool:
    """Whether a text is one whole number of four digits or more: beside it, no comma is a decimal's or a list's."""
    return _LONG.fullmatch(text.strip().strip("$")) is not None


def _is_whole(text: str) -> bool:
    """Whether a text adds and multiplies whole numbers, more than one, and nothing else."""
    plain = _SIGN_COMMANDS.sub("*", text.strip().strip("$"))
    return _WHOLE.issuperset(plain) and len(_NUMBER.findall(plain)) > 1


def _commas(texts: Sequence[str]) -> str:
    """What commas between digits are: ``0,5`` is a decimal if the other text is one number, ``1,2`` a list beside one.

    Three digits behind a comma may group: they are decimals only behind a 0, with which no group begins.
    """
    plain = [text.strip().strip("$").strip() for text in texts]
    for place, text in enumerate(plain):
        others = [one for position, one in enumerate(plain) if position != place]
        pairs = _PAIR.findall(text)
        alone = "," not in _PAIR.sub("", text) and not re.search(r"[\[({]", _PAIR.sub("", text))
        told = alone and all(len(rest) != _GROUP or whole == "0" for whole, rest in pairs)
        if pairs and others and told and all(map(_is_number, others)):
            return "decimal"
        if _RUN.fullmatch(text.strip("[](){} ")) and others:
            count = text.count(",")
            if all(_LIST.fullmatch(one) and (one.count(",") == count or _is_list(one)) for one in others):
                return "list"
    return ""


def _is_list(text: str) -> bool:
    """Whether the commas of a text can group no digits, and be in no decimal: ``1,2,3``."""
    parts = text.strip("[](){} ").split(",")
    return len(parts) > _MANY and not all(len(part.strip()) == _GROUP for part in parts[1:])


def _is_number(text: str) -> bool:
    """Whether nothing but numbers and the signs of arithmetic stand in a text."""
    return _FRACTION.fullmatch(text) is not None or (bool(_NUMBER.search(text)) and _ARITHMETIC.issuperset(text))
