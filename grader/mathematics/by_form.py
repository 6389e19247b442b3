"""Compares two answers by the form they have: lists, sets, statements, values, and in which mode."""

from __future__ import annotations

from dataclasses import dataclass, replace

from grader.mathematics import growth, probability, set_algebra, units
from grader.mathematics.antiderivatives import same_antiderivatives
from grader.mathematics.beside_values import BesideValue
from grader.mathematics.canonical import COMMUTATIVE, canonical
from grader.mathematics.chains import Chains
from grader.mathematics.collections import (
    is_set,
    plus_minus,
    rows_in_any_order,
    same_in_any_order,
    same_lists,
    same_rows,
    same_sets,
    values_of_pair,
)
from grader.mathematics.forms import (
    DISTRIBUTIONS,
    TRUTHS,
    answer_of,
    are_pairs,
    as_interval,
    as_list,
    elements,
    holds_plus_minus,
    in_brackets,
    is_end,
    is_statement,
    may_be_interval,
    other_form,
    same_word,
)
from grader.mathematics.functions import known
from grader.mathematics.general_solutions import same_general_solutions
from grader.mathematics.kinds import Declaration
from grader.mathematics.measuring import measured
from grader.mathematics.modes import (
    irrational_factor,
    up_to_constant,
    up_to_factor,
    up_to_sign,
    within,
    without_own_norm,
)
from grader.mathematics.pairs_of_recurrences import same_recurrences
from grader.mathematics.pairs_of_statements import Statements
from grader.mathematics.plain import Simplify, decide_plain, rows_of
from grader.mathematics.same_extremes import same_extremes
from grader.mathematics.same_means import same_means
from grader.mathematics.shifting import aligned
from grader.mathematics.stated import Stated
from grader.mathematics.tidying import tidied
from grader.mathematics.tree import (
    Apply,
    FiniteSet,
    Growth,
    Node,
    SetOperation,
    Tuple,
)
from grader.mathematics.verdict import EXACT, Decide, Mode, Policy, Verdict, Witness
from grader.mathematics.vertices import at_vertices

TOGETHER = ("up-to-sign", "up-to-factor", "up-to-positive-factor")
"""Modes in which a list has one sign or one factor as a whole."""

ASYMPTOTIC = ("growth", "leading-order")


