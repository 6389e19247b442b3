"""Layers 2 and 3 at work: whether two formulas have the same value wherever both have one, with a point as witness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from flint import ctx

from grader.errors import Beyond, Imprecise, NoValue, Undefined
from grader.mathematics.agreeing import STEPS, Congruent, equal_values, evaluate
from grader.mathematics.balls import ComplexBalls, RealBalls
from grader.mathematics.domains import points_inside
from grader.mathematics.drawing import SINGULAR, prime_for
from grader.mathematics.enclosing import possible_signs
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.exact import Exact
from grader.mathematics.guards import Guard, guards_of, steep_parts, weight_of
from grader.mathematics.landmarks import landmarks_of
from grader.mathematics.looks import BESIDE, Style
from grader.mathematics.pairs import Pair, counts_beyond, mentions_complex, salient, whole_numbers
from grader.mathematics.roles import INTEGERS, REAL, symbols_in
from grader.mathematics.sampling import Point
from grader.mathematics.snapping import PRECISION, SnappingBalls
from grader.mathematics.structure import degree_in
from grader.mathematics.sweeping import crossings, moving, points_along
from grader.mathematics.tallying import ENOUGH, Tally, conclude, note_undefined, one_sided_reason, refuted, witness_at
from grader.mathematics.verdict import Verdict

RESIDUE_POINTS = 3
COUNTING_POINTS = (18, 18, 12, 9)
"""Points where terms are counted, by how deep big operators stand inside each other."""

GUARD_STYLES = (
    *(Style("plain", 1), Style("unit", 1), Style("generic", 1), Style("edge", 1), Style("plain", 4)),
    *(Style("generic", 2), Style("unit", 3), Style("generic", 3), Style("edge", 2)),
)
"""Points from which the places are looked for where a formula changes its form."""

SEARCHING = 4
"""From so many of these points zeros are looked for that no polynomial has."""

GUARD_VISITS = 300
SEARCH = 60
EFFORT = 60_000
"""How many nodes are visited, about, in the search for such places; a search takes `SEARCH` evaluations."""

NESTED = 3
"""Places found along one symbol from which the others are followed as well."""

UNCLEAR = 8
"""After so many points at which no number of digits tells, and none at which both sides agree, no more are tried."""

HOPELESS = 14
INSIDE = 24
"""Points inside the region where formulas are real, found by what must be positive there."""

SEARCHED = 200
"""Points at which formulas are tried that have no real value at any other."""
"""After so many points at which not both sides have a value, and none at which both have, no more are tried."""

LEVELS = 8
"""Points at which names have the values that they are compared with."""

REGIONAL_POINTS = 56
"""Points that must agree for formulas that change from region to region."""

OUT_OF_REACH = "a number is mentioned that is larger than any count that was tried"

BITS_LIMIT = 40_000
"""No point is computed to more bits than this."""


def settle_exactly(pair: Pair) -> bool | None:
    """Whether two formulas agree at random residues: True proves an identity but for odds below 2^-60 a point.

    None when the formulas are not rational, or are undefined at these points.
    """
    if pair.regional or counts_beyond(pair):
        return None
    prime = prime_for(pair.seed)
    wanted = COUNTING_POINTS[min(max(pair.roles.depth, 1), 4) - 1] if pair.roles.counting else RESIDUE_POINTS
    turning = [name for name in pair.roles.free if name in pair.roles.exponents - pair.roles.counting]
    if turning:
        wanted = max(wanted, min(4 ** len(whole_numbers(pair)), 64))
    agreed = 0
    styles = [Style("residue", number, prime) for number in range(wanted)]
    if pair.roles.counting:
        styles += [Style("salient", number, prime) for number in salient(pair)]
    for style in styles:
        point = pair.point(style)
        system = Exact(prime, int(pair.seed[:12], 16))
        at = Evaluator(system, point, STEPS)
        try:
            same = equal_values(at(pair.student), at(pair.reference), system)
        except Undefined:
            continue
        except (NoValue, ZeroDivisionError):
            return None
        if at.reversed_range:
            continue
        if not same:
            return False
        agreed += 1
    return True if agreed >= (wanted // 2 if pair.roles.counting else wanted) else None


@dataclass
class _Breaks:
    """The places where the formulas of a pair change their form, and on which sides of each both agreed."""

    guards: tuple[Guard, ...]
    seen: dict[Guard, set[int]] = field(default_factory=dict)

    def note(self, point: Point, system: Any) -> None:
        """Remember on which side of each guard a point lies."""
        for guard in self.guards:
            try:
                sign = system.sign(Evaluator(system, point, STEPS).scalar(guard.node))
            except (NoValue, ZeroDivisionError, TypeError, AttributeError):
                continue
            self.seen.setdefault(guard, set()).add(sign)

    def unseen(self, pair: Pair) -> str:
        """Words for a guard of which a side that may exist was not met; empty when there is none."""
        for guard in self.guards:
            kinds = [pair.declaration.symbols.get(name, REAL) for name in symbols_in(guard.node)]
            if not all(kind.scalar for kind in kinds):
                continue
            seen = self.seen.get(guard, set())
            wanted = {1, 0, -1} if guard.jump else {1, -1}
            if {1, -1} <= seen and all(kind.name in INTEGERS for kind in kinds) and _finds_zeros(guard):
                continue
            if wanted - seen and (wanted & possible_signs(guard.node, pair.declaration)) - seen:
                return "a part of the formulas changes its form at a place that was not found"
        return ""


def _finds_zeros(guard: Guard) -> bool:
    """Whether following single symbols leads to all whole zeros: of polynomials in one, and of straight lines."""
    degrees = [degree_in(guard.node, name) for name in symbols_in(guard.node)]
    return None not in degrees and (len(degrees) == 1 or max(degree or 0 for degree in degrees) <= 1)


def settle_at_points(pair: Pair, *, complex_numbers: bool = False, same: Congruent = equal_values) -> Verdict:
    """Compare at random points in balls: a rejection is proven by its point, an agreement has odds below 2^-60."""
    tally = Tally()
    guards = guards_of((pair.student, pair.reference))
    kinked = tuple(guard for guard in guards if not guard.pole and not guard.grid)
    breaks = _Breaks(kinked if pair.regional and not complex_numbers else ())
    visit = _Visit(pair, tally, breaks, complex_numbers, same)
    turns = min(4 ** len(set(whole_numbers(pair)) - pair.roles.counting), 64)
    wanted = max(pair.policy.points, REGIONAL_POINTS if pair.regional else 0, turns)
    for style in _styles(pair):
        found = visit(pair.point(style))
        if found is not None:
            return found
        if tally.agreed >= wanted or tally.beyond:
            break
        if not tally.agreed and tally.unclear >= UNCLEAR:
            break
        if tally.agreed == tally.empty and max(tally.neither, len(tally.one_sided) + len(tally.isolated)) >= HOPELESS:
            break
    hopeless = tally.agreed == tally.empty and sum(bool(one[1].undefined) for one in tally.one_sided) >= HOPELESS
    if hopeless and not (tally.beyond or tally.unclear or complex_numbers):
        return conclude(pair, tally, complex_numbers=complex_numbers)
    if (
        tally.agreed - tally.empty < ENOUGH
        and not (tally.beyond or tally.unclear or complex_numbers)
        and pair.policy.search
        and tally.regional
    ):
        found = _search(visit, wanted)
        if found is not None:
            return found
    if not tally.beyond and not complex_numbers:
        found = _at_guards(visit, guards)
        if found is None and tally.unclear:
            found = _at_guards(visit, steep_parts((pair.student, pair.reference)))
        if found is not None:
            return found
        tally.unseen = breaks.unseen(pair)
    if counts_beyond(pair):
        tally.unseen = OUT_OF_REACH
    return conclude(pair, tally, complex_numbers=complex_numbers)


def _search(visit: _Visit, wanted: int) -> Verdict | None:
    """Look for where formulas are real that seem not to be: where p and 1 - p are positive, or x - 100 and 101 - x."""
    pair, tally = visit.pair, visit.tally
    roles = replace(pair.roles, landmarks=landmarks_of((pair.student, pair.reference)))
    inner = replace(visit, pair=replace(pair, roles=roles))
    beside = len(tally.one_sided)
    for number, fixed in enumerate(islice(points_inside(pair), INSIDE)):
        found = visit(pair.point(Style("generic", number), dict(fixed)))
        if found is not None or tally.agreed >= wanted or tally.beyond:
            return found
    for number in range(SEARCHED):
        del tally.one_sided[beside + 1 :]  # how rare these points are says nothing
        found = inner(inner.pair.point(Style("between", number)))
        if found is not None or tally.agreed >= wanted or tally.beyond:
            return found
    return None


def _styles(pair: Pair) -> Iterator[Style]:
    for number in range(LEVELS if pair.regional and pair.roles.levels else 0):
        yield Style("level", number)
    for number in range(26 if pair.regional else 6):
        yield Style("plain", number)
    for number in range(4):
        yield Style("edge", number)
    if pair.regional:
        yield from _special_styles(pair)
    if pair.roles.counting:
        for number in salient(pair):
            yield Style("salient", number)
    for number in range(7 if pair.roles.exponents - pair.roles.counting else 0):
        yield Style("power", number)
    for number in range(30):
        yield Style("generic", number)
        yield Style("wide", number)
        if pair.roles.counting:
            yield Style("plain", 6 + number)


def _special_styles(pair: Pair) -> Iterator[Style]:
    """Points that are rare among random ones: zeros, ties, the constants that are mentioned, singular matrices."""
    yield Style("zero")
    for number in range(2):
        yield Style("tied", number)
    for number in range(len(pair.roles.landmarks) + len(BESIDE) + 4 if pair.roles.landmarks else 0):
        yield Style("landmark", number)
    kinds = [pair.declaration.symbols.get(name, REAL) for name in pair.roles.free]
    if any((kind.member or kind).sizes for kind in kinds):
        for number in range(2 * SINGULAR):
            yield Style("singular", number)


def _at_guards(visit: _Visit, guards: tuple[Guard, ...]) -> Verdict | None:
    """Compare on, beside and between the zeros of guards; None when nothing refutes."""
    pair = visit.pair
    steps = tuple(guard for guard in guards if not guard.pole)
    count = effort = 0
    weight = weight_of(pair.student) + weight_of(pair.reference)
    for place, style in enumerate(GUARD_STYLES if steps else GUARD_STYLES[:2]):
        for fixed, isolated in _places(visit, guards if place < 2 else steps, style, search=place < SEARCHING):
            count += 1
            effort += weight + SEARCH // 4 * sum(weight_of(guard.node) for guard in steps)
            if count > GUARD_VISITS or effort > EFFORT:
                return None
            found = visit(pair.point(style, fixed), isolated=isolated)
            if found is not None:
                return found
    return None


def _places(visit: _Visit, guards: tuple[Guard, ...], style: Style, *, search: bool) -> Iterator[tuple[Any, bool]]:
    pair = visit.pair
    start = pair.point(style)
    names = sorted({name for guard in guards for name in moving(start, pair.roles, guard.node)})
    yield from ((fixed, True) for fixed in crossings([guard for guard in guards if guard.jump], start, names))
    for name in names:
        nested = 0
        for fixed, isolated in points_along(guards, start, pair.roles, name, search=search):
            yield fixed, isolated
            if not (isolated and pair.regional and len(names) > 1 and nested < NESTED):
                continue
            nested += 1
            base = pair.point(style, fixed)
            for other in names:
                if other != name:
                    yield from points_along(guards, base, pair.roles, other, search=False)


@dataclass(frozen=True)
class _Visit:
    """Compares a pair at one point after another."""

    pair: Pair
    tally: Tally
    breaks: _Breaks
    complex_numbers: bool = False
    same: Congruent = equal_values

    def __call__(self, point: Point, *, isolated: bool | None = None) -> Verdict | None:
        """Compare at one point, with more and more digits; a verdict only when it refutes."""
        pair = self.pair
        inexact = point.inexact and not self.complex_numbers
        precision = max(pair.precision, PRECISION) if inexact else pair.precision
        most = precision if pair.integrates else max(pair.policy.precision, 4 * precision)
        while precision <= most:
            with ctx.workprec(precision):
                system: Any = ComplexBalls(precision) if self.complex_numbers else RealBalls(precision)
                system = SnappingBalls(precision) if inexact else system
                try:
                    return self._at(point, system, isolated)
                except Beyond as error:
                    self.tally.beyond = str(error)
                    return None
                except (Imprecise, ZeroDivisionError):
                    pass
            if system.absorbed and not pair.integrates:
                if system.needed > BITS_LIMIT:
                    break
                most = BITS_LIMIT
            precision = max(4 * precision, system.needed if system.absorbed else 0)
        self.tally.unclear += 1
        return None

    def _at(self, point: Point, system: Any, isolated: bool | None) -> Verdict | None:
        student, backwards = evaluate(self.pair.student, point, system)
        reference, also = evaluate(self.pair.reference, point, system)
        if student.undefined or reference.undefined:
            if not (backwards or also):
                self.breaks.note(point, system)
                note_undefined(self.tally, point, student, reference, isolated)
            return None
        agree = self.same(student.value, reference.value, system)
        if backwards or also:
            self.tally.contested += not agree
            return None
        if not agree:
            return refuted(self.pair, point, student, reference)
        self.tally.agreed += 1
        self.tally.empty += point.is_empty
        self.tally.short += point.is_short
        self.tally.ordinary += point.style.name not in ("edge", "zero")
        self.breaks.note(point, system)
        return None


def one_sided_points(pair: Pair) -> Verdict | None:
    """A verdict when the answer has no value at a special point where the expected formula has one."""
    poles = tuple(guard for guard in guards_of((pair.student,)) if guard.pole)
    if not poles or mentions_complex(pair):
        return None
    tally = Tally()
    visit = _Visit(pair, tally, _Breaks(()))
    for style in (Style("edge", 0), Style("edge", 1), Style("plain", 0), Style("generic", 0)):
        visit(pair.point(style))
    if not any(one[1].undefined for one in (*tally.isolated, *tally.one_sided)):
        _at_guards(visit, poles)
    for point, student, reference in (*tally.isolated, *tally.one_sided):
        if student.undefined:
            witness = witness_at(pair, point, student, reference)
            return Verdict("equal where both are defined", one_sided_reason(student), witness, "exact")
    return None
