r"""Whether ``\sum_{i \ne j}`` and ``\sum_{i < j}`` are sums over both letters, or over the first alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from grader.mathematics.functions import find
from grader.mathematics.reading.binding_names import PAIRED, bound_names
from grader.mathematics.reading.tokens import Token

_ENDS = frozenset({"+", "-", "=", "!=", "<", ">", "<=", ">=", ",", ";", "newline"})
_UNEQUAL = frozenset({"!=", "<"})


def is_over_both(tokens: Sequence[Token], opening: int, closing: int, first: str, second: str) -> bool:
    """Whether two letters below an operator, in the alphabet's order, are both found in what it sums.

    The second may not stand outside of that: there it has a value of its own, and the sum is over the first.

    Args:
        tokens: the whole formula.
        opening: where the braces below the operator open.
        closing: where they close.
        first: the letter before the sign.
        second: the letter behind it.
    """
    if not (first < second and second in PAIRED):
        return False
    stop, depth, barred = closing + 1, 0, False
    while tokens[stop].kind != "end":
        token = tokens[stop]
        depth += (token.kind == "open") - (token.kind == "close")
        barred ^= token.kind == "bar"
        if depth < 0 or (depth == 0 and not barred and token.kind == "op" and token.text in _ENDS):
            break
        stop += 1
    inside = tokens[closing + 1 : stop]
    if not (mentions(first, inside) and mentions(second, inside)):
        return False
    ends = [tokens[-1]] * 6
    return not any(_is_free(second, [*side, *ends]) for side in (tokens[:opening], tokens[stop:]))


def fixed_letters(texts: Sequence[tuple[Sequence[Token], frozenset[str]]]) -> frozenset[str]:
    r"""The letters that sums leave out, as j in ``\sum_{i \ne j}``, and that have a value of their own somewhere.

    ``texts`` are scanned texts, each with the names that it binds.
    """
    left_out: set[str] = set()
    doubtful: set[str] = set()
    fixed: set[str] = set()
    for tokens, _ in texts:
        for place, first, second in _below(tokens):
            left_out.add(second)
            elsewhere = bound_names([*tokens[:place], *tokens[place + 5 :]])
            reversed_pair = first > second and _bound_only(second, [other for other, _ in texts if other is not tokens])
            if second not in elsewhere and not (reversed_pair or is_over_both(tokens, place, place + 4, first, second)):
                fixed.add(second)
            doubtful |= {second} if reversed_pair else set()
        fixed |= {"i"} if _bounds(tokens) and "i" not in bound_names(list(tokens)) | doubtful else set()
    fixed |= {letter for letter in left_out - doubtful if any(_is_free(letter, tokens) for tokens, _ in texts)}
    return frozenset(fixed & PAIRED)


def _bound_only(letter: str, texts: Sequence[Sequence[Token]]) -> bool:
    """Whether the other texts bind a letter: it has no value of its own there."""
    return any(letter in bound_names(list(tokens)) for tokens in texts)


def _bounds(tokens: Sequence[Token]) -> bool:
    """Whether an i that is no imaginary unit stands in the bounds of a sum or product."""
    for place, token in enumerate(tokens[:-2]):
        if token.kind != "command" or token.text not in {"sum", "prod"}:
            continue
        depth, here = 0, place + 1
        while tokens[here].text in {"_", "^"} or depth:
            here += tokens[here].text in {"_", "^"} and not depth
            depth += (tokens[here].kind == "open") - (tokens[here].kind == "close")
            if tokens[here].kind == "word" and tokens[here].text == "i":
                return True
            if tokens[here].kind == "end":
                break
            here += 1
    return False


def mentions(letter: str, tokens: Iterable[Token]) -> bool:
    """Whether a letter stands somewhere, or is one of a run of letters."""
    return any(
        token.kind == "word"
        and (token.text == letter or (letter in token.text and not token.font and find(token.text) is None))
        for token in tokens
    )


def _is_free(letter: str, tokens: Sequence[Token]) -> bool:
    return mentions(letter, tokens) and letter not in bound_names(list(tokens))


def _below(tokens: Sequence[Token]) -> Iterator[tuple[int, str, str]]:
    r"""Where ``{i \ne j}`` opens below an operator, and its letters."""
    for place in range(1, len(tokens) - 5):
        opening, first, sign, second, closing = tokens[place : place + 5]
        shape = (opening.text, first.kind, sign.text in _UNEQUAL, second.kind, closing.kind)
        if shape == ("{", "word", True, "word", "close") and tokens[place - 1].text == "_":
            yield place, first.text, second.text