@dataclass(frozen=True)
class Comparison:
    """How two answers are compared: the symbols, the mode, the policy, and layer 5 where there is one."""

    declaration: Declaration
    mode: Mode
    policy: Policy
    simplify: Simplify | None

    def exactly(self, student: Node, reference: Node) -> Verdict:
        """Decide two parts without the mode."""
        return replace(self, mode=EXACT).decide(student, reference)

    def decide(self, student: Node, reference: Node) -> Verdict:
        """Decide two answers of any form."""
        student, reference = tidied(student), tidied(reference)
        if self.mode.name in ASYMPTOTIC or isinstance(student, Growth) or isinstance(reference, Growth):
            return self._growth(student, reference)
        of_sets = set_algebra.settle(self._stated(student, reference))
        if of_sets is not None:
            return of_sets
        statements = [is_statement(node) for node in (student, reference)]
        if any(statements):
            return self._statements(student, reference, statements)
        return self._values(student, reference)

    def _stated(self, student: Node, reference: Node) -> Stated:
        return Stated(student, reference, self.declaration, self.policy, self.exactly)

    @property
    def _chains(self) -> Chains:
        closed = self.simplify is not None
        return Chains(self.declaration, self.mode.tolerant, self.decide, self.exactly, self._stated, closed)

    @property
    def _statements_of_both(self) -> Statements:
        solutions = self.mode.name == "same-solutions"
        return Statements(self.declaration, solutions, self.decide, self._chains, self._stated)

    def _growth(self, student: Node, reference: Node) -> Verdict:
        student, reference = answer_of(student), answer_of(reference)
        if canonical(student, self.declaration) == canonical(reference, self.declaration):
            return Verdict("equal", "the same formula in another order of writing", layer="canonical")
        if self.mode.name in ASYMPTOTIC or isinstance(reference, Growth):
            mode = self.mode if self.mode.name in ASYMPTOTIC else Mode("growth")
            verdict = growth.settle(student, reference, self.declaration, mode, seed=self.policy.seed)
            kinds = {node.kind for node in (student, reference) if isinstance(node, Growth)}
            if verdict is not None and verdict.equal and self.mode.name not in ASYMPTOTIC and len(kinds) > 1:
                return Verdict(
                    "undecided", "one side bounds from above only, the other from both sides", layer="growth"
                )
            if verdict is not None:
                return verdict
            bodies = [node.body if isinstance(node, Growth) else node for node in (student, reference)]
            verdict = self.exactly(bodies[0], bodies[1])
            return (
                verdict if verdict.equal else Verdict("undecided", "the growth of a side was not found", layer="growth")
            )
        if isinstance(student, Growth) and self.declaration.conventions is not None:
            settled = growth.settle(student, reference, self.declaration, Mode("growth"), seed=self.policy.seed)
            if settled is not None and settled.equal:
                return Verdict("undecided", "whether a class of growth is asked is not told", layer="growth")
        witness = Witness((), "a class of growth", "a formula", "form")
        return Verdict("different", "a class of growth is given where a formula is asked", witness, "growth")

    def _statements(self, student: Node, reference: Node, statements: list[bool]) -> Verdict:
        recurrent = same_recurrences(student, reference, self.declaration, self._values)
        if recurrent is not None:
            return recurrent
        both = self._statements_of_both
        if not all(statements):
            mixed = BesideValue(self.declaration, self.decide, self.exactly, self._chains, both, self._stated)
            return mixed.of_statement(student, reference) if statements[0] else mixed.of_value(student, reference)
        return both.compare(*aligned(student, reference, self.declaration))

    def _values(self, student: Node, reference: Node) -> Verdict:
        if self.mode.name == "permutation":
            given, wanted = rows_in_any_order(student), rows_in_any_order(reference)
            if given is not None and wanted is not None:
                return same_in_any_order(given, wanted, self.exactly, as_set=False)
        if student in TRUTHS or reference in TRUTHS:
            return same_word(student, reference)
        if is_set(student) or is_set(reference):
            return self._sets(student, reference)
        several = [holds_plus_minus(node) for node in (student, reference)]
        if any(several):
            sides = (values_of_pair(student, reference), values_of_pair(reference, student))
            return same_in_any_order(*sides, self.decide, as_set=True)
        listed = self._listed(student, reference)
        if listed is not None:
            return self._in_another_order(student, reference) or listed if listed.verdict == "different" else listed
        measured = self._measured(student, reference)
        if measured is not None:
            return measured
        student, reference = units.without_units(student)[0], units.without_units(reference)[0]
        return self._in_mode(student, reference)

    def _sets(self, student: Node, reference: Node) -> Verdict:
        if self.mode.tolerant and isinstance(student, FiniteSet) and isinstance(reference, FiniteSet):
            return same_in_any_order(student.elements, reference.elements, self.decide, as_set=True)
        if is_set(student) and is_set(reference):
            return same_sets(self._stated(student, reference))
        other, whole = (reference, student) if is_set(student) else (student, reference)
        if not isinstance(whole, FiniteSet) and isinstance(other, Tuple) and may_be_interval(other):
            pair = (as_interval(other), reference) if is_set(reference) else (student, as_interval(other))
            return same_sets(self._stated(pair[0], pair[1]))
        values = other.elements if isinstance(other, Tuple) else plus_minus(other)
        if isinstance(other, Tuple) and in_brackets(other):
            values = (other,)
        listed = isinstance(other, Tuple) and not in_brackets(other)
        if isinstance(whole, FiniteSet) and (listed or len(values) > 1 or len(whole.elements) == 1):
            lists = (values, whole.elements) if is_set(reference) else (whole.elements, values)
            return same_in_any_order(lists[0], lists[1], self.decide, as_set=True)
        if isinstance(other, Tuple) and self.declaration.conventions is not None and self._is_loose(other, whole):
            return Verdict("undecided", "whether a list or a set is meant is not told", layer="parts")
        words = [
            "a set" if is_set(node) else "a list" if isinstance(node, Tuple) else "a value"
            for node in (student, reference)
        ]
        return other_form(words[0], words[1])

    def _is_loose(self, listed: Tuple, whole: Node) -> bool:
        """Whether a list has the elements of a set, or the intervals of a union."""
        if isinstance(whole, FiniteSet):
            return same_in_any_order(listed.elements, whole.elements, self.decide, as_set=True).equal
        pairs = [one for one in listed.elements if isinstance(one, Tuple) and may_be_interval(one)]
        if not isinstance(whole, SetOperation) or len(pairs) != len(listed.elements):
            return False
        union = SetOperation("union", tuple(map(as_interval, pairs)))
        return same_sets(self._stated(union, whole)).equal

    def _listed(self, student: Node, reference: Node) -> Verdict | None:
        if self.mode.name in TOGETHER and not any(map(is_statement, (student, reference))):
            return None
        rows, wanted = rows_of(student), rows_of(reference)
        if rows is not None and wanted is not None:
            if len(rows) == len(wanted) and len(rows[0]) == len(wanted[0]):
                return same_rows(rows, wanted, self.decide)
            return None
        if isinstance(student, Tuple) and isinstance(reference, Tuple):
            if student.bracket != reference.bracket and are_pairs(student, reference):
                return self._differently_bracketed(student, reference)
            return same_lists(student.elements, reference.elements, self.decide)
        column = as_list(wanted or rows)
        if column is not None and isinstance(student if wanted else reference, Tuple):
            pair = (elements(student), column) if wanted else (column, elements(reference))
            return same_lists(pair[0], pair[1], self.decide)
        if isinstance(student, Tuple) and len(student.elements) == 1:
            return self.decide(student.elements[0], reference)
        return None

    def _in_another_order(self, student: Node, reference: Node) -> Verdict | None:
        """Where nobody declared anything, lists without brackets may be meant in any order."""
        lists = [node.elements for node in (student, reference) if isinstance(node, Tuple) and not in_brackets(node)]
        if self.declaration.conventions is None or len(lists) != len((student, reference)):
            return None
        anyhow = same_in_any_order(lists[0], lists[1], self.decide, as_set=False)
        reason = "whether the order of the values matters is not told"
        return Verdict("undecided", reason, layer="parts") if anyhow.equal else None

    def _differently_bracketed(self, student: Tuple, reference: Tuple) -> Verdict:
        """``(a, b)`` beside ``[a, b]``: different intervals where an end is zero or infinite, else one list."""
        verdict = same_lists(student.elements, reference.elements, self.decide)
        if verdict.verdict == "different":
            return verdict
        if any(map(is_end, reference.elements)):
            return self._sets(as_interval(student), as_interval(reference))
        return verdict

    def _measured(self, student: Node, reference: Node) -> Verdict | None:
        return measured(student, reference, self._in_mode)

    def _in_mode(self, student: Node, reference: Node) -> Verdict:
        match self.mode.name:
            case "tolerance" | "digits":
                return within(student, reference, self.declaration, self.policy, self.mode)
            case "up-to-sign":
                return up_to_sign(student, reference, self.plainly)
            case "up-to-factor" | "up-to-positive-factor":
                positive = self.mode.name == "up-to-positive-factor"
                student, reference = (without_own_norm(one) for one in (student, reference))
                verdict = up_to_factor(
                    student, reference, self.declaration, self.policy, self.plainly, positive=positive
                )
                if verdict.equal:
                    return verdict
                other = irrational_factor(
                    student, reference, self.declaration, self.mode.variables, self.plainly_in, positive=positive
                )
                return other or verdict
            case "up-to-additive-constant":
                found = same_antiderivatives(student, reference, self.exactly)
                return found or up_to_constant(
                    student, reference, self.declaration, self.mode.variables, self.plainly_in
                )
            case _:
                return self.plainly(student, reference)

    def plainly_in(self, declaration: Declaration) -> Decide:
        """What decides with other symbols, without the mode."""
        return replace(self, declaration=declaration).plainly

    def plainly(self, student: Node, reference: Node) -> Verdict:
        """Decide two values, without the mode."""
        constructed = self._constructed(student, reference)
        if constructed is not None:
            return constructed
        general = same_general_solutions(student, reference, self.declaration, self.exactly)
        if general is not None:
            return general
        means = same_means(student, reference, self.declaration, self.plainly_in)
        if means is not None:
            return means
        student, reference = at_vertices((student, reference), self.declaration, self.plainly_in)
        extremes = same_extremes(student, reference, self.declaration, self.plainly_in)
        if extremes is not None:
            return extremes
        chance = probability.settle(student, reference, self.declaration, seed=self.policy.seed, decide=self.exactly)
        if chance is not None:
            return chance
        found = same_antiderivatives(student, reference, self.exactly)
        return found or decide_plain(student, reference, self.declaration, self.policy, self.simplify)

    def _constructed(self, student: Node, reference: Node) -> Verdict | None:
        """Two applications of one name that has no value of its own, such as a distribution: argument by argument."""
        if not isinstance(student, Apply) or not isinstance(reference, Apply) or student.function != reference.function:
            return None
        name = reference.function
        if type(student) is not Apply or name in self.declaration.symbols:
            return None
        if (name in known() and name not in DISTRIBUTIONS) or name in COMMUTATIVE:
            return None
        given, wanted = student.arguments, reference.arguments
        if name == "normal" and {len(given), len(wanted)} == {2, 3}:  # `N(x; m, V)` is the law `N(m, V)` of x
            given, wanted = given[-2:], wanted[-2:]
        return same_lists(given, wanted, self.exactly, "argument")
