r"""Habits of plain text that the other text explains: ``X'X`` beside ``X^TX``, ``xbar`` beside ``\bar x``, ``nCk``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from grader.mathematics.functions import GREEK, find
from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.tokens import Token

_ACCENTED = re.compile(r"([A-Za-z]|" + "|".join(GREEK) + r")(hat|bar|tilde)")
_LOGARITHM = re.compile(r"([A-Za-z]?)(ln)([A-Za-z])")
_CHOICE = re.compile(r"([a-z])C([a-z])")
_TIMES = re.compile(r"x[0-9]+")
_TURNS = frozenset({"T", "top"})
_OPERATORS = frozenset({"max", "min", "argmax", "argmin", "sum", "prod"})


class Habits(NamedTuple):
    r"""What the texts together say: words with an accent in them, by what else than T some text transposes.

    ``accented`` holds ``mean x`` where ``mean(x)`` stands beside ``\bar x``.
    """

    accented: frozenset[str] = frozenset()
    turned: frozenset[str] = frozenset()
    chosen: frozenset[str] = frozenset()


def habits_of(texts: Sequence[Sequence[Token]]) -> Habits:
    """The habits that all scanned texts together explain."""
    words = {token.text for tokens in texts for token in tokens if token.kind == "word"}
    accents = {pair for tokens in texts for pair in _accents(tokens)}
    accented = {word for word in words if (found := _ACCENTED.fullmatch(word)) and (found[1], found[2]) in accents}
    accented |= {f"mean {word}" for word, accent in accents if accent == "bar"}
    turned: set[str] = set()
    for mark in ("'", "t"):
        using = [tokens for tokens in texts if _marked(tokens, mark)]
        others = [tokens for tokens in texts if not _marked(tokens, mark)]
        if using and others and all(_turns(tokens) for tokens in others) and not any(map(_turns, using)):
            plain = mark == "'" or not any(
                one.text == "t" and not _raised(tokens, i) for tokens in using for i, one in enumerate(tokens)
            )
            turned |= {mark} if plain else set()
    single = {letter for word in words if len(word) <= len("nk") and word not in GREEK for letter in word}
    chosen = {word for word in words if (found := _CHOICE.fullmatch(word)) and {found[1], found[2]} <= single}
    return Habits(frozenset(accented), frozenset(turned), frozenset(chosen) if "C" not in single else frozenset())


def with_habits(tokens: Sequence[Token], habits: Habits) -> list[Token]:
    """The tokens with these habits written as LaTeX has them."""
    kept: list[Token] = []
    tokens = _with_letters_accented(_with_primes_behind(_with_primes_below(_with_means(tokens, habits))))
    for place, token in enumerate(tokens):
        logarithm = _LOGARITHM.fullmatch(token.text) if token.kind == "word" and not token.font else None
        if token.kind == "word" and token.text in habits.accented and not token.font:
            found = _ACCENTED.fullmatch(token.text)
            name, accent = (found[1], found[2]) if found is not None else (token.text, "")
            kept += [token._replace(kind="accent", text=accent), token._replace(text=name, space=False)]
        elif token.kind == "word" and token.text in habits.chosen and not token.font:
            kept += _choice(token)
        elif logarithm is not None:
            kept += [
                token._replace(text=part, space=token.space and not place_in_word)
                for place_in_word, part in enumerate(filter(None, logarithm.groups()))
            ]
        elif (
            token.kind == "number" and place and tokens[place - 1].text in {"i", "j"} and tokens[place + 1].text == "pi"
        ):
            kept += [token._replace(kind="op", text="*"), token]
        elif _TIMES.fullmatch(token.text) and place and tokens[place - 1].kind == "close" and _has_sizes(tokens):
            sign = token._replace(kind="op", text="*", end=token.start + 1)
            kept += [sign, token._replace(kind="number", text=token.text[1:], start=token.start + 1, space=False)]
        elif place == 0 and _is_family_head(tokens):
            kept.append(token._replace(text=f"{token.text}all", font="upright"))
        elif _is_capital_function(token, tokens[min(place + 1, len(tokens) - 1)]):
            kept.append(token._replace(text=f"{token.text}val", font="upright"))
        elif (token.kind, token.text) == ("word", "int") and _integrates(tokens, place):
            kept.append(token._replace(kind="command"))
        elif (token.kind, token.text) == ("word", "grad") and tokens[place + 1].kind in {"word", "open", "op"}:
            after = tokens[place + 1]
            nabla = after.kind == "word" or after.text in {"(", "_"}
            kept.append(token._replace(kind="command", text="nabla", font="") if nabla else token)
        elif token.text == "U" and _joins_intervals(tokens, place):
            kept.append(token._replace(kind="op", text="cup"))
        elif "'" in habits.turned and _is_prime_before_factor(tokens, place):
            kept += _top(token)
        elif "t" in habits.turned and token.text == "t" and _raised(tokens, place):
            kept.append(token._replace(kind="op", text="top"))
        else:
            kept.append(token)
    return kept


def _with_letters_accented(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with ``\hat{A} H`` for ``\hat AH``: an accent without braces takes one letter."""
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        row = token.kind == "word" and not token.font and len(token.text) > 1 and token.text.isalpha()
        if place and tokens[place - 1].kind == "accent" and row and token.text not in GREEK:
            middle = token.start + 1
            kept += [token._replace(text=token.text[0], end=middle)]
            kept += [token._replace(text=token.text[1:], start=middle, space=False)]
        else:
            kept.append(token)
    return kept


