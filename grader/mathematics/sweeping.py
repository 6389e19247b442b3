"""Points on, beside and between the places where formulas change their form, along one symbol at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import TypeAlias

from flint import arb, ctx, fmpq, fmpq_poly

from grader.errors import NoValue
from grader.mathematics.arithmetic import plain
from grader.mathematics.arrays import Array, Multiple, Value
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.guards import Guard
from grader.mathematics.places import Members
from grader.mathematics.roles import INTEGERS, Roles, symbols_in
from grader.mathematics.sampling import Point
from grader.mathematics.snapping import PRECISION, ROOT_BITS, SnappingBalls
from grader.mathematics.structure import degree_in
from grader.mathematics.tree import Node

STEPS = 4_000
GRID = tuple(fmpq(2) ** exponent for exponent in (-24, -18, -12, -8, *range(-5, 12), 14, 20, 28, 36, 42))
LINE = (fmpq(0), fmpq(1), fmpq(3), fmpq(-2))
"""Where a formula is looked at to see whether it is a straight line."""

DEGREE_LIMIT = 12
TARGETS = (0, 1, -1, 2)
LARGEST_COUNT = 24
CROSSINGS = 6
"""Pairs of guards, and of symbols, of which the common zeros are looked for."""

SECANTS = 80
"""After so many steps a zero that is not enclosed is taken as near enough to look beside it."""

MANY_ROOTS = 8
"""No more roots of one guard along one line are kept."""

Root: TypeAlias = fmpq | arb
"""A rational number, or a ball that certainly holds a zero."""


def moving(point: Point, roles: Roles, node: Node) -> list[str]:
    """The symbols of a formula along which it can be followed."""
    found = []
    for name in sorted(symbols_in(node)):
        start = point.values.get(name)
        if name in roles.free and name not in point.sizes and isinstance(start, fmpq | arb):
            found.append(name)
    return found


def points_along(
    guards: Sequence[Guard], point: Point, roles: Roles, name: str, *, search: bool = True
) -> Iterator[tuple[dict[str, Value], bool]]:
    """Values that put a point on, beside and between the zeros of guards along one symbol; whether it is isolated.

    Without ``search`` only the zeros of polynomials are found, which costs little.
    """
    whole = point.kind(name).name in INTEGERS or name in roles.counting
    roots: list[Root] = []
    poles: list[Root] = []
    for guard in guards:
        if name in symbols_in(guard.node):
            for target in TARGETS if guard.grid else TARGETS[:1]:
                found = roots_of(guard.node, point, name, fmpq(target), search=search and not guard.pole)
                (poles if guard.pole else roots).extend(found[:MANY_ROOTS])
    kept = fixed_values(point)
    for value, isolated in _around(roots, whole=whole):
        if allowed(point, name, value):
            yield {**kept, name: value}, isolated
    for root in poles:
        if isinstance(root, fmpq) and allowed(point, name, root):
            yield {**kept, name: root}, True


def _around(roots: Sequence[Root], *, whole: bool) -> Iterator[tuple[Root, bool]]:
    if whole:
        bases = dict.fromkeys(int(_middle(root).floor()) + step for root in roots for step in (-1, 0, 1, 2))
        yield from ((fmpq(base), False) for base in bases)
        return
    ordered = sorted(roots, key=_middle)
    for root in ordered:
        yield root, True
    for before, after in pairwise(ordered):
        gap = _middle(after) - _middle(before)
        if gap > fmpq(1, 1 << 900):
            yield _middle(before) + gap / 2, False
    for root in ordered:
        place = _middle(root)
        step = abs(place) / 64 if place != 0 else fmpq(1, 64)
        yield place + step, False
        yield place - step, False
    if ordered:
        place = _middle(ordered[-1])
        yield place * 3 + (abs(place) / 64 if place != 0 else fmpq(1, 64)), False


def _middle(root: Root) -> fmpq:
    if isinstance(root, fmpq):
        return root
    mantissa, exponent = root.mid().man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def fixed_values(point: Point) -> dict[str, Value]:
    """The values of a point's real symbols."""
    return {name: value for name, value in point.values.items() if isinstance(value, fmpq | arb)}


def allowed(point: Point, name: str, value: Root) -> bool:
    """Whether a symbol's kind allows a value."""
    kind = point.kind(name).name
    if name in point.sizes:
        return False
    if name in point.roles.positions and point.roles.implied and not 1 <= value <= point.length():
        return False  # no member of what a sum runs over
    whole = isinstance(value, fmpq) and value.q == 1
    small = not (name in point.roles.counting and (value < 0 or value > LARGEST_COUNT))
    tests = {
        "positive": value > 0,
        "nonnegative": value >= 0,
        "negative": value < 0,
        "nonzero": value != 0,
        "integer": whole,
        "positive-integer": whole and value > 0,
        "index": whole and value > 0,
        "nonnegative-integer": whole and value >= 0,
        "probability": value >= 0 and value <= 1,
        "open-probability": value > 0 and value < 1,
    }
    return bool(small and tests.get(kind, True) and (whole or name not in point.roles.counting))


