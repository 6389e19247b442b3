r"""Whether an undeclared d is a symbol or belongs to a differential: ``\\int x dx``, ``\\frac{d}{dx}``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from grader.mathematics.functions import GREEK
from grader.mathematics.reading.tokens import Token

_SEVERAL = re.compile(r"(?:d[a-z]){2,3}")


def is_differential(tokens: Sequence[Token], position: int, *, integrates: bool) -> bool:
    r"""Whether this d belongs to ``\int ... d x``, ``\frac{d}{dx}`` or ``\frac{d f}{d x}``, and is no symbol."""
    if tokens[position].text != "d":
        return False
    if tokens[position + 1].kind == "word" and integrates:
        return True
    if position < 2 or tokens[position - 1].text != "{":
        return False
    if tokens[position - 2].text == "frac":
        depth, place = 1, position
        while depth and tokens[place].kind != "end":
            depth += (tokens[place].kind == "open") - (tokens[place].kind == "close")
            place += 1
        return tokens[place].text == "{" and _opens_differential(tokens, place + 1)
    if tokens[position - 2].kind != "close" or tokens[position + 1].kind not in {"word", "accent"}:
        return False
    return _differentiates(tokens, position - 2)


def _differentiates(tokens: Sequence[Token], closed: int) -> bool:
    """Whether the numerator that closes at a place begins with d as well, or is no numerator."""
    depth, place = 0, closed
    while place >= 0:
        depth += (tokens[place].kind == "close") - (tokens[place].kind == "open")
        if depth == 0:
            break
        place -= 1
    if place < 1 or tokens[place - 1].text != "frac":
        return True
    first = tokens[place + 1]
    return first.text == "partial" or (first.kind == "word" and first.text.startswith("d"))


def _opens_differential(tokens: Sequence[Token], position: int) -> bool:
    """Whether ``dx`` or ``d x`` stands here, and not the symbol d in ``d+1`` or ``d_k``."""
    word, after = tokens[position], tokens[position + 1]
    if word.kind != "word" or not word.text.startswith("d"):
        return False
    return len(word.text) > 1 or after.kind in {"word", "accent"}


def with_upright_quotients(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with ``\mathrm{d}y/\mathrm{d}x`` as ``dy/dx``."""
    kept = list(tokens)
    for place in reversed(range(len(kept) - len(("d", "y", "/", "d", "x")) + 1)):
        above, y, line, below, x = kept[place : place + 5]
        upright = all(one.text == "d" and one.kind == "word" and one.font == "upright" for one in (above, below))
        letters = all(one.kind == "word" and len(one.text) == 1 and not one.font for one in (y, x))
        if upright and letters and line.text == "/":
            rows = [
                one._replace(text=f"d{letter.text}", font="", end=letter.end)
                for one, letter in ((above, y), (below, x))
            ]
            kept[place : place + 5] = [rows[0], line, rows[1]]
    return kept


def with_differentials(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with ``dxdt`` behind an integral as two differentials, and the z' of ``dz'`` as one word."""
    tokens = with_upright_quotients(tokens)
    if not any(one.text == "int" for one in tokens):
        return tokens
    primed = {
        word.text[1]
        for word, prime in pairwise(tokens)
        if word.kind == "word" and prime.text == "'" and re.fullmatch("d[a-z]", word.text)
    }
    primed |= {
        name.text
        for d, name, prime in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if (d.kind, d.text, prime.text) == ("word", "d", "'") and name.text in GREEK
    }
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        before = tokens[place - 1].text if place else ""
        after = tokens[place + 1].text if place + 1 < len(tokens) else ""
        if token.text == "'" and before.removeprefix("d") in primed:
            continue
        if token.kind == "word" and after == "'" and token.text.removeprefix("d") in primed:
            letter = token.text if token.text in GREEK else token.text[-1]
            kept += [token._replace(text="d")] if token.text == f"d{letter}" else []
            kept.append(
                token._replace(text=f"{letter}prime", font="upright", space=token.space and len(token.text) == 1)
            )
            continue
        if token.kind != "word" or token.font or not _SEVERAL.fullmatch(token.text):
            kept.append(token)
            continue
        for offset in range(0, len(token.text), 2):
            start = token.start + offset
            kept.append(token._replace(text=token.text[offset : offset + 2], start=start, end=start + 2))
    return kept
