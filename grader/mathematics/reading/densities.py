r"""Normal densities where nobody declared anything: ``N(x \mid \mu, \sigma^2)`` beside the formula written out."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.reading.tokens import Token

_MATRICES = frozenset({"Sigma", "Lambda"})


def densities(texts: Sequence[Sequence[Token]]) -> bool:
    """Whether a text writes the normal density of numbers by its name and another one writes it out."""
    named = [[place for place in range(len(tokens)) if is_density(tokens, place)] for tokens in texts]
    if not any(named) or all(named):
        return False
    return all(_of_numbers(tokens, place) for tokens, places in zip(texts, named, strict=True) for place in places)


def is_density(tokens: Sequence[Token], place: int) -> bool:
    """Whether ``N(x | m, s)`` or ``N(x; m, s)`` begins at a place."""
    if tokens[place].kind != "word" or tokens[place].text != "N" or tokens[place + 1].text != "(":
        return False
    signs = [tokens[here].text for here in _signs(tokens, place + 1)]
    return len(signs) == len(";,") and signs[0] in {";", "|", "mid"} and signs[1] == ","


def _signs(tokens: Sequence[Token], opening: int) -> list[int]:
    depth, found = 0, list[int]()
    for place in range(opening, len(tokens)):
        token = tokens[place]
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            return found
        if depth == 1 and ((token.kind == "bar" and token.text == "|") or token.text in {";", ",", "mid"}):
            found.append(place)
    return []


def _of_numbers(tokens: Sequence[Token], place: int) -> bool:
    """Whether no capital letter stands in the bracket, and nothing bold."""
    depth = 0
    for token in tokens[place + 1 :]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            return True
        capital = token.text in _MATRICES or (len(token.text) == 1 and token.text.isupper())
        if token.kind == "word" and (capital or token.font == "bold"):
            return False
    return False
