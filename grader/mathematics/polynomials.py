"""Equations that are polynomials in one symbol, and systems of first degree: compared by exact algebra."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import acb, acb_poly, ctx, fmpq, fmpq_mat, fmpq_poly

from grader.errors import NoValue
from grader.mathematics.agreeing import as_fraction
from grader.mathematics.balls import ComplexBalls
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.exact import Exact
from grader.mathematics.looks import Style
from grader.mathematics.pairs import pair_of
from grader.mathematics.stated import STEPS, ZERO, Stated, side_of
from grader.mathematics.structure import degree_in
from grader.mathematics.substituting import names_in, substitute
from grader.mathematics.sweeping import allowed
from grader.mathematics.tree import Node, Relation
from grader.mathematics.verdict import Verdict, Witness


def same_roots(stated: Stated, given: Node, wanted: Node) -> Verdict | None:
    """Two polynomial equations in one symbol: the same roots of the kind, found exactly."""
    names = names_in(given) | names_in(wanted)
    if len(names) != 1:
        return None
    name = next(iter(names))
    polynomials = [polynomial_of(node, name, stated) for node in (given, wanted)]
    if polynomials[0] is None or polynomials[1] is None or any(one == 0 for one in polynomials):
        return None
    first, second = (_square_free(one) for one in polynomials)
    if first == second:
        return Verdict("equal", "the same roots", layer="exact")
    return _differing_root(stated, name, first, second)


def polynomial_of(node: Node, name: str, stated: Stated) -> Any:
    """A formula in one symbol as a flint polynomial with rational coefficients; None when it is none."""
    degree = degree_in(node, name)
    kind = stated.declaration.symbols.get(name)
    if degree is None or degree > 12 or (kind is not None and kind.sizes):
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


def roots_allowed(polynomial: Any, name: str, stated: Stated) -> list[Any]:
    """The roots that a symbol's kind allows: rationals as they are, others as balls."""
    point = stated.pair.point(Style("plain"))
    kind = point.kind(name).name
    with ctx.workprec(256):
        roots = [root for root, _ in polynomial.numer().complex_roots()]
    if kind != "complex":
        roots = [root.real for root in roots if root.imag == 0]
    kept = []
    for root in roots:
        exact = _rational_near(root.real if isinstance(root, acb) else root, polynomial) if root.imag == 0 else None
        if kind == "complex" or allowed(point, name, root if exact is None else exact):
            kept.append(root if exact is None else exact)
    return kept


def _rational_near(root: Any, polynomial: Any) -> fmpq | None:
    whole = root.unique_fmpz()
    if whole is not None and polynomial(fmpq(whole)) == 0:
        return fmpq(whole)
    text = as_fraction(str(root.mid().str(50, radius=False)))
    if text is None:
        return None
    near = text.limit_denominator(10**9)
    value = fmpq(near.numerator, near.denominator)
    return value if polynomial(value) == 0 else None


def _differing_root(stated: Stated, name: str, first: Any, second: Any) -> Verdict | None:
    given, wanted = (roots_allowed(one, name, stated) for one in (first, second))
    for roots, other, texts in ((given, second, ("solved", "not solved")), (wanted, first, ("not solved", "solved"))):
        for root in roots:
            with ctx.workprec(256):
                value = other(root) if isinstance(root, fmpq) else acb_poly(other)(acb(root))
            if not (value == 0 if isinstance(value, fmpq) else value.contains(0)):
                shown = str(root) if isinstance(root, fmpq) else str(root.str(30, radius=False))
                return Verdict(
                    "different", "a solution of one is none of the other", Witness(((name, shown),), *texts), "exact"
                )
    if len(given) == len(wanted):
        return Verdict("equal", "the same roots among the values that the kind allows", layer="exact")
    return None


def roots_given(
    stated: Stated, name: str, values: Sequence[Node], equation: Relation, *, swapped: bool
) -> Verdict | None:
    """Whether some values are all solutions of a polynomial equation; ``swapped`` when they are the expected ones."""
    side = side_of(equation)
    if names_in(side) != {name}:
        return None
    polynomial = polynomial_of(side, name, stated)
    if polynomial is None or polynomial == 0:
        return None
    solving = [stated.decide(substitute(side, name, value), ZERO) for value in values]
    words = ("not solved", "solved") if swapped else ("solved", "not solved")
    for value, verdict in zip(values, solving, strict=True):
        if verdict.verdict == "different":
            witness = Witness(((name, "a value that was given"),), *words)
            return Verdict("different", "a value does not solve the equation", witness, verdict.layer)
        if not verdict.equal or names_in(value):
            return None
    distinct: list[Node] = []
    for value in values:
        if not any(stated.decide(value, other).equal for other in distinct):
            distinct.append(value)
    roots = roots_allowed(_square_free(polynomial), name, stated)
    if len(roots) == len(distinct):
        return Verdict("equal", "all solutions of the equation", layer="exact")
    missing = _not_among(roots, polynomial, distinct, stated)
    witness = Witness(((name, missing),), *words[::-1])
    return Verdict("different", "the equation has another solution", witness, "exact")


