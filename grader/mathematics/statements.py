"""Statements compared by where they hold: equations by their solutions, inequalities by their sign on both sides."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from flint import arb, ctx, fmpq

from grader.errors import NoValue
from grader.mathematics.arithmetic import plain
from grader.mathematics.balls import RealBalls
from grader.mathematics.canonical import canonical
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.kinds import Declaration
from grader.mathematics.looks import Style
from grader.mathematics.pairs import pair_of
from grader.mathematics.polynomials import same_roots
from grader.mathematics.roles import REAL
from grader.mathematics.showing import describe, in_words
from grader.mathematics.snapping import PRECISION, SnappingBalls
from grader.mathematics.stated import STEPS, ZERO, Stated, constant_ratio, side_of, solved
from grader.mathematics.structure import degree_in, is_polynomial
from grader.mathematics.substituting import names_in, substitute
from grader.mathematics.sweeping import allowed, moving, roots_of, value_along
from grader.mathematics.tree import Apply, Multiply, Negate, Node, Number, Relation, children
from grader.mathematics.truths import same_truth, without_value
from grader.mathematics.vector_equations import same_vector_equations
from grader.mathematics.verdict import Verdict, Witness

SOLVING = (Style("plain", 1), Style("generic", 1))
"""Points from which an equation's other solutions are looked for."""

NEAR = arb(2) ** -60
"""Two solutions nearer than this are taken for one."""


def same_equations(stated: Stated, first: Relation, second: Relation) -> Verdict:
    """Whether two equations have the same solutions."""
    given, wanted = side_of(first), side_of(second)
    ratio = constant_ratio(given, wanted, stated)
    if ratio is not None:
        return without_value(stated) or Verdict("equal", "one equation is a multiple of the other", layer="exact")
    if _same_sides(stated, first, second):
        return Verdict("equal", "both sides are the same formulas", layer="statements")
    signs = (given, Negate(given)) if _holds_functions(stated, given) else ()
    if any(stated.decide(one, wanted).verdict == "equal" for one in signs):
        return Verdict("equal", "the same difference of both sides", layer="statements")
    found = same_roots(stated, given, wanted) or _by_solving(stated, given, wanted)
    return found or same_vector_equations(stated, given, wanted) or same_truth(stated)


def _same_sides(stated: Stated, first: Relation, second: Relation) -> bool:
    """Whether one side of two equations is written alike, and the other one formula: solutions need not be found."""
    for one, other in ((first.operands, second.operands), (first.operands, second.operands[::-1])):
        if canonical(one[0], stated.declaration) == canonical(other[0], stated.declaration):
            return stated.decide(one[-1], other[-1]).verdict == "equal"
    return False


def _holds_functions(stated: Stated, node: Node) -> bool:
    """Whether a function of which nothing is said occurs, whose values cost much."""
    own = isinstance(node, Apply) and stated.declaration.symbols.get(node.function, REAL).name == "function"
    return own or any(_holds_functions(stated, child) for child in children(node))


def _by_solving(stated: Stated, given: Node, wanted: Node) -> Verdict | None:
    """Two equations that are both of first degree in one symbol: the same solution for it."""
    for name in sorted(names_in(given) & names_in(wanted)):
        kind = stated.declaration.symbols.get(name)
        if kind is not None and not kind.scalar:
            continue
        if degree_in(given, name) == 1 and degree_in(wanted, name) == 1:
            verdict = stated.decide(solved(given, name), solved(wanted, name))
            elsewhere = _differ_elsewhere(stated, given, wanted, name) if verdict.equal else None
            if elsewhere is not None:
                return elsewhere
            if verdict.equal:
                return Verdict("equal", "the same solution", layer=verdict.layer)
            if verdict.verdict == "different" and verdict.witness is not None:
                witness = replace(verdict.witness, note=f"the solution for {name}")
                return Verdict("different", "the equations have different solutions", witness, verdict.layer)
    return None


def _differ_elsewhere(stated: Stated, given: Node, wanted: Node, name: str) -> Verdict | None:
    """A verdict where a factor of the symbol in one of the equations vanishes: it has any solution there, or none."""
    if not (is_polynomial(given) and is_polynomial(wanted)):
        return None
    sides = [solved(given, name), solved(wanted, name)]
    for one, other in (sides, sides[::-1]):
        verdict = stated.decide(one, other)
        if verdict.verdict == "equal where both are defined" and verdict.witness is not None:
            witness = replace(verdict.witness, note=f"the solution for {name}")
            return Verdict("different", "the equations have different solutions", witness, verdict.layer)
    return None


