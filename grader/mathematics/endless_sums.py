r"""Sums without end of unknown members, ``\sum_{n=1}^\infty \lambda^{n-1} G_n``: the same where their terms are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from grader.mathematics.array_signs import parts_of
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.structure import infinite_sign
from grader.mathematics.substituting import mapped, substitute
from grader.mathematics.tree import Add, Fold, Indexed, Node, Symbol
from grader.mathematics.verdict import Decide, Verdict

_PLACE = "place of a sum"
_TOTAL = "sum without end"
_COUNT = Kind("nonnegative-integer")
_REAL = Kind("real")


def with_one_sum(
    student: Node, reference: Node, declaration: Declaration, decide_in: Callable[[Declaration], Decide]
) -> Verdict | None:
    """The verdict where each side has one such sum and term by term they are the same; None anywhere else.

    Terms are counted from the first of each sum. Nothing is said of sums whose terms differ: they may have one value.
    """
    folds = [_endless(side) for side in (student, reference)]
    first, second = folds
    if first is None or second is None:
        return None
    terms = [_counted(fold) for fold in (first, second)]
    inside = replace(declaration, symbols={**declaration.symbols, _PLACE: _COUNT})
    if not decide_in(inside)(terms[0], terms[1]).equal:
        return None
    outside = replace(declaration, symbols={**declaration.symbols, _TOTAL: _REAL})
    verdict = decide_in(outside)(_without(student, first), _without(reference, second))
    return replace(verdict, reason=f"{verdict.reason}, the sums having the same terms") if verdict.equal else None


def _endless(node: Node) -> Fold | None:
    """The one sum of a formula, if it runs from a number or a name to infinity and has a member of a family in it."""
    sums = {part for part in parts_of(node) if isinstance(part, Fold)}
    if len(sums) != 1:
        return None
    fold = sums.pop()
    endless = fold.operator == "sum" and fold.upper is not None and infinite_sign(fold.upper) == 1
    started = fold.lower is not None and infinite_sign(fold.lower) == 0
    members = any(isinstance(part, Indexed) for part in parts_of(fold.body))
    return fold if endless and started and members and type(fold) is Fold else None


def _counted(fold: Fold) -> Node:
    """The term of a sum so many places behind its first one."""
    lower = fold.lower
    at = Symbol(_PLACE) if lower is None else Add((Symbol(_PLACE), lower))
    return substitute(fold.body, fold.index, at)


def _without(node: Node, fold: Fold) -> Node:
    return Symbol(_TOTAL) if node == fold else mapped(node, lambda child: _without(child, fold))
