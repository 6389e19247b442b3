"""Statements compared by where they hold: equations by their solutions, inequalities by their sign on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from flint import arb_poly, ctx, fmpq, fmpq_poly

from grader.errors import Beyond, Imprecise, NoValue, Undefined
from grader.mathematics.balls import RealBalls
from grader.mathematics.evaluating import Evaluator, degree_in
from grader.mathematics.exact import Exact
from grader.mathematics.guards import allowed, guards_of, points_near
from grader.mathematics.identities import Pair, as_fraction, pair_of
from grader.mathematics.kinds import Declaration
from grader.mathematics.sampling import Point, Style, describe
from grader.mathematics.substituting import names_in, substitute
from grader.mathematics.tree import Add, Divide, Logic, Multiply, Negate, Node, Number, Relation, Symbol
from grader.mathematics.verdict import Decide, Policy, Verdict, Witness

ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
STEPS = 20_000
AGREEING = 12
SOLVED = 8
"""Points at which two equations must hold before they are called the same without a proof."""


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


def same_equations(stated: Stated, first: Relation, second: Relation) -> Verdict:
    """Whether two equations have the same solutions."""
    given, wanted = side_of(first), side_of(second)
    ratio = constant_ratio(given, wanted, stated)
    if ratio is not None:
        return Verdict("equal", "one equation is a multiple of the other", layer="exact")
    found = _by_polynomial(stated, given, wanted) or _by_solving(stated, given, wanted)
    return found or same_truth(stated)


def constant_ratio(given: Node, wanted: Node, stated: Stated) -> bool | None:
    """Whether one formula is a constant multiple, not zero, of another: True when positive; None when it is none."""
    names = sorted(names_in(given) | names_in(wanted))
    values = _special_values(names, stated.declaration)
    if values is None:
        return None
    one, other = given, wanted
    for name, value in values.items():
        one, other = substitute(one, name, Number(value)), substitute(other, name, Number(value))
    signs = [_sign(one, stated), _sign(other, stated)]
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
        whole = kind is not None and kind.name in ("integer", "positive-integer", "nonnegative-integer", "index")
        unit = kind is not None and "probability" in kind.name
        values[name] = (
            Fraction(3 + place) if whole else Fraction(2, 5 + 2 * place) if unit else Fraction(5 + 2 * place, 3)
        )
        if kind is not None and kind.name == "negative":
            values[name] = -values[name]
    return values


def _sign(node: Node, stated: Stated) -> int | None:
    point = pair_of(node, node, stated.declaration, stated.policy).point(Style("plain"))
    before = ctx.prec
    ctx.prec = 512
    try:
        return RealBalls(512).sign(Evaluator(RealBalls(512), point, STEPS).scalar(node))
    except (NoValue, ZeroDivisionError):
        return None
    finally:
        ctx.prec = before


def _by_polynomial(stated: Stated, given: Node, wanted: Node) -> Verdict | None:
    """Two polynomial equations in one symbol: the same roots of the kind, found exactly."""
    names = names_in(given) | names_in(wanted)
    if len(names) != 1:
        return None
    name = next(iter(names))
    polynomials = [_polynomial(node, name, stated) for node in (given, wanted)]
    if polynomials[0] is None or polynomials[1] is None or any(one == 0 for one in polynomials):
        return None
    first, second = (_square_free(one) for one in polynomials)
    if first == second:
        return Verdict("equal", "the same roots", layer="exact")
    return _differing_root(stated, name, first, second)


def _polynomial(node: Node, name: str, stated: Stated) -> Any:
    degree = degree_in(node, name)
    if degree is None or degree > 12:
        return None
    values: list[fmpq] = []
    for at in range(degree + 1):
        point = pair_of(node, node, stated.declaration, stated.policy).point(Style("plain"), {name: fmpq(at)})
        try:
            value = Evaluator(Exact(), point, STEPS).scalar(node)
        except (NoValue, ZeroDivisionError):
            return None
        values.append(value)
    total = fmpq_poly([0])
    for at, value in enumerate(values):
        term = fmpq_poly([value])
        for other in range(degree + 1):
            if other != at:
                term = term * fmpq_poly([fmpq(-other, at - other), fmpq(1, at - other)])
        total = total + term
    return total


def _square_free(polynomial: Any) -> Any:
    reduced = polynomial // polynomial.gcd(polynomial.derivative()) if polynomial.degree() > 0 else polynomial
    leading = reduced[reduced.degree()]
    return reduced / leading


def _real_roots(polynomial: Any, name: str, stated: Stated) -> list[Any]:
    before = ctx.prec
    ctx.prec = 256
    point = stated.pair.point(Style("plain"))
    try:
        roots = [root for root, _ in polynomial.numer().complex_roots()]
    finally:
        ctx.prec = before
    real = [root.real for root in roots if root.imag == 0]
    kept = []
    for root in real:
        whole = root.unique_fmpz()
        exact = fmpq(whole) if whole is not None and polynomial(fmpq(whole)) == 0 else _rational_near(root, polynomial)
        inside = fmpq(int(float(root.mid()) * 2**20) * 2 + 1, 2**21) if exact is None else exact
        if exact is not None or point.kind(name).name not in (
            "integer",
            "positive-integer",
            "nonnegative-integer",
            "index",
        ):
            value = exact if exact is not None else inside
            if allowed(point, name, value):
                kept.append(exact if exact is not None else root)
    return kept


def _rational_near(root: Any, polynomial: Any) -> fmpq | None:
    text = as_fraction(str(root.mid().str(50, radius=False)))
    if text is None:
        return None
    near = text.limit_denominator(10**9)
    value = fmpq(near.numerator, near.denominator)
    return value if polynomial(value) == 0 else None


def _differing_root(stated: Stated, name: str, first: Any, second: Any) -> Verdict | None:
    given, wanted = (_real_roots(one, name, stated) for one in (first, second))
    for roots, other, texts in ((given, second, ("solved", "not solved")), (wanted, first, ("not solved", "solved"))):
        for root in roots:
            before = ctx.prec
            ctx.prec = 256
            value = other(root) if isinstance(root, fmpq) else arb_poly(other)(root)
            ctx.prec = before
            if not (value == 0 if isinstance(value, fmpq) else value.contains(0)):
                shown = str(root) if isinstance(root, fmpq) else str(root.str(30, radius=False))
                return Verdict(
                    "different", "a solution of one is none of the other", Witness(((name, shown),), *texts), "exact"
                )
    if len(given) == len(wanted):
        return Verdict("equal", "the same roots among the values that the kind allows", layer="exact")
    return None


def _by_solving(stated: Stated, given: Node, wanted: Node) -> Verdict | None:
    """Two equations that are both of first degree in one symbol: the same solution for it."""
    for name in sorted(names_in(given) & names_in(wanted)):
        kind = stated.declaration.symbols.get(name)
        if kind is not None and not kind.scalar:
            continue
        if degree_in(given, name) == 1 and degree_in(wanted, name) == 1:
            verdict = stated.decide(solved(given, name), solved(wanted, name))
            if verdict.equal:
                return Verdict("equal", "the same solution", layer=verdict.layer)
            if verdict.verdict == "different" and verdict.witness is not None:
                witness = replace(verdict.witness, note=f"the solution for {name}")
                return Verdict("different", "the equations have different solutions", witness, verdict.layer)
    return None


def solved(side: Node, name: str) -> Node:
    """The zero of a formula of first degree in a symbol."""
    at_zero = substitute(side, name, ZERO)
    slope = Add((substitute(side, name, ONE), Negate(at_zero)))
    return Divide(Negate(at_zero), slope)


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
    return Verdict("equal", f"the equation determines {name}, and agrees", layer=verdict.layer)


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
    if one.operators == other.operators and constant_ratio(side_of(one), side_of(other), stated):
        return Verdict("equal", "one inequality is a positive multiple of the other", layer="exact")
    return same_truth(stated)


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
    beyond: str = ""
    boundary: list[Point] = field(default_factory=list)


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
    if seen.true < SOLVED and (_has_equation(stated.student) or _has_equation(stated.reference)):
        return Verdict("undecided", "too few points were found where the equations hold", layer="statements")
    if seen.agreed < AGREEING:
        return Verdict("undecided", "too few points where the truth of both is known", layer="statements")
    reason = f"true and false together at {seen.agreed} points, on and beside the boundaries"
    return Verdict("equal", reason, layer="statements")


def _has_equation(node: Node) -> bool:
    if isinstance(node, Relation):
        return "=" in node.operators
    return isinstance(node, Logic) and any(map(_has_equation, node.operands))


def _points(pair: Pair) -> Iterator[Point]:
    for number in range(6):
        yield pair.point(Style("plain", number))
        yield pair.point(Style("edge", number))
    for number in range(10):
        yield pair.point(Style("generic", number))
        yield pair.point(Style("wide", number))
    count = 0
    for guard in guards_of((pair.student, pair.reference)):
        edges = [Style(name, number) for number in range(3) for name in ("edge", "unit")]
        for style in (*edges, Style("plain", 1), Style("generic", 1)):
            for fixed, _ in points_near(guard, pair.point(style), pair.roles):
                count += 1
                if count > 160:
                    return
                yield pair.point(style, fixed)


def truth(node: Node, point: Point) -> bool | None:
    """Whether a statement holds at a point; None where a part of it has no value."""
    for precision in (128, 512, 2048):
        before = ctx.prec
        ctx.prec = precision
        try:
            return Evaluator(RealBalls(precision), point, STEPS).holds(node)
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
        return None
    except Beyond as error:
        seen.beyond = str(error)
        return None
    if student is None or reference is None:
        return None
    if student is not reference:
        words = {True: "true", False: "false"}
        witness = Witness(describe(point, (pair.student, pair.reference)), words[student], words[reference])
        return Verdict("different", "one holds at a point where the other does not", witness, "statements")
    seen.agreed += 1
    seen.true += student
    seen.false += not student
    return None


def symbol_of(node: Node) -> str:
    """The name of a bare symbol, else empty."""
    return node.name if isinstance(node, Symbol) else ""
