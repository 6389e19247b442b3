"""Where a formula changes its form: zeros of what is under an absolute value, a maximum, a case, a denominator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flint import arb, ctx, fmpq

from grader.errors import NoValue
from grader.mathematics.arithmetic import plain
from grader.mathematics.arrays import Array, Multiple, Value
from grader.mathematics.balls import RealBalls
from grader.mathematics.evaluating import Evaluator, Members
from grader.mathematics.sampling import INTEGERS, Point, Roles, symbols_in
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Divide,
    Fold,
    Integral,
    Interval,
    Limit,
    Logic,
    Negate,
    Node,
    Number,
    Power,
    Relation,
    children,
)

GUARD_LIMIT = 12
STEPS = 4_000
GRID = tuple(fmpq(2) ** exponent for exponent in (-24, -18, -12, -8, *range(-5, 12), 14, 20, 28, 36, 42))


@dataclass(frozen=True)
class Guard:
    """A formula whose zeros matter; ``grid`` where all its whole values do, ``pole`` where it may divide by zero."""

    node: Node
    grid: bool = False
    pole: bool = False


def guards_of(nodes: tuple[Node, ...]) -> tuple[Guard, ...]:
    """All guards of some formulas, without those that depend on a bound index."""
    found: dict[Guard, None] = {}
    for node in nodes:
        for guard in _walk(node, frozenset()):
            found.setdefault(guard, None)
    ordered = sorted(found, key=lambda guard: guard.pole)
    return tuple(ordered[:GUARD_LIMIT])


def weight_of(node: Node) -> int:
    """About how many nodes an evaluation visits."""
    inside = 1 + sum(map(weight_of, children(node)))
    return 12 * inside if isinstance(node, Fold) else inside


def _difference(first: Node, second: Node) -> Node:
    return first if second == Number(fmpq_zero()) else Add((first, Negate(second)))


def fmpq_zero() -> fmpq:
    """Zero, as numbers of the tree compare with it."""
    return fmpq(0)


def _walk(node: Node, bound: frozenset[str]) -> Iterator[Guard]:
    for guard in _own(node):
        names = symbols_in(guard.node)
        if names and not names & bound:
            yield guard
    inner = bound | {node.index} if isinstance(node, Fold) else bound
    inner = inner | {node.variable} if isinstance(node, (Integral, Limit)) else inner
    for child in children(node):
        yield from _walk(child, inner)


def _own(node: Node) -> Iterator[Guard]:
    match node:
        case Apply(function="abs" | "sign" | "relu" | "heaviside", arguments=(body,)):
            yield Guard(body)
        case Apply(function="floor" | "ceil" | "round", arguments=(body, *_)):
            yield Guard(body, grid=True)
        case Apply(function="mod", arguments=(value, modulus)):
            yield Guard(Divide(value, modulus), grid=True)
        case Apply(function="max" | "min", arguments=many) if len(many) > 1:
            for first, second in pairwise(many):
                yield Guard(_difference(first, second))
        case Apply(function="log" | "sqrt", arguments=(body, *_)):
            yield Guard(body, pole=True)
        case Relation(operators=operators, operands=operands):
            for operator, first, second in zip(operators, operands, operands[1:], strict=False):
                if operator != "in":
                    yield Guard(_difference(first, second))
                elif isinstance(second, Interval):
                    yield Guard(_difference(first, second.lower))
                    yield Guard(_difference(first, second.upper))
        case Divide(denominator=body):
            yield Guard(body, pole=True)
        case Power(base=body, exponent=Negate()):
            yield Guard(body, pole=True)
        case Cases() | Logic():
            pass


def points_near(
    guard: Guard, point: Point, roles: Roles, *, search: bool = True
) -> Iterator[tuple[dict[str, Value], bool]]:
    """Values that put a point on, just above and just below a guard; whether the point is an isolated one.

    Without ``search`` only the zeros of straight lines are found, which costs little.
    """
    for name in sorted(symbols_in(guard.node)):
        if name not in roles.free or name in point.sizes:
            continue
        start = point.values.get(name)
        if isinstance(start, (Array, Multiple, Members)) or not isinstance(start, fmpq):
            continue
        whole = point.kind(name).name in INTEGERS or name in roles.counting
        for target in (0, 1, -1, 2) if guard.grid else (0,):
            for root in _roots(guard, point, name, fmpq(target), search=search):
                yield from _around(guard, point, name, root, whole=whole)


def _around(
    guard: Guard, point: Point, name: str, root: fmpq, *, whole: bool
) -> Iterator[tuple[dict[str, Value], bool]]:
    if whole:
        base = int(root.floor())
        offsets = [fmpq(base + step) for step in (-1, 0, 1, 2)]
        values = [(value, False) for value in offsets]
    elif guard.pole:
        values = [(root, True)]
    else:
        step = abs(root) / 64 if root != 0 else fmpq(1, 64)
        values = [(root, True), (root + step, False), (root - step, False), (root * 3 + step, False)]
    for value, isolated in values:
        if allowed(point, name, value):
            yield {**_kept(point), name: value}, isolated


def _kept(point: Point) -> dict[str, Value]:
    return {name: value for name, value in point.values.items() if isinstance(value, fmpq)}


def allowed(point: Point, name: str, value: fmpq) -> bool:
    """Whether a symbol's kind allows a value."""
    kind = point.kind(name).name
    if name in point.sizes:
        return False
    whole = value.q == 1
    small = not (name in point.roles.counting and (value < 0 or value > 24))
    tests = {
        "positive": value > 0,
        "nonnegative": value >= 0,
        "negative": value < 0,
        "nonzero": value != 0,
        "integer": whole,
        "positive-integer": whole and value > 0,
        "index": whole and value > 0,
        "nonnegative-integer": whole and value >= 0,
        "probability": 0 <= value <= 1,
        "open-probability": 0 < value < 1,
    }
    return bool(small and tests.get(kind, True) and (whole or name not in point.roles.counting))


