r"""Thresholds and rates where a largest or smallest value is taken: what the sign of one that is not declared decides.

``\max_a (r + \gamma Q(a))`` is ``r + \gamma \max_a Q(a)`` for a discount, which is positive, and ``g / \max(1,
\lVert g \rVert / C)`` is ``g \min(1, C / \lVert g \rVert)`` for a bound of a norm. Of other letters nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from grader.mathematics.array_signs import parts_of
from grader.mathematics.functions import GREEK
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.roles import REAL
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import Apply, Fold, Multiply, Node, Relation, Symbol
from grader.mathematics.verdict import Verdict

EXTREMES = frozenset({"max", "min"})
LENGTHS = frozenset({"norm", "abs"})
DISCOUNT = "gamma"
POSITIVE = Kind("positive")


def where_positive(
    student: Node, reference: Node, declaration: Declaration, decide: Callable[[Declaration], Verdict]
) -> Verdict | None:
    """The verdict where thresholds and rates are positive, on two formulas that differ otherwise; None where they do.

    ``equal`` where only a bound of a norm or a discount is taken so, ``undecided`` where other letters are as well.
    """
    sides = (student, reference)
    parts = [one for side in sides for one in parts_of(side)]
    if any(isinstance(one, Relation) for one in parts[:1]) or not any(map(_is_extreme, parts)):
        return None
    free = {name for side in sides for name in names_in(side) if declaration.symbols.get(name) == REAL}
    letters = {name for name in free if name in GREEK or name == "c" or (len(name) == 1 and name.isupper())}
    sure = letters & {name for one in parts for name in (*_bounds(one), *_discounts(one))}
    for names, known in ((sure, True), (letters, False)):
        kinds = dict.fromkeys(names, POSITIVE)
        found = decide(replace(declaration, symbols={**declaration.symbols, **kinds})) if names else None
        if found is None or not found.equal:
            continue
        shown = ", ".join(sorted(names))
        if known:
            return replace(found, reason=f"the same where {shown} is positive, as a bound or a discount is")
        return Verdict("undecided", f"the two agree where {shown} is positive", layer="ties")
    return None


def _is_extreme(node: Node) -> bool:
    named = isinstance(node, Apply) and node.function in EXTREMES
    return named or (isinstance(node, Fold) and node.operator in EXTREMES)


def _bounds(node: Node) -> Iterator[str]:
    """The names that stand beside a norm in a largest or smallest value."""
    if isinstance(node, Apply) and node.function in EXTREMES:
        lengths = [one for one in parts_of(node) if isinstance(one, Apply) and one.function in LENGTHS]
        if lengths:
            yield from names_in(node) - frozenset().union(*map(names_in, lengths))


def _discounts(node: Node) -> Iterator[str]:
    """The discount, where it stands before a value or within the largest of all values."""
    within = isinstance(node, Fold) and node.operator in EXTREMES and DISCOUNT in names_in(node)
    before = isinstance(node, Multiply) and Symbol(DISCOUNT) in node.factors and any(map(_is_extreme, node.factors))
    if within or before:
        yield DISCOUNT
