"""Values with units: of one dimension, brought to one unit, or a unit on one side only."""

from __future__ import annotations

from dataclasses import replace

from grader.mathematics.substituting import names_in
from grader.mathematics.tree import Divide, Multiply, Node, Number, Quantity
from grader.mathematics.units import (
    called,
    measured_value,
    measures,
    per_second,
    size_of,
    whole_quantity,
    with_letters,
    without_units,
)
from grader.mathematics.verdict import Decide, Verdict, Witness

_BITS = frozenset({"bits", "bit", "b"})
_LETTERS = frozenset({"s", "m", "g", "h", "W", "J", "V"})
"""Units of one letter in which a plain number may be given."""


def measured(student: Node, reference: Node, decide: Decide) -> Verdict | None:
    """The verdict where a side has a unit; None where neither has one.

    A unit that only the answer has is compared by its value: ``4 bytes`` is 4. Where that is not the expected number
    but the number before the unit is (``4 MB`` for 4), which unit was asked for is not known, and a person decides,
    except for bits, of which information is a count;
    so where the expected number stands without the unit (4 for ``4 cm``), since nothing was said wrongly. In memory
    the unit is a part of what is asked: bytes, MB and MiB are told apart.
    """
    (one, first), (other, second) = without_units(student), without_units(reference)
    if not first and not second:
        return None
    if first != second:
        one, first = _as(second, student, reference) or (one, first)
        other, second = _as(first, reference, student) or (other, second)
    if first and not second:
        if measures(reference):
            return _apart(first, "a plain number")
        return _answer_only(student, one, first, other, decide)
    if first != second:
        if not first and second != "bytes" and decide(student, Divide(other, Number(size_of(reference)))).equal:
            reason = f"the number is the expected one, but without a unit, and a value in {second} is asked"
            return Verdict("undecided", reason, layer="units")
        return _apart(first or "no unit", second)
    size = Number(size_of(reference))
    return decide(Divide(one, size), Divide(other, size))


def _apart(given: str, expected: str) -> Verdict:
    witness = Witness((), given, expected, "unit")
    return Verdict("different", f"a value in {expected} expected, one in {given} given", witness, "units")


def _as(dimension: str, node: Node, beside: Node) -> tuple[Node, str] | None:
    """A formula read in another way that has this dimension, if there is one.

    A letter may have been taken for a symbol (``5 s`` beside ``5000 ms``) unless both formulas have it, a unit below a
    fraction for one behind it (``1/(2 ms)``), FLOPS for a count.
    """
    if not dimension:
        return None
    lettered = node if names_in(node) & names_in(beside) else with_letters(node)
    for reread in (node, lettered, per_second(node)):
        for value, powers in (measured_value(whole_quantity(reread)), measured_value(reread)):
            if called(powers) == dimension:
                return value, dimension
    return None


def _answer_only(student: Node, value: Node, dimension: str, reference: Node, decide: Decide) -> Verdict:
    verdict = decide(value, reference)
    if verdict.equal:
        return replace(verdict, reason=f"in {dimension}, the expected number: {verdict.reason}")
    size = Number(size_of(student))
    counted = decide(Divide(value, size), reference)
    if counted.equal and _is_in_bits(student):
        return replace(counted, reason=f"in bits, the expected number: {counted.reason}")
    if counted.verdict == "different":
        return verdict
    reason = f"the number is the expected one, but with a unit ({dimension}) that the expected formula does not have"
    return Verdict("undecided", reason, layer="units")


def _is_in_bits(node: Node) -> bool:
    whole = whole_quantity(node)
    return isinstance(whole, Quantity) and whole.unit in _BITS


def as_measurement(student: Node, reference: Node) -> Node | None:
    """A decimal and letters of units behind it, ``0.0314 s`` or ``9.8 m/s^2``, where a plain number is expected."""
    names = names_in(student)
    first = student
    while isinstance(first, Multiply | Divide):
        first = first.factors[0] if isinstance(first, Multiply) else first.numerator
    measured_so = isinstance(first, Number) and first.decimals is not None
    return with_letters(student) if measured_so and names and names <= _LETTERS and not names_in(reference) else None
