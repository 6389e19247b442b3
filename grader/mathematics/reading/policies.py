r"""Labels of policies and of parameters that are held fixed: ``V^\pi(s)``, ``\theta^-``, ``Q_{\theta'}(s, a)``."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.functions import GREEK
from grader.mathematics.reading.binding_names import bound_names
from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.spans import STARS
from grader.mathematics.reading.tokens import Token

_POLICIES = frozenset({"V", "Q", "A", "pi", "q", "v", "J", "P", "R", "T", "d", "rho"})
_CONJUGATES = frozenset({"f", "g", "h"})
_PARAMETERS = frozenset({"theta", "phi", "psi"})
_PROJECTED = frozenset("QKVO")
_AVERAGED = frozenset({"E", "RMS", "MS"})
_PRIMES = frozenset({"'", "''"})


def with_primed_labels(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with a primed Greek or capital letter below the name of a function as one word.

    ``Q_{\theta'}(s, a)`` is another function than ``Q_\theta(s, a)``; a small Latin letter would be an index. What
    stands below that letter is the index of the function if it is a number or bound: ``\min_i Q_{\theta_i}(s, a)``.
    """
    kept = list(tokens)
    bound: frozenset[str] | None = None
    for place in reversed(range(1, len(kept) - len("_{w'}("))):
        if [one.text for one in kept[place : place + 2]] != ["_", "{"] or kept[place - 1].kind not in {"word", "close"}:
            continue
        stop = closing(kept, place + 1)
        inner = [one for one in kept[place + 2 : stop] if one.text != "{"]
        if stop + 1 >= len(kept) or (kept[stop + 1].kind, kept[stop + 1].text) != ("open", "(") or not inner:
            continue
        first, primes = inner[0], [one for one in inner if one.text in _PRIMES]
        below = [one for one in inner[1:] if one.kind in {"word", "number"}]
        others = {one.text for one in inner if one.kind not in {"word", "number"} and one.text not in _PRIMES}
        if first.kind != "word" or not (first.text in GREEK or first.text.isupper()) or not others <= {"_"}:
            continue
        bound = bound_names([*tokens]) if bound is None else bound
        mark = "prime" * sum(len(one.text) for one in primes)
        if len(below) == 1 and (below[0].kind == "number" or below[0].text in bound) and others:
            kept[place + 2 : stop] = [below[0]._replace(space=False)]
            if mark and kept[place - 1].kind == "word":
                kept[place - 1] = kept[place - 1]._replace(text=kept[place - 1].text + mark, font="upright")
        elif primes:
            label = first.text + "".join(one.text for one in below) + mark
            kept[place + 2 : stop] = [first._replace(text=label, font="upright")]
    return kept


