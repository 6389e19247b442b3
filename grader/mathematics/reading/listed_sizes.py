r"""Products by crosses that are shapes where another text lists as many sizes: ``N\times3`` beside ``(N, 3)``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from grader.mathematics.functions import find
from grader.mathematics.reading.tokens import Token

_CROSSES = frozenset({"times", "by"})
_FEWEST = 2


def are_sizes(texts: Sequence[Sequence[Token]]) -> bool:
    """Whether one text is a list and another a product of as many factors, by crosses and nothing else."""
    crossed = {_crossed(tokens) for tokens in texts} - {0}
    listed = {_listed(tokens) for tokens in texts} - {0}
    return len(crossed) == 1 and crossed == listed and all(_crossed(tokens) or _listed(tokens) for tokens in texts)


def are_crossed(texts: Sequence[Sequence[Token]]) -> bool:
    """Whether each text is such a product, or one is by a lone x and the others are no lists: the x is a sign."""
    if len(texts) > 1 and all(map(_crossed, texts)):
        return len({_spelled_out(tokens) for tokens in texts}) > 1
    named = any(one.text == "x" and not _is_cross(tokens, at) for tokens in texts for at, one in enumerate(tokens))
    return len(texts) > 1 and any(map(_by_letter, texts)) and not any(map(_holds_list, texts)) and not named


def with_sizes(tokens: Sequence[Token], *, listed: bool) -> list[Token]:
    """The tokens with the crosses of such a product as the commas of a list, or else as signs of a product."""
    if not _crossed(tokens):
        return list(tokens)
    sign = "," if listed else "times"
    kept = [one._replace(kind="op", text=sign) if _is_cross(tokens, at) else one for at, one in enumerate(tokens)]
    if not listed:
        return kept
    body = [one for one in kept if one.kind != "end"]
    opening = body[0]._replace(kind="open", text="(", font="")
    closing = body[-1]._replace(kind="close", text="(", font="", space=False)
    return [opening, *body, closing, *kept[len(body) :]]


def _crossed(tokens: Sequence[Token]) -> int:
    """How many factors a text has that is a product of names and numbers by crosses; 0 for any other."""
    body = [place for place, one in enumerate(tokens) if one.kind != "end"]
    crosses = [place for place in body if _is_cross(tokens, place)]
    parts = [tokens[place] for place in body if place not in crosses]
    plain = all(one.kind in {"word", "number"} or one.text in {"_", "{"} for one in parts)
    apart = body and min(crosses, default=0) > 0 and max(crosses, default=0) < body[-1]
    side = any(second - first == 1 for first, second in pairwise(crosses))
    return len(crosses) + 1 if crosses and plain and apart and not side else 0


def _is_cross(tokens: Sequence[Token], place: int) -> bool:
    token = tokens[place]
    if token.kind == "op":
        return token.text in _CROSSES
    before, after = tokens[place - 1], tokens[min(place + 1, len(tokens) - 1)]
    if before.kind == "word" and find(before.text) is not None:
        return False  # `sin x cos x`
    return (token.kind, token.text, token.font) == ("word", "x", "") and token.space and after.space and place > 0


def _listed(tokens: Sequence[Token]) -> int:
    """How many elements the list has that a text is; 0 for any other text."""
    body = [one for one in tokens if one.kind != "end"]
    if len(body) <= _FEWEST or body[0].text not in {"(", "["} or body[-1].kind != "close":
        return 0
    inside = body[1:-1]
    plain = all(one.kind in {"word", "number"} or one.text in {",", "_", "{"} for one in inside)
    commas = sum(one.text == "," for one in inside)
    return commas + 1 if plain and commas else 0


def _by_letter(tokens: Sequence[Token]) -> bool:
    """Whether a text is a product of numbers by a lone x with blanks around it."""
    words = [place for place in range(len(tokens)) if _is_cross(tokens, place) and tokens[place].kind == "word"]
    return bool(_crossed(tokens)) and len(words) + 1 == _crossed(tokens)


def _holds_list(tokens: Sequence[Token]) -> bool:
    return any(one.text in {",", "["} or (one.kind, one.text) == ("op", "by") for one in tokens)


def _spelled_out(tokens: Sequence[Token]) -> bool:
    """Whether a cross is typed as the letter x."""
    return any(_is_cross(tokens, place) and tokens[place].text in {"x", "by"} for place in range(len(tokens)))