def _with_means(tokens: Sequence[Token], habits: Habits) -> list[Token]:
    r"""The tokens with ``\bar x`` for ``mean(x)`` and ``x.mean()``, where another text has that."""
    kept = list(tokens)
    for place in reversed(range(len(kept) - len("x.()"))):
        texts = [one.text for one in kept[place : place + 4]]
        called = texts[0] == "mean" and (texts[1], texts[3]) == ("(", "(") and f"mean {texts[2]}" in habits.accented
        behind = texts[1:] == [".mean", "(", "("] and f"mean {texts[0]}" in habits.accented
        name = kept[place + 2] if called else kept[place]
        if (called or behind) and name.kind == "word" and not name.font:
            kept[place : place + 4] = [name._replace(kind="accent", text="bar"), name._replace(space=False)]
    return kept


def _with_primes_below(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with braces around the primed letter below an operator: ``max_a' Q(s', a')``."""
    kept = list(tokens)
    for place in reversed(range(len(kept) - len("_a'"))):
        operator, mark, letter, prime = kept[place : place + 4]
        if operator.text in _OPERATORS and mark.text == "_" and letter.kind == "word" and prime.text == "'":
            brace = mark._replace(kind="open", text="{", space=False)
            kept[place + 2 : place + 4] = [brace, letter, prime, brace._replace(kind="close")]
    return kept


def _with_primes_behind(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with the prime of ``s'_i`` behind its index, where ``s_i'`` has it."""
    kept = list(tokens)
    for place in reversed(range(1, len(kept) - 2)):
        prime, mark = kept[place], kept[place + 1]
        if (prime.text, mark.text) != ("'", "_") or kept[place - 1].kind != "word" or len(kept[place - 1].text) > 1:
            continue
        stop = closing(kept, place + 2) if kept[place + 2].text == "{" else place + 2
        kept[place : stop + 1] = [*kept[place + 1 : stop + 1], prime]
    return kept


def _joins_intervals(tokens: Sequence[Token], place: int) -> bool:
    """Whether a U stands between two pairs in brackets of which the first is no list of arguments."""
    before, after = tokens[place - 1], tokens[place + 1]
    if (
        not place
        or tokens[place].kind != "word"
        or tokens[place].font
        or before.kind != "close"
        or after.kind != "open"
    ):
        return False
    depth, start = 0, place - 1
    while start >= 0:
        depth += (tokens[start].kind == "close") - (tokens[start].kind == "open")
        if depth == 0:
            break
        start -= 1
    stop = closing(tokens, place + 1)
    called = start > 0 and tokens[start - 1].kind == "word" and tokens[start - 1].text != "U"
    sides = tokens[max(start, 0) : place], tokens[place + 1 : stop + 1]
    listed = [side[0].text == "lbrace" or sum(one.text == "," for one in side) == 1 for side in sides]
    return all(listed) and not called


def _has_sizes(tokens: Sequence[Token]) -> bool:
    """Whether numbers are joined by x somewhere, ``3x3``."""
    return any((one.kind, one.text) == ("op", "by") for one in tokens)


def _is_family_head(tokens: Sequence[Token]) -> bool:
    """Whether the text begins with ``h(x) =`` and goes on with ``h_t(x)``: the first is a name of the answer alone."""
    name = tokens[0]
    if name.kind != "word" or len(name.text) > 1 or (tokens[1].kind, tokens[1].text) != ("open", "("):
        return False
    stop = closing(tokens, 1)
    ends = stop + 1 < len(tokens) and tokens[stop + 1].text in {"=", ":="}
    named = [place for place, one in enumerate(tokens[:-1]) if place and one.kind == "word" and not one.font]
    uses = [tokens[place + 1].text for place in named if tokens[place].text.endswith(name.text)]
    return ends and bool(uses) and all(text == "_" for text in uses)


def _is_capital_function(token: Token, after: Token) -> bool:
    """Whether a function's name in capitals stands without a bracket, as ``MAX`` in a quotient: it is a name."""
    plain = token.text.isascii() and token.text.isupper() and len(token.text) > 2 and find(token.text) is not None
    return (
        token.kind == "word" and plain and (after.kind in {"close", "end"} or after.text in {"^", "/", "+", "-", "*"})
    )


def _integrates(tokens: Sequence[Token], place: int) -> bool:
    """Whether ``int x^2 dx`` stands here: a differential ends what follows."""
    last = next(one for one in reversed(tokens) if one.kind != "end")
    differential = last.kind == "word" and len(last.text) == len("dx") and last.text.startswith("d")
    return differential and tokens[place + 1].kind in {"word", "number"}


def _accents(tokens: Sequence[Token]) -> set[tuple[str, str]]:
    """Each letter with an accent, and which."""
    found: set[tuple[str, str]] = set()
    for place, token in enumerate(tokens[:-1]):
        word = tokens[place + 1] if tokens[place + 1].text != "{" else tokens[min(place + 2, len(tokens) - 1)]
        if token.kind == "accent" and word.kind == "word":
            found.add((word.text, token.text))
        if (
            token.kind == "word"
            and tokens[place + 1].text == "_"
            and tokens[min(place + 2, len(tokens) - 1)].kind == "word"
        ):
            found.add((token.text, tokens[place + 2].text))
    return found


def _has_time(tokens: Sequence[Token]) -> bool:
    """Whether t stands somewhere that is not raised."""
    return any(token.text == "t" and not _raised(tokens, place) for place, token in enumerate(tokens))


def _turns(tokens: Sequence[Token]) -> bool:
    """Whether something is transposed by T."""
    return any(token.text in _TURNS and _raised(tokens, place) for place, token in enumerate(tokens)) or any(
        token.text.startswith("T") and place and tokens[place - 1].text == "^" for place, token in enumerate(tokens)
    )


def _marked(tokens: Sequence[Token], mark: str) -> bool:
    """Whether primes stand directly behind names, or a t is raised."""
    if mark == "t":
        return any(token.text == "t" and _raised(tokens, place) for place, token in enumerate(tokens))
    return any(_is_prime_before_factor(tokens, place) for place in range(len(tokens) - 1))


def _is_prime_before_factor(tokens: Sequence[Token], place: int) -> bool:
    """Whether a prime stands behind a name or a bracket and before a factor: ``X'y``, ``w'w``, and not ``f'(x)``."""
    token = tokens[place]
    if (token.kind, token.text) != ("op", "'") or not 0 < place < len(tokens) - 1:
        return False
    before, after = tokens[place - 1], tokens[place + 1]
    if before.kind not in {"word", "close"}:
        return False
    if after.kind == "open":
        return after.text == "(" and (before.kind == "close" or before.text[-1:].isupper())
    return after.kind in {"word", "accent", "command"} or (after.text == "*" and before.text[-1:].isupper())


def _raised(tokens: Sequence[Token], place: int) -> bool:
    braced = place > 1 and tokens[place - 1].text == "{" and tokens[place - 2].text == "^"
    return place > 0 and (tokens[place - 1].text == "^" or braced)


def _top(mark: Token) -> list[Token]:
    return [mark._replace(text="^", space=False), mark._replace(text="top", space=False)]


def _choice(token: Token) -> list[Token]:
    """``nCk`` as a binomial coefficient."""
    above, below = token.text[0], token.text[-1]
    bracket = token._replace(kind="open", text="(", space=False)
    return [
        token._replace(text="binomial", font="upright"),
        bracket,
        token._replace(text=above, space=False),
        token._replace(kind="op", text=",", space=False),
        token._replace(text=below, space=False),
        bracket._replace(kind="close"),
    ]
