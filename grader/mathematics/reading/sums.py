r"""Sums without an index, where nobody declared anything: ``\sum x_i`` is over the one index that its term carries.

A capital Sigma typed as Σ is such a sign where another text has a sum and none has the letter otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from grader.mathematics.functions import GREEK
from grader.mathematics.reading.english import is_english
from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.scripts import INDEX_LETTERS
from grader.mathematics.reading.tokens import Token

MOST_SUMS = 20
"""How many sums of one text are looked at: nobody writes more, and each is looked through to its end."""

_ENDLESS = frozenset({"inf", "infty", "infinity", "oo"})
_ENDS = frozenset({"+", "-", "pm", "=", "!=", "<", ">", "<=", ">=", ",", ";", "newline"})


def typed_sums(texts: Sequence[Sequence[Token]]) -> bool:
    """Whether Σ is the sign of a sum: some text has a sum, and every Sigma is one sign before what may be summed."""
    signs = [any(one.kind == "command" and one.text in {"sum", "prod"} for one in tokens) for tokens in texts]
    typed = [(tokens, place) for tokens in texts for place, one in enumerate(tokens) if one.text in {"Sigma", "Pi"}]
    named = any(
        written and any(one.font == "command" and one.text in {"Sigma", "Pi"} for one in tokens)
        for tokens, written in zip(texts, signs, strict=True)
    )
    return any(signs) and not named and bool(typed) and all(_is_typed(tokens, place) for tokens, place in typed)


def _is_summing(tokens: Sequence[Token], place: int) -> bool:
    r"""Whether ``Σ_j π_j`` or ``\Sigma_j(x_j`` stands here: the sign, an index, and a name with this index."""
    if tokens[place].text not in {"Sigma", "Pi"} or tokens[place].font not in {"", "command"}:
        return False
    after = [one.text for one in tokens[place + 1 : place + 9] if one.text not in {"{", "("}]
    row = after[1] if tokens[place].font and len(after) > 1 and after[1].isalpha() and after[1] not in GREEK else ""
    if len(row) > 1:
        after[1:2] = [row[0], row[1:]]  # LaTeX sets one letter below
    return len(after) > len("_j") + 2 and after[0] == "_" and after[1] in INDEX_LETTERS and after[3:5] == after[:2]


def _sign(tokens: Sequence[Token], place: int) -> Token:
    """Σ as the sign of a sum, and Π before an index as that of a product."""
    token, after = tokens[place], tokens[min(place + 1, len(tokens) - 1)]
    typed = token.kind == "word" and (token.font == "command" or (not token.font and token.end - token.start == 1))
    if typed and token.text == "Sigma":
        return token._replace(kind="command", text="sum", font="")
    product = typed and token.text == "Pi" and after.text == "_"
    return token._replace(kind="command", text="prod", font="") if product else token


def _is_typed(tokens: Sequence[Token], place: int) -> bool:
    """Whether one sign stands here for Sigma, before what may be summed."""
    token, after = tokens[place], tokens[place + 1]
    if token.font == "command":
        return _is_summing(tokens, place)
    follows = after.kind in {"word", "number", "accent", "command"} or after.text in {"(", "[", "_", "|"}
    return token.end - token.start == 1 and not token.font and follows


def summed_letters(texts: Sequence[Sequence[Token]]) -> frozenset[str]:
    r"""The letters over which some text sums without bounds, ``\sum_x``."""
    return frozenset(
        letter.text if letter.text in GREEK else letter.text[0]
        for tokens in texts
        for sign, mark, letter in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if (sign.kind, sign.text, mark.text) == ("command", "sum", "_") and letter.kind == "word"
    )


def with_typed(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with each Σ and Π as the sign that it is."""
    return [_sign(tokens, place) for place in range(len(tokens))]


def with_sums(tokens: Sequence[Token], *, typed: bool, summed: frozenset[str] = frozenset()) -> list[Token]:
    """The tokens with the index of each sum that has none, if its term carries exactly one.

    ``summed`` are letters over which another text sums; one of them that stands in the term is taken where no name has
    an index.
    """
    kept = [
        _sign(tokens, place) if typed or (summed and _is_summing(tokens, place)) else one
        for place, one in enumerate(_with_spelled(tokens))
    ]
    bare = [
        place
        for place, (token, after) in enumerate(pairwise(kept))
        if (token.kind, token.text) == ("command", "sum") and after.text not in {"_", "^", "limits"}
    ]
    for place in reversed(bare[:MOST_SUMS]):
        token = kept[place]
        term = kept[place + 1 : end_of_term(kept, place + 1)]
        inner = next((at for at, one in enumerate(term) if (one.kind, one.text) == ("command", "sum")), len(term))
        letters = (
            _indices(term[:inner])
            or _indices(term)
            or {one.text for one in term if one.kind == "word" and one.text in summed}
        )
        if len(letters) == 1:
            mark = token._replace(kind="op", text="_", space=False)
            brace = mark._replace(kind="open", text="{")
            letter = mark._replace(kind="word", text=letters.pop())
            kept[place + 1 : place + 1] = [mark, brace, letter, brace._replace(kind="close")]
    return kept


def _with_spelled(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with ``sum x_i`` and ``sum (x_i - m)^2`` of plain text as the sign of a sum."""
    kept = list(tokens)
    for place, (token, after) in enumerate(pairwise(tokens)):
        if (token.kind, token.text) != ("word", "sum") or token.font or not after.space:
            continue
        opens = after.kind in {"word", "number", "accent"} or (after.kind, after.text) == ("open", "(")
        term = tokens[place + 1 : end_of_term(tokens, place + 1)]
        if opens and not is_english(after.text) and len(_indices([*term, token])) == 1:
            kept[place] = token._replace(kind="command")
    return kept


def with_index_rows(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with commas in ``\sum_{ij}``, and one letter alone above an integral: ``\int_0^th(u)``."""
    kept = list(tokens)
    for place in reversed(range(len(kept) - 3)):
        sign, mark, opening, word = kept[place : place + 4]
        row = word.kind == "word" and not word.font and 1 < len(word.text) < len("ijkl")
        braced = (mark.text, opening.text) == ("_", "{") and kept[min(place + 4, len(kept) - 1)].kind == "close"
        summing = sign.kind == "command" and sign.text in {"sum", "prod"}
        if (summing or _sums_pairs(kept, place)) and braced and row and _are_indices(word.text):
            parts = [word._replace(text=letter, space=False) for letter in word.text]
            comma = word._replace(kind="op", text=",", space=False)
            kept[place + 3 : place + 4] = [one for part in parts for one in (part, comma)][:-1]
        elif sign.kind in {"command", "word"} and sign.text in {"sum", "prod", "int"} and mark.text == "_":
            above = closing(kept, place + 2) + 1
            endless = kept[min(above + 1, len(kept) - 1)]
            if endless.text in _ENDLESS and kept[above].text == "^":
                kept[above + 1] = endless._replace(text="infinity", font="command")
            if (sign.kind, sign.text) != ("command", "int"):
                continue
            letter = kept[min(above + 1, len(kept) - 1)]
            plain = letter.kind == "word" and letter.font in {"", "command"} and letter.text not in GREEK
            if above < len(kept) - 1 and kept[above].text == "^" and plain and 1 < len(letter.text) < len("abc"):
                middle = letter.start + 1
                first, rest = letter.text[0], letter.text[1:]
                kept[above + 1 : above + 2] = [
                    letter._replace(text=first, end=middle, font=""),
                    letter._replace(text=rest, start=middle, space=False, font=""),
                ]
    return kept


def _sums_pairs(tokens: Sequence[Token], place: int) -> bool:
    """Whether a typed Σ stands here with a run of letters below which is behind it again, below what it sums."""
    sign, word = tokens[place], tokens[place + 3]
    typed = sign.text == "Sigma" and not sign.font and sign.end - sign.start == 1
    return typed and any(
        one.text == word.text and before.text in {"_", "{"} for before, one in pairwise(tokens[place + 4 :])
    )


def _are_indices(word: str) -> bool:
    return len(set(word)) == len(word) and INDEX_LETTERS.issuperset(word)


def with_pairs(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with ``u \in K_1, i \in K_2`` for ``(u, i) \in K`` below a sum: both letters run."""
    kept = list(tokens)
    for place in reversed(range(len(kept) - len("_{(u,i)"))):
        token, brace, opening, *_ = kept[place : place + 3]
        if (token.text, brace.text, opening.text) != ("_", "{", "("):
            continue
        stop = closing(kept, place + 2)
        inside, behind = kept[place + 3 : stop], kept[stop + 1 : stop + 4]
        if (
            [one.text for one in behind[:1]] != ["in"]
            or kept[place - 1].text not in {"sum", "prod"}
            or len(behind) < len("iK}")
        ):
            continue
        letters = [one for one in inside if one.kind == "word"]
        if [one.text for one in inside if one.kind != "word"] != [","] * (len(letters) - 1) or behind[
            2
        ].kind != "close":
            continue
        row: list[Token] = []
        for number, letter in enumerate(letters):
            domain = behind[1]._replace(text=f"{behind[1].text}{'abc'[number % 3]}", font="upright")
            row += [letter, behind[0], domain, inside[1]]
        kept[place + 2 : stop + 3] = row[:-1]
    return kept


def with_lists(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with ``i \in \{1, 2\}`` for ``i = 1, 2`` below an operator."""
    kept = list(tokens)
    for place in reversed(range(len(kept) - len("_{i=1,2}"))):
        if kept[place].text != "_" or kept[place + 1].text != "{" or kept[place + 3].text != "=":
            continue
        stop = closing(kept, place + 1)
        listed = kept[place + 4 : stop]
        numbers = [one.kind for one in listed[::2]] == ["number"] * len(listed[::2])
        if len(listed) > len("1,") and numbers and all(one.text == "," for one in listed[1::2]):
            brace = kept[place + 1]._replace(text="lbrace")
            sign = kept[place + 3]._replace(text="in")
            kept[place + 3 : stop] = [sign, brace, *listed, brace._replace(kind="close")]
    return kept


def end_of_term(tokens: Sequence[Token], place: int) -> int:
    """Where the term ends that begins at a place."""
    depth, start = 0, place
    while tokens[place].kind != "end":
        token = tokens[place]
        depth += (token.kind == "open") - (token.kind == "close")
        if depth < 0 or (depth == 0 and place > start and token.kind == "op" and token.text in _ENDS):
            break
        place += 1
    return place


def _indices(inside: Sequence[Token]) -> set[str]:
    """The letters that stand alone below a name, or raised in round brackets, and that no sum in here binds."""
    found: set[str] = set()
    for place, token in enumerate(inside[:-1]):
        if token.kind != "op" or token.text not in {"_", "^"} or not place:
            continue
        before = inside[place - 1]
        if before.kind == "command" or before.text in {"max", "min", "log"}:
            return set()
        stop = closing(inside, place + 1)
        index = [one for one in inside[place + 1 : stop + 1] if one.text != "{"]
        raised = token.text == "^"
        if raised and [one.text for one in index[:1] + index[2:]] != ["(", "("]:
            continue
        letter = index[1] if raised else index[0] if len(index) == 1 else token
        if letter.kind == "word" and letter.text in INDEX_LETTERS:
            found.add(letter.text)
    return found
