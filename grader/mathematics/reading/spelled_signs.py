"""Signs that are written as words: ``x plus y``, ``x divided by y``, ``3 million``, ``7B parameters``."""

from __future__ import annotations

from grader.mathematics.reading.lines import COUNTED
from grader.mathematics.reading.names import Names
from grader.mathematics.reading.tokens import Token

_SIGNS = {"plus": "+", "minus": "-", "times": "times"}
_POWERS = {"hundred": 2, "thousand": 3, "million": 6, "millions": 6, "billion": 9, "billions": 9, "trillion": 12}
_LETTERS = {"k": 3, "K": 3, "M": 6, "mn": 6, "B": 9, "bn": 9, "G": 9, "T": 12}


def with_signs(tokens: list[Token], names: Names, notes: list[str]) -> list[Token]:
    """The tokens with signs for the words between two values, and powers of ten for "million" behind a number."""
    kept: list[Token] = []
    place = 0
    while place < len(tokens) - 1:
        token, after = tokens[place], tokens[place + 1]
        word = token.text.lower() if token.kind == "word" and names.word(token.text) is None else ""
        between = bool(kept) and _ends(kept[-1]) and _begins(after)
        counted = after.kind == "word" and after.text.lower() in COUNTED and names.word(after.text) is None
        if word in _SIGNS and between:
            kept.append(token._replace(kind="op", text=_SIGNS[word]))
            notes.append(f"{token.text!r} is read as a sign")
        elif word == "divided" and kept and _ends(kept[-1]) and after.text == "by" and _begins(tokens[place + 2]):
            kept.append(token._replace(kind="op", text="/", end=after.end))
            notes.append("'divided by' is read as a sign")
            place += 1
        elif kept and kept[-1].kind == "number" and (word in _POWERS or (word and token.text in _LETTERS and counted)):
            power = _POWERS.get(word) or _LETTERS[token.text]
            kept += _power_of_ten(token, power)
            notes.append(f"{token.text!r} is read as 10^{power}")
        elif word == "base" and kept and kept[-1].text == "log" and after.kind in {"number", "word"}:
            kept += [token._replace(kind="op", text="_", space=False), after._replace(space=False)]
            place += 2 if tokens[place + 2].text == "of" else 1
        else:
            kept.append(token)
        place += 1
    kept.append(tokens[-1])
    return kept


def _power_of_ten(token: Token, power: int) -> list[Token]:
    """``* 10^6`` in the place of a word."""
    parts = (("op", "*"), ("number", "10"), ("op", "^"), ("open", "{"), ("number", str(power)), ("close", "{"))
    return [Token(kind, text, token.start, token.end) for kind, text in parts]


def _ends(token: Token) -> bool:
    return token.kind in {"number", "word", "close"}


def _begins(token: Token) -> bool:
    return token.kind in {"number", "word", "open", "command", "accent"}
