"""Both sides of a wrong answer along one variable, as numbers to be drawn: where a single point does not say it all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx, fmpq

from grader.errors import NoValue
from grader.mathematics.arithmetic import plain
from grader.mathematics.balls import RealBalls
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.forms import answer_of
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.places import Fixed
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import Node

POINTS = 61
WHOLE_POINTS = 13
STEPS = 20_000
PRECISION = 96
DIGITS = 4
LEAST_SHARE = 0.4
"""A curve is drawn only where both sides have a value at so many of the points."""

LARGEST = 1e12
INTEGERS = {"integer": None, "nonnegative-integer": 0, "positive-integer": 1}
INTERVALS = {"probability": (0, 1, 0), "open-probability": (0, 1, 1)}
REALS = ("real", "nonzero", "positive", "nonnegative", "negative")


@dataclass(frozen=True)
class Curve:
    """Two sides over one variable, the others held at ``fixed``; None where a side has no value.

    ``whole`` says that the variable takes whole numbers only, so that there is nothing between two points.
    """

    variable: str
    fixed: tuple[tuple[str, str], ...]
    at: tuple[float, ...]
    yours: tuple[float | None, ...]
    expected: tuple[float | None, ...]
    whole: bool


def curve(student: Node, reference: Node, declaration: Declaration, witness: Sequence[tuple[str, str]]) -> Curve | None:
    """The variable along which the two sides differ most in shape, with the values of both along it.

    Args:
        student: what was read of the answer.
        reference: the expected answer.
        declaration: the question's symbols.
        witness: a point where the two differ; the other variables keep their values there.

    Returns:
        None where a drawing says no more than the point: without a real variable, for sides that have no real values,
        or that only differ by a constant factor.
    """
    sides = answer_of(student), answer_of(reference)
    names = sorted(names_in(sides[0]) | names_in(sides[1]))
    held = {name: value for name, text in witness if (value := _rational(text)) is not None}
    if not names or any(name not in held for name in names):
        return None
    before = ctx.prec
    ctx.prec = PRECISION
    try:
        found = list(_candidates(sides, names, declaration, held))
    finally:
        ctx.prec = before
    best = max(found, key=lambda one: one[0], default=None)
    return best[1] if best is not None else None


def _candidates(
    sides: tuple[Node, Node],
    names: Sequence[str],
    declaration: Declaration,
    held: Mapping[str, fmpq],
) -> Iterator[tuple[float, Curve]]:
    texts = {name: _words(held[name]) for name in names}
    for name in names:
        kind = declaration.symbols.get(name, Kind("real"))
        grid = _grid(kind, held[name])
        points = [Fixed({**held, name: value}) for value in grid]
        yours, expected = (tuple(_at(side, point) for point in points) for side in sides)
        both = [
            (one, other) for one, other in zip(yours, expected, strict=True) if one is not None and other is not None
        ]
        if len(grid) < 3 or len(both) < LEAST_SHARE * len(grid):
            continue
        bend = _bend(both)
        if bend > 1e-6:
            fixed = tuple((other, texts[other]) for other in names if other != name)
            at = tuple(_short(float(value.p) / float(value.q)) for value in grid)
            yield bend, Curve(name, fixed, at, yours, expected, kind.name in INTEGERS)


def _bend(both: Sequence[tuple[float, float]]) -> float:
    """How far two curves are from being multiples of each other: 0 when they are, 1 when nothing connects them."""
    product = sum(one * other for one, other in both)
    lengths = math.sqrt(sum(one * one for one, _ in both)) * math.sqrt(sum(other * other for _, other in both))
    constant = len({one for one, _ in both}) == 1 and len({other for _, other in both}) == 1
    if constant:
        return 0.0
    return 1.0 if lengths == 0 else 1.0 - abs(product) / lengths


def _grid(kind: Kind, around: fmpq) -> list[fmpq]:
    """Where along a variable the sides are drawn: what its kind allows, with the witness inside."""
    size = abs(around)
    if kind.name in INTEGERS:
        least = INTEGERS[kind.name]
        near = math.floor(float(around))
        low = max(least if least is not None else near - WHOLE_POINTS // 2, near - WHOLE_POINTS + 2)
        return [fmpq(low + step) for step in range(WHOLE_POINTS)]
    if kind.name in INTERVALS:
        low, high, inset = INTERVALS[kind.name]
        return [fmpq(low) + fmpq(step + inset, POINTS - 1 + 2 * inset) * (high - low) for step in range(POINTS)]
    if kind.name not in REALS:
        return []
    reach = max(2 * size, fmpq(2))
    if kind.name in ("positive", "nonnegative", "negative"):
        sign = -1 if kind.name == "negative" else 1
        first = 0 if kind.name == "nonnegative" else 1
        return sorted(sign * reach * fmpq(step, POINTS) for step in range(first, POINTS + 1))
    steps = [fmpq(2 * step, POINTS - 1) - 1 for step in range(POINTS)]
    return [reach * step for step in steps if step != 0 or kind.name != "nonzero"]


def _at(side: Node, point: Fixed) -> float | None:
    try:
        value = plain(Evaluator(RealBalls(PRECISION), point, STEPS).scalar(side))
        number = float(value.p) / float(value.q) if isinstance(value, fmpq) else float(arb(value).mid())
        if isinstance(value, arb) and float(value.rad()) > 1e-6 * max(1.0, abs(number)):
            return None
    except (NoValue, ArithmeticError, TypeError, ValueError):
        return None
    return _short(number) if math.isfinite(number) and abs(number) < LARGEST else None


def _short(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")


def _rational(text: str) -> fmpq | None:
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    # beyond this, a drawing along the variable shows nothing
    return fmpq(value.numerator, value.denominator) if abs(value) < LARGEST else None


def _words(value: fmpq) -> str:
    return str(value) if len(str(value)) <= 8 else f"{float(value.p) / float(value.q):.{DIGITS}g}"
