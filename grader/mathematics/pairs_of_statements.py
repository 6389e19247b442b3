"""Two statements: equations by their solutions or by what stands behind a label, inequalities, lists and systems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType

from grader.mathematics.array_signs import parts_of
from grader.mathematics.canonical import Key, canonical
from grader.mathematics.chains import Chains
from grader.mathematics.collections import same_in_any_order, same_lists, solution_values, spelled_out
from grader.mathematics.definitions import same_definitions
from grader.mathematics.forms import (
    EQUALITIES,
    LABELS,
    ORDERS,
    as_equation,
    equations_of,
    is_declared,
    is_label,
    lists_equations,
    numbered_roots,
    single_value,
)
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.modes import up_to_factor
from grader.mathematics.moments import with_one_argument, with_one_hat
from grader.mathematics.polynomials import roots_given, same_linear_systems
from grader.mathematics.roles import REAL
from grader.mathematics.stated import ZERO, Stated
from grader.mathematics.statements import same_equations, same_inequalities, solved_anyhow, solves
from grader.mathematics.substituting import names_in
from grader.mathematics.ties import unknown_order
from grader.mathematics.tree import (
    Add,
    Apply,
    Covariance,
    Derivative,
    Expectation,
    Gradient,
    Logic,
    Negate,
    Node,
    Probability,
    Relation,
    Symbol,
    Variance,
)
from grader.mathematics.truths import same_truth
from grader.mathematics.verdict import Decide, Verdict, Witness

ABOUT = "~="
CHANCES = (Expectation, Variance, Covariance, Probability)
TURNED = MappingProxyType({"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="})
"""The signs of relations, and what they are read from the right."""


@dataclass(frozen=True)
class Statements:
    """Compares two statements; ``decide`` in the question's mode. ``solutions``: only what solves them counts."""

    declaration: Declaration
    solutions: bool
    decide: Decide
    chains: Chains
    stated: Callable[[Node, Node], Stated]

    def compare(self, student: Node, reference: Node) -> Verdict:
        """Whether two statements say the same."""
        student, reference = numbered_roots(student, reference), numbered_roots(reference, student)
        if self.declaration.conventions is not None:
            student = with_one_argument(with_one_hat(student, reference), reference)
        if self._form(student) == self._form(reference):
            return Verdict("equal", "the same statement", layer="canonical" if student == reference else "statements")
        if self.declaration.conventions is not None and unknown_order(student, reference, self.declaration):
            return self._of_unknown_values(student, reference)
        verdict = self._compared(student, reference)
        if verdict.verdict == "different" and self._agree_where_positive(student, reference):
            return Verdict("undecided", "the two agree where what is not declared is positive", layer="ties")
        parts = _alternatives(student) if verdict.verdict == "different" else None
        if parts is not None and self._compared(parts, reference).equal:
            return Verdict(
                "undecided", "whether the parts hold together or one of them is not told", layer="statements"
            )
        return verdict if verdict.verdict != "undecided" else self._with_one_side(student, reference) or verdict

    def _compared(self, student: Node, reference: Node) -> Verdict:
        if self._are_one_chain(student, reference):
            return Verdict("equal", "the same members are equal", layer="canonical")
        defined = same_definitions(student, reference, self.declaration, self.decide, self._form)
        if defined is not None:
            return defined
        values = [solution_values(node) for node in (student, reference)]
        singles = [found or single_value(node) for found, node in zip(values, (student, reference), strict=True)]
        if (singles[0] is None) is not (singles[1] is None):
            complete = self._all_roots(singles, student, reference)
            if complete is not None:
                return complete
        if any(value is not None for value in values) or self.solutions:
            values = singles
        if values[0] is not None and values[1] is not None and values[0][0] == values[1][0]:
            return same_in_any_order(values[0][1], values[1][1], self.decide, as_set=True)
        if values[0] is not None or values[1] is not None:
            one, other = (as_equation(found) or node for found, node in zip(values, (student, reference), strict=True))
            if isinstance(one, Relation) and isinstance(other, Relation) and one.operators == other.operators == ("=",):
                return same_equations(self.stated(one, other), one, other)
        if isinstance(student, Relation) and isinstance(reference, Relation):
            found = self._two_relations(student, reference)
            if found is not None:
                return found
        systems = [equations_of(node) for node in (student, reference)]
        if systems[0] and systems[1] and max(len(system) for system in systems) > 1:
            found = same_linear_systems(self.stated(student, reference), systems[0], systems[1])
            if found is not None:
                return found
        if lists_equations(student) and lists_equations(reference):
            given, wanted = (node.operands if isinstance(node, Logic) else (node,) for node in (student, reference))
            matched = same_in_any_order(given, wanted, self.decide, as_set=True)
            if matched.equal:
                return matched
        return same_truth(self.stated(spelled_out(student), spelled_out(reference)))

    def _of_unknown_values(self, student: Node, reference: Node) -> Verdict:
        """Inequalities of functions of which nothing is said: where those drawn hold says nothing of others."""
        sides = [_upward_difference(node) for node in (student, reference)]
        if sides[0] is not None and sides[1] is not None and sides[0][0] == sides[1][0]:
            stated = self.stated(student, reference)
            verdict = up_to_factor(
                sides[0][1], sides[1][1], self.declaration, stated.policy, self.decide, positive=True
            )
            if verdict.equal:
                return replace(verdict, layer="statements")
        unknown = Verdict("undecided", "nothing says where an unknown function holds this", layer="ties")
        return self._with_one_side(student, reference) or unknown

    def _agree_where_positive(self, student: Node, reference: Node) -> bool:
        """Whether two inequalities of several undeclared names, with a logarithm, are one for positive numbers."""
        if not (isinstance(student, Relation) and isinstance(reference, Relation)):
            return False
        names = names_in(student) | names_in(reference)
        kinds = {name: Kind("positive") for name in names if self.declaration.symbols.get(name) == REAL}
        orders = all(set(one.operators) <= ORDERS - {"!="} for one in (student, reference))
        single = len(student.operators) == len(reference.operators) == 1
        logs = any(
            isinstance(one, Apply) and one.function == "log" for one in (*parts_of(student), *parts_of(reference))
        )
        if (
            self.declaration.conventions is None
            or not (orders and single and logs)
            or len(names) < len(("t", "epsilon"))
        ):
            return False
        positive = replace(self.declaration, symbols={**self.declaration.symbols, **kinds})
        stated = replace(self.stated(student, reference), declaration=positive)
        return same_truth(stated).equal

    def _are_one_chain(self, student: Node, reference: Node) -> bool:
        """Whether two chains of equations have the same members in another order."""
        chains = [node for node in (student, reference) if isinstance(node, Relation) and len(node.operators) > 1]
        if len(chains) != len((student, reference)) or any(set(one.operators) != {"="} for one in chains):
            return False
        members = [sorted(repr(self._form(side)) for side in one.operands) for one in chains]
        return members[0] == members[1]

    def _form(self, node: Node) -> Key:
        return canonical(node, self.declaration)

    def _with_one_side(self, student: Node, reference: Node) -> Verdict | None:
        """Two relations that have one side in common, whose truth was not found: by their signs and other sides."""
        shared = [
            (one, other)
            for one in _both_ways(student)
            for other in _both_ways(reference)
            if self._form(one.operands[0]) == self._form(other.operands[0])
        ]
        return next(filter(None, (self._by_others(one, other) for one, other in shared)), None)

    def _by_others(self, student: Relation, reference: Relation) -> Verdict | None:
        """Two relations with one left side, by their signs and right sides."""
        (common, given), (_, wanted) = student.operands, reference.operands
        # another value of the other side is another statement only where the common side can have both
        others = names_in(given) | names_in(wanted)
        free = isinstance(common, LABELS) and bool(names_in(common) - others)
        free = free or (isinstance(common, Symbol) and common.name not in others)
        free = free or (isinstance(common, Apply) and self._is_free(common, given, wanted))
        verdict = self.decide(given, wanted)
        signs = (student.operators[0], reference.operators[0])
        if signs[0] != signs[1]:
            witness = Witness((), signs[0], signs[1], "sign")
            other = Verdict("different", "the two differ in their sign of relation", witness, "statements")
            return other if free and verdict.equal else None
        settled = verdict.equal or (free and verdict.verdict == "different")
        return replace(verdict, layer="statements") if settled else None

    def _of_other_chances(self, student: Relation, reference: Relation) -> Verdict | None:
        """Two equations with other means or probabilities before the sign: by the difference of their sides."""
        first, second = student.operands[0], reference.operands[0]
        if not (isinstance(first, CHANCES) and isinstance(second, CHANCES)) or self._form(first) == self._form(second):
            return None
        if names_in(first) != names_in(second):
            return None
        sides = [Add((one.operands[0], Negate(one.operands[-1]))) for one in (student, reference)]
        for given in (sides[0], Negate(sides[0])):
            verdict = self.decide(given, sides[1])
            if verdict.equal:
                return replace(verdict, layer="statements")
        return Verdict("undecided", "whether two conditions on chances are one was not found", layer="statements")

    def _is_free(self, common: Apply, given: Node, wanted: Node) -> bool:
        """Whether a function of which nothing is said has any value where the other sides do not speak of it."""
        kind = self.declaration.symbols.get(common.function)
        speaks = any(
            isinstance(one, Apply) and one.function == common.function
            for side in (given, wanted)
            for one in parts_of(side)
        )
        return kind is not None and kind.name == "function" and not speaks

    def _all_roots(
        self, values: list[tuple[str, tuple[Node, ...]] | None], student: Node, reference: Node
    ) -> Verdict | None:
        """Values of a symbol beside a polynomial equation for it."""
        place = 0 if values[0] is not None else 1
        given, equation = values[place], (reference, student)[place]
        if given is None or not isinstance(equation, Relation) or equation.operators != ("=",):
            return None
        return roots_given(self.stated(student, reference), given[0], given[1], equation, swapped=bool(place))

    def _two_relations(self, student: Relation, reference: Relation) -> Verdict | None:
        if set(student.operators) <= EQUALITIES and set(reference.operators) <= EQUALITIES:
            verdict = self._two_equations(student, reference)
            about = [ABOUT in one.operators for one in (student, reference)]
            if verdict.equal and about[0] is not about[1] and names_in(reference.operands[-1]):
                return Verdict("undecided", "one side says about equal, the other equal", layer="statements")
            return verdict
        if student.operators == reference.operators == ("in",) and student.operands[0] == reference.operands[0]:
            return self.decide(student.operands[1], reference.operands[1])
        if student.operators == reference.operators and not set(student.operators) <= ORDERS | {"in"}:
            return same_lists(student.operands, reference.operands, self.decide, "side")
        if (
            len(student.operators) == len(reference.operators) == 1
            and {*student.operators, *reference.operators} <= ORDERS
        ):
            return same_inequalities(self.stated(student, reference), student, reference)
        return None

    def _two_equations(self, student: Relation, reference: Relation) -> Verdict:
        first, second = student.operands[0], reference.operands[0]
        answers = (student.operands[-1], reference.operands[-1])
        named = not self.solutions and all(is_label(first, one, self.declaration) for one in answers)
        same = first == second or not is_declared(first, self.declaration) or isinstance(first, LABELS)
        expected = is_label(second, reference.operands[-1], self.declaration)
        if named and same and expected and not any(map(_is_stationary, (student, reference))):
            verdict = self.chains.follow(
                self.chains.without_label(student, reference.operands[-1]), reference.operands[-1]
            )
            return self._of_other_chances(student, reference) or verdict if verdict.verdict == "different" else verdict
        if isinstance(second, Symbol) and expected and len(student.operators) == 1 and second.name in names_in(student):
            stated = self.stated(student, reference)
            verdict = solves(student, second.name, reference.operands[-1], stated)
            free = solved_anyhow(student, second.name, reference.operands[-1], stated) if verdict.equal else None
            return free or verdict
        one = Relation(("=",), (first, student.operands[-1]))
        other = Relation(("=",), (second, reference.operands[-1]))
        return same_equations(self.stated(one, other), one, other)


