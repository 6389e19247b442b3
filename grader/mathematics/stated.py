"""Two statements to be compared, and what is asked of their sides: a constant ratio, a solution of first degree."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import ctx

from grader.errors import NoValue
from grader.mathematics.balls import RealBalls
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.kinds import Declaration
from grader.mathematics.looks import Style
from grader.mathematics.pairs import Pair, pair_of
from grader.mathematics.roles import INTEGERS
from grader.mathematics.substituting import names_in, substitute
from grader.mathematics.tree import Add, Divide, Multiply, Negate, Node, Number, Relation
from grader.mathematics.verdict import Decide, Policy

ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
STEPS = 20_000


def side_of(statement: Relation) -> Node:
    """The left side minus the right of a relation with one operator."""
    left, right = statement.operands[0], statement.operands[-1]
    return left if right == ZERO else Add((left, Negate(right)))


@dataclass(frozen=True)
class Stated:
    """Two statements to be compared, and how."""

    student: Node
    reference: Node
    declaration: Declaration
    policy: Policy
    decide: Decide

    @property
    def pair(self) -> Pair:
        """The same two, with the points they are compared at."""
        return pair_of(self.student, self.reference, self.declaration, self.policy)


def constant_ratio(given: Node, wanted: Node, stated: Stated) -> bool | None:
    """Whether one formula is a constant multiple, not zero, of another: True when positive; None when it is none."""
    names = sorted(names_in(given) | names_in(wanted))
    values = _special_values(names, stated.declaration)
    if values is None:
        return None
    one, other = given, wanted
    for name, value in values.items():
        one, other = substitute(one, name, Number(value)), substitute(other, name, Number(value))
    signs = [sign_of(one, stated), sign_of(other, stated)]
    if None in signs or 0 in signs:
        return None
    verdict = stated.decide(Multiply((given, other)), Multiply((wanted, one)))
    return signs[0] == signs[1] if verdict.verdict == "equal" else None


def _special_values(names: list[str], declaration: Declaration) -> dict[str, Fraction] | None:
    values: dict[str, Fraction] = {}
    for place, name in enumerate(names):
        kind = declaration.symbols.get(name)
        if kind is not None and not kind.scalar:
            return None
        whole = kind is not None and kind.name in INTEGERS
        unit = kind is not None and "probability" in kind.name
        values[name] = (
            Fraction(3 + place) if whole else Fraction(2, 5 + 2 * place) if unit else Fraction(5 + 2 * place, 3)
        )
        if kind is not None and kind.name == "negative":
            values[name] = -values[name]
    return values


def sign_of(node: Node, stated: Stated) -> int | None:
    """The sign of a constant (or of a formula at the first point); None when it is not known."""
    point = pair_of(node, node, stated.declaration, stated.policy).point(Style("plain"))
    before = ctx.prec
    ctx.prec = 512
    try:
        return RealBalls(512).sign(Evaluator(RealBalls(512), point, STEPS).scalar(node))
    except (NoValue, ZeroDivisionError):
        return None
    finally:
        ctx.prec = before


def solved(side: Node, name: str) -> Node:
    """The zero of a formula of first degree in a symbol."""
    at_zero = substitute(side, name, ZERO)
    slope = Add((substitute(side, name, ONE), Negate(at_zero)))
    return Divide(Negate(at_zero), slope)
