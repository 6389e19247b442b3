"""Recurrences with a base case compared: with each other, with a closed form, or with the value of one member."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from grader.mathematics.forms import answer_of
from grader.mathematics.kinds import Declaration
from grader.mathematics.recurrences import (
    Recurrence,
    asked_member,
    closed_form_of,
    in_powers,
    recurrence_of,
    unrolled,
)
from grader.mathematics.substituting import substitute
from grader.mathematics.tree import Add, Node, Number, Symbol
from grader.mathematics.verdict import Decide, Verdict

UNCLEAR = Verdict("undecided", "which member of the recurrence is asked is not clear", layer="recurrence")

ZERO = Number(Fraction(0))


def same_recurrences(student: Node, reference: Node, declaration: Declaration, decide: Decide) -> Verdict | None:
    """Whether two answers give the same members, where one of them is a recurrence; None where neither is.

    ``decide`` compares two values.
    """
    given, wanted = recurrence_of(student), recurrence_of(reference)
    if given is None and wanted is None:
        return None
    given, wanted = given or closed_form_of(student), wanted or closed_form_of(reference)
    levels = [in_powers(rule) for rule in (given, wanted) if rule is not None]
    if any(level is not None for level in levels):
        return _over_powers(student, reference, decide)
    if given is not None and wanted is not None:
        return _both(given, wanted, decide)
    rule, other = (given, reference) if given is not None else (wanted, student)
    if rule is None:
        return None
    value = answer_of(other)
    member = asked_member(rule, value, declaration)
    if member is None:
        return UNCLEAR
    places = _places(member.name, (rule,)) if isinstance(member, Symbol) else (member,)
    verdict = UNCLEAR
    for place in places:
        there = substitute(value, member.name, place) if isinstance(member, Symbol) else value
        one = unrolled(rule, place)
        verdict = decide(one, there) if given is not None else decide(there, one)
        if verdict.verdict != "undecided":
            return verdict
    return verdict


def _both(given: Recurrence, wanted: Recurrence, decide: Decide) -> Verdict:
    """Whether two recurrences have the same members from where both start."""
    upward = all(isinstance(index, Number) for rule in (given, wanted) for index, _ in rule.bases)
    places = _places(given.variable, (given, wanted)) if upward else (ZERO,)
    verdict = UNCLEAR
    for asked in places:
        verdict = decide(unrolled(given, asked), unrolled(wanted, asked))
        if verdict.verdict != "undecided":
            break
    starts = [index for rule in (given, wanted) for index, _ in rule.bases if upward]
    found = [decide(unrolled(given, index), unrolled(wanted, index)) for index in starts if verdict.equal]
    return next((one for one in found if one.verdict == "different"), verdict)


def _places(name: str, rules: Sequence[Recurrence]) -> tuple[Node, ...]:
    """An index counted from where all recurrences start, if that is above zero; and one that is counted from zero."""
    starts = [min((index.value for index, _ in rule.bases if isinstance(index, Number)), default=0) for rule in rules]
    start = Fraction(max(starts))
    return (*((Add((Symbol(name), Number(start))),) if start > 0 else ()), Symbol(name))


def _over_powers(student: Node, reference: Node, decide: Decide) -> Verdict:
    """The verdict at the powers of what an index is divided by, ``T(n) = 2 T(n/2) + n``, as such recurrences mean."""
    rules = recurrence_of(student), recurrence_of(reference)
    levels = [in_powers(rule) if rule is not None else None for rule in rules]
    found = next(level for level in levels if level is not None)
    sides: list[Node] = []
    for side, rule, level in zip((student, reference), rules, levels, strict=True):
        if level is not None and level[1] == found[1]:
            sides.append(unrolled(level[0], Symbol(level[0].variable)))
        elif rule is None and level is None:
            value = answer_of(side)
            sides.append(substitute(value, found[0].variable.removesuffix("#"), found[1]))
        else:
            return UNCLEAR
    return decide(sides[0], sides[1])
