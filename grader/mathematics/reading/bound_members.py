r"""Members that an operator binds, where nobody declared anything: ``\sum_{z_{n-1}} p(z_{n-1})``, one name each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.tokens import Token

_DIGITS = dict(
    zip("0123456789", ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], strict=True)
)
_SIGNS = {"+": "plus", "-": "minus", "'": "prime"}
_OPERATORS = frozenset({"sum", "prod", "max", "min", "argmax", "argmin", "int"})

Sequences = tuple[tuple[str, ...], ...]


def bound_members(texts: Sequence[Sequence[Token]]) -> Sequences:
    """The names with an index, sign by sign, that stand alone below an operator in some text."""
    found: set[tuple[str, ...]] = set()
    for tokens in texts:
        for place, token in enumerate(tokens[:-2]):
            if token.text not in _OPERATORS or tokens[place + 1].text != "_" or tokens[place + 2].text != "{":
                continue
            stop = closing(tokens, place + 2)
            for start, comma in _parts(tokens, place + 3, stop):
                end = next((at for at in range(start, comma) if tokens[at].text == "in"), comma)
                inside = [one.text for one in tokens[start:end]]
                if tokens[start].kind == "word" and _is_member(tokens[start:end]):
                    found.add(tuple(inside))
                    found |= {(*inside[:-1], sign) for sign in ("+", "-") if inside[-1] in {"+", "-"}}
    return tuple(sorted(found))


def _parts(tokens: Sequence[Token], start: int, stop: int) -> Iterator[tuple[int, int]]:
    """What stands between commas up to a place."""
    depth, begin = 0, start
    for place in range(start, stop):
        depth += (tokens[place].kind == "open") - (tokens[place].kind == "close")
        if depth == 0 and tokens[place].text == ",":
            yield begin, place
            begin = place + 1
    yield begin, stop


def _is_member(tokens: Sequence[Token]) -> bool:
    """Whether a name with one script in braces stands here, ``z_{n-1}`` or ``z^{(i)}``, or a raised sign: ``v^-``."""
    if [one.text for one in tokens[1:]] in (["^", "-"], ["^", "+"]):
        return True
    if len(tokens) < len("z_{n}") or tokens[1].text not in {"_", "^"} or tokens[2].text != "{":
        return False
    inside = tokens[3:-1]
    raised = tokens[1].text == "^"
    plain = all(one.kind in {"word", "number"} or one.text in {*_SIGNS, "(", "["} for one in inside)
    return plain and closing(tokens, 2) == len(tokens) - 1 and raised == (inside[0].text in {"(", "["})


def with_members(tokens: Sequence[Token], members: Sequences) -> list[Token]:
    """The tokens with one upright word for each of these names."""
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        found = next((one for one in members if _stands(tokens, place, one)), None)
        if found is None:
            kept.append(tokens[place])
            place += 1
            continue
        letters = (_SIGNS.get(one, _DIGITS.get(one, one)) for one in found if one.isalnum() or one in _SIGNS)
        last = tokens[place + len(found) - 1]
        kept.append(tokens[place]._replace(text="".join(letters), font="upright", end=last.end))
        place += len(found)
    return kept


def _stands(tokens: Sequence[Token], place: int, member: tuple[str, ...]) -> bool:
    return tokens[place].kind == "word" and tuple(one.text for one in tokens[place : place + len(member)]) == member
