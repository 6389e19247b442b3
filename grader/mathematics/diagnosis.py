"""Explains a wrong answer: which one slip, undone, would make it right; said only when that is proven."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx, fmpq

from grader.errors import NoValue
from grader.mathematics import growth
from grader.mathematics.arithmetic import Scalar
from grader.mathematics.arrays import Array, Multiple, Value
from grader.mathematics.balls import RealBalls
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.guards import weight_of
from grader.mathematics.kinds import Declaration
from grader.mathematics.looks import Style
from grader.mathematics.modes import irrational_factor
from grader.mathematics.mutations import (
    COUNTS,
    MESSAGES,
    WHOLE,
    Mutation,
    counts,
    flips,
    pieces,
    size,
    swaps,
    symbols,
    terms,
    whole_answer,
)
from grader.mathematics.roles import roles_of
from grader.mathematics.sampling import Point
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Divide,
    Growth,
    Multiply,
    Node,
    Number,
    Power,
    Relation,
    Symbol,
    children,
)
from grader.mathematics.verdict import Decide, Diagnosis, Mode

PRECISION = 96
SIZE_LIMIT = 300
"""No answer with more nodes is explained."""

DENOMINATOR_LIMIT = 360
"""No constant factor with a larger numerator or denominator is called simple."""

SMALL = 24
"""Two numbers always have a ratio; only one of whole numbers up to this is worth saying."""

NEAR = 0.05
"""How near (relatively) a number must be to be called rounded."""

EFFORT = 12_000
"""How many nodes are visited, about, in the search for an explanation: some 30 ms."""

PROOF = 60
"""How many times a formula is visited, about, when an explanation is proven."""

POWERS = ("square", "root")
"""What is not said beside a number: the square of many a formula is 1."""

DEGREES = (
    Multiply((Number(Fraction(1, 180)), Constant("pi"))),
    Multiply((Number(Fraction(180)), Divide(Number(Fraction(1)), Constant("pi")))),
)
"""A number that is this many times the expected one is in degrees, or in radians."""

STYLES = (Style("plain", 1), Style("generic", 2), Style("plain", 4))


def diagnose(
    student: Node, reference: Node, declaration: Declaration, decide: Decide, *, effort: int = EFFORT, seed: int = 0
) -> tuple[Diagnosis, ...]:
    """What is wrong with an answer that was decided different; empty when no single slip explains it.

    ``decide`` proves each explanation: the answer without the slip is equal to the reference. The search ends after
    ``effort`` visits of nodes, about, whatever the clock says: one answer always gets one explanation.
    """
    if size(student) > SIZE_LIMIT or size(reference) > SIZE_LIMIT:
        return ()
    student, reference = _answers(student, reference)
    left = effort
    with ctx.workprec(PRECISION):
        probes = _Probes.at_points(student, reference, declaration, seed)
        near = _near(student, reference, probes) or _near_factor(student, reference, declaration, decide, probes)
        if near:
            return near
        for mutation in _candidates(student, reference, declaration, probes):
            left -= len(STYLES) * weight_of(mutation.node)
            if left < 0:
                return ()
            if not probes.may_agree(mutation.node):
                continue
            left -= PROOF * (weight_of(mutation.node) + weight_of(reference))
            if decide(mutation.node, reference).verdict == "equal":
                return (Diagnosis(mutation.name, MESSAGES[mutation.name], mutation.detail),)
        return _asymptotic(student, reference, declaration, seed)


def _answers(student: Node, reference: Node) -> tuple[Node, Node]:
    """The two without what stands before their last equals sign, if that is one label or only the answer has one."""
    labels, ends = zip(*(_at_last_equals(node) for node in (student, reference)), strict=True)
    alike = labels[0] == labels[1] or labels[1] is None or labels[0] is None
    return (ends[0], ends[1]) if labels[0] is not None and alike else (student, reference)


def _at_last_equals(node: Node) -> tuple[Node | None, Node]:
    if isinstance(node, Relation) and set(node.operators) == {"="}:
        return node.operands[0], node.operands[-1]
    return None, node


def _grows(student: Node, reference: Node) -> Iterator[Mutation]:
    """Slips in an order of growth; its sign and its constant factors say nothing."""
    if isinstance(student, Growth) and isinstance(reference, Growth) and student.kind != reference.kind:
        return
    body = student.body if isinstance(student, Growth) else student
    yield Mutation("reciprocal", Divide(Number(Fraction(1)), body))
    yield Mutation("square", Apply("sqrt", (body,)))
    yield Mutation("root", Power(body, Number(Fraction(2))))


def _candidates(student: Node, reference: Node, declaration: Declaration, probes: _Probes) -> Iterator[Mutation]:
    if isinstance(student, Relation) is not isinstance(reference, Relation):
        return iter(())
    if isinstance(student, Growth) or isinstance(reference, Growth):
        return itertools.chain(_grows(student, reference), symbols(student, declaration))
    return itertools.chain(
        (one for one in whole_answer(student, declaration) if one.name not in POWERS or _has_symbol(reference)),
        _constants(student, probes),
        symbols(student, declaration),
        pieces(student, declaration),
        swaps(student, declaration),
        flips(student, declaration),
        counts(student, declaration),
        terms(student),
    )


@dataclass(frozen=True)
class _Probes:
    """Values of the reference (and the answer) at a few points, to dismiss most candidates quickly."""

    points: tuple[Point, ...]
    reference: tuple[Value, ...]
    student: tuple[Value | None, ...]

    @classmethod
    def at_points(cls, student: Node, reference: Node, declaration: Declaration, seed: int) -> _Probes:
        names = tuple(Symbol(name) for name, kind in declaration.symbols.items() if kind.scalar)
        roles = roles_of([student, reference, *names], declaration)
        points, expected, given = [], [], []
        for style in STYLES:
            try:
                point = Point(declaration, roles, style, f"{seed}")
                value = _value(reference, point)
            except NoValue:
                continue
            if value is not None:
                points.append(point)
                expected.append(value)
                given.append(_value(student, point))
        return cls(tuple(points), tuple(expected), tuple(given))

    def may_agree(self, node: Node) -> bool:
        """Whether a candidate agrees with the reference at every point where both have values, if there are any."""
        for point, expected in zip(self.points, self.reference, strict=True):
            value = _value(node, point)
            if value is None or not _overlap(value, expected):
                return False
        return True

    def constant_ratio(self) -> Scalar | None:
        """What the answer is multiplied with to give the reference, if it is one number at all points."""
        ratios = [self._quotient(at) for at in range(len(self.points))]
        return _one_number(ratios)

    def _quotient(self, at: int) -> Scalar | None:
        given, expected = self.student[at], self.reference[at]
        pairs = zip(_entries(given), _entries(expected), strict=False)
        for mine, theirs in pairs:
            if not arb(mine).contains(0) and not arb(theirs).contains(0):
                return theirs / mine
        return None

    def constant_gap(self) -> Scalar | None:
        """What must be added to the answer to give the reference, if it is one number at all points."""
        gaps = []
        for given, expected in zip(self.student, self.reference, strict=True):
            if given is None or isinstance(given, (Array, Multiple)) or isinstance(expected, (Array, Multiple)):
                return None
            gaps.append(expected - given)
        return _one_number(gaps)


def _one_number(values: Sequence[Scalar | None]) -> Scalar | None:
    if len(values) < 2 or any(value is None for value in values):
        return None
    first = values[0]
    return first if all(_overlap(first, other) for other in values[1:]) else None


def _value(node: Node, point: Point) -> Value | None:
    try:
        return Evaluator(RealBalls(PRECISION), point)(node)
    except (NoValue, OverflowError, ZeroDivisionError, ValueError):
        return None


def _entries(value: Value | None) -> tuple[Scalar, ...]:
    if value is None or isinstance(value, Multiple):
        return ()
    return value.entries if isinstance(value, Array) else (value,)


def _overlap(first: Value, second: Value) -> bool:
    if isinstance(first, Multiple) or isinstance(second, Multiple):
        return isinstance(first, Multiple) and isinstance(second, Multiple) and _overlap(first.scale, second.scale)
    if isinstance(first, Array) or isinstance(second, Array):
        if not (isinstance(first, Array) and isinstance(second, Array)) or first.shape != second.shape:
            return False
        return all(map(_overlap, first.entries, second.entries))
    gap = first - second
    return bool(gap.contains(0)) if hasattr(gap, "contains") else bool(gap == 0)


def _constants(student: Node, probes: _Probes) -> Iterator[Mutation]:
    """A constant factor, the base of a logarithm, or an additive constant, as far as it is simple."""
    ratio = probes.constant_ratio()
    found = None if ratio is None else _simple(ratio)
    if isinstance(found, Number) and not _has_symbol(student) and max(found.value.as_integer_ratio(), key=abs) > SMALL:
        found = None
    if found is not None and found != Number(Fraction(1)):
        logs = (Apply("log", (Number(Fraction(2)),)), Apply("log", (Number(Fraction(10)),)))
        inverse = tuple(Divide(Number(Fraction(1)), one) for one in logs)
        name = "log-base" if found in (*logs, *inverse) else "constant-factor"
        if not _has_symbol(student) and found in DEGREES:
            name = "degrees"
        yield Mutation(name, Multiply((found, student)), _spelled(ratio))
    gap = probes.constant_gap()
    added = None if gap is None else _simple(gap)
    if added is not None and _has_symbol(student):
        yield Mutation("additive-constant", Add((student, added)), _spelled(gap))


def _has_symbol(student: Node) -> bool:
    """Whether there is a symbol in the answer; two numbers always differ by a constant."""
    return isinstance(student, Symbol) or any(map(_has_symbol, children(student)))


def _simple(value: Scalar) -> Node | None:
    """A constant as a formula: a rational, or one times a usual irrational; None when it is neither."""
    for factor, node in _usual():
        held = value / factor
        rational = _rational(held)
        if rational is None:
            continue
        number = Number(rational)
        if node is None:
            return number
        return node if rational == 1 else Multiply((number, node))
    return None


def _usual() -> Iterator[tuple[Scalar, Node | None]]:
    one, pi = Number(Fraction(1)), Constant("pi")
    yield fmpq(1), None
    for number in (2, 10):
        log = Apply("log", (Number(Fraction(number)),))
        yield arb(number).log(), log
        yield 1 / arb(number).log(), Divide(one, log)
    yield arb.pi(), pi
    yield 1 / arb.pi(), Divide(one, pi)
    for number in (2, 3, 5):
        yield arb(number).sqrt(), Apply("sqrt", (Number(Fraction(number)),))
    for times in (1, 2):
        root = Apply("sqrt", (Multiply((Number(Fraction(times)), pi)),))
        yield (times * arb.pi()).sqrt(), root
        yield 1 / (times * arb.pi()).sqrt(), Divide(one, root)
    yield arb.const_e(), Constant("e")


def _rational(value: Scalar) -> Fraction | None:
    if isinstance(value, fmpq):
        exact = Fraction(int(value.p), int(value.q))
        return exact if max(abs(exact.numerator), exact.denominator) <= DENOMINATOR_LIMIT else None
    middle = float(value)
    if not math.isfinite(middle) or middle == 0 or abs(middle) > DENOMINATOR_LIMIT:
        return None
    guess = Fraction(middle).limit_denominator(DENOMINATOR_LIMIT)
    if abs(guess.numerator) > DENOMINATOR_LIMIT:
        return None
    return guess if (value - fmpq(guess.numerator, guess.denominator)).contains(0) else None


def _spelled(value: Scalar) -> str:
    return str(value) if isinstance(value, fmpq) else str(value.str(10, radius=False))


def _near(student: Node, reference: Node, probes: _Probes) -> tuple[Diagnosis, ...]:
    """Two numbers, the answer typed with decimals, so near each other that rounding explains the gap."""
    decimals = _decimals(student)
    if decimals is None or (_decimals(reference) is not None and _decimals(reference) == decimals):
        return ()
    if not probes.points or _has_symbol(student) or _has_symbol(reference):
        return ()
    given, expected = _entries(probes.student[0]), _entries(probes.reference[0])
    if not given or len(given) != len(expected):
        return ()
    for mine, theirs in zip(given, expected, strict=True):
        gap, whole = abs(arb(mine - theirs)), abs(arb(theirs))
        if not (gap < whole * NEAR or gap < arb(10) ** -decimals * 2):
            return ()
    return (Diagnosis("rounded", MESSAGES["rounded"]),)


def _near_factor(
    student: Node, reference: Node, declaration: Declaration, decide: Decide, probes: _Probes
) -> tuple[Diagnosis, ...]:
    """A formula with a typed decimal that is the expected one but for a constant factor close to one."""
    if _decimals(student) is None or _decimals(reference) is not None or not _has_symbol(student):
        return ()
    ratio = probes.constant_ratio()
    if ratio is None or not abs(arb(ratio) - 1) < NEAR:
        return ()
    if not all(declaration.symbols[name].scalar for name in _known_names(student, reference, declaration)):
        return ()
    if irrational_factor(student, reference, declaration, (), lambda _: decide, positive=True) is None:
        return ()
    return (Diagnosis("rounded", MESSAGES["rounded"]),)


def _known_names(student: Node, reference: Node, declaration: Declaration) -> frozenset[str]:
    return (names_in(student) | names_in(reference)) & declaration.symbols.keys()


def _decimals(node: Node) -> int | None:
    found = [node.decimals] if isinstance(node, Number) and node.decimals is not None else []
    found += [one for child in children(node) if (one := _decimals(child)) is not None]
    return max(found, default=None)


def _is_count(name: str, declaration: Declaration) -> bool:
    """Whether a symbol is a whole number that may be large: by its kind, or by its name where nothing is declared."""
    kind = declaration.symbols.get(name)
    if kind is not None and kind.name == "real":
        return declaration.conventions is not None and name in COUNTS
    return kind is not None and kind.name in WHOLE


def _asymptotic(student: Node, reference: Node, declaration: Declaration, seed: int) -> tuple[Diagnosis, ...]:
    """The answer has the leading terms of the reference as whole numbers grow."""
    mode = Mode("leading-order")
    names = growth.growing_variables([student, reference], declaration, mode)
    if not names or isinstance(student, Relation) or not all(_is_count(name, declaration) for name in names):
        return ()
    found = growth.settle(student, reference, declaration, mode, seed=seed, paths=False)
    if found is None or found.verdict != "equal":
        return ()
    return (Diagnosis("asymptotic", MESSAGES["asymptotic"], ", ".join(names)),)