def _value(node: Node, point: Point, name: str, at: fmpq) -> fmpq | arb | None:
    place = Point(point.declaration, point.roles, point.style, point.seed, {**_kept(point), name: at})
    before = ctx.prec
    ctx.prec = 128
    try:
        value = plain(Evaluator(RealBalls(128), place, STEPS)(node))
    except (NoValue, ZeroDivisionError, TypeError):
        return None
    finally:
        ctx.prec = before
    return value if isinstance(value, (fmpq, arb)) else None


def _roots(guard: Guard, point: Point, name: str, target: fmpq, *, search: bool) -> Iterator[fmpq]:
    node = guard.node
    samples = [(at, _value(node, point, name, at)) for at in (fmpq(0), fmpq(1), fmpq(3))]
    known = [(at, value - target) for at, value in samples if value is not None]
    if len(known) == 3:
        root = _by_line(known)
        if root is not None:
            yield root
            return
    if search and not guard.pole:
        yield from _by_bisection(node, point, name, target)


def _by_line(known: list[tuple[fmpq, fmpq | arb]]) -> fmpq | None:
    """The zero of what looks like a straight line through three values: exact for exact values, else to 100 digits."""
    (x, a), (y, b), (z, c) = known
    with ctx.workprec(384):
        bend = (c - a) * (y - x) - (b - a) * (z - x)
        rise = b - a
        if isinstance(bend, fmpq) and isinstance(rise, fmpq) and isinstance(a, fmpq):
            return x - a * (y - x) / rise if bend == 0 and rise != 0 else None
        if not arb(bend).contains(0) or arb(rise).contains(0):
            return None
        mantissa, exponent = arb(x - a * (y - x) / rise).mid().man_exp()
        return fmpq(mantissa) * fmpq(2) ** int(exponent)


def _by_bisection(node: Node, point: Point, name: str, target: fmpq) -> Iterator[fmpq]:
    found = 0
    previous: tuple[fmpq, bool] | None = None
    for at in (*(-one for one in reversed(GRID)), *GRID):
        if not allowed(point, name, at) and point.kind(name).name not in INTEGERS:
            continue
        value = _value(node, point, name, at)
        if value is None or (isinstance(value, arb) and (value - target).contains(0)):
            previous = None
            continue
        positive = bool(value > target)
        if previous is not None and previous[1] is not positive and found < 4:
            found += 1
            root = _bisect(node, point, name, target, (previous[0], at), positive=positive)
            yield _snapped(node, point, name, target, root)
        previous = (at, positive)


def _snapped(node: Node, point: Point, name: str, target: fmpq, root: fmpq) -> fmpq:
    """The exact root beside an approximate one, where it is a simple fraction."""
    near = Fraction(int(root.p), int(root.q)).limit_denominator(64)
    simple = fmpq(near.numerator, near.denominator)
    value = _value(node, point, name, simple)
    return simple if value is not None and isinstance(value, fmpq) and value == target else root


def _bisect(node: Node, point: Point, name: str, target: fmpq, ends: tuple[fmpq, fmpq], *, positive: bool) -> fmpq:
    low, high = ends
    for _ in range(16):
        middle = (low + high) / 2
        value = _value(node, point, name, middle)
        if value is None or (isinstance(value, arb) and (value - target).contains(0)) or value == target:
            return middle
        if bool(value > target) is positive:
            high = middle
        else:
            low = middle
    return (low + high) / 2