def _both_ways(statement: Node) -> tuple[Relation, ...]:
    """A relation with one sign, and the same read from the right."""
    match statement:
        case Relation(operators=(operator,), operands=(left, right)) if operator in TURNED:
            return statement, Relation((TURNED[operator],), (right, left))
        case _:
            return ()


def _alternatives(statement: Node) -> Node | None:
    """Inequalities of one symbol that are listed, as alternatives; None of anything else."""
    match statement:
        case Logic(operator="and", operands=many) if len(names_in(statement)) == 1:
            ordered = all(isinstance(one, Relation) and set(one.operators) <= ORDERS for one in many)
            return Logic("or", many) if ordered else None
        case _:
            return None


def _is_stationary(equation: Relation) -> bool:
    """Whether a derivative is set to zero: a condition, and no name of what is asked."""
    return isinstance(equation.operands[0], (Derivative, Gradient)) and equation.operands[-1] == ZERO


def _upward_difference(statement: Node) -> tuple[bool, Node] | None:
    """Whether an inequality is strict, and its larger side minus the smaller; None of anything else."""
    match statement:
        case Relation(operators=(("<" | "<=" | ">" | ">=") as operator,), operands=(left, right)):
            larger, smaller = (left, right) if ">" in operator else (right, left)
            return "=" in operator, Add((larger, Negate(smaller)))
        case _:
            return None
