"""Recurrences with a base case compared: with each other, with a closed form, or with the value of one member."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.forms import answer_of
from grader.mathematics.kinds import Declaration
from grader.mathematics.recurrences import asked_member, closed_form_of, recurrence_of, unrolled
from grader.mathematics.tree import Node, Number, Symbol
from grader.mathematics.verdict import Decide, Verdict


def same_recurrences(student: Node, reference: Node, declaration: Declaration, decide: Decide) -> Verdict | None:
    """Whether two answers give the same members, where one of them is a recurrence; None where neither is.

    ``decide`` compares two values.
    """
    given, wanted = recurrence_of(student), recurrence_of(reference)
    if given is None and wanted is None:
        return None
    given, wanted = given or closed_form_of(student), wanted or closed_form_of(reference)
    if given is not None and wanted is not None:
        upward = all(isinstance(index, Number) for rule in (given, wanted) for index, _ in rule.bases)
        asked: Node = Symbol(given.variable) if upward else Number(Fraction(0))
        verdict = decide(unrolled(given, asked), unrolled(wanted, asked))
        starts = [index for rule in (given, wanted) for index, _ in rule.bases if upward]
        found = [decide(unrolled(given, index), unrolled(wanted, index)) for index in starts if verdict.equal]
        return next((one for one in found if one.verdict == "different"), verdict)
    rule, other = (given, reference) if given is not None else (wanted, student)
    if rule is None:
        return None
    value = answer_of(other)
    member = asked_member(rule, value, declaration)
    if member is None:
        return Verdict("undecided", "which member of the recurrence is asked is not clear", layer="recurrence")
    one = unrolled(rule, member)
    return decide(one, value) if given is not None else decide(value, one)
