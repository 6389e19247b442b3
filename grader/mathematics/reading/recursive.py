"""Functions that a text defines by their values at smaller arguments: T in ``T(n) = 2T(n-1) + 1, T(0) = 0``."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.tokens import Token

_STEPS = frozenset({"+", "-", "/", "frac"})


def recursive_function(tokens: Sequence[Token]) -> str:
    """The letter whose value at a name is defined by one at a sum or quotient of it, and at a number; else nothing.

    Values at two numbers, ``T(0) = 1, T(1) = 3``, define a function as well.
    """
    calls = [place for place in range(len(tokens) - 3) if _is_call(tokens, place)]
    names = {tokens[place].text for place in calls}
    for name in sorted(names):
        inside = [
            (place, [one.text for one in _inside(tokens, place)]) for place in calls if tokens[place].text == name
        ]
        defined = {tuple(text) for place, text in inside if _is_defined(tokens, place)}
        if sum(len(text) == 1 and text[0].isdigit() for text in defined) > 1:
            return name
        based = any(len(text) == 1 and text[0].isdigit() for text in defined)
        steps = {tuple(text) for _, text in inside} - {text for text in defined if text and text[0].isdigit()}
        letters = {one for text in defined for one in text if one.isalpha() and one not in _STEPS}
        turns = {letter for letter in letters if sum(letter in text for text in steps) > 1}
        if based and turns and any(_STEPS & set(text) for text in steps):
            return name
    return ""


def _is_call(tokens: Sequence[Token], place: int) -> bool:
    single = tokens[place].kind == "word" and len(tokens[place].text) == 1
    return single and (tokens[place + 1].kind, tokens[place + 1].text) == ("open", "(")


def _inside(tokens: Sequence[Token], place: int) -> Sequence[Token]:
    return tokens[place + 2 : closing(tokens, place + 1)]


def _is_defined(tokens: Sequence[Token], place: int) -> bool:
    """Whether an equals sign follows the bracket behind a name, and nothing is multiplied by it."""
    after = closing(tokens, place + 1) + 1
    before = tokens[place - 1] if place else None
    free = before is None or before.kind not in {"word", "number", "close"} or before.text in {"and", "with", "where"}
    return free and after < len(tokens) and (tokens[after].kind, tokens[after].text) == ("op", "=")
