r"""Fences that are not there: ``\left. F \right|_0^1``, ``\left\{ ... \right.`` before cases, ``{\cdot}`` in braces."""

from __future__ import annotations

from grader.mathematics.reading.tokens import Token

_LONELY = frozenset(
    {"cdot", "times", "*", "+", "-", "=", "/", "<", ">", "<=", ">=", "~=", ":=", "odot", "otimes", "!="}
)


def fenced(tokens: list[Token]) -> list[Token]:
    r"""The tokens without the empty fences, and with what these say about the fences that are there.

    ``\left. ... \right|`` encloses what is evaluated, ``\left\{ ... \right.`` a definition by cases; any other empty
    fence only ends a line.
    """
    kept = list(tokens)
    if any(token.kind == "fence" or (token.kind == "close" and token.text == "lvert") for token in tokens):
        kept = _matched(kept)
    return _bare_signs(kept)


def _matched(tokens: list[Token]) -> list[Token]:
    dropped: set[int] = set()
    stack: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind == "open" or (token.kind == "fence" and token.text == "left"):
            stack.append(place)
        elif token.kind == "close":
            if token.text == "lvert" and not any(tokens[one].text in {"lvert", "left"} for one in stack):
                tokens[place] = token._replace(kind="bar", text="|")
                continue
            if stack and tokens[stack[-1]].kind == "fence" and token.text == "lvert":
                opening = stack.pop()
                tokens[opening] = tokens[opening]._replace(kind="open", text="evaluated")
                tokens[place] = token._replace(text="evaluated")
                continue
            while stack and tokens[stack[-1]].kind == "fence":
                dropped.add(stack.pop())
            if stack:
                stack.pop()
        elif token.kind == "fence":
            dropped.add(place)
            if stack and tokens[stack[-1]].kind == "fence":
                dropped.add(stack.pop())
            elif stack and tokens[stack[-1]].text == "lbrace":
                dropped |= _as_cases(tokens, stack.pop(), place)
                dropped.discard(place)
    dropped |= set(stack) & {place for place, token in enumerate(tokens) if token.kind == "fence"}
    return [token for place, token in enumerate(tokens) if place not in dropped]


def _as_cases(tokens: list[Token], opening: int, closing: int) -> set[int]:
    """Make the brace at ``opening`` and the empty fence enclose cases; the places of what stood only for their rows."""
    tokens[opening] = tokens[opening]._replace(text="cases")
    tokens[closing] = tokens[closing]._replace(kind="close", text="cases")
    inner = range(opening + 1, closing)
    dropped = {place for place in inner if tokens[place].kind == "lines"}
    if len(inner) > 1 and (tokens[inner[0]].text, tokens[inner[-1]].text) == ("matrix", "matrix"):
        dropped |= {inner[0], inner[-1]}
    return dropped


def _bare_signs(tokens: list[Token]) -> list[Token]:
    r"""``x {\cdot} y`` and ``a {=} b``: braces around one sign say nothing."""
    kept: list[Token] = []
    for token in tokens:
        if token.kind == "op" and token.text in {"'", "''"} and kept and (kept[-1].kind, kept[-1].text) == ("op", "^"):
            kept[-1] = token
            continue
        kept.append(token)
        braced = token.kind == "close" and len(kept) > 3 and kept[-3].text == token.text == "{"
        if braced and kept[-2].text in {"'", "''"} and kept[-4].text == "^":
            kept[-4:] = [kept[-2]]  # `f^{\prime}` is f'
            continue
        if token.kind != "close" or token.text != "{" or len(kept) < 3:
            continue
        opening, sign = kept[-3], kept[-2]
        before = kept[-4] if len(kept) > 3 else None
        script = before is not None and (before.kind in {"command", "accent"} or before.text in {"_", "^"})
        if (opening.kind, opening.text, sign.kind) == ("open", "{", "op") and sign.text in _LONELY and not script:
            kept[-3:] = [sign]
    return kept
