r"""Which undeclared letters are indices, seen from all texts together: y in ``z_y``, k and y in ``\mathbb{1}[k = y]``.

A letter is an index if it stands nowhere but below names and in comparisons with other indices. ``\delta_{ky}`` is
Kronecker's if both of its letters are indices in another place, and delta stands nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from grader.mathematics.functions import GREEK
from grader.mathematics.reading.scripts import INDEX_LETTERS
from grader.mathematics.reading.tokens import Token

_DELTA = "delta"
_PAIR = 2
_SIGNS = frozenset({",", "+", "-"})
_BEFORE_CASES = frozenset({"if", "for", "&", "where"})
_BEHIND_CASES = frozenset({"else", "newline", ",", "otherwise", ";"})


class Indices(NamedTuple):
    """The letters below each name, those compared with an index, whether delta is Kronecker's, and what is equated.

    These are its letters, and those of ``cases`` such as ``i = j``.
    """

    below: dict[str, frozenset[str]]
    compared: frozenset[str]
    kronecker: bool
    equated: frozenset[str]
    cases: frozenset[str]


def undeclared_indices(texts: Sequence[tuple[Sequence[Token], frozenset[str]]]) -> Indices:
    """The letters of scanned texts, each with the names that it binds, that are indices without a declaration."""
    below: dict[str, set[str]] = {}
    deltas: list[tuple[str, ...] | None] = []
    pairs: list[tuple[str, str]] = []
    plain: set[str] = set()
    equated: set[str] = set()
    for tokens, named in texts:
        bound = named - _excluded(tokens)
        covered: set[int] = set()
        for place, token in enumerate(tokens[:-1]):
            if token.kind != "word":
                continue
            letters, stop = _below(tokens, place + 1)
            covered.update(range(place + 1, stop))
            if token.text == _DELTA:
                shifted = any(one.text in {"+", "-"} for one in tokens[place + 1 : stop])
                deltas.append(None if shifted else letters)
            elif letters:
                below.setdefault(token.text, set()).update(set(letters) - bound)
            case = _case(tokens, place)
            equated |= set(case or ())
            found = _compared(tokens, place) or case
            if found is not None:
                pairs.append(found)
                covered |= {place, place + 2}
        covered.update(place + 1 for place, token in enumerate(tokens[:-1]) if token.text == "!=")
        plain |= set(_standing(tokens, covered)) - bound
    bound_anywhere = frozenset[str]().union(*(bound for _, bound in texts))
    carried = bound_anywhere.union(*below.values())
    compared = {letter for pair in pairs if carried.intersection(pair) for letter in pair}
    known = carried | compared | equated
    kronecker = bool(deltas) and all(one is not None and len(one) == _PAIR and known.issuperset(one) for one in deltas)
    return Indices(
        {name: frozenset(letters - plain) for name, letters in below.items()},
        frozenset(compared - plain - bound_anywhere),
        kronecker,
        frozenset(equated - plain).union(letter for one in deltas for letter in one or () if kronecker),
        frozenset(equated - plain),
    )


def entry_letters(tokens: Sequence[Token]) -> Iterator[str]:
    """The letters below brackets, which name an entry: i and j of ``(AB)_{ij}``."""
    for place, token in enumerate(tokens[:-2]):
        after = tokens[place + 1]
        if (token.kind, token.text) == ("close", "(") and (after.kind, after.text) == ("op", "_"):
            letters, _ = _below(tokens, place + 1)
            yield from (letter for letter in letters or () if letter in INDEX_LETTERS)


def _below(tokens: Sequence[Token], place: int) -> tuple[tuple[str, ...] | None, int]:
    """The single letters below a name, and where they end; None where there are none."""
    if tokens[place].text != "_" or tokens[place].kind != "op":
        return None, place
    first = tokens[place + 1]
    if first.kind == "word":
        return ((first.text,), place + 2) if _is_letter(first.text) else (None, place + 2)
    if (first.kind, first.text) != ("open", "{"):
        return None, place + 1
    stop = place + 2
    words: list[Token] = []
    while tokens[stop].kind in {"word", "number"} or (tokens[stop].kind == "op" and tokens[stop].text in _SIGNS):
        words += [tokens[stop]] if tokens[stop].kind == "word" else []
        stop += 1
    if tokens[stop].kind != "close":
        return None, place + 1
    return _letters(words), stop + 1


def _excluded(tokens: Sequence[Token]) -> set[str]:
    r"""The letters that a sum leaves out, as y in ``\sum_{j \ne y}``: no index of that sum."""
    return {
        other.text
        for sign, other, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if sign.text == "!=" and other.kind == "word" and (after.kind == "close" or after.text == ",")
    }


def _letters(words: Iterable[Token]) -> tuple[str, ...] | None:
    """Each letter of ``i, y`` and of ``iy``; None for a longer word, which is a label."""
    found: list[str] = []
    for word in words:
        if _is_letter(word.text):
            found.append(word.text)
        elif len(word.text) == _PAIR and word.font == "" and word.text != "in":
            found += word.text
        else:
            return None
    return tuple(found) or None


def _is_letter(text: str) -> bool:
    return (len(text) == 1 and text.isalpha()) or text in GREEK


def _compared(tokens: Sequence[Token], place: int) -> tuple[str, str] | None:
    """``[k = y]``: the letters that a bracket compares, and holds nothing else."""
    if not place or place + 3 >= len(tokens):
        return None
    before, sign, other, after = tokens[place - 1], tokens[place + 1], tokens[place + 2], tokens[place + 3]
    if (before.kind, after.kind, other.kind) != ("open", "close", "word") or sign.text not in {"=", "!="}:
        return None
    pair = tokens[place].text, other.text
    return pair if all(map(_is_letter, pair)) and tokens[place - 2 if place > 1 else 0].text != "_" else None


def _case(tokens: Sequence[Token], place: int) -> tuple[str, str] | None:
    """``if i = j``: the letters of which a case holds that they are the same index, or are not."""
    if not place or place + 3 >= len(tokens) or tokens[place - 1].text not in _BEFORE_CASES:
        return None
    pair, sign, after = (tokens[place].text, tokens[place + 2].text), tokens[place + 1], tokens[place + 3]
    ends = after.kind in {"close", "end"} or after.text in _BEHIND_CASES
    letters = pair[0] != pair[1] and INDEX_LETTERS.issuperset(pair)
    return pair if letters and sign.kind == "op" and sign.text in {"=", "!="} and ends else None


def _standing(tokens: Sequence[Token], covered: set[int]) -> Iterator[str]:
    """The letters that stand for themselves somewhere."""
    for place, token in enumerate(tokens):
        if token.kind == "word" and place not in covered:
            yield from (token.text,) if token.text in GREEK or token.font else token.text