def solves(equation: Relation, name: str, value: Node, stated: Stated) -> Verdict:
    """Whether an equation, solved for a symbol as its kind allows, has a formula as its only solution."""
    side = side_of(equation)
    verdict = stated.decide(
        substitute(equation.operands[0], name, value), substitute(equation.operands[-1], name, value)
    )
    if not verdict.equal:
        return verdict if verdict.verdict != "different" else _not_solved(verdict, name)
    for scale in (
        Fraction(-1),
        Fraction(1, 3),
        Fraction(2, 3),
        Fraction(9, 10),
        Fraction(11, 10),
        Fraction(2),
        Fraction(7),
    ):
        other = Multiply((Number(scale), value))
        if scale < 0 and _kind_is_positive(name, stated.declaration):
            continue
        again = stated.decide(substitute(side, name, other), ZERO)
        if again.equal and not stated.decide(other, value).equal:
            point = Witness(((name, f"{scale} times the expected formula"),), "solved as well", "one solution")
            return Verdict("different", "the equation has other solutions too", point, again.layer)
    found = _another_solution(side, name, value, stated)
    kind = stated.declaration.symbols.get(name)
    several = kind is not None and (kind.sizes or kind.name == "complex") and degree_in(side, name) != 1
    if found is None and several:
        return Verdict("undecided", f"whether {name} has other values that solve the equation was not found")
    return found or Verdict("equal", f"the equation determines {name}, and agrees", layer=verdict.layer)


def solved_anyhow(equation: Relation, name: str, value: Node, stated: Stated) -> Verdict | None:
    """A verdict when a symbol may have any value where its factor vanishes, as x may in ``x y = 0`` where y is 0."""
    side = side_of(equation)
    if degree_in(side, name) != 1 or not is_polynomial(side):
        return None
    verdict = stated.decide(solved(side, name), value)
    if verdict.verdict != "equal where both are defined" or verdict.witness is None:
        return None
    witness = replace(verdict.witness, student=f"any {name}", reference=f"one {name}", note="")
    return Verdict("different", "the equation has other solutions too", witness, verdict.layer)


def _another_solution(side: Node, name: str, value: Node, stated: Stated) -> Verdict | None:
    """A verdict when an equation has a solution for a symbol, found along it, that is not the expected one."""
    pair = pair_of(side, value, stated.declaration, stated.policy)
    for style in SOLVING:
        point = pair.point(style)
        if name not in moving(point, pair.roles, side):
            return None
        with ctx.workprec(PRECISION):
            try:
                wanted = plain(Evaluator(SnappingBalls(PRECISION), point, STEPS).scalar(value))
            except (NoValue, ZeroDivisionError):
                continue
            for root in roots_of(side, point, name, fmpq(0), search=True):
                gap = root - wanted
                apart = gap != 0 if isinstance(gap, fmpq) else abs(gap) > NEAR
                if not apart or not allowed(point, name, root):
                    continue
                if not _is_zero(value_along(side, point, name, root, PRECISION)):
                    continue
                values = describe(point, (value,))
                words = in_words(root)
                witness = Witness(
                    (*(pair for pair in values if pair[0] != name), (name, words)), "solved", "not solved"
                )
                return Verdict("different", "the equation has other solutions too", witness, "statements")
    return None


def _is_zero(value: object) -> bool:
    if isinstance(value, fmpq):
        return bool(value == 0)
    return isinstance(value, arb) and bool(value.contains(0)) and bool(value.rad() < NEAR)


def _not_solved(verdict: Verdict, name: str) -> Verdict:
    reason = f"the equation does not hold for the expected {name}"
    return replace(verdict, reason=reason)


def _kind_is_positive(name: str, declaration: Declaration) -> bool:
    kind = declaration.symbols.get(name)
    return kind is not None and kind.name in (
        "positive",
        "nonnegative",
        "positive-integer",
        "nonnegative-integer",
        "probability",
        "open-probability",
        "index",
    )


def same_inequalities(stated: Stated, first: Relation, second: Relation) -> Verdict:
    """Whether two inequalities hold at the same points."""
    one, other = _upward(first), _upward(second)
    if constant_ratio(side_of(one), side_of(other), stated):
        if one.operators == other.operators:
            same = Verdict("equal", "one inequality is a positive multiple of the other", layer="exact")
            return without_value(stated) or same
        if "!=" not in (*one.operators, *other.operators) and _changes_sign(stated, side_of(other)):
            words = ["true" if ">=" in statement.operators else "false" for statement in (one, other)]
            witness = Witness((), words[0], words[1], "where both sides of the inequality are equal")
            return Verdict("different", "the boundary belongs to only one of the two", witness, "exact")
    return same_truth(stated)


def _changes_sign(stated: Stated, side: Node) -> bool:
    """Whether a continuous formula has a zero, since it is above and below zero at two values of one symbol."""
    for name in names_in(side):
        if degree_in(side, name) is None:
            continue
        point = stated.pair.point(Style("plain"))
        if point.kind(name).name != "real":
            continue
        signs: set[int] = set()
        for value in (-1000, -3, 0, 3, 1000):
            fixed = {**{one: at for one, at in point.values.items() if isinstance(at, fmpq)}, name: fmpq(value)}
            with ctx.workprec(128):
                try:
                    place = stated.pair.point(Style("plain"), fixed)
                    signs.add(RealBalls(128).sign(Evaluator(RealBalls(128), place, STEPS).scalar(side)))
                except (NoValue, ZeroDivisionError):
                    continue
        if {1, -1} <= signs:
            return True
    return False


def _upward(statement: Relation) -> Relation:
    turned = {"<": ">", "<=": ">="}
    if statement.operators[0] in turned:
        return Relation((turned[statement.operators[0]],), statement.operands[::-1])
    return statement