def _not_among(roots: Sequence[Any], polynomial: Any, values: Sequence[Node], stated: Stated) -> str:
    del polynomial
    with ctx.workprec(256):
        numbers = [
            Evaluator(ComplexBalls(256), stated.pair.point(Style("plain")), STEPS).scalar(value) for value in values
        ]
        for root in roots:
            if not any((number - root) == 0 or _overlap(number - root) for number in numbers):
                return str(root) if isinstance(root, fmpq) else str(root.str(30, radius=False))
    return "another value"


def _overlap(difference: Any) -> bool:
    return not isinstance(difference, fmpq) and bool(difference.contains(0))


def same_linear_systems(stated: Stated, first: Sequence[Relation], second: Sequence[Relation]) -> Verdict | None:
    """Whether two systems of equations of first degree have the same solutions; None when they are no such systems."""
    sides = [[side_of(one) for one in system] for system in (first, second)]
    names = sorted(frozenset().union(*(names_in(side) for system in sides for side in system)))
    kinds = [stated.declaration.symbols.get(name) for name in names]
    if not names or len(names) > 8 or any(kind is not None and not kind.scalar for kind in kinds):
        return None
    matrices = [_augmented(system, names, stated) for system in sides]
    if matrices[0] is None or matrices[1] is None:
        return None
    reduced = [_without_zero_rows(matrix.rref()[0]) for matrix in matrices]
    if reduced[0] == reduced[1]:
        return Verdict("equal", "the same solutions of a linear system", layer="exact")
    for place, rows in enumerate(reduced):
        other, words = reduced[1 - place], ("solved", "not solved") if place == 0 else ("not solved", "solved")
        for free in range(3):
            point = _solution(rows, len(names), fmpq(free))
            if point is not None and not _solves(other, point):
                values = tuple((name, str(value)) for name, value in zip(names, point, strict=True))
                witness = Witness(values, words[0], words[1])
                return Verdict("different", "a solution of one system is none of the other", witness, "exact")
    return None


def _solution(rows: Sequence[Sequence[Any]], count: int, free: Any) -> list[Any] | None:
    """A solution of a reduced system, with a value for every unknown that it leaves free; None when it has none."""
    pivots = [next(place for place, entry in enumerate(row) if entry != 0) for row in rows]
    if count in pivots:
        return None
    point = [free + place if place not in pivots else fmpq(0) for place in range(count)]
    for row, pivot in zip(rows, pivots, strict=True):
        point[pivot] = row[count] - sum((row[at] * point[at] for at in range(count) if at not in pivots), fmpq(0))
    return point


def _solves(rows: Sequence[Sequence[Any]], point: Sequence[Any]) -> bool:
    return all(sum((a * b for a, b in zip(row, point, strict=False)), fmpq(0)) == row[-1] for row in rows)


def _augmented(sides: Sequence[Node], names: Sequence[str], stated: Stated) -> Any:
    rows: list[list[fmpq]] = []
    for side in sides:
        if any(degree_in(side, name) not in (0, 1) for name in names):
            return None
        origin = _exactly(side, dict.fromkeys(names, fmpq(0)), stated)
        row = [_exactly(side, {one: fmpq(one == name) for one in names}, stated) for name in names]
        probe = {name: fmpq(3 * place + 2, place + 5) for place, name in enumerate(names)}
        found = _exactly(side, probe, stated)
        if origin is None or found is None or any(value is None for value in row):
            return None
        slopes = [value - origin for value in row]
        if found != origin + sum((slope * probe[name] for slope, name in zip(slopes, names, strict=True)), fmpq(0)):
            return None
        rows.append([*slopes, -origin])
    return fmpq_mat(len(rows), len(names) + 1, [entry for row in rows for entry in row])


def _exactly(node: Node, values: dict[str, fmpq], stated: Stated) -> Any:
    point = pair_of(node, node, stated.declaration, stated.policy).point(Style("plain"), values)
    try:
        return Evaluator(Exact(), point, STEPS).scalar(node)
    except (NoValue, ZeroDivisionError):
        return None


def _without_zero_rows(matrix: Any) -> list[list[Any]]:
    return [row for row in matrix.tolist() if any(entry != 0 for entry in row)]
