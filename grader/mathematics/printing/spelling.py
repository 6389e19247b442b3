"""How names and numbers are spelled, in LaTeX and in plain text, so that reading gives them back."""

from __future__ import annotations

import re
from fractions import Fraction

from grader.mathematics.functions import GREEK
from grader.mathematics.reading.names import key_of
from grader.mathematics.tree import Negate, Node, Number, PlusMinus

_GIVEN = "given"
_MOST_DECIMALS = 40
_ACCENTS = {"hat": r"\hat", "tilde": r"\tilde", "bar": r"\bar", "dot": r"\dot", "ddot": r"\ddot"}
_ABOVE = {"*": "*", "dagger": r"\dagger", "+": "+"}


def signed(term: Node) -> tuple[str, Node]:
    """The sign before a term of a sum (``+``, ``-``, ``±``, ``∓``) and what it stands before."""
    match term:
        case Negate(body=PlusMinus(body=body)):
            return "∓", body
        case Negate(body=body):
            return "-", body
        case PlusMinus(body=body):
            return "±", body
        case _:
            return "+", term


def latex_name(name: str) -> str:
    r"""A declared name in LaTeX: ``W_in`` as ``W_{\mathrm{in}}``, ``m_hat`` as ``\hat{m}``."""
    if name.endswith(")"):
        return _distribution(name)
    key = key_of(name)
    base = _letters(key.base)
    for accent in filter(None, key.accents.split(",")):
        base = f"{_ACCENTS.get(accent, chr(92) + accent)}{{{base}}}"
    if key.below:
        base += f"_{{{_letters(key.below)}}}"
    if key.above:
        primes = key.above.count("'")
        rest = key.above.replace("'", "")
        base += "'" * primes + (f"^{{{_ABOVE.get(rest, rest)}}}" if rest else "")
    return base


def _distribution(name: str) -> str:
    r"""What something is drawn from, ``pi_thetagiven(cdot,s)``, as ``\pi_{\theta}(\cdot \mid s)``."""
    word, _, inside = name.removesuffix(")").partition("(")
    label = word.removesuffix(_GIVEN).removesuffix("_")
    places = [r"\cdot" if one == "cdot" else _letters(one) for one in re.split("[,|]", inside)]
    rest = ", ".join(places[1:])
    bar = r" \mid " if label != word or "|" in inside else ", "
    return f"{latex_name(label)}({places[0]}{bar}{rest})" if rest else f"{latex_name(label)}({places[0]})"


def has_superscript(name: str) -> bool:
    """Whether a name carries a mark above, so that a power needs brackets."""
    return bool(key_of(name).above)


def has_label(name: str) -> bool:
    """Whether a name carries a label below."""
    return bool(key_of(name).below)


def _letters(word: str) -> str:
    if word in GREEK:
        return "\\" + word
    if len(word) == 1 or word.isdigit():
        return word
    if word == "starstar":
        return "**"
    return rf"\mathrm{{{word}}}" if word.isalnum() else word


def decimal(number: Number) -> str:
    """A rational with the digits that were typed, as a decimal where it has one."""
    value, decimals = number.value, number.decimals
    if decimals is None or decimals < 0 or (value * 10 ** min(decimals, 10**4)).denominator != 1:
        return str(value)
    if decimals > _MOST_DECIMALS:
        return _scientific(value, decimals)
    digits = str(int(value * 10**decimals)).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{digits}."


def _scientific(value: Fraction, decimals: int) -> str:
    digits = str(int(value * 10**decimals))
    return f"{digits[0]}.{digits[1:]}e{len(digits) - 1 - decimals}"
