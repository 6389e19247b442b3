"""Values with units: of one dimension, brought to one unit, or a unit on one side only."""

from __future__ import annotations

from dataclasses import replace

from grader.mathematics.tree import Divide, Multiply, Node, Number, Quantity, Symbol
from grader.mathematics.units import UNITS, size_of, without_units
from grader.mathematics.verdict import Decide, Verdict, Witness


def measured(student: Node, reference: Node, decide: Decide) -> Verdict | None:
    """The verdict where a side has a unit; None where neither has one.

    A unit that only the answer has is compared by its value: ``4 bytes`` is 4. Where that is not the expected number
    but the number before the unit is (``4 MB`` for 4), which unit was asked for is not known, and a person decides.
    """
    (one, first), (other, second) = without_units(student), without_units(reference)
    if not first and not second:
        return None
    if first and not second:
        other, second = without_units(_with_unit(reference, first))
    elif second and not first:
        one, first = without_units(_with_unit(student, second))
    if first and not second:
        return _answer_only(student, one, first, other, decide)
    if first != second:
        given = first or "no unit"
        witness = Witness((), given, second, "unit")
        return Verdict("different", f"a value in {second} expected, one in {given} given", witness, "units")
    size = Number(size_of(reference))
    return decide(Divide(one, size), Divide(other, size))


def _with_unit(node: Node, dimension: str) -> Node:
    """A number times a letter that was not known to be a unit, such as ``5 s`` beside ``5000 ms``, as a quantity."""
    match node:
        case Multiply(factors=(Number() as value, Symbol(name=name))) if UNITS.get(name, ("",))[0] == dimension:
            return Quantity(value, name)
        case _:
            return node


def _answer_only(student: Node, value: Node, dimension: str, reference: Node, decide: Decide) -> Verdict:
    verdict = decide(value, reference)
    if verdict.equal:
        return replace(verdict, reason=f"in {dimension}, the expected number: {verdict.reason}")
    size = Number(size_of(student))
    if decide(Divide(value, size), reference).verdict == "different":
        return verdict
    reason = f"the number is the expected one, but with a unit ({dimension}) that the expected formula does not have"
    return Verdict("undecided", reason, layer="units")
