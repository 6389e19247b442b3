r"""How index sets are spelled, where nobody declared anything: ``N(i) \setminus j``, ``\partial i``, ``i: y_i = k``.

What is taken away from a set is a set of one; a boundary ``\partial i`` is a set of its own; a colon or a bar behind
an index says that what follows is a condition on it; and an arrow between two letters below a name lists both.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.functions import GREEK
from grader.mathematics.reading.binding_names import SUCH_THAT
from grader.mathematics.reading.index_words import is_row_of_indices
from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.tokens import Token

_OPERATORS = frozenset({"sum", "prod", "max", "min", "argmax", "argmin"})
_RELATIONS = frozenset({"=", "!=", "<", ">", "<=", ">="})
_REMOVALS = frozenset({"setminus", "backslash"})
_BOUNDARY = "boundary"
_BEFORE, _BEHIND = "before", "behind"
_MESSAGE = "to"
_LIMITS = frozenset({"lim", "limit", "sup", "inf", "limsup", "liminf"})
_FACTORS = frozenset({"f", "g", "h", "phi", "psi"})
"""Letters of functions, which are no indices of a message that goes from one to the other."""


def with_set_spellings(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with each of these spellings in the form that the grammar reads."""
    kept = _with_pairs_below(_with_boundaries(_with_rows(tokens)))
    for place in reversed(range(len(kept) - len("_{i}"))):
        sign, mark, brace = kept[place : place + 3]
        if sign.text not in _OPERATORS or (mark.text, brace.text) != ("_", "{"):
            continue
        stop = closing(kept, place + 2)
        if stop < len(kept):
            kept[place + 3 : stop] = _below_operator(kept[place + 3 : stop])
    return kept


def _with_rows(tokens: Sequence[Token]) -> list[Token]:
    """``a_ij`` as ``a_{ij}`` in a text with braces and no command of LaTeX, whose one letter nobody has in mind."""
    kept = list(tokens)
    braces = any((one.kind, one.text) == ("open", "{") for one in kept)
    if not braces or any(one.kind == "accent" or one.font or _is_command(one) for one in kept):
        return kept
    for place in reversed(range(1, len(kept) - 1)):
        mark, row = kept[place - 1 : place + 1]
        ends = kept[place + 1].text not in {"_", "^"}
        if mark.text == "_" and row.kind == "word" and is_row_of_indices(row.text) and ends:
            brace = row._replace(kind="open", text="{", space=False)
            kept[place : place + 1] = [brace, row._replace(space=False), brace._replace(kind="close")]
    return kept


def _is_command(token: Token) -> bool:
    """Whether a token was written with a backslash, and not as one sign."""
    return token.kind == "command" and token.end - token.start > 1


def _below_operator(inside: list[Token]) -> list[Token]:
    """What stands below a big operator."""
    kept = list(inside)
    colon = next((place for place, one in enumerate(kept[:3]) if _separates(one)), None)
    if colon is not None and kept[0].kind == "word" and _is_related(kept[colon + 1 :]):
        kept[colon] = kept[colon]._replace(kind="op", text=SUCH_THAT)
    if len(kept) > 2 and kept[0].kind == kept[1].kind == "word" and kept[1].text == "in":
        kept[1] = kept[1]._replace(kind="op")
    for place in reversed(range(1, len(kept))):
        before, letter = kept[place - 1], kept[place]
        ends = place + 1 == len(kept) or kept[place + 1].text in {",", ";"}
        element = letter.kind == "word" and _is_letter(letter) and letter.text.islower()
        if before.text in _REMOVALS and element and ends:
            brace = letter._replace(kind="open", text="lbrace", space=False)
            kept[place : place + 1] = [brace, letter, brace._replace(kind="close")]
    return kept


def _separates(token: Token) -> bool:
    return (token.kind == "op" and token.text in {":", "mid"}) or (token.kind == "bar" and token.text == "|")


def _is_related(inside: Sequence[Token]) -> bool:
    """Whether a relation stands here that nothing encloses, and no bound of an index is one."""
    depth = 0
    for place, token in enumerate(inside):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and place and token.kind == "op" and token.text in _RELATIONS:
            return True
    return False


def _is_letter(token: Token) -> bool:
    return len(token.text) == 1 or token.text in GREEK


def _with_boundaries(tokens: Sequence[Token]) -> list[Token]:
    r"""``\partial i`` behind a sign of membership or between bars as a name with this label."""
    kept = list(tokens)
    for place in reversed(range(1, len(kept) - 1)):
        before, sign, letter = kept[place - 1 : place + 2]
        after = kept[min(place + 2, len(kept) - 1)]
        among = before.text == "in" or (before.kind in {"bar", "open"} and after.kind in {"bar", "close"})
        if sign.text == "partial" and among and letter.kind == "word" and _is_letter(letter) and before.text != "{":
            word = sign._replace(kind="word", text=_BOUNDARY, font="upright")
            mark = sign._replace(kind="op", text="_", space=False)
            kept[place : place + 2] = [word, mark, letter]
    return kept


def _with_pairs_below(tokens: Sequence[Token]) -> list[Token]:
    r"""``j: (i, j) \in E`` as ``j`` in a set that belongs to i, and ``m_{i \to j}`` as ``m_{i, j}``."""
    kept = list(tokens)
    for place in reversed(range(2, len(kept) - len("{i>j}"))):
        if _is_arrow(kept, place):
            kept = _with_message(kept, place)
        match [one.text for one in kept[place - 1 : place + 9]]:
            case ["{", first, ":" | "mid" | "|", "(", left, ",", right, "(", "in", domain] if first in (left, right):
                other, word = (kept[place + 3], _BEFORE) if first == right else (kept[place + 5], _BEHIND)
                name = kept[place + 8]._replace(text=f"{domain}{word}", font="upright")
                bracket = other._replace(kind="open", text="(", space=False)
                kept[place + 1 : place + 9] = [kept[place + 7], name, bracket, other, bracket._replace(kind="close")]
            case _:
                pass
    return kept


def _is_arrow(tokens: Sequence[Token], place: int) -> bool:
    r"""Whether ``{i \to j}`` opens here, below a name."""
    word, mark, brace, first, arrow, second, close = tokens[place - 2 : place + 5]
    shape = (mark.text, brace.text, first.kind, arrow.text, second.kind, close.kind)
    return shape == ("_", "{", "word", "->", "word", "close") and word.kind == "word" and word.text not in _LIMITS


def _with_message(tokens: Sequence[Token], place: int) -> list[Token]:
    """The tokens with a name that has an arrow below it as a function of both ends, or as a member."""
    first, arrow, second = tokens[place + 1 : place + 4]
    comma = arrow._replace(kind="op", text=",", space=False)
    behind = tokens[place + 5]
    if {first.text, second.text} & _FACTORS:
        label = first._replace(text=f"{first.text}{second.text}", font="upright")
        return [*tokens[: place + 1], label, *tokens[place + 4 :]]
    if (behind.kind, behind.text) == ("open", "("):
        label = first._replace(text=_MESSAGE, font="upright")
        return [*tokens[:place], label, behind, first, comma, second, comma, *tokens[place + 6 :]]
    return [*tokens[: place + 2], comma, *tokens[place + 3 :]]