def value_along(node: Node, point: Point, name: str, at: Root, precision: int = 128) -> fmpq | arb | None:
    """The value of a formula at a point with one symbol changed there; None where it has none."""
    before = ctx.prec
    ctx.prec = precision
    held = point.values[name]
    point.values[name] = at
    try:
        value = plain(Evaluator(SnappingBalls(precision), point, STEPS)(node))
    except (NoValue, ZeroDivisionError, TypeError):
        return None
    finally:
        ctx.prec = before
        point.values[name] = held
    if isinstance(value, (Array, Multiple, Members)):
        return None
    return value if isinstance(value, fmpq | arb) else None


def roots_of(node: Node, point: Point, name: str, target: fmpq, *, search: bool) -> list[Root]:
    """Where a formula takes a value along one symbol, as far as that is found."""
    with ctx.workprec(PRECISION):
        return _roots(node, point, name, target, search=search)


def _roots(node: Node, point: Point, name: str, target: fmpq, *, search: bool) -> list[Root]:
    samples = [(at, value_along(node, point, name, at, PRECISION)) for at in LINE]
    known = [(at, value - target) for at, value in samples if value is not None]
    if len(known) == len(LINE):
        line = _by_line(known)
        if line is not None:
            return [line]
    algebraic = _by_polynomial(node, point, name, target)
    if algebraic is not None:
        return algebraic
    return list(_by_bisection(node, point, name, target)) if search else []


def _by_line(known: list[tuple[fmpq, Root]]) -> Root | None:
    """The zero of what is a straight line through four values; as a ball where the values are balls."""
    (x, a), (y, b), *others = known
    rise = b - a
    bends = [(c - a) * (y - x) - rise * (z - x) for z, c in others]
    if all(isinstance(value, fmpq) for _, value in known):
        straight = all(bend == 0 for bend in bends) and rise != 0
    else:
        straight = all(arb(bend).contains(0) for bend in bends) and not arb(rise).contains(0)
    return x - a * (y - x) / rise if straight else None


def _by_polynomial(node: Node, point: Point, name: str, target: fmpq) -> list[Root] | None:
    """All real zeros of a polynomial with rational coefficients; None when it is none."""
    degree = degree_in(node, name)
    if degree is None or not 1 <= degree <= DEGREE_LIMIT:
        return None
    values = [value_along(node, point, name, fmpq(at)) for at in range(degree + 1)]
    if not all(isinstance(value, fmpq) for value in values):
        return None
    total = interpolated([value - target for value in values if value is not None])
    if total.degree() < 1:
        return []
    reduced = total // total.gcd(total.derivative())
    found = [root.real for root, _ in reduced.numer().complex_roots() if root.imag == 0]
    return [_exact(root, reduced) for root in found]


def interpolated(values: Sequence[fmpq]) -> fmpq_poly:
    """The polynomial with some values at 0, 1, 2 and so on."""
    total = fmpq_poly([0])
    for at, value in enumerate(values):
        term = fmpq_poly([value])
        for other in range(len(values)):
            if other != at:
                term = term * fmpq_poly([fmpq(-other, at - other), fmpq(1, at - other)])
        total = total + term
    return total


def _exact(root: arb, polynomial: fmpq_poly) -> Root:
    """A rational root as it is, found by its continued fraction; any other as a ball."""
    numbers = (1, 0), (0, 1)
    rest = _middle(root)
    for _ in range(24):
        whole = int(rest.floor())
        numbers = numbers[1], (numbers[0][0] + whole * numbers[1][0], numbers[0][1] + whole * numbers[1][1])
        near = fmpq(numbers[1][1], numbers[1][0]) if numbers[1][0] else None
        if near is not None and root.contains(near):
            return near if polynomial(near) == 0 else root
        if rest == whole or numbers[1][0].bit_length() > 200:
            return root
        rest = 1 / (rest - whole)
    return root


def _by_bisection(node: Node, point: Point, name: str, target: fmpq) -> Iterator[Root]:
    found = 0
    previous: tuple[fmpq, bool] | None = None
    for at in (*(-one for one in reversed(GRID)), fmpq(0), *GRID):
        if not allowed(point, name, at) and point.kind(name).name not in INTEGERS:
            continue
        value = value_along(node, point, name, at)
        if value is not None and isinstance(value, fmpq) and value == target:
            yield at
        if value is None or (isinstance(value, arb) and (value - target).contains(0)) or value == target:
            previous = None
            continue
        positive = bool(value > target)
        if previous is not None and previous[1] is not positive and found < 4:
            found += 1
            yield _enclosed(node, point, name, target, (previous[0], at))
        previous = (at, positive)


