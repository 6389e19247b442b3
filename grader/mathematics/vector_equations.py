"""Equations of vectors and matrices: one a multiple of the other, or linear in a vector with the same solutions."""

from __future__ import annotations

from dataclasses import replace

from flint import ctx, fmpq

from grader.errors import NoValue, Undefined
from grader.mathematics import arrays
from grader.mathematics.arithmetic import ONE, ZERO, Scalar, plain
from grader.mathematics.arrays import Array
from grader.mathematics.balls import RealBalls
from grader.mathematics.drawing import FieldOfEntries
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.looks import Style
from grader.mathematics.modes import up_to_factor
from grader.mathematics.pairs import Pair, pair_of
from grader.mathematics.roles import REAL
from grader.mathematics.sampling import Point
from grader.mathematics.shapes import Misfit, shape_of
from grader.mathematics.showing import describe
from grader.mathematics.stated import STEPS, Stated
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import Node
from grader.mathematics.verdict import Verdict, Witness

POINTS = (*(Style("plain", number) for number in range(6)), *(Style("generic", number) for number in range(6)))

AGREEING = 8
"""Points at which the solutions must be the same, and there must be one."""

PRECISION = 128

Rows = list[list[Scalar]]


def same_vector_equations(stated: Stated, given: Node, wanted: Node) -> Verdict | None:
    """Whether two equations, each a side that is zero, hold together; None when that is not found, or without arrays.

    Args:
        stated: the two equations.
        given: the left side minus the right of the answer's.
        wanted: the same of the expected one.
    """
    pair = pair_of(given, wanted, stated.declaration, stated.policy)
    kinds = {name: stated.declaration.symbols.get(name, REAL) for name in sorted(names_in(given) | names_in(wanted))}
    if not any(kind.sizes for kind in kinds.values()):
        return None
    misfit = shape_of(given, stated.declaration)
    if isinstance(misfit, Misfit):
        return stated.decide(given, wanted)
    multiple = up_to_factor(given, wanted, stated.declaration, stated.policy, stated.decide, positive=False)
    if multiple.equal:
        return replace(multiple, reason="one equation is a multiple of the other")
    for name, kind in kinds.items():
        if kind.name == "vector":
            found = _by_solutions(pair, name)
            if found is not None:
                return found
    return None


def _by_solutions(pair: Pair, name: str) -> Verdict | None:
    agreed = 0
    for style in POINTS:
        point = pair.point(style)
        if not isinstance(point.values.get(name), Array):
            return None
        try:
            first, second = (_solved(side, point, name) for side in (pair.student, pair.reference))
        except (NoValue, ZeroDivisionError):
            return None
        if first is None and second is None:
            continue
        if first == second:
            if first is not None and _only_zero(first, point, name):
                return Verdict("undecided", f"{name} is zero at most values of the other symbols", layer="statements")
            agreed += 1
            continue
        return _apart(pair, point, name, first, second)
    if agreed < AGREEING:
        return None
    reason = f"the same solutions for {name} at {agreed} random points of the other symbols"
    return Verdict("equal", reason, layer="statements")


def _only_zero(rows: Rows, point: Point, name: str) -> bool:
    r"""Whether zero alone solves equations, as in ``(A - \lambda I)v = 0``: it says nothing of where others do."""
    size = len(arrays.as_array(point.values[name]).entries)
    return len(rows) == size and all(row[size] == 0 for row in rows)


def _side(node: Node, point: Point, name: str, entries: list[Scalar]) -> tuple[Scalar, ...]:
    evaluator = Evaluator(RealBalls(PRECISION), point, STEPS)
    with evaluator.binding(name, arrays.column(entries)):
        return arrays.as_array(evaluator(node)).entries


def _solved(node: Node, point: Point, name: str) -> Rows | None:
    """The reduced equations for a vector at a point, the right side last; None where they contradict each other.

    Raises:
        NoValue: when the equation is not of first degree in the vector, or not exactly known.
    """
    value = point.values[name]
    size = len(value.entries) if isinstance(value, Array) else 0
    before = ctx.prec
    ctx.prec = PRECISION
    try:
        start = _side(node, point, name, [ZERO] * size)
        columns = [
            [
                a - b
                for a, b in zip(
                    _side(node, point, name, [ONE if at == place else ZERO for at in range(size)]), start, strict=True
                )
            ]
            for place in range(size)
        ]
        probe = [fmpq(2 * at + 3, at + 2) for at in range(size)]
        reached = _side(node, point, name, probe)
    finally:
        ctx.prec = before
    for row, (constant, total) in enumerate(zip(start, reached, strict=True)):
        slope = sum((column[row] * one for column, one in zip(columns, probe, strict=True)), ZERO)
        if not all(isinstance(plain(one), fmpq) for one in (constant, total, slope)) or constant + slope != total:
            raise Undefined("an equation that is not of first degree")
    augmented = Array(tuple((*(column[row] for column in columns), -start[row]) for row in range(len(start))))
    rows, pivots = arrays.reduced(FieldOfEntries(), augmented)
    return None if size in pivots else rows[: len(pivots)]


def _apart(pair: Pair, point: Point, name: str, first: Rows | None, second: Rows | None) -> Verdict | None:
    """A point at which one of two equations holds and the other does not."""
    names = ("the answer", "the expected equation")
    for place, rows in enumerate((first, second)):
        if rows is None:
            continue
        solution = _some_solution(rows, len(arrays.as_array(point.values[name]).entries))
        other = (pair.reference, pair.student)[place]
        values = _side(other, point, name, solution)
        if all(value == 0 for value in values):
            continue
        fixed = {**point.values, name: arrays.column(solution)}
        shown = describe(pair.point(point.style, fixed), (pair.reference, pair.student))
        words = ("true", "false") if place == 0 else ("false", "true")
        witness = Witness(shown, words[0], words[1], f"{names[place]} holds there")
        return Verdict("different", "one equation holds at a point where the other does not", witness, "statements")
    return None


def _some_solution(rows: Rows, size: int) -> list[Scalar]:
    """A solution of reduced equations, with other numbers than zero for what they leave free."""
    pivots = [next(at for at, one in enumerate(row) if one != 0) for row in rows]
    solution: list[Scalar] = [ZERO if at in pivots else fmpq(at + 2) for at in range(size)]
    for row, pivot in zip(rows, pivots, strict=True):
        rest = sum((row[at] * solution[at] for at in range(size) if at != pivot), ZERO)
        solution[pivot] = row[size] - rest
    return solution
