r"""Undeclared events, seen from all texts together: A in ``P(A^c)``, ``P(\bar A)``, ``P(A' \mid B)``.

A capital letter is an event if it stands nowhere outside the brackets of a probability and in these only among
events, and if one of the events is complemented: what stands raised, above or behind it is no symbol then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.mathematics.reading.tokens import Token

_PROBABILITIES = frozenset({"P", "Pr", "Prob"})
_MARKS = frozenset({"c", "C", "complement"})
_SIGNS = frozenset({"cap", "cup", "setminus", "not", "and", "or", "^", "'"})
_VARIABLES = frozenset("STUVWXYZ")
"""Capitals that are random variables by custom: with a prime, another one and no complement."""


class Events(NamedTuple):
    """The letters that are events, whether P is a probability, and the places that only mark a complement."""

    letters: frozenset[str]
    marks: tuple[frozenset[int], ...]
    primed: frozenset[str]


def undeclared_events(texts: Sequence[Sequence[Token]]) -> Events:
    """The events of some scanned texts, with the places of raised c in each; empty if nothing is complemented."""
    none = Events(frozenset(), tuple(frozenset() for _ in texts), frozenset())
    inside: set[str] = set()
    others: set[str] = set()
    marks: list[frozenset[int]] = []
    changed: set[str] = set()
    for tokens in texts:
        covered: set[int] = set()
        raised: set[int] = set()
        for bracket in _brackets(tokens):
            for part in _parts(tokens, bracket):
                if not _of_events(tokens, part, bracket):
                    continue
                covered.update(part)
                raised.update(place for place in part if _is_mark(tokens, place))
                changed.update(_changed(tokens, part))
        marks.append(frozenset(raised))
        inside.update(letter for place in covered - raised for letter in _letters(tokens[place]))
        outside = set(range(len(tokens))) - covered
        others.update(letter for place in outside for letter in _letters(tokens[place]))
    taken = {tokens[place].text for tokens, found in zip(texts, marks, strict=True) for place in found}
    letters = inside - others
    if taken & (others | inside) or not (changed & letters):
        return none
    return Events(frozenset(letters), tuple(marks), frozenset(changed & letters))


def _brackets(tokens: Sequence[Token]) -> Iterator[range]:
    """What stands in each bracket behind P."""
    for place, token in enumerate(tokens[:-1]):
        if token.kind != "word" or token.text not in _PROBABILITIES or tokens[place + 1].text not in {"(", "["}:
            continue
        depth, stop = 1, place + 2
        while depth and tokens[stop].kind != "end":
            depth += (tokens[stop].kind == "open") - (tokens[stop].kind == "close")
            stop += 1
        if depth == 0:
            yield range(place + 2, stop - 1)


def _parts(tokens: Sequence[Token], bracket: range) -> Iterator[range]:
    """What stands between the commas and bars of a bracket."""
    depth, start = 0, bracket.start
    for place in bracket:
        token = tokens[place]
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and (token.kind == "bar" or (token.kind == "op" and token.text in {",", "mid"})):
            yield range(start, place)
            start = place + 1
    yield range(start, bracket.stop)


def _of_events(tokens: Sequence[Token], part: range, bracket: range) -> bool:
    """Whether nothing but events, their signs and their complements stands here."""
    if not part:
        return False
    plain = {
        letter
        for place in bracket
        if tokens[place + 1].text != "'" and not _is_mark(tokens, place)
        for letter in _letters(tokens[place])
    }
    for place in part:
        token, after = tokens[place], tokens[place + 1]
        if token.kind == "word":
            if not _is_mark(tokens, place) and not (token.text.isascii() and token.text.isupper()):
                return False
        elif token.kind == "op":
            primed = _letters(tokens[place - 1])[-1:] if token.text == "'" else ""
            if token.text not in _SIGNS or (primed and primed in plain | _VARIABLES):
                return False
            if token.text == "^" and not _is_mark(tokens, place + (2 if after.text == "{" else 1)):
                return False
        elif token.kind == "accent":
            if token.text != "bar":
                return False
        elif token.kind not in {"open", "close"}:
            return False
    return True


def _is_mark(tokens: Sequence[Token], place: int) -> bool:
    """Whether a raised c stands here, alone in its exponent."""
    before = tokens[place - 1].text if place else ""
    braced = before == "{" and place > 1 and tokens[place - 2].text == "^" and tokens[place + 1].kind == "close"
    return tokens[place].kind == "word" and tokens[place].text in _MARKS and (before == "^" or braced)


def _changed(tokens: Sequence[Token], part: range) -> Iterator[str]:
    """The letters of a part in which something is complemented."""
    whole = any(
        _is_mark(tokens, place) or tokens[place].kind == "accent" or tokens[place].text == "'" for place in part
    )
    for place in part if whole else ():
        if not _is_mark(tokens, place):
            yield from _letters(tokens[place])


def _letters(token: Token) -> str:
    return token.text if token.kind == "word" and len(token.text) <= len("ABC") else ""
