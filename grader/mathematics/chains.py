"""Calculations that end in an answer: chains of equations, labels before them, equations that are solved for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from grader.mathematics.forms import is_label, is_quantity
from grader.mathematics.kinds import Declaration
from grader.mathematics.left_sides import is_computed, is_multiple_of_label
from grader.mathematics.stated import Stated
from grader.mathematics.statements import solves
from grader.mathematics.substituting import names_in, substitute
from grader.mathematics.told_steps import gives_moments, has_unknown_slopes, intermediates, is_made_of_moments, spoken
from grader.mathematics.tree import Constant, FiniteSet, Matrix, Negate, Node, Number, Quantity, Relation, Symbol, Tuple
from grader.mathematics.units import whole_quantity, without_units
from grader.mathematics.verdict import Decide, Verdict

STEPS = "steps"
"""The layer that leaves a calculation to a person since one of its steps cannot be checked."""


@dataclass(frozen=True)
class Chains:
    """Compares calculations with the expected value; ``decide`` in the question's mode, ``exactly`` without."""

    declaration: Declaration
    tolerant: bool
    decide: Decide
    exactly: Decide
    stated: Callable[[Node, Node], Stated]
    closed: bool = False
    """Whether integrals and limits are put into closed form, so that nothing else can tell of a step."""

    def without_label(self, student: Relation, reference: Node) -> tuple[tuple[str, Node], ...]:
        """The members of a chain with the operator before each; a label before the first is left out."""
        members = tuple(zip(("=", *student.operators), student.operands, strict=True))
        first = student.operands[0]
        computed = is_computed(first, reference, self.declaration)
        named = student.operators[0] == ":=" or (is_label(first, reference, self.declaration) and not computed)
        if len(members) > 1 and named and not _speaks_of(first, student.operands[1:]):
            return members[1:]
        if len(members) > 1 and _names_quantity(student, reference):
            return members[1:]
        last = student.operands[-1]
        if is_label(last, reference, self.declaration) and not _speaks_of(last, student.operands[:-1]):
            return members[:-1]
        return members

    def holds_throughout(self, members: tuple[tuple[str, Node], ...], reference: Node) -> bool:
        """Whether an equation is a step of a calculation that ends in the answer: both sides are the same formula."""
        if len(members) != 2 or not self.exactly(members[1][1], reference).equal:
            return False
        return self.exactly(members[0][1], members[1][1]).equal

    def steps(self, steps: tuple[Relation, ...], reference: Node) -> Verdict:
        """Several equations of which the last gives the answer; those before it must hold for its symbol."""
        verdict = self.decide(steps[-1], reference)
        label = steps[-1].operands[0]
        if verdict.verdict == "different" or not isinstance(label, Symbol):
            return verdict
        for place, step in enumerate(steps[:-1], 1):
            if label.name not in names_in(step):
                continue
            sides = [substitute(side, label.name, steps[-1].operands[-1]) for side in step.operands]
            found = self.exactly(sides[0], sides[-1])
            if found.verdict == "different":
                note = f"equation {place}"
                witness = replace(found.witness, note=note) if found.witness is not None else None
                return Verdict("different", f"{note} does not hold for the last: {found.reason}", witness, found.layer)
        return verdict

    def solved_for(self, student: Relation, reference: Node) -> Verdict | None:
        """An equation that determines the one symbol in it which the expected formula does not use."""
        if student.operators != ("=",):
            return None
        unknown = sorted(names_in(student) - names_in(reference))
        unknown = [name for name in unknown if name in self.declaration.symbols or len(unknown) == 1]
        if len(unknown) != 1:
            return None
        if is_made_of_moments(student.operands[0]) and unknown[0] not in names_in(student.operands[1]):
            return self.decide(student.operands[1], reference)  # nobody asks for a random variable
        return solves(student, unknown[0], reference, self.stated(student, reference))

    def follow(self, members: tuple[tuple[str, Node], ...], reference: Node, label: Node | None = None) -> Verdict:
        """Whether a calculation ends in the answer and each step holds; ``label`` is what it is said to be of."""
        exact = [node for operator, node in members if operator != "~="] or [members[-1][1]]
        answer = members[-1][1] if self.tolerant else exact[-1]
        if isinstance(members[-1][1], (FiniteSet, Matrix, Tuple)):
            answer = members[-1][1]
        verdict = self.decide(answer, reference)
        if verdict.verdict == "different":
            return verdict
        doubt = self._first_step(label, members) if verdict.equal else None
        if doubt is not None:
            return doubt
        between = intermediates(node for _, node in members)
        for place, ((_, before), (operator, after)) in enumerate(pairwise(members), 1):
            link = (
                None if operator == "~=" or self._is_told(before, after, label, between) else self._step(before, after)
            )
            note = f"step {place} of the calculation"
            if link is not None and link.verdict == "different":
                if self._may_put_in(before, after, reference):
                    if verdict.equal and self._shows_values(before, after, label):
                        continue
                    return Verdict("undecided", f"{note} may put in what only the question knows", layer="ties")
                witness = replace(link.witness, note=note) if link.witness is not None else None
                return Verdict("different", f"{note} does not hold: {link.reason}", witness, link.layer)
            unknown = link is not None and link.verdict == "undecided" and verdict.equal and not self.closed
            if link is not None and unknown and is_computed(before, after, self.declaration):
                return replace(link, reason=f"whether {note} holds is not known: {link.reason}")
        return verdict

    def _first_step(self, label: Node | None, members: tuple[tuple[str, Node], ...]) -> Verdict | None:
        """A verdict where the first step from a mean or a chance does not hold, and later ones cannot be checked."""
        first = members[0][1]
        if label is None or not gives_moments(first, members[-1][1], self.declaration):
            return None
        begun = self.exactly(label, first)
        if begun.verdict != "different":
            return None
        return Verdict("undecided", f"the first step may not hold: {begun.reason}", begun.witness, STEPS)

    def _is_told(self, before: Node, after: Node, label: Node | None, between: frozenset[str]) -> bool:
        """Whether a step puts in what only the question knows: values, moments, or slopes of unknown functions."""
        if label is not None and self._puts_in(before, after, label):
            return True
        if any(has_unknown_slopes(side, self.declaration) for side in (before, after)):
            return True
        if between & (spoken(before) - spoken(after)):
            return True
        return gives_moments(before, after, self.declaration)

    def _may_put_in(self, before: Node, after: Node, reference: Node) -> bool:
        """Whether a name vanishes in a step of which nothing is declared, and the expected formula has none of it."""
        gone = spoken(before) - spoken(after) - spoken(reference)
        return self.declaration.conventions is not None and bool(gone) and not isinstance(before, Symbol)

    def _shows_values(self, before: Node, after: Node, label: Node | None) -> bool:
        """Whether a step shows a calculation with numbers alone, ``p(1-p) = 0.3 * 0.7``, in the place of all names."""
        spoken_of = label is not None and bool(spoken(before) & spoken(label))
        shown = after.body if isinstance(after, Negate) else after
        return not spoken(after) and not spoken_of and not isinstance(shown, Number | Constant | Symbol)

    def _puts_in(self, before: Node, after: Node, label: Node) -> bool:
        r"""Whether a step puts in values that only the question knows, ``A = \pi r^2 = 25\pi``: no names are left.

        The label names none of what is put in, and a name alone (``x = y = 3``) is no formula into which it is put.
        """
        names = names_in(before) if not isinstance(before, Symbol) else frozenset()
        undeclared = self.declaration.conventions is not None
        return undeclared and bool(names) and not names_in(after) and not names & names_in(label)

    def _step(self, before: Node, after: Node) -> Verdict:
        """Whether a step holds; one may also write the unit of bare numbers, as in ``28 * 4 = 112 MB``."""
        whole = whole_quantity(after)
        rounded = self.tolerant and not names_in(before) | names_in(after)
        if rounded and self.decide(after, before).equal:
            return Verdict("equal", "within the tolerance", layer="tolerance")
        if without_units(before)[1] or not isinstance(whole, Quantity):
            return self.exactly(before, after)
        verdicts = [self.exactly(before, number) for number in (whole.value, without_units(after)[0])]
        return next((verdict for verdict in verdicts if verdict.verdict != "different"), verdicts[0])


def _names_quantity(student: Relation, reference: Node) -> bool:
    """Whether the first member is a formula that only names what is asked."""
    first, *others = student.operands
    answers = (*others, reference)
    named = all(is_quantity(first, one) for one in answers) or all(is_multiple_of_label(first, one) for one in answers)
    return student.operators[0] in ("=", ":=") and named


def _speaks_of(label: Node, members: tuple[Node, ...]) -> bool:
    """Whether a symbol on one side of an equation occurs on the other, so that it only looks like a label."""
    return isinstance(label, Symbol) and any(label.name in names_in(member) for member in members)
