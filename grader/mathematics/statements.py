"""Statements compared by where they hold: equations by their solutions, inequalities by their sign on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from flint import arb, ctx, fmpq

from grader.errors import Beyond, Imprecise, NoValue, Undefined
from grader.mathematics.arithmetic import plain
from grader.mathematics.balls import RealBalls
from grader.mathematics.boundaries import ORDERS, differing_boundary
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.guards import guards_of
from grader.mathematics.kinds import Declaration
from grader.mathematics.pairs import Pair, pair_of
from grader.mathematics.polynomials import same_roots
from grader.mathematics.sampling import Point, Style
from grader.mathematics.showing import describe, in_words
from grader.mathematics.snapping import PRECISION, SnappingBalls
from grader.mathematics.stated import STEPS, ZERO, Stated, constant_ratio, side_of, solved
from grader.mathematics.structure import degree_in
from grader.mathematics.substituting import names_in, substitute
from grader.mathematics.sweeping import DEGREE_LIMIT, allowed, moving, points_along, roots_of, value_along
from grader.mathematics.tree import (
    Add,
    Constant,
    Divide,
    Logic,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Relation,
    Symbol,
    children,
)
from grader.mathematics.vector_equations import same_vector_equations
from grader.mathematics.verdict import Verdict, Witness

AGREEING = 12
SOLVING = (Style("plain", 1), Style("generic", 1))
"""Points from which an equation's other solutions are looked for."""

NEAR = arb(2) ** -60
"""Two solutions nearer than this are taken for one."""

CELLS = 6
"""With more boundaries than this, not all of them may be among the points."""

REALS = ("real", "positive", "nonnegative", "negative", "nonzero", "probability", "open-probability")

VISITS = 200
"""No more points on and beside boundaries are tried."""

SEARCHING = 3
"""From so many points boundaries are looked for that are no zeros of polynomials."""

SOLVED = 8
"""Points at which two equations must hold before they are called the same without a proof."""


def same_equations(stated: Stated, first: Relation, second: Relation) -> Verdict:
    """Whether two equations have the same solutions."""
    given, wanted = side_of(first), side_of(second)
    ratio = constant_ratio(given, wanted, stated)
    if ratio is not None:
        return _without_value(stated) or Verdict("equal", "one equation is a multiple of the other", layer="exact")
    found = same_roots(stated, given, wanted) or _by_solving(stated, given, wanted)
    return found or same_vector_equations(stated, given, wanted) or same_truth(stated)


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
    if not (_is_polynomial(given) and _is_polynomial(wanted)):
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
    if found is None and kind is not None and kind.sizes and degree_in(side, name) != 1:
        return Verdict("undecided", f"whether {name} has other values that solve the equation was not found")
    return found or Verdict("equal", f"the equation determines {name}, and agrees", layer=verdict.layer)


def solved_anyhow(equation: Relation, name: str, value: Node, stated: Stated) -> Verdict | None:
    """A verdict when a symbol may have any value where its factor vanishes, as x may in ``x y = 0`` where y is 0."""
    side = side_of(equation)
    if degree_in(side, name) != 1 or not _is_polynomial(side):
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


def _is_polynomial(node: Node) -> bool:
    if isinstance(node, Power):
        whole = isinstance(node.exponent, Number) and node.exponent.value.denominator == 1
        return whole and _is_polynomial(node.base)
    plain_parts = isinstance(node, Add | Multiply | Negate) and all(map(_is_polynomial, children(node)))
    return isinstance(node, Number | Symbol) or plain_parts


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
            return _without_value(stated) or same
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


@dataclass
class _Seen:
    agreed: int = 0
    true: int = 0
    false: int = 0
    unknown: int = 0
    beyond: str = ""
    boundary: list[Point] = field(default_factory=list)
    valued: set[str] = field(default_factory=set)
    lacking: dict[str, Point] = field(default_factory=dict)

    def apart(self, pair: Pair) -> Verdict | None:
        """A verdict where one statement holds and the other, which has values elsewhere, has none."""
        for side, point in self.lacking.items():
            if side in self.valued and _strict(pair):
                words = ("no value", "true") if side == "student" else ("true", "no value")
                witness = Witness(describe(point, (pair.reference, pair.student)), *words)
                return Verdict("different", "one holds at a point where the other has no value", witness, "statements")
        return None


def same_truth(stated: Stated) -> Verdict:
    """Whether two statements are true at the same points: random ones, and those on and beside their boundaries."""
    pair = stated.pair
    seen = _Seen()
    for point in _points(pair):
        found = _at(pair, point, seen)
        if found is not None:
            return found
        if seen.beyond:
            return Verdict("undecided", f"cannot find {seen.beyond}", layer="statements")
    apart = seen.apart(pair)
    if apart is not None:
        return apart
    if _by_cells(pair) and not seen.unknown:
        return Verdict("equal", "true and false together at and between all boundaries", layer="exact")
    if seen.true < SOLVED and (_has_equation(stated.student) or _has_equation(stated.reference)):
        return Verdict("undecided", "too few points were found where the equations hold", layer="statements")
    found = differing_boundary(stated)
    if found is not None:
        return found
    if seen.agreed < AGREEING:
        return Verdict("undecided", "too few points where the truth of both is known", layer="statements")
    reason = f"true and false together at {seen.agreed} points, on and beside the boundaries"
    return Verdict("equal", reason, layer="statements")


