"""Statements compared by their truth: at random points, and on and beside the boundaries of where they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flint import ctx

from grader.errors import Beyond, Imprecise, Undefined
from grader.mathematics.balls import RealBalls
from grader.mathematics.boundaries import ORDERS, differing_boundary
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.guards import guards_of
from grader.mathematics.looks import Style
from grader.mathematics.pairs import Pair
from grader.mathematics.sampling import Point
from grader.mathematics.showing import describe
from grader.mathematics.snapping import PRECISION, SnappingBalls
from grader.mathematics.stated import STEPS, Stated
from grader.mathematics.structure import degree_in, is_polynomial
from grader.mathematics.substituting import names_in
from grader.mathematics.sweeping import DEGREE_LIMIT, moving, points_along
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
from grader.mathematics.verdict import Verdict, Witness

AGREEING = 12

CELLS = 6
"""With more boundaries than this, not all of them may be among the points."""

REALS = ("real", "positive", "nonnegative", "negative", "nonzero", "probability", "open-probability")

VISITS = 200
"""No more points on and beside boundaries are tried."""

SEARCHING = 3
"""From so many points boundaries are looked for that are no zeros of polynomials."""

SOLVED = 8
"""Points at which two equations must hold before they are called the same without a proof."""


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
    names = [names_in(side) for side in (stated.student, stated.reference)]
    if all(names) and not names[0] & names[1]:
        return Verdict("undecided", "the two speak of nothing that is in both", layer="statements")
    reason = f"true and false together at {seen.agreed} points, on and beside the boundaries"
    return Verdict("equal", reason, layer="statements")


def without_value(stated: Stated) -> Verdict | None:
    """A verdict where one of two relations that are multiples of each other holds and the other has no value."""
    pair, seen = stated.pair, _Seen()
    if not _strict(pair) or all(map(_is_plain_relation, (pair.student, pair.reference))):
        return None
    for point in _points(pair):
        _at(pair, point, seen)
    return seen.apart(pair)


def _is_plain_relation(node: Node) -> bool:
    return isinstance(node, Relation) and all(map(is_polynomial, node.operands))


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


def _is_ordinary(pair: Pair, point: Point) -> bool:
    """Whether a missing value at a point says something: of several symbols it may be missing on a curve."""
    return len(pair.roles.free) < 2 or (not point.fixed and point.style.name in ("plain", "generic", "wide"))


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
        elif (student or reference) and _is_ordinary(pair, point):
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
