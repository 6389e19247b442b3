r"""Raised indices in the ways of lecture notes: ``a^{<t>}`` and ``g'^{[l]}(z)`` as ``a^{(t)}`` and ``g^{[l]}'(z)``."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.tokens import Token

_OPENS = frozenset({"<", "langle"})
_CLOSES = frozenset({">", "langle"})
_PRIMES = frozenset({"'", "''"})
_MOST = 8
"""How many signs stand between raised angle brackets at most."""


def with_raised_indices(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with angle brackets of raised indices as round ones, and primes behind a raised index."""
    return _with_primes_behind(_with_round(tokens))


def _with_round(tokens: Sequence[Token]) -> list[Token]:
    kept = list(tokens)
    for place in reversed(range(1, len(kept) - len("^<t>"))):
        if (kept[place].kind, kept[place].text) != ("op", "^") or kept[place - 1].kind not in {"word", "close"}:
            continue
        braced = (kept[place + 1].kind, kept[place + 1].text) == ("open", "{")
        first = place + 2 if braced else place + 1
        stop = _angle(kept, first)
        if stop is None or (braced and (kept[stop + 1].kind, kept[stop + 1].text) != ("close", "{")):
            continue
        kept[stop] = kept[stop]._replace(kind="close", text="(")
        kept[first] = kept[first]._replace(kind="open", text="(")
        if not braced:
            brace = kept[place]._replace(kind="open", text="{", space=False)
            kept.insert(stop + 1, brace._replace(kind="close"))
            kept.insert(first, brace)
    return kept


def _angle(tokens: Sequence[Token], first: int) -> int | None:
    """Where the angle bracket closes that opens at a place before an index; None where none does."""
    if tokens[first].text not in _OPENS or tokens[first].kind not in {"op", "open"}:
        return None
    for place in range(first + 1, min(first + _MOST, len(tokens) - 1)):
        token = tokens[place]
        if token.text in _CLOSES and token.kind in {"op", "close"}:
            return place if place > first + 1 else None
        index = token.kind in {"word", "number"} or (token.kind == "op" and token.text in {"+", "-", ",", "'"})
        if not index:
            return None
    return None


def _with_primes_behind(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with the prime of ``g'^{[l]}``, ``g^{[l]\prime}`` and ``g^{\prime[l]}`` behind the raised index."""
    kept = list(tokens)
    for place in reversed(range(1, len(kept) - len("^{[l]}"))):
        if [one.text for one in kept[place : place + 2]] != ["^", "{"] or kept[place + 1].kind != "open":
            continue
        stop = closing(kept, place + 1)
        inside = kept[place + 2 : stop]
        primes = [one for one in inside if one.text in _PRIMES and one.kind == "op"]
        plain = [one for one in inside if one not in primes]
        indexed = len(plain) > 2 and plain[0].text in {"(", "["} and plain[-1].kind == "close"
        before = kept[place - 1]
        called = stop + 1 < len(kept) and kept[stop + 1].kind == "open"
        if not indexed or not called or closing(plain, 0) != len(plain) - 1:
            continue
        if len(primes) == 1 and inside.index(primes[0]) in {0, len(inside) - 1}:
            kept[place + 2 : stop + 1] = [*plain, kept[stop], primes[0]]
        elif not primes and before.kind == "op" and before.text in _PRIMES:
            kept[place - 1 : stop + 1] = [*kept[place : stop + 1], before]
    return kept
