"""Layers 2 and 3 at work: whether two formulas have the same value wherever both have one, with a point as witness."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import acb, arb, ctx

from grader.errors import Beyond, Imprecise, Nonconforming, NoValue, Undefined
from grader.mathematics import arrays
from grader.mathematics.arithmetic import plain
from grader.mathematics.arrays import Array, Multiple, Value
from grader.mathematics.balls import ComplexBalls, RealBalls
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.exact import Exact
from grader.mathematics.guards import Guard, guards_of, points_near, weight_of
from grader.mathematics.kinds import Declaration
from grader.mathematics.sampling import INTEGERS, Point, Roles, Style, describe, in_words, prime_for, roles_of
from grader.mathematics.structure import SWITCHES
from grader.mathematics.tree import Apply, Cases, Constant, Fold, Integral, Negate, Node, Number, Power, children
from grader.mathematics.verdict import Policy, Verdict, Witness

RESIDUE_POINTS = 3
COUNTING_POINTS = (18, 18, 12, 9)
"""Points where terms are counted, by how deep big operators stand inside each other."""

STEPS = 60_000
ENOUGH = 4
"""Points at which both sides must be defined before they may be called equal."""
MOSTLY = 8
"""So many times more points without a value than with one are no matter of the domain (four logarithms make seven)."""

GUARD_STYLES = (
    *(Style("plain", 1), Style("generic", 1), Style("edge", 1), Style("plain", 4)),
    *(Style("generic", 2), Style("unit", 1), Style("generic", 3), Style("edge", 2)),
)
"""Points from which the places are looked for where a formula changes its form."""

GUARD_VISITS = 240
SEARCH = 40
EFFORT = 40_000
"""How many nodes are visited, about, in the search for such places; a search takes `SEARCH` evaluations."""

UNCLEAR = 8
"""After so many points at which no number of digits tells, and none at which both sides agree, no more are tried."""

HOPELESS = 14
"""After so many points at which not both sides have a value, and none at which both have, no more are tried."""

NOWHERE = "one side has no value where the other has one"
"""Why two formulas differ that never have a value at the same point."""

Congruent = Callable[[Value, Value, Any], bool]
"""Whether two values count as the same; given the system to decide signs in. May raise `Imprecise`."""


@dataclass(frozen=True)
class Sided:
    """What one side came to at a point: a value, or words why there is none; a misfit is of sizes, not of the point."""

    value: Value = None
    undefined: str = ""
    misfit: bool = False

    def __str__(self) -> str:
        return f"undefined ({self.undefined})" if self.undefined else in_words(self.value)


@dataclass
class Tally:
    """What was seen at the points so far."""

    agreed: int = 0
    neither: int = 0
    unclear: int = 0
    one_sided: list[tuple[Point, Sided, Sided]] = field(default_factory=list)
    isolated: list[tuple[Point, Sided, Sided]] = field(default_factory=list)
    beyond: str = ""


@dataclass(frozen=True)
class Pair:
    """Two formulas to be compared, and all that the points depend on."""

    student: Node
    reference: Node
    declaration: Declaration
    policy: Policy
    roles: Roles
    seed: str
    precision: int
    integrates: bool

    def point(self, style: Style, fixed: dict[str, Value] | None = None) -> Point:
        """A point of a style, with some values given."""
        return Point(self.declaration, self.roles, style, self.seed, fixed or {})


def pair_of(student: Node, reference: Node, declaration: Declaration, policy: Policy) -> Pair:
    """The pair, with a seed that depends on both formulas, so that no formula can be built to fit the points."""
    text = f"{policy.seed}|{student!r}|{reference!r}"
    seed = hashlib.sha256(text.encode()).hexdigest()[:24]
    roles = roles_of((student, reference), declaration)
    integrates = has_integral(student) or has_integral(reference)
    bits = starting_precision(student, reference)
    return Pair(student, reference, declaration, policy, roles, seed, bits, integrates)


def whole_numbers(pair: Pair) -> list[str]:
    """The symbols that are whole numbers."""
    kinds = pair.declaration.symbols
    return [name for name in pair.roles.free if name in kinds and kinds[name].name in INTEGERS]


def has_integral(node: Node) -> bool:
    """Whether an integral occurs, whose values cost much more with more digits."""
    return isinstance(node, Integral) or any(map(has_integral, children(node)))


def settle_exactly(pair: Pair) -> bool | None:
    """Whether two formulas agree at random residues: True proves an identity but for odds below 2^-60 a point.

    None when the formulas are not rational, or are undefined at these points.
    """
    if any(changes_by_region(node) for node in (pair.student, pair.reference)):
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


ZERO = Number(Fraction(0))

REGIONAL = SWITCHES | {"kronecker_delta", "gcd", "lcm", "argmax", "argmin", "median", "rank", "cardinality"}
"""Functions for which a few random whole numbers are not like all others."""

REGIONAL_POINTS = 56
"""Points that must agree for formulas with such functions."""


def changes_by_region(node: Node) -> bool:
    """Whether a formula has a part whose form changes from region to region."""
    if isinstance(node, Cases) or (isinstance(node, Apply) and node.function in REGIONAL):
        return True
    if isinstance(node, Fold) and node.operator not in ("sum", "product"):
        return True
    if isinstance(node, Power) and node.base == ZERO:
        return True
    return any(map(changes_by_region, children(node)))


def equal_values(first: Value, second: Value, system: Any) -> bool:
    """Whether two values are the same: of one shape, and with no entry of the difference other than zero.

    Raises:
        Imprecise: when an entry's difference is a ball around zero that is not small.
    """
    if isinstance(first, Multiple) is not isinstance(second, Multiple):
        first, second = _sized(first, second), _sized(second, first)
    if isinstance(first, Multiple) and isinstance(second, Multiple):
        first, second = first.scale, second.scale
    one, other = arrays.as_array(first), arrays.as_array(second)
    if one.shape != other.shape:
        return False
    return all(_same(plain(a), plain(b), system) for a, b in zip(one.entries, other.entries, strict=True))


def _sized(value: Value, other: Value) -> Value:
    if isinstance(value, Multiple) and isinstance(other, Array) and other.shape[0] == other.shape[1]:
        return arrays.scale(arrays.identity(other.shape[0]), value.scale)
    return Array(((value.scale, plain(0)),)) if isinstance(value, Multiple) else value


def _same(first: Any, second: Any, system: Any) -> bool:
    difference = first - second
    if not isinstance(difference, (arb, acb)):
        return bool(difference == 0)
    if not difference.contains(0):
        return False
    small(difference, first, system)
    return True


def small(difference: Any, of: Any, system: Any) -> None:
    """Nothing, when a ball around zero has a radius far below the size of what it is the difference of.

    Raises:
        Imprecise: otherwise.
    """
    if isinstance(difference, acb):
        small(difference.real, abs(of), system)
        small(difference.imag, abs(of), system)
        return
    bound = arb(2) ** (64 - system.precision // 2)
    if not abs(difference) < bound * (abs(arb(abs(of))) + 1) or system.absorbed:
        raise Imprecise("the difference is too close to zero")


def settle_at_points(pair: Pair, *, complex_numbers: bool = False, same: Congruent = equal_values) -> Verdict:
    """Compare at random points in balls: a rejection is proven by its point, an agreement has odds below 2^-60."""
    tally = Tally()
    guards = guards_of((pair.student, pair.reference))
    regional = changes_by_region(pair.student) or changes_by_region(pair.reference)
    turns = min(4 ** len(set(whole_numbers(pair)) - pair.roles.counting), 64)
    wanted = max(pair.policy.points, REGIONAL_POINTS if regional else 0, turns)
    for style in _styles(pair):
        found = _visit(pair, pair.point(style), tally, complex_numbers=complex_numbers, same=same)
        if found is not None:
            return found
        if tally.agreed >= wanted or tally.beyond:
            break
        if not tally.agreed and tally.unclear >= UNCLEAR:
            break
        if not tally.agreed and max(tally.neither, len(tally.one_sided) + len(tally.isolated)) >= HOPELESS:
            break
    if not tally.beyond and not complex_numbers:
        found = _at_guards(pair, guards, tally, complex_numbers=complex_numbers, same=same)
        if found is not None:
            return found
    return conclude(pair, tally, complex_numbers=complex_numbers)


def _styles(pair: Pair) -> Iterator[Style]:
    regional = changes_by_region(pair.student) or changes_by_region(pair.reference)
    for number in range(26 if regional else 6):
        yield Style("plain", number)
    for number in range(4):
        yield Style("edge", number)
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


def salient(pair: Pair) -> list[int]:
    """Counts beside the whole numbers that the formulas mention, where something may begin or end."""
    limit = (400, 60, 20)[min(max(pair.roles.depth, 1), 3) - 1]
    found = {value for side in (pair.student, pair.reference) for value in _whole_numbers(side) if 12 < value <= limit}
    return sorted({value + step for value in sorted(found)[:3] for step in (0, 1)})


def _whole_numbers(node: Node) -> Iterator[int]:
    if isinstance(node, Number) and node.value.denominator == 1:
        yield int(node.value)
    for child in children(node):
        yield from _whole_numbers(child)


def _at_guards(
    pair: Pair, guards: tuple[Guard, ...], tally: Tally, *, complex_numbers: bool, same: Congruent
) -> Verdict | None:
    count = 0
    effort = 0
    weight = weight_of(pair.student) + weight_of(pair.reference)
    steps = [guard for guard in guards if not guard.pole]
    for style in GUARD_STYLES if steps else GUARD_STYLES[:2]:
        for guard in guards if style in GUARD_STYLES[:2] else steps:
            effort += 2 * weight if guard.pole else SEARCH * weight_of(guard.node)
            if effort > EFFORT:
                return None
            for fixed, isolated in points_near(guard, pair.point(style), pair.roles, search=style in GUARD_STYLES[:3]):
                count += 1
                effort += weight
                if count > GUARD_VISITS or effort > EFFORT:
                    return None
                point = pair.point(style, fixed)
                found = _visit(pair, point, tally, complex_numbers=complex_numbers, same=same, isolated=isolated)
                if found is not None:
                    return found
    return None


def evaluate(node: Node, point: Point, system: Any) -> tuple[Sided, bool]:
    """One side at a point, and whether a range there ran backwards.

    Raises:
        Imprecise, Beyond: as evaluation does.
    """
    at = Evaluator(system, point, STEPS)
    try:
        value = at(node)
    except Undefined as error:
        return Sided(undefined=str(error), misfit=isinstance(error, Nonconforming)), at.reversed_range
    return Sided(value), at.reversed_range


def _visit(
    pair: Pair, point: Point, tally: Tally, *, complex_numbers: bool, same: Congruent, isolated: bool | None = None
) -> Verdict | None:
    """Compare at one point, with more and more digits; a verdict only when it refutes."""
    first = pair.precision
    most = first if pair.integrates else max(pair.policy.precision, 4 * first)
    ladder = [bits for bits in (first, 4 * first, 16 * first) if bits <= most]
    for precision in ladder:
        before = ctx.prec
        ctx.prec = precision
        system: Any = ComplexBalls(precision) if complex_numbers else RealBalls(precision)
        try:
            student, backwards = evaluate(pair.student, point, system)
            reference, also = evaluate(pair.reference, point, system)
            if student.undefined or reference.undefined:
                if not (backwards or also):
                    _note_undefined(tally, point, student, reference, isolated)
                return None
            agree = same(student.value, reference.value, system)
        except (Imprecise, ZeroDivisionError):
            continue
        except Beyond as error:
            tally.beyond = str(error)
            return None
        finally:
            ctx.prec = before
        if backwards or also:
            return None
        if agree:
            tally.agreed += 1
            return None
        return refuted(pair, point, student, reference)
    tally.unclear += 1
    return None


def one_sided_points(pair: Pair) -> Verdict | None:
    """A verdict when the answer has no value at a special point where the expected formula has one."""
    poles = tuple(guard for guard in guards_of((pair.student,)) if guard.pole)
    if not poles:
        return None
    tally = Tally()
    if mentions_complex(pair):
        return None
    for style in (Style("edge", 0), Style("edge", 1), Style("plain", 0), Style("generic", 0)):
        _visit(pair, pair.point(style), tally, complex_numbers=False, same=equal_values)
    if not any(one[1].undefined for one in (*tally.isolated, *tally.one_sided)):
        _at_guards(pair, poles, tally, complex_numbers=False, same=equal_values)
    for point, student, reference in (*tally.isolated, *tally.one_sided):
        if student.undefined:
            witness = witness_at(pair, point, student, reference)
            return Verdict("equal where both are defined", one_sided_reason(student), witness, "exact")
    return None


def _note_undefined(tally: Tally, point: Point, student: Sided, reference: Sided, isolated: bool | None) -> None:
    if student.undefined and reference.undefined:
        tally.neither += 1
        return
    apart = isolated if isolated is not None else point.style.name == "edge"
    if point.style.name == "plain" and isolated is None and point.style.number == 0 and point.roles.counting:
        apart = True
    (tally.isolated if apart else tally.one_sided).append((point, student, reference))


def refuted(pair: Pair, point: Point, student: Sided, reference: Sided) -> Verdict:
    """The verdict that a point proves."""
    witness = witness_at(pair, point, student, reference)
    return Verdict("different", "the two differ at a point", witness, "balls")


def witness_at(pair: Pair, point: Point, student: Sided, reference: Sided) -> Witness:
    """The point in words."""
    note = ""
    one, other = student.value, reference.value
    if isinstance(one, Array) and isinstance(other, Array) and one.shape == other.shape:
        for row, (left, right) in enumerate(zip(one.rows, other.rows, strict=True)):
            for place, (a, b) in enumerate(zip(left, right, strict=True)):
                difference = plain(a) - plain(b)
                apart = not difference.contains(0) if isinstance(difference, (arb, acb)) else difference != 0
                if apart and not note:
                    note = f"entry ({row + 1}, {place + 1})"
                    student, reference = Sided(a), Sided(b)
    texts = (str(student), str(reference))
    for digits in (50, 130, 320, 800):
        if student.undefined or reference.undefined or _apart(*texts):
            break
        texts = (in_words(student.value, digits), in_words(reference.value, digits))
    return Witness(describe(point, (pair.student, pair.reference)), *texts, note)


def _apart(first: str, second: str) -> bool:
    values = as_fraction(first), as_fraction(second)
    return values[0] != values[1] if None not in values else first != second


def as_fraction(text: str) -> Fraction | None:
    """A number in plain text as a fraction; None for anything else, and for exponents that would fill the memory."""
    _, _, exponent = text.lower().partition("e")
    if len(exponent) > 5:
        return None
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def starting_precision(student: Node, reference: Node) -> int:
    """Bits enough that the constants of either formula cannot vanish beside one another."""
    return 256 + 4 * min(constant_bits(student) + constant_bits(reference), 8_000)


def constant_bits(node: Node) -> int:
    """How many bits the numbers of a formula take, those of small whole numbers aside."""
    match node:
        case Number(value=value):
            size = value.numerator.bit_length() + value.denominator.bit_length()
            return size if size > 12 else 0
        case Power(base=Number(value=value), exponent=Number(value=count) | Negate(body=Number(value=count))):
            size = value.numerator.bit_length() + value.denominator.bit_length()
            return min(size * abs(int(count)), 10**6)
        case Apply(function="factorial", arguments=(Number(value=value),)):
            return min(abs(int(value)), 10**5) * int(value).bit_length()
    return sum(constant_bits(child) for child in children(node))


def conclude(pair: Pair, tally: Tally, *, complex_numbers: bool) -> Verdict:
    """The verdict when no point refuted."""
    layer = "balls (complex)" if complex_numbers else "balls"
    if tally.beyond:
        too_large = tally.beyond.endswith(" terms") or "too large" in tally.beyond
        return Verdict("undecided", f"cannot compute {tally.beyond}", layer="size" if too_large else layer)
    if tally.agreed < ENOUGH:
        return _too_few(pair, tally, layer)
    lost = [one for one in tally.one_sided if one[1].undefined]
    misfits = [one for one in tally.one_sided if one[1].misfit]
    if misfits or len(lost) > MOSTLY * tally.agreed:
        witness = witness_at(pair, *(misfits or lost)[0])
        return Verdict("different", "the answer has no value where the expected formula has one", witness, layer)
    where = "complex numbers" if complex_numbers else "the values that the kinds allow"
    reason = f"equal at {tally.agreed} random points of {where}, to at least 128 bits"
    if tally.one_sided:
        point, student, reference = tally.one_sided[0]
        return Verdict(
            "equal where both are defined",
            one_sided_reason(student),
            witness_at(pair, point, student, reference),
            layer,
        )
    if any(student.undefined for _, student, _ in tally.isolated):
        point, student, reference = next(one for one in tally.isolated if one[1].undefined)
        return Verdict(
            "equal where both are defined",
            one_sided_reason(student),
            witness_at(pair, point, student, reference),
            layer,
        )
    return Verdict("equal", reason, layer=layer)


def one_sided_reason(student: Sided) -> str:
    """Which side has no value at the witness."""
    return (
        f"{'the answer' if student.undefined else 'the expected formula'} has no value at a point where the other has"
    )


def _too_few(pair: Pair, tally: Tally, layer: str) -> Verdict:
    sided = [*tally.one_sided, *tally.isolated]
    if len(sided) >= ENOUGH and not tally.agreed and not tally.unclear:
        point, student, reference = next((one for one in sided if one[1].undefined), sided[0])
        witness = witness_at(pair, point, student, reference)
        words = student.undefined or reference.undefined
        return Verdict("different", f"{NOWHERE}: {words}", witness, layer)
    if tally.neither and not tally.agreed and not tally.one_sided:
        return Verdict("undecided", "neither side has a value at any point tried", layer=layer)
    return Verdict("undecided", "too few points at which both sides are known closely enough", layer=layer)


def mentions_complex(pair: Pair) -> bool:
    """Whether the imaginary unit or a complex symbol occurs."""
    if any(
        pair.declaration.symbols[name].name == "complex" for name in pair.roles.free if name in pair.declaration.symbols
    ):
        return True
    return has_imaginary(pair.student) or has_imaginary(pair.reference)


def has_imaginary(node: Node) -> bool:
    """Whether the imaginary unit occurs."""
    return node == Constant("i") or any(has_imaginary(child) for child in children(node))
