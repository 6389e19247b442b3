"""Compares two answers by the form they have: lists, sets, statements, values, and in which mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from grader.mathematics import growth, probability, set_algebra, units
from grader.mathematics.antiderivatives import same_antiderivatives
from grader.mathematics.chains import Chains
from grader.mathematics.collections import (
    is_set,
    plus_minus,
    rows_in_any_order,
    same_in_any_order,
    same_lists,
    same_rows,
    same_sets,
    solution_values,
    values_of_pair,
)
from grader.mathematics.forms import (
    DISTRIBUTIONS,
    EQUALITIES,
    ORDERS,
    TRUTHS,
    answer_of,
    are_pairs,
    as_interval,
    as_list,
    assignments,
    drawn_from,
    elements,
    equations_in_order,
    holds_plus_minus,
    in_brackets,
    is_end,
    is_equation,
    is_label,
    is_statement,
    may_be_interval,
    may_name,
    names_it,
    other_form,
    same_word,
    with_definitions,
)
from grader.mathematics.functions import known
from grader.mathematics.kinds import Declaration
from grader.mathematics.measuring import measured
from grader.mathematics.modes import irrational_factor, up_to_constant, up_to_factor, up_to_sign, within
from grader.mathematics.pairs_of_recurrences import same_recurrences
from grader.mathematics.pairs_of_statements import Statements
from grader.mathematics.plain import Simplify, decide_plain, rows_of
from grader.mathematics.same_extremes import same_extremes
from grader.mathematics.same_means import same_means
from grader.mathematics.shifting import aligned
from grader.mathematics.stated import Stated
from grader.mathematics.statements import solves
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import (
    Apply,
    FiniteSet,
    Growth,
    Node,
    Power,
    Relation,
    Symbol,
    Tuple,
)
from grader.mathematics.verdict import EXACT, Decide, Mode, Policy, Verdict, Witness

TOGETHER = ("up-to-sign", "up-to-factor", "up-to-positive-factor")
"""Modes in which a list has one sign or one factor as a whole."""

ASYMPTOTIC = ("growth", "leading-order")
ASKED = "what stands before the answer may be asked, or to be solved"


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
        return Chains(self.declaration, self.mode.tolerant, self.decide, self.exactly, self._stated)

    @property
    def _statements_of_both(self) -> Statements:
        solutions = self.mode.name == "same-solutions"
        return Statements(self.declaration, solutions, self.decide, self._chains, self._stated)

    def _growth(self, student: Node, reference: Node) -> Verdict:
        student, reference = answer_of(student), answer_of(reference)
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
        witness = Witness((), "a class of growth", "a formula", "form")
        return Verdict("different", "a class of growth is given where a formula is asked", witness, "growth")

    def _statements(self, student: Node, reference: Node, statements: list[bool]) -> Verdict:
        recurrent = same_recurrences(student, reference, self.declaration, self._values)
        if recurrent is not None:
            return recurrent
        if not statements[1]:
            return self._statement_for_value(student, reference)
        if not statements[0]:
            return self._value_for_statement(student, reference)
        return self._statements_of_both.compare(*aligned(student, reference, self.declaration))

    def _statement_for_value(self, student: Node, reference: Node) -> Verdict:
        if isinstance(student, Relation) and set(student.operators) <= {"=>", "<=>"}:
            # what was derived last is the answer, as at the end of a chain
            return self.decide(student.operands[-1], reference)
        distribution = drawn_from(student)
        if distribution is not None:
            return self.decide(distribution, reference)
        steps = equations_in_order(student) if not isinstance(reference, FiniteSet | Tuple) else ()
        if len(steps) > 1 and not is_statement(reference):
            verdicts = (self.decide(whole, reference) for whole in with_definitions(steps))
            return next((one for one in verdicts if one.equal), None) or self._chains.steps(steps, reference)
        if isinstance(reference, FiniteSet | Tuple):
            assigned = assignments(student)
            if assigned is not None:
                return self._assigned(assigned, reference)
        solutions = solution_values(student)
        if solutions is not None:
            return self._several(solutions[1], reference)
        if isinstance(reference, Tuple) and may_be_interval(reference) and not is_equation(student):
            reference = as_interval(reference)
        if is_set(reference) and not is_equation(student):
            names = sorted(names_in(student) - names_in(reference))
            if len(names) == 1:
                return self._statements_of_both.compare(student, Relation(("in",), (Symbol(names[0]), reference)))
        if not isinstance(student, Relation) or not set(student.operators) <= EQUALITIES:
            if isinstance(student, Relation) and student.operators == ("in",):
                return self.decide(student.operands[1], reference)
            return self._bounded(student, reference) or other_form("a statement", "a value")
        members = self._chains.without_label(student, reference)
        if len(members) > 1 and not self._chains.holds_throughout(members, reference):
            solved = self._chains.solved_for(student, reference) or self._chains.follow(members, reference)
            left = student.operands[0]
            named = solved.verdict != "equal" and (may_name(left, reference) or self._is_row(left, reference))
            return (self._named(student.operands[0], members[1:], reference) if named else None) or solved
        return self._chains.follow(members, reference)

    def _named(self, left: Node, members: tuple[tuple[str, Node], ...], reference: Node) -> Verdict | None:
        """The verdict where what stands before the expected value only names it, or may do so."""
        if names_it(left, reference, self.declaration):
            return self._or_root(left, members[-1][1], reference, self._chains.follow(members, reference))
        if all(self.exactly(member, reference).equal for _, member in members):
            if self._is_row(left, reference):
                return self._chains.follow(members, reference)
            return Verdict("undecided", ASKED, layer="form")
        return None

    def _or_root(self, left: Node, right: Node, value: Node, verdict: Verdict) -> Verdict:
        """The verdict on a right side, unless the value is a root of it: what is squared may be asked."""
        rooted = isinstance(left, Power) and verdict.verdict == "different"
        if isinstance(left, Power) and rooted and self.exactly(Power(value, left.exponent), right).equal:
            return Verdict("undecided", ASKED, layer="form")
        return verdict

    def _is_row(self, left: Node, right: Node) -> bool:
        r"""Whether a left side of several letters cannot be checked, as ``\Delta w``: one is not on the right side."""
        names = names_in(left)
        undeclared = self.declaration.conventions is not None
        return undeclared and len(names) > 1 and bool(names_in(right)) and not names <= names_in(right)

    def _assigned(self, values: Mapping[str, Node], reference: FiniteSet | Tuple) -> Verdict:
        """Values of several symbols beside a set of them, or a list in the order of the symbols' names."""
        if isinstance(reference, FiniteSet):
            return same_in_any_order(tuple(values.values()), reference.elements, self.decide, as_set=True)
        listed = Tuple(tuple(values[name] for name in sorted(values)), reference.bracket)
        verdict = self.decide(listed, reference)
        anyhow = same_in_any_order(listed.elements, reference.elements, self.decide, as_set=False)
        if verdict.verdict == "different" and anyhow.equal:
            return Verdict("undecided", "in which order the values are asked is not known", layer="parts")
        return verdict

    def _several(self, values: tuple[Node, ...], reference: Node) -> Verdict:
        wanted = reference.elements if isinstance(reference, (FiniteSet, Tuple)) else plus_minus(reference)
        return same_in_any_order(values, wanted, self.decide, as_set=True)

    def _value_for_statement(self, student: Node, reference: Node) -> Verdict:
        distribution = drawn_from(reference)
        if distribution is not None:
            return self.decide(student, distribution)
        solutions = solution_values(reference)
        if solutions is not None:
            values = student.elements if isinstance(student, (FiniteSet, Tuple)) else plus_minus(student)
            return same_in_any_order(values, solutions[1], self.decide, as_set=True)
        if isinstance(student, Tuple) and may_be_interval(student) and not is_equation(reference):
            student = as_interval(student)
        if is_set(student):
            names = sorted(names_in(reference) - names_in(student))
            if len(names) == 1:
                return self._statements_of_both.compare(Relation(("in",), (Symbol(names[0]), student)), reference)
        if isinstance(reference, Relation) and set(reference.operators) <= EQUALITIES:
            if reference.operators == ("=",) and not is_label(reference.operands[0], student, self.declaration):
                unknown = sorted(names_in(reference) - names_in(student))
                if len(unknown) == 1:
                    solved = solves(reference, unknown[0], student, self._stated(student, reference))
                    return self._right_side(student, reference) or solved if solved.verdict == "different" else solved
            return self.decide(student, reference.operands[-1])
        return self._bounded(reference, student) or other_form("a value", "a statement")

    def _bounded(self, statement: Node, value: Node) -> Verdict | None:
        """Where nobody declared anything, an inequality beside a value that is its last side is left to a person."""
        if self.declaration.conventions is None or not isinstance(statement, Relation):
            return None
        agrees = set(statement.operators) <= ORDERS and self.decide(statement.operands[-1], value).equal
        reason = "a bound and an inequality that ends in it; whether the value alone is asked is not told"
        return Verdict("undecided", reason, layer="parts") if agrees else None

    def _right_side(self, student: Node, reference: Relation) -> Verdict | None:
        """The verdict on the right side of an expected equation alone, where its left side names what is asked."""
        left, right = reference.operands
        if names_it(left, right, self.declaration):
            return self._or_root(left, right, student, self.decide(student, right))
        if self._is_row(left, right):
            found = self.decide(student, right)
            return found if found.equal else None
        if may_name(left, right) and names_in(right) and self.decide(student, right).equal:
            return Verdict("undecided", ASKED, layer="form")
        return None

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
            return listed
        measured = self._measured(student, reference)
        if measured is not None:
            return measured
        student, reference = units.without_units(student)[0], units.without_units(reference)[0]
        return self._in_mode(student, reference)

    def _sets(self, student: Node, reference: Node) -> Verdict:
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
        words = [
            "a set" if is_set(node) else "a list" if isinstance(node, Tuple) else "a value"
            for node in (student, reference)
        ]
        return other_form(words[0], words[1])

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
                verdict = up_to_factor(
                    student, reference, self.declaration, self.policy, self.plainly, positive=positive
                )
                if verdict.equal:
                    return verdict
                other = irrational_factor(student, reference, self.declaration, self.plainly_in, positive=positive)
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
        means = same_means(student, reference, self.declaration, self.plainly_in)
        if means is not None:
            return means
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
        if name in known() and name not in DISTRIBUTIONS:
            return None
        given, wanted = student.arguments, reference.arguments
        if name == "normal" and {len(given), len(wanted)} == {2, 3}:  # `N(x; m, V)` is the law `N(m, V)` of x
            given, wanted = given[-2:], wanted[-2:]
        return same_lists(given, wanted, self.exactly, "argument")