def with_other_functions(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with ``Q'(s, a)`` as another function than ``Q(s, a)``: of several things a prime is no derivative."""
    kept = list(tokens)
    for place in reversed(range(len(kept) - len("Q'(s"))):
        name, prime, opening = kept[place : place + 3]
        if name.kind != "word" or name.text not in _POLICIES or prime.text not in _PRIMES or opening.kind != "open":
            continue
        depth, stop = 0, closing(kept, place + 2)
        for token in kept[place + 2 : stop]:
            depth += (token.kind == "open") - (token.kind == "close")
            if depth == 1 and token.kind == "op" and token.text == "," and opening.text == "(":
                label = prime._replace(kind="word", text="prime" * len(prime.text), font="upright")
                kept[place + 1 : place + 2] = [prime._replace(kind="op", text="_", space=False), label]
                break
    return kept


def with_policies(tokens: Sequence[Token]) -> list[Token]:
    r"""``V^\pi(s)`` and ``Q^*(s, a)`` as ``V_\pi(s)`` and ``Q_*(s, a)``: a raised policy is a label."""
    kept: list[Token] = []
    place = 0
    while place < len(tokens) - 1:
        token, before = tokens[place], tokens[place - 1] if place else None
        kept.append(token)
        place += 1
        if (token.kind, token.text) != ("op", "^") or before is None or before.kind != "word":
            continue
        if before.text not in _POLICIES | _PARAMETERS | _CONJUGATES:
            continue
        braced = tokens[place].text == "{"
        stop = closing(tokens, place) if braced else place
        inner = list(tokens[place + 1 : stop]) if braced else [tokens[place]]
        if before.text in _PARAMETERS:
            if [one.text for one in inner] == ["-"] and (braced or _ends_script(tokens[place + 1])):
                below = [one.text for one in kept[-4:-2]] == ["_", "{"]
                kept[-2 if below else -1 :] = [_held_label(before)] if below else _minus(token)
                place = stop + 1
            continue
        if stop + 1 >= len(tokens) or tokens[stop + 1].text not in {"(", "["} or not inner:
            continue
        star = len(inner) == 1 and inner[0].kind == "op" and inner[0].text in STARS
        policy = inner[0].kind == "word" and inner[0].text in {"pi", "mu"}
        if star or policy:
            label = "star" if star else "".join(one.text for one in inner if one.kind in {"word", "number"})
            label += "prime" if any(one.text == "'" for one in inner) else ""
            kept[-1] = token._replace(text="_")
            kept.append(token._replace(kind="word", text=label, font="upright", space=False))
            place = stop + 1
    kept += tokens[place:]
    return kept


def _ends_script(after: Token) -> bool:
    """Whether what follows a raised minus is nothing that it could be the sign of."""
    return after.kind in {"close", "end", "bar", "op"}


def _minus(mark: Token) -> list[Token]:
    r"""The label of ``\theta^-``, the parameters of a copy that is held fixed."""
    return [mark._replace(text="_"), mark._replace(kind="word", text="minus", font="upright", space=False)]


def _held_label(name: Token) -> Token:
    r"""The label ``\theta^-`` below another name, ``Q_{\theta^-}``, as one word."""
    return name._replace(text=f"{name.text}minus", font="upright")


def with_projections(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with ``W_Q`` for ``W^Q``, ``W_{Qi}`` for ``W_i^Q`` and ``W_K^\top`` for ``W^{K\top}``: no powers."""
    kept: list[Token] = []
    place = 0
    tokens = _with_one_letter_raised(tokens)
    while place < len(tokens):
        found = _projection(tokens, place)
        if found is None:
            kept.append(tokens[place])
            place += 1
            continue
        label, turned, stop = found
        word, mark = tokens[place], tokens[place + 1]
        if len(word.text) > 1:  # `XW^Q`
            middle = word.end - 1
            kept.append(word._replace(text=word.text[:-1], end=middle))
            word = word._replace(text=word.text[-1], start=middle, space=False)
        kept += [word, mark._replace(text="_"), mark._replace(kind="word", text=label, font="upright", space=False)]
        kept += [mark._replace(text="^"), mark._replace(text="top", space=False)] if turned else []
        place = stop
    return kept


def _with_one_letter_raised(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with the row behind ``W^QW`` cut behind its first letter, which is all that LaTeX raises."""
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        raised = place > 1 and tokens[place - 1].text == "^" and tokens[place - 2].text[-1:] == "W"
        if raised and token.kind == "word" and token.text.isupper() and len(token.text) > 1 and not token.font:
            middle = token.start + 1
            kept += [token._replace(text=token.text[0], end=middle)]
            kept += [token._replace(text=token.text[1:], start=middle, space=False)]
        else:
            kept.append(token)
    return kept


def _projection(tokens: Sequence[Token], place: int) -> tuple[str, bool, int] | None:
    """The label that a raised Q, K, V or O makes of a W, whether it is transposed, and where that ends."""
    word = tokens[place].text
    row = (
        tokens[place].kind == "word"
        and word.endswith("W")
        and (word == "W" or (word.isupper() and not tokens[place].font))
    )
    if not row or place + 2 >= len(tokens):
        return None
    below, mark = "", place + 1
    if tokens[mark].text == "_" and tokens[mark + 1].kind in {"word", "number"} and len(tokens[mark + 1].text) == 1:
        below, mark = tokens[mark + 1].text, mark + 2
    if (tokens[mark].kind, tokens[mark].text) != ("op", "^"):
        return None
    braced = tokens[mark + 1].text == "{"
    stop = closing(tokens, mark + 1) if braced else mark + 1
    inside = [one.text for one in tokens[mark + 1 : stop + 1] if one.text != "{"]
    turned = inside[1:] in (["top"], ["T"])
    if not inside or inside[0] not in _PROJECTED or (len(inside) > 1 and not turned):
        return None
    return inside[0] + below, turned, stop + 1


def with_averages(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with ``E[g^2]_t`` and ``RMS[g]_t``, averages that are updated step by step, as names with an index."""
    kept = list(tokens)
    for place in reversed(range(len(kept) - len("E[g]_t"))):
        if kept[place].text not in _AVERAGED or (kept[place + 1].kind, kept[place + 1].text) != ("open", "["):
            continue
        stop = closing(kept, place + 1)
        if stop + 1 >= len(kept) or (kept[stop + 1].kind, kept[stop + 1].text) != ("op", "_"):
            continue
        shown = [one.text for one in kept[place + 2 : stop] if one.kind in {"word", "number"}]
        inside = "".join("squared" if text == "2" else text for text in shown)
        if not inside.isalpha():
            continue
        kept[place : stop + 1] = [kept[place]._replace(text=f"{kept[place].text}{inside}", font="upright")]
    return kept