def _without_value(stated: Stated) -> Verdict | None:
    """A verdict where one of two relations that are multiples of each other holds and the other has no value."""
    pair, seen = stated.pair, _Seen()
    if not _strict(pair) or all(map(_is_plain_relation, (pair.student, pair.reference))):
        return None
    for point in _points(pair):
        _at(pair, point, seen)
    return seen.apart(pair)


def _is_plain_relation(node: Node) -> bool:
    return isinstance(node, Relation) and all(map(_is_polynomial, node.operands))


def _strict(pair: Pair) -> bool:
    """Whether a point without a value is no solution: that of a curve may be missing, but not that of one unknown."""
    kinds = [pair.point(Style("plain")).kind(name).name for name in pair.roles.free]
    if "complex" in kinds:
        return False
    return len(kinds) < 2 or not any(map(_has_equation, (pair.student, pair.reference)))


def _has_equation(node: Node) -> bool:
    if isinstance(node, Relation):
        return "=" in node.operators
    return isinstance(node, Logic) and any(map(_has_equation, node.operands))


def _by_cells(pair: Pair) -> bool:
    """Whether the points tried are on, beside and between all boundaries: polynomials in one symbol have few zeros."""
    if len(pair.roles.free) != 1:
        return False
    name = pair.roles.free[0]
    guards = guards_of((pair.student, pair.reference))
    if not all(_is_plain(node) for node in (pair.student, pair.reference)) or len(guards) > CELLS:
        return False
    point = pair.point(Style("edge"))
    if point.kind(name).name not in REALS:
        return False
    degrees = [degree_in(guard.node, name) for guard in guards]
    return bool(guards) and all(degree is not None and degree <= DEGREE_LIMIT for degree in degrees)


def _is_plain(node: Node) -> bool:
    """Whether a statement is made of comparisons of polynomials with rational coefficients."""
    match node:
        case Logic(operands=many):
            return all(map(_is_plain, many))
        case Relation(operators=operators, operands=many):
            return set(operators) <= ORDERS and all(map(_is_rational, many))
        case Constant(name="true" | "false"):
            return True
        case _:
            return False


def _is_rational(node: Node) -> bool:
    return isinstance(node, Number | Symbol) or (
        isinstance(node, Add | Multiply | Negate | Divide | Power) and all(map(_is_rational, children(node)))
    )


def _points(pair: Pair) -> Iterator[Point]:
    for number in range(6):
        yield pair.point(Style("plain", number))
        yield pair.point(Style("edge", number))
    for number in range(10):
        yield pair.point(Style("generic", number))
        yield pair.point(Style("wide", number))
    guards = guards_of((pair.student, pair.reference))
    edges = [Style(name, number) for number in range(2) for name in ("edge", "unit")]
    count = 0
    for place, style in enumerate((*edges, Style("plain", 1), Style("generic", 1))):
        start = pair.point(style)
        for name in sorted({name for guard in guards for name in moving(start, pair.roles, guard.node)}):
            for fixed, _ in points_along(guards, start, pair.roles, name, search=place < SEARCHING):
                count += 1
                if count > VISITS:
                    return
                yield pair.point(style, fixed)


def truth(node: Node, point: Point) -> bool | None:
    """Whether a statement holds at a point; None where a part of it has no value."""
    for precision in (PRECISION,) if point.inexact else (128, 512, 2048):
        before = ctx.prec
        ctx.prec = precision
        system = SnappingBalls(precision) if point.inexact else RealBalls(precision)
        try:
            return Evaluator(system, point, STEPS).holds(node)
        except (Imprecise, ZeroDivisionError):
            continue
        except Undefined:
            return None
        finally:
            ctx.prec = before
    raise Imprecise("the truth of a statement")


def _at(pair: Pair, point: Point, seen: _Seen) -> Verdict | None:
    try:
        student, reference = truth(pair.student, point), truth(pair.reference, point)
    except Imprecise:
        seen.unknown += 1
        return None
    except Beyond as error:
        seen.beyond = str(error)
        return None
    for side, value in (("student", student), ("reference", reference)):
        if value is not None:
            seen.valued.add(side)
        elif student or reference:
            seen.lacking.setdefault(side, point)
    if student is None or reference is None:
        seen.unknown += 1
        return None
    if student is not reference:
        words = {True: "true", False: "false"}
        witness = Witness(describe(point, (pair.reference, pair.student)), words[student], words[reference])
        return Verdict("different", "one holds at a point where the other does not", witness, "statements")
    seen.agreed += 1
    seen.true += student
    seen.false += not student
    return None
