"""What was seen at the points where two formulas were compared, and the verdict that follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from flint import acb, arb

from grader.mathematics.agreeing import Sided, as_fraction
from grader.mathematics.arithmetic import plain
from grader.mathematics.arrays import Array
from grader.mathematics.pairs import Pair
from grader.mathematics.sampling import Point
from grader.mathematics.showing import describe, in_words
from grader.mathematics.tree import Fold, Node
from grader.mathematics.verdict import Verdict, Witness

ENOUGH = 4
"""Points at which both sides must be defined before they may be called equal."""

PLACES_AGREED = 48
"""So many points must agree for places of extremes, of which two different ones are often the same."""

MOSTLY = 8
"""So many times more points without a value than with one are no matter of the domain (four logarithms make seven)."""

NEITHER = "neither side has a value at any point tried"
"""Why nothing is decided of two formulas that never have a value."""

REGIONAL = ("negative", "logarithm", "power", "beyond one", "below one", "cases", "between zero and one", "gamma")
"""Words of reasons for having no value that hold in one region and not in another."""

SPECIAL = ("edge", "zero", "tied", "landmark", "singular")
"""Looks of points at which a side may have no value though it has one beside."""

NOWHERE = "one side has no value where the other has one"
"""Why two formulas differ that never have a value at the same point."""


@dataclass
class Tally:
    """What was seen at the points so far.

    ``empty`` counts those that agreed where every sum is one of nothing, which says little of its terms, and ``short``
    those where none has more than one term; ``contested`` counts those that differ where a range runs backwards;
    ``ordinary`` counts the points that agreed and are not made of zeros and ones; ``regional`` tells that somewhere a
    value was missing for a reason that another region may not have; ``unseen`` says which part of a
    formula was met on one side of its break only.
    """

    agreed: int = 0
    empty: int = 0
    short: int = 0
    contested: int = 0
    ordinary: int = 0
    regional: bool = False
    neither: int = 0
    unclear: int = 0
    one_sided: list[tuple[Point, Sided, Sided]] = field(default_factory=list)
    isolated: list[tuple[Point, Sided, Sided]] = field(default_factory=list)
    beyond: str = ""
    unseen: str = ""


def note_undefined(tally: Tally, point: Point, student: Sided, reference: Sided, isolated: bool | None) -> None:
    """Remember a point at which not both sides have a value; ``isolated`` when points beside it may differ."""
    tally.regional |= any(word in side.undefined for side in (student, reference) for word in REGIONAL)
    if student.undefined and reference.undefined:
        tally.neither += 1
        return
    apart = isolated if isolated is not None else point.style.name in SPECIAL
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
    return Witness(describe(point, (pair.reference, pair.student)), *texts, note)


def _apart(first: str, second: str) -> bool:
    values = as_fraction(first), as_fraction(second)
    return values[0] != values[1] if None not in values else first != second


def conclude(pair: Pair, tally: Tally, *, complex_numbers: bool) -> Verdict:
    """The verdict when no point refuted."""
    layer = "balls (complex)" if complex_numbers else "balls"
    if tally.beyond:
        too_large = tally.beyond.endswith(" terms") or "too large" in tally.beyond
        return Verdict("undecided", f"cannot compute {tally.beyond}", layer="size" if too_large else layer)
    if tally.agreed - tally.empty < ENOUGH:
        return _too_few(pair, tally, layer)
    if tally.agreed < PLACES_AGREED and any(map(_is_place, (pair.student, pair.reference))):
        return Verdict("undecided", "too few points at which both have a place of an extreme", layer=layer)
    if tally.unclear > tally.ordinary:
        reason = "at most points the two are too near each other to tell"
        return Verdict("undecided", reason, layer=layer)
    if tally.unseen:
        return Verdict("undecided", tally.unseen, layer=layer)
    lost = [one for one in tally.one_sided if one[1].undefined]
    misfits = [one for one in tally.one_sided if one[1].misfit]
    if misfits or len(lost) > MOSTLY * tally.agreed:
        witness = witness_at(pair, *(misfits or lost)[0])
        return Verdict("different", "the answer has no value where the expected formula has one", witness, layer)
    where = "complex numbers" if complex_numbers else "the values that the kinds allow"
    reason = f"equal at {tally.agreed} random points of {where}, to at least 128 bits"
    if tally.contested and tally.agreed - tally.short < ENOUGH:
        return Verdict("undecided", "a sum or a product runs backwards wherever the two differ", layer=layer)
    if tally.one_sided and tally.agreed - tally.short < ENOUGH:
        return Verdict("undecided", "where both have a value no sum has more than one term", layer=layer)
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


def _is_place(node: Node) -> bool:
    """Whether a formula is a place of an extreme, one of few that there are."""
    return isinstance(node, Fold) and node.operator in ("argmax", "argmin")


def one_sided_reason(student: Sided) -> str:
    """Which side has no value at the witness."""
    return (
        f"{'the answer' if student.undefined else 'the expected formula'} has no value at a point where the other has"
    )


def _too_few(pair: Pair, tally: Tally, layer: str) -> Verdict:
    sided = [*tally.one_sided, *tally.isolated]
    if len(sided) >= ENOUGH and tally.agreed == tally.empty and not tally.unclear:
        point, student, reference = next((one for one in sided if one[1].undefined), sided[0])
        witness = witness_at(pair, point, student, reference)
        words = student.undefined or reference.undefined
        return Verdict("different", f"{NOWHERE}: {words}", witness, layer)
    if tally.neither and not tally.agreed and not tally.one_sided:
        return Verdict("undecided", NEITHER, layer=layer)
    return Verdict("undecided", "too few points at which both sides are known closely enough", layer=layer)
