r"""How far max, min, argmax and argmin reach: a sum where they begin it, as ``\max_x f(x) - g(x)``, else a term."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.mathematics.reading.binding_names import bound_names
from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.tokens import Token

WIDE = frozenset({"max", "min", "argmax", "argmin"})
_VALUES = frozenset({"max", "min"})
_BEHIND = frozenset({"word", "number", "close", "accent"})
_JOINING = frozenset({"+", "-", "pm", "mp", "*", "/", "//", "cdot", "times", "odot", "circ", "otimes", "@", "'", "!"})
_ENDING = frozenset({"+", "-", "pm", "mp", "=", "!=", "<", ">", "<=", ">=", ",", ";", "newline", "in"})


def begins(tokens: Sequence[Token], place: int) -> bool:
    """Whether nothing stands before an operator in its sum but other operators of this sort.

    Args:
        tokens: the whole formula.
        place: where the word max, min, argmax or argmin is.
    """
    while place:
        before = tokens[place - 1]
        if before.text == "arg" and before.kind in {"command", "word"}:
            place -= 1
            continue
        mark = _mark(tokens, place - 1)
        if mark and tokens[mark].text == "_" and tokens[mark - 1].text in WIDE:
            place = mark - 1
            continue
        return before.kind not in _BEHIND and not (before.kind == "op" and before.text in _JOINING)
    return True


def _mark(tokens: Sequence[Token], stop: int) -> int:
    """Where the ``_`` or ``^`` stands of the script that ends at a place; 0 if there is none."""
    depth, place = 0, stop
    while place > 0:
        depth += (tokens[place].kind == "close") - (tokens[place].kind == "open")
        if depth == 0:
            return place - 1 if tokens[place - 1].text in {"_", "^"} else 0
        place -= 1
    return 0


def standing(texts: Sequence[Sequence[Token]]) -> frozenset[str]:
    r"""Names that a max or min binds and that another text with one has free: a in ``\max_b f(b) - f(a)``."""
    found = [list(_folds(tokens)) for tokens in texts]
    bound = [bound_names(list(tokens)) for tokens in texts]
    free: set[str] = set()
    for folds, taken, tokens in zip(found, bound, texts, strict=True):
        if folds:
            free |= {one.text for one in tokens if one.kind == "word"} - taken
    return frozenset(free & {name for folds in found for names, *_ in folds for name in names})


def outside(tokens: Sequence[Token]) -> frozenset[str]:
    r"""Names that only a max or min binds and that also stand where it does not reach: a in ``f(a) - c\max_a f(a)``."""
    found: set[str] = set()
    folds = list(_folds(tokens))
    for names, start, stop in folds:
        others = {name for more, begin, _ in folds if begin != start for name in more}
        for name in names - others:
            elsewhere = [*tokens[:start], *tokens[stop:]]
            if name not in bound_names(elsewhere) and any(one.text == name for one in elsewhere):
                found.add(name)
    return frozenset(found)


def _folds(tokens: Sequence[Token]) -> Iterator[tuple[frozenset[str], int, int]]:
    """The names that each max or min binds, where it begins, and where what it reaches over ends."""
    for place, token in enumerate(tokens[:-2]):
        if token.text not in _VALUES or tokens[place + 1].text != "_" or tokens[place - 1].text == "arg":
            continue
        whole = begins(tokens, place)
        stop = closing(tokens, place + 2) + 1
        names = bound_names([*tokens[place:stop], *[tokens[-1]] * 6])
        yield names, place, _term(tokens, stop, frozenset(_ENDING - {"+", "-"} if whole else _ENDING))


def _term(tokens: Sequence[Token], place: int, ending: frozenset[str]) -> int:
    """Where the term ends that begins at a place."""
    depth, first = 0, place
    while place < len(tokens) and tokens[place].kind != "end":
        token = tokens[place]
        depth += (token.kind == "open") - (token.kind == "close")
        if depth < 0 or (depth == 0 and place > first and token.kind == "op" and token.text in ending):
            break
        place += 1
    return place
