r"""Entropies, divergences and mutual information, where nobody declared anything: ``D_{KL}(p \| q)``, ``I(X; Y)``."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.reading.tokens import Token

MEASURED = frozenset({"p", "q", "P", "Q", "r", "pi", "m", "f", "g"})
"""Letters by which distributions are called."""
_DIVERGENCES = {"KL": "kl", "DKL": "kl", "JS": "js", "JSD": "js", "DJS": "js"}
_BARS = frozenset({"|", "||", "mid", "parallel"})


def is_information(tokens: Sequence[Token], place: int) -> tuple[str, int] | None:
    """Which quantity of information a word begins, and where its bracket opens; None if it is none.

    The quantity is ``kl``, ``js``, ``H`` or ``I``.
    """
    token = tokens[place]
    if token.kind != "word":
        return None
    after, name = place + 1, _DIVERGENCES.get(token.text, "")
    if token.text in {"D", "d"} and tokens[after].text == "_":
        braced = tokens[after + 1].text == "{"
        label = tokens[after + 2] if braced else tokens[after + 1]
        name = _DIVERGENCES.get(label.text, "") if label.text in {"KL", "JS"} else ""
        after += 4 if braced else 2
    elif token.text == "D" and _divides(tokens, after):
        name = "kl"
    elif token.text in {"H", "I"} and (token.font != "double" or token.text in {"H", "I"}):
        name = token.text
    if (
        not name
        or after >= len(tokens)
        or tokens[after].kind != "open"
        or tokens[after].text not in {"(", "[", "lbrace"}
    ):
        return None
    if name in {"H", "I"} and not _of_variables(tokens, after, name):
        return None
    return name, after


def _divides(tokens: Sequence[Token], opening: int) -> bool:
    r"""Whether two distributions stand between round brackets with two bars between them, ``D(p \| q)``."""
    if (tokens[opening].kind, tokens[opening].text) != ("open", "("):
        return False
    depth = bars = 0
    for token in tokens[opening:]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            break
        bars += depth == 1 and token.kind == "bar" and token.text == "||"
    return bars == 1


def _of_variables(tokens: Sequence[Token], opening: int, name: str) -> bool:
    """Whether what stands in the bracket of H or I are random variables or distributions."""
    depth, signs, names = 0, set[str](), list[Token]()
    begins = True
    for token in tokens[opening:]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            break
        if depth == 1 and begins and token.kind not in {"open", "bar"}:
            names.append(token)
            begins = False
        if depth == 1 and (token.kind == "bar" or (token.kind == "op" and token.text in {*_BARS, ",", ";"})):
            signs.add(token.text)
            begins = True
        elif depth == 1 and token.kind == "op" and token.text not in {"_", "^", "'"}:
            return False
    if depth or not names:
        return False
    capital = all(one.kind == "word" and one.text.isascii() and one.text.isupper() for one in names)
    measured = all(one.kind == "word" and one.text in MEASURED for one in names) or any(
        one.kind == "accent" for one in names
    )
    if name == "I":
        return capital and bool(signs & {";", ","})
    return capital or measured


def information_names(tokens: Sequence[Token]) -> frozenset[int]:
    """The places of names that stand alone between the signs of such a bracket: they name distributions."""
    found: set[int] = set()
    for start in range(len(tokens) - 1):
        quantity = is_information(tokens, start)
        if quantity is None:
            continue
        depth, begin = 0, quantity[1] + 1
        for place in range(quantity[1], len(tokens)):
            token = tokens[place]
            depth += (token.kind == "open") - (token.kind == "close")
            ends = depth == 0 or (
                depth == 1 and (token.kind == "bar" or (token.kind == "op" and token.text in {*_BARS, ",", ";"}))
            )
            if ends:
                part = range(begin, place)
                if not any(tokens[one].text in {"(", "["} for one in part):
                    found.update(part)
                begin = place + 1
            if depth == 0:
                break
    return frozenset(found)


def with_information(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with a semicolon for each bar between the arguments: ``KL(p \| q)``, ``H(X | Y)``."""
    kept = list(tokens)
    dropped: set[int] = set()
    for start in range(len(tokens) - 1):
        quantity = is_information(tokens, start)
        depth = 0
        if quantity is not None and tokens[start].text == "D" and quantity[1] == start + 1:
            kept[start] = tokens[start]._replace(text="DKL", font="upright")
        for place in range(quantity[1], len(tokens)) if quantity is not None else ():
            token = tokens[place]
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 0:
                break
            if depth == 1 and (token.kind == "bar" or (token.kind == "op" and token.text == "mid")):
                before = tokens[place - 1]
                if before.kind == "bar" or (before.kind == "op" and before.text == "mid"):
                    dropped.add(place)
                kept[place] = token._replace(kind="op", text=";")
    return [token for place, token in enumerate(kept) if place not in dropped]
