r"""Identities with their size below, where nobody declared anything: ``I_d`` beside ``I``, ``np.eye(d)``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.tokens import Token

_SIZES = frozenset("dnmpkrDNMKP")
_CALLS = frozenset({"eye", "identity"})
_ARRAYS = frozenset({"top", "tr", "Tr", "trace", "det", "Sigma"})


def sized_identities(texts: Sequence[Sequence[Token]]) -> str:
    """What I with a letter below is: ``plain``, an I whose size is not read, ``sized``, or empty for a name.

    It is an identity if some text has a bare I, or something transposed, a trace or a determinant, and if nothing else
    stands below or behind an I. Its size is read where no text has a bare I and the letter stands elsewhere.
    """
    found = [(tokens, *place) for tokens in texts for place in _places(tokens)]
    if not found or any(_is_other(tokens, place) for tokens in texts for place in range(len(tokens) - 1)):
        return ""
    if any(_is_bare(tokens, place) for tokens in texts for place in range(len(tokens) - 1)):
        return "plain"
    turned = any(one.text in _ARRAYS or _is_turn(tokens, i) for tokens in texts for i, one in enumerate(tokens))
    if not turned:
        return ""
    named = {tokens[stop - 1 if tokens[stop].kind == "close" else stop].text for tokens, _, stop in found}
    everywhere = sum(one.kind == "word" and one.text in named for tokens in texts for one in tokens)
    return "sized" if everywhere > len(found) else "plain"


def with_identities(tokens: Sequence[Token], reading: str) -> list[Token]:
    """The tokens with a bold I for each of these, with its size or without."""
    if not reading:
        return list(tokens)
    kept: list[Token] = []
    places = dict(_places(tokens))
    place = 0
    while place < len(tokens):
        stop = places.get(place)
        if stop is None:
            kept.append(tokens[place])
            place += 1
            continue
        bold = tokens[place]._replace(text="I", font="bold")
        called = tokens[place].text in _CALLS
        if reading == "plain":
            kept.append(bold)
        else:
            first = tokens[place] if called else bold._replace(font="double")
            kept += [first, *tokens[place + 1 : stop + 1]]
        place = stop + 1
    return kept


def _places(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where ``I_d``, ``I_{d}`` or ``eye(d)`` begins and ends."""
    for place, token in enumerate(tokens[:-2]):
        mark = tokens[place + 1]
        if token.kind != "word":
            continue
        if token.text == "I" and mark.text == "_" and mark.kind == "op":
            stop = closing(tokens, place + 2) if tokens[place + 2].text == "{" else place + 2
            label = tokens[place + 3] if stop > place + 2 else tokens[place + 2]
            if label.text in _SIZES and stop <= place + 4:
                yield place, stop
        elif token.text in _CALLS and (mark.kind, mark.text) == ("open", "("):
            stop = closing(tokens, place + 1)
            if stop == place + 3 and tokens[place + 2].text in _SIZES:
                yield place, stop


def _is_bare(tokens: Sequence[Token], place: int) -> bool:
    """Whether an I without a script or a bracket stands here."""
    after = tokens[place + 1]
    behind = after.kind in {"open", "op"} and after.text in {"_", "(", "[", "'"}
    return tokens[place].kind == "word" and tokens[place].text == "I" and not behind


def _is_other(tokens: Sequence[Token], place: int) -> bool:
    """Whether an I with another index, or before a bracket, stands here."""
    token, after = tokens[place], tokens[place + 1]
    if token.kind != "word" or token.text != "I" or after.text not in {"_", "(", "["} or after.kind == "close":
        return False
    return not any(start == place for start, _ in _places(tokens)) and (after.kind, after.text) != ("open", "(")


def _is_turn(tokens: Sequence[Token], place: int) -> bool:
    return tokens[place].text == "T" and place > 0 and tokens[place - 1].text == "^"
