"""Points inside the region where formulas are real: found by walking until all that must be positive is.

A formula with ``log(a - b) + log(b - c)`` is real in a wedge that few random points hit, ``log(1 - a - b - c)`` in a
small simplex. What must be positive is read from the formulas; floats lead into the region, and a walk inside it
gives as many points as are asked for, exact rationals all of them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from flint import fmpq

from grader.mathematics.drawing import allows
from grader.mathematics.pairs import Pair
from grader.mathematics.roles import REAL
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Divide,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
    children,
)

REALS = ("real", "positive", "nonnegative", "negative", "nonzero", "probability", "open-probability")
STEPS = 3_000
"""So many places are tried before the region is given up."""

SCALES = (30.0, 5.0, 1.0, 0.2, 0.04, 0.008)
APART = 25
"""Steps of the walk from one point to the next."""

DIGITS = 10**6
STARTS = 3
ONE = Number(Fraction(1))
BETWEEN_ONES = frozenset({"asin", "acos", "atanh"})
MARGIN = 1e-5
"""How far inside a point must be, so that it stays inside when it is rounded."""

Values = dict[str, float]
Measure = Callable[[Values], float]

FUNCTIONS: Mapping[str, Callable[[float], float]] = {
    "log": math.log,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "abs": abs,
}


def points_inside(pair: Pair) -> Iterator[dict[str, fmpq]]:
    """Values of the real symbols at which all that a logarithm or a root is taken of is positive; as many as taken."""
    required = list(dict.fromkeys(one for side in (pair.student, pair.reference) for one in _required(side)))
    names = sorted({name for one in required for name in names_in(one)})
    kinds = {name: pair.declaration.symbols.get(name, REAL) for name in names}
    measures = [_measure(one) for one in required]
    known = [one for one in measures if one is not None]
    if not known or len(known) < len(measures) or any(kind.name not in REALS for kind in kinds.values()):
        return
    limited = {name: kind for name, kind in kinds.items() if kind != REAL}
    rng = random.Random(f"{pair.seed}/inside")  # noqa: S311 - points, not secrets

    def violation(values: Values) -> float:
        outside = sum(1.0 for name, kind in limited.items() if not allows(kind, _rational(values[name])))
        return outside + sum(min(max(MARGIN - _at(one, values), 0.0), 1e6) for one in known)

    for _ in range(STARTS):
        place = _entered(names, violation, rng)
        while place is not None:
            yield {name: _rational(value) for name, value in place.items()}
            place = _walked(place, violation, rng)


def _rational(value: float) -> fmpq:
    return fmpq(round(value * DIGITS), DIGITS)


def _at(measure: Measure, values: Values) -> float:
    try:
        found = measure(values)
    except (ValueError, ZeroDivisionError, OverflowError):
        return -1.0
    return found if isinstance(found, float) and math.isfinite(found) else -1.0


def _entered(names: Sequence[str], violation: Callable[[Values], float], rng: random.Random) -> Values | None:
    """A place where nothing is violated, by steps that violate less and less; None where none is found."""
    place = {name: rng.uniform(-3, 3) for name in names}
    least = violation(place)
    for _ in range(STEPS // STARTS):
        if least == 0:
            return place
        moved = _moved(place, rng)
        found = violation(moved)
        if found <= least:
            place, least = moved, found
    return None


def _moved(place: Values, rng: random.Random) -> Values:
    scale = rng.choice(SCALES)
    chosen = rng.sample(sorted(place), rng.choice((1, 1, min(2, len(place)))))
    return {name: value + (rng.gauss(0, scale) if name in chosen else 0.0) for name, value in place.items()}


def _walked(place: Values, violation: Callable[[Values], float], rng: random.Random) -> Values:
    """Another place inside, some steps away."""
    for _ in range(APART):
        moved = _moved(place, rng)
        if violation(moved) == 0:
            place = moved
    return place


def _required(node: Node) -> Iterator[Node]:
    """What must be positive for a formula to be real; of parts with symbols only, no members and no sums."""
    for child in children(node):
        yield from _required(child)
    match node:
        case Apply(function="log" | "sqrt", arguments=(body, *_)) if names_in(body):
            yield body
        case Apply(function=name, arguments=(body,)) if name in BETWEEN_ONES:
            yield Add((ONE, Negate(Multiply((body, body)))))
        case Apply(function="acosh", arguments=(body,)):
            yield Add((body, Negate(ONE)))
        case Apply(function="normal_quantile", arguments=(body,)):
            yield body
            yield Add((ONE, Negate(body)))
        case Power(base=base, exponent=exponent) if names_in(base) and not _is_whole(exponent):
            yield base
        case _:
            pass


def _is_whole(node: Node) -> bool:
    match node:
        case Number(value=value):
            return value.denominator == 1
        case Negate(body=body):
            return _is_whole(body)
        case _:
            return False


def _measure(node: Node) -> Measure | None:
    """A formula as a function of floats; None for one that has no such function."""
    match node:
        case Number(value=value):
            constant = float(value)
            return lambda _: constant
        case Constant(name="pi"):
            return lambda _: math.pi
        case Constant(name="e"):
            return lambda _: math.e
        case Symbol(name=name):
            return lambda values: values[name]
        case _:
            parts = [_measure(child) for child in children(node)]
            known = [part for part in parts if part is not None]
            return _combined(node, known) if known and len(known) == len(parts) else None


def _combined(node: Node, parts: list[Measure]) -> Measure | None:
    match node:
        case Add():
            return lambda values: math.fsum(part(values) for part in parts)
        case Multiply():
            return lambda values: math.prod(part(values) for part in parts)
        case Negate():
            return lambda values: -parts[0](values)
        case Divide():
            return lambda values: parts[0](values) / parts[1](values)
        case Power():
            return lambda values: math.pow(parts[0](values), parts[1](values))
        case Apply(function=name, arguments=(_,)) if name in FUNCTIONS:
            return lambda values: FUNCTIONS[name](parts[0](values))
        case _:
            return None
