r"""Ranges that sums leave out where nobody declared anything: ``\sum_j x_j`` beside ``\sum_{j=1}^n x_j``.

An index without bounds runs over the range that the same letter has elsewhere in the texts, or, if all ranges there are
one, over that. So does the far end of ``\sum_{j > i}``. A range is from 0 or 1 to a name, a number, or a name less one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from grader.mathematics.functions import GREEK
from grader.mathematics.reading.scripts import INDEX_LETTERS
from grader.mathematics.reading.tokens import Token

Ranges = tuple[tuple[str, str, str], ...]
"""A letter (empty for every other one), where its range begins, and where it ends, with blanks between the signs."""

_LETTERS = INDEX_LETTERS | {"c", "d", "u", "v"}
_STARTS = frozenset({"0", "1"})


def implied_ranges(texts: Sequence[Sequence[Token]]) -> Ranges:
    """The ranges of all scanned texts together that say how an index without bounds runs."""
    found: dict[str, set[tuple[str, str]]] = {}
    for tokens in texts:
        for letter, lower, upper in _ranges(tokens):
            found.setdefault(letter, set()).add((lower, upper))
    every = set[tuple[str, str]]().union(*found.values())
    ranges = [(letter, *next(iter(bounds))) for letter, bounds in sorted(found.items()) if len(bounds) == 1]
    if len(every) == 1:
        ranges.append(("", *next(iter(every))))
    return tuple((letter, lower, upper) for letter, lower, upper in ranges if _is_plain(lower, upper))


def with_ranges(tokens: Sequence[Token], ranges: Ranges) -> list[Token]:
    """The tokens with the bounds that sums and products leave out."""
    known = {letter: (lower, upper) for letter, lower, upper in ranges}
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        kept.append(tokens[place])
        place += 1
        if not _is_operator(tokens, place - 1):
            continue
        stop = _stop(tokens, place + 1)
        inside = _without_repetition([one for one in tokens[place + 1 : stop + 1] if one.text != "{"])
        if tokens[stop + 1].text != "^" and (several := _each(inside, known)):
            for number, index in enumerate(several):
                kept += [tokens[place - 1]] if number else []
                kept += _whole(index, known, tokens[place])
            place = stop + 1
            continue
        bounded = _bounded(inside, known) if tokens[stop + 1].text != "^" else None
        if bounded is not None:
            below, upper = bounded
            kept += _between(below, upper, tokens[place])
            place = stop + 1
        elif len(inside) < stop - place - 1:
            kept += [tokens[place], *_braced(inside, tokens[place])]
            place = stop + 1
    return kept


def _each(inside: Sequence[Token], known: Mapping[str, tuple[str, str]]) -> list[Token]:
    r"""The indices of ``\sum_{i,j}`` or ``\sum_{ij}``, each of which has a range; none of anything else."""
    found = [one for at, one in enumerate(inside) if at % 2 == 0]
    commas = [one.text for at, one in enumerate(inside) if at % 2]
    if len(inside) == 1 and inside[0].kind == "word" and not inside[0].font and set(inside[0].text) <= INDEX_LETTERS:
        found, commas = [inside[0]._replace(text=letter) for letter in inside[0].text], [","]
    plain = all(one.kind == "word" and one.text in _LETTERS for one in found) and set(commas) == {","}
    named = {one.text for one in found}
    return found if plain and 1 < len(found) == len(named) and all(_range_of(one, known) for one in found) else []


def _range_of(index: Token, known: Mapping[str, tuple[str, str]]) -> tuple[str, str] | None:
    return known.get(index.text, known.get(""))


def _whole(index: Token, known: Mapping[str, tuple[str, str]], mark: Token) -> list[Token]:
    below, upper = _bounded([index], known) or ([], [])
    return _between(below, upper, mark)


def _between(below: Sequence[Token], upper: Sequence[Token], mark: Token) -> list[Token]:
    return [mark, *_braced(below, mark), mark._replace(text="^"), *_braced(upper, mark)]


def _bounded(inside: Sequence[Token], known: Mapping[str, tuple[str, str]]) -> tuple[list[Token], list[Token]] | None:
    """What stands below and above an operator once its bounds are written; None where they are, or are not known."""
    if not inside or inside[0].kind != "word" or inside[0].text not in _LETTERS:
        return None
    first = inside[0]
    found = known.get(first.text, known.get(""))
    if found is None:
        return None
    lower, upper = (_written(bound, first) for bound in found)
    equals = first._replace(kind="op", text="=", space=False)
    if len(inside) == 1:
        return [first, equals, *lower], upper
    if inside[1].text in {">", ">="} and not any(one.text in {",", "<", "<="} for one in inside):
        more = _written("+ 1", first) if inside[1].text == ">" else []
        return [first, equals, *inside[2:], *more], upper
    return None


def _ranges(tokens: Sequence[Token]) -> Iterator[tuple[str, str, str]]:
    """Each index with both bounds written out."""
    for place in range(len(tokens) - 2):
        if not _is_operator(tokens, place):
            continue
        stop = _stop(tokens, place + 2)
        inside = [one for one in tokens[place + 2 : stop + 1] if one.text != "{"]
        if len(inside) != len("i=1") or inside[1].text != "=" or tokens[stop + 1].text != "^":
            continue
        end = _stop(tokens, stop + 2)
        above = [one.text for one in tokens[stop + 2 : end + 1] if one.text != "{"]
        if tokens[stop + 2].kind == "word" and not tokens[stop + 2].font and tokens[stop + 2].text not in GREEK:
            above = [above[0][:1]]  # LaTeX raises one letter
        yield inside[0].text, inside[2].text, " ".join(above)


def _is_operator(tokens: Sequence[Token], place: int) -> bool:
    token = tokens[place]
    return token.kind == "command" and token.text in {"sum", "prod"} and tokens[place + 1].text == "_"


def _stop(tokens: Sequence[Token], place: int) -> int:
    """Where what begins at a place behind ``_`` or ``^`` ends."""
    depth = 0
    for here in range(place, len(tokens)):
        depth += (tokens[here].kind == "open") - (tokens[here].kind == "close")
        if depth <= 0:
            return min(here, len(tokens) - 2)
    return len(tokens) - 2


def _without_repetition(inside: list[Token]) -> list[Token]:
    r"""``j \ne i`` of ``j : j \ne i``."""
    texts = [one.text for one in inside[:3]]
    return inside[2:] if len(texts) > 2 and texts[1] in {":", "|", "mid"} and texts[0] == texts[2] else inside


def _is_plain(lower: str, upper: str) -> bool:
    """Whether a range is all there is: 1 to n, 0 to n, 0 to n - 1."""
    name, *rest = upper.split() or [""]
    return lower in _STARTS and name.isalnum() and (not rest or (rest == ["-", "1"] and lower == "0"))


def _written(text: str, at: Token) -> list[Token]:
    kinds = ((one, "number" if one.isdigit() else "word" if one.isalpha() else "op") for one in text.split())
    return [at._replace(kind=kind, text=one, font="", space=False) for one, kind in kinds]


def _braced(tokens: Sequence[Token], mark: Token) -> list[Token]:
    brace = mark._replace(kind="open", text="{", space=False)
    return [brace, *tokens, brace._replace(kind="close")]