def _enclosed(node: Node, point: Point, name: str, target: fmpq, ends: tuple[fmpq, fmpq]) -> Root:
    """The zero between two values with different signs: exact where it is simple, else to `ROOT_BITS` bits."""
    low, high = ends
    values = [value_along(node, point, name, end, PRECISION) for end in ends]
    if values[0] is None or values[1] is None:
        return (low + high) / 2
    start, end = arb(values[0] - target), arb(values[1] - target)
    rising = bool(end > 0)
    best, last = (low + high) / 2, 0
    for step in range(SECANTS):
        width = high - low
        best = (low + high) / 2 if step > SECANTS // 2 and step % 2 else _secant(low, high, start, end)
        value = value_along(node, point, name, best, PRECISION)
        if value is None:
            return best
        gap = arb(value - target)
        if gap.contains(0) or width < fmpq(1, 1 << (ROOT_BITS + 60)):
            break
        above = bool(gap > 0) is rising
        if above:
            high, end, start = best, gap, start / 2 if last == 1 else start
        else:
            low, start, end = best, gap, end / 2 if last == -1 else end
        last = 1 if above else -1
    return _certified(node, point, name, target, best)


def _secant(low: fmpq, high: fmpq, start: arb, end: arb) -> fmpq:
    """Where the chord between two points crosses zero, to `PRECISION` bits and inside."""
    mantissa, exponent = (arb(low) - start * arb(high - low) / (end - start)).mid().man_exp()
    place = fmpq(mantissa) * fmpq(2) ** int(exponent)
    return place if low < place < high else (low + high) / 2


def _certified(node: Node, point: Point, name: str, target: fmpq, near: fmpq) -> Root:
    value = value_along(node, point, name, near, PRECISION)
    if isinstance(value, fmpq) and value == target:
        return near
    simple = _simple(near)
    if simple is not None:
        there = value_along(node, point, name, simple, PRECISION)
        if isinstance(there, fmpq) and there == target:
            return simple
    step = fmpq(1, 1 << ROOT_BITS) * max(abs(near), fmpq(1))
    ends = [value_along(node, point, name, near + sign * step, PRECISION) for sign in (-1, 1)]
    if ends[0] is None or ends[1] is None:
        return near
    gaps = [arb(one - target) for one in ends if one is not None]
    if (gaps[0] > 0 and gaps[1] < 0) or (gaps[0] < 0 and gaps[1] > 0):
        return arb(near) + arb(0, arb(step))
    return near


def _simple(near: fmpq) -> fmpq | None:
    """A fraction with a small denominator that is as near as the search goes."""
    for denominator in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 64, 100):
        value = fmpq((near * denominator + fmpq(1, 2)).floor(), denominator)
        if abs(value - near) < fmpq(1, 1 << 200) * max(abs(near), fmpq(1)):
            return value
    return None


def crossings(guards: Sequence[Guard], point: Point, names: Sequence[str]) -> Iterator[dict[str, Value]]:
    """Values of two symbols at which two guards that are straight in them are both zero."""
    kept = fixed_values(point)
    for one, other in list(combinations(guards, 2))[:CROSSINGS]:
        shared = [name for name in names if name in symbols_in(one.node) | symbols_in(other.node)]
        for x, y in list(combinations(shared, 2))[:CROSSINGS]:
            planes = [_plane(guard.node, point, x, y) for guard in (one, other)]
            first, second = planes
            if first is None or second is None:
                continue
            (a, b, c), (d, e, f) = first, second
            with ctx.workprec(PRECISION):
                scale = a * e - b * d
                if scale == 0 or (isinstance(scale, arb) and scale.contains(0)):
                    continue
                values = {x: (b * f - c * e) / scale, y: (c * d - a * f) / scale}
            if all(allowed(point, name, value) for name, value in values.items()):
                yield {**kept, **values}


def _plane(node: Node, point: Point, first: str, second: str) -> tuple[Root, Root, Root] | None:
    """The slopes of a formula in two symbols and its value at their origin; None when it is no plane."""
    if (degree_in(node, first) or 0) > 1 or (degree_in(node, second) or 0) > 1:
        return None
    if degree_in(node, first) is None or degree_in(node, second) is None:
        return None
    held = dict(point.values)
    try:
        values = []
        for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)):
            point.values[second] = fmpq(y)
            values.append(value_along(node, point, first, fmpq(x), PRECISION))
    finally:
        point.values = held
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    with ctx.workprec(PRECISION):
        origin, along, across, both = known
        bend = both - along - across + origin
        straight = bend == 0 or (isinstance(bend, arb) and bend.contains(0))
        return (along - origin, across - origin, origin) if straight else None
