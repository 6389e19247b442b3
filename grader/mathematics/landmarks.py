"""The constants that formulas mention: numbers at which a sum over cases or over members may change its form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flint import arb, ctx, fmpq

from grader.errors import NoValue
from grader.mathematics.arithmetic import Scalar, plain
from grader.mathematics.balls import RealBalls
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.places import Fixed
from grader.mathematics.roles import symbols_in
from grader.mathematics.snapping import PRECISION
from grader.mathematics.tree import Constant, Fold, Node, Number, Power, children

LIMIT = 8
PAIRED = 4
"""Of so few landmarks the quotients are taken as well."""

STEPS = 2_000


def landmarks_of(nodes: Sequence[Node]) -> tuple[Scalar, ...]:
    """The values of the constants in some formulas, the less common ones first."""
    found: dict[str, Scalar] = {}
    for node in nodes:
        for constant in _constants(node):
            value = _value(constant)
            if value is not None and value != 0:
                found.setdefault(str(value), value)
    ordered = sorted(found.values(), key=lambda value: value in (1, 2, -1))
    if 1 < len(ordered) <= PAIRED:
        ordered += [one / other for one in ordered for other in ordered if one is not other and other != 1]
    return tuple(ordered[:LIMIT])


def _constants(node: Node) -> Iterator[Node]:
    if not symbols_in(node):
        yield node
        return
    for child in children(node):
        if isinstance(node, Power) and child is node.exponent and isinstance(child, Number):
            continue
        if isinstance(node, Fold) and child is not node.body:
            continue
        yield from _constants(child)


def _value(node: Node) -> Scalar | None:
    if isinstance(node, Constant) and node.name not in ("pi", "e"):
        return None
    with ctx.workprec(PRECISION):
        try:
            value = plain(Evaluator(RealBalls(PRECISION), Fixed(), STEPS)(node))
        except (NoValue, ZeroDivisionError):
            return None
    return value if isinstance(value, fmpq) or (isinstance(value, arb) and not value.contains(0)) else None
