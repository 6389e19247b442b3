"""A statement beside a value: what it gives as the answer, behind a label, at the end of a chain, or as a solution."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.mathematics.chains import STEPS, Chains
from grader.mathematics.collections import is_set, plus_minus, same_in_any_order, solution_values
from grader.mathematics.forms import (
    EQUALITIES,
    ORDERS,
    as_interval,
    assignments,
    drawn_from,
    elements,
    equations_in_order,
    equations_of,
    in_brackets,
    is_equation,
    is_label,
    is_quantity,
    is_statement,
    may_be_interval,
    may_name,
    names_it,
    other_form,
    with_definitions,
)
from grader.mathematics.kinds import Declaration
from grader.mathematics.left_sides import is_multiple_of_label
from grader.mathematics.pairs_of_statements import Statements
from grader.mathematics.stated import Stated
from grader.mathematics.statements import solves
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import Constant, FiniteSet, Logic, Node, Number, Power, Relation, Symbol, Tuple
from grader.mathematics.verdict import Decide, Verdict

COORDINATES = ("xy", "xyz")
"""Names whose values have one order, that of a point's coordinates."""

ASKED = "what stands before the answer may be asked, or to be solved"


@dataclass(frozen=True)
class BesideValue:
    """Compares a statement with a value; ``decide`` in the question's mode, ``exactly`` without."""

    declaration: Declaration
    decide: Decide
    exactly: Decide
    chains: Chains
    statements: Statements
    stated: Callable[[Node, Node], Stated]

    def of_statement(self, student: Node, reference: Node) -> Verdict:
        """Whether what a statement gives as the answer is the expected value."""
        if isinstance(student, Relation) and set(student.operators) <= {"=>", "<=>"}:
            # what was derived last is the answer, as at the end of a chain
            return self.decide(student.operands[-1], reference)
        distribution = drawn_from(student)
        if distribution is not None:
            return self.decide(distribution, reference)
        steps = equations_in_order(student) if not isinstance(reference, FiniteSet | Tuple) else ()
        if len(steps) > 1 and not is_statement(reference):
            values = [step.operands[-1] for step in steps]
            letters = all(isinstance(one := step.operands[0], Symbol) and len(one.name) < len("sum") for step in steps)
            side_by_side = letters and not any(map(names_in, values))
            if side_by_side and any(self.decide(value, reference).equal for value in values):
                return Verdict("undecided", "which of several values is the answer is not told", layer="form")
            verdicts = (self.decide(whole, reference) for whole in with_definitions(steps))
            return next((one for one in verdicts if one.equal), None) or self.chains.steps(steps, reference)
        if isinstance(reference, FiniteSet | Tuple):
            assigned = assignments(student)
            if assigned is not None:
                return self._assigned(assigned, reference)
            solved = self._system(student, reference)
            if solved is not None:
                return solved
        solutions = solution_values(student)
        if solutions is not None:
            return self._several(solutions[1], reference)
        if isinstance(reference, Tuple) and may_be_interval(reference) and not is_equation(student):
            reference = as_interval(reference)
        if is_set(reference) and (_is_solvable(student) or reference == Constant("empty")):
            names = sorted(names_in(student) - names_in(reference))
            if len(names) == 1:
                return self.statements.compare(student, Relation(("in",), (Symbol(names[0]), reference)))
        if not isinstance(student, Relation) or not set(student.operators) <= EQUALITIES:
            if isinstance(student, Relation) and student.operators == ("in",):
                return self.decide(student.operands[1], reference)
            return self._bounded(student, reference) or other_form("a statement", "a value")
        updated = self._updated(student, reference)
        if updated is not None:
            return updated
        members = self.chains.without_label(student, reference)
        left = student.operands[0]
        label = left if members[0][1] is not left else None
        if len(members) > 1 and not self.chains.holds_throughout(members, reference):
            solved = self.chains.solved_for(student, reference) or self.chains.follow(members, reference, label)
            unsettled = solved.verdict != "equal" and solved.layer != STEPS
            named = unsettled and (may_name(left, reference) or self._is_row(left, reference))
            return (self._named(student.operands[0], members[1:], reference) if named else None) or solved
        return self.chains.follow(members, reference, label)

    def _updated(self, student: Relation, reference: Node) -> Verdict | None:
        """The right side of ``v = 0.9 v + 0.1 g`` beside a value that speaks of v as well: what v is then."""
        match student:
            case Relation(
                operands=(Symbol(name=name) | Power(base=Symbol(name=name), exponent=Constant(name="pi")), right)
            ) if self.declaration.conventions is not None:
                spoken = name in names_in(right) and name in names_in(reference) and len(names_in(right)) > 1
                verdict = self.decide(right, reference) if spoken else None
                return verdict if verdict is not None and verdict.equal else None
            case _:
                return None

    def _named(self, left: Node, members: tuple[tuple[str, Node], ...], reference: Node) -> Verdict | None:
        """The verdict where what stands before the expected value only names it, or may do so."""
        if names_it(left, reference, self.declaration):
            return self._or_root(left, members[-1][1], reference, self.chains.follow(members, reference))
        if all(self.exactly(member, reference).equal for _, member in members):
            if self._is_row(left, reference):
                return self.chains.follow(members, reference)
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

    def _assigned(self, values: Mapping[str, Node], reference: Node, *, swapped: bool = False) -> Verdict:
        """Values of several symbols beside a set of them, or a list in the order of the symbols' names."""
        if isinstance(reference, FiniteSet):
            return same_in_any_order(tuple(values.values()), reference.elements, self.decide, as_set=True)
        listed = Tuple(tuple(values[name] for name in sorted(values)))
        reference = Tuple(reference.elements) if isinstance(reference, Tuple) else reference
        verdict = self.decide(reference, listed) if swapped else self.decide(listed, reference)
        anyhow = same_in_any_order(listed.elements, elements(reference), self.decide, as_set=False)
        if verdict.verdict == "different" and anyhow.equal and "".join(sorted(values)) not in COORDINATES:
            return Verdict("undecided", "in which order the values are asked is not known", layer="parts")
        return verdict

    def _system(self, student: Node, reference: FiniteSet | Tuple) -> Verdict | None:
        """Equations that hold together beside the point that solves them; values of one symbol are left to a person."""
        if not isinstance(student, Logic) or student.operator != "and" or self.declaration.conventions is None:
            return None
        values = solution_values(Logic("or", student.operands))
        if values is not None and self._several(values[1], reference).equal:
            return Verdict("undecided", "values of one symbol cannot hold together", layer="parts")
        names = sorted(names_in(student))
        if not isinstance(reference, Tuple) or len(names) != len(reference.elements):
            return None
        given = zip(names, reference.elements, strict=True)
        point = Logic("and", tuple(Relation(("=",), (Symbol(name), value)) for name, value in given))
        verdict = self.statements.compare(student, point)
        return verdict if verdict.equal else None

    def _several(self, values: tuple[Node, ...], reference: Node) -> Verdict:
        wanted = reference.elements if isinstance(reference, (FiniteSet, Tuple)) else plus_minus(reference)
        return same_in_any_order(values, wanted, self.decide, as_set=True)

    def of_value(self, student: Node, reference: Node) -> Verdict:
        """Whether a value is the answer that an expected statement gives."""
        distribution = drawn_from(reference)
        if distribution is not None:
            return self.decide(student, distribution)
        asked = assignments(reference) if isinstance(student, FiniteSet | Tuple) else None
        if asked is not None:
            return self._assigned(asked, student, swapped=True)
        names = sorted(names_in(reference) - names_in(student))
        system = not isinstance(reference, Relation) and len(equations_of(reference)) > 1
        if isinstance(student, Tuple) and system and len(names) == len(student.elements):
            return self._point(names, student.elements, reference)
        solutions = solution_values(reference)
        if solutions is not None:
            values = student.elements if isinstance(student, (FiniteSet, Tuple)) else plus_minus(student)
            return same_in_any_order(values, solutions[1], self.decide, as_set=True)
        if isinstance(student, Tuple) and may_be_interval(student) and not is_equation(reference):
            student = as_interval(student)
        if isinstance(student, Tuple) and not in_brackets(student) and is_equation(reference):
            student = FiniteSet(student.elements)
        if is_set(student):
            names = sorted(names_in(reference) - names_in(student))
            if len(names) == 1:
                return self.statements.compare(Relation(("in",), (Symbol(names[0]), student)), reference)
        if isinstance(reference, Relation) and set(reference.operators) <= EQUALITIES:
            left, right = reference.operands[0], reference.operands[-1]
            answers = (student, *reference.operands[1:])
            if all(is_multiple_of_label(left, one) or _is_of_policy(left, one) for one in answers):
                return self.decide(student, right)
            if reference.operators == ("=",) and names_in(left) and not is_label(left, student, self.declaration):
                unknown = sorted(names_in(reference) - names_in(student))
                if len(unknown) == 1:
                    solved = solves(reference, unknown[0], student, self.stated(student, reference))
                    return self._right_side(student, reference) or solved if solved.verdict == "different" else solved
                return self._right_side(student, reference) or self._one_side(student, reference)
            return self.decide(student, reference.operands[-1])
        return self._bounded(reference, student) or other_form("a value", "a statement")

    def _point(self, names: Sequence[str], values: Sequence[Node], system: Node) -> Verdict:
        """A point in the order of the symbols' names beside a system of equations for them."""
        orders = ([*values], [*reversed(values)])
        points = [Logic("and", tuple(map(_given, names, order))) for order in orders]
        verdict = self.statements.compare(points[0], system)
        if verdict.verdict == "different" and self.statements.compare(points[1], system).equal:
            return Verdict("undecided", "in which order the values are asked is not known", layer="parts")
        return verdict

    def _bounded(self, statement: Node, value: Node) -> Verdict | None:
        """Where nobody declared anything, an inequality beside a value that is its last side is left to a person."""
        if self.declaration.conventions is None or not isinstance(statement, Relation):
            return None
        agrees = set(statement.operators) <= ORDERS and self.decide(statement.operands[-1], value).equal
        reason = "a bound and an inequality that ends in it; whether the value alone is asked is not told"
        return Verdict("undecided", reason, layer="parts") if agrees else None

    def _one_side(self, value: Node, equation: Relation) -> Verdict:
        """The verdict on a value beside an equation of several symbols: its right side may be asked, but not a 0."""
        verdict = self.decide(value, equation.operands[-1])
        if verdict.equal and equation.operands[-1] == Number(Fraction(0)):
            return other_form("a value", "an equation")
        # what holds for all values is no equation that is to be solved
        open_yet = verdict.equal and not self.exactly(*equation.operands).equal
        return Verdict("undecided", ASKED, layer="form") if open_yet else verdict

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


def _is_of_policy(left: Node, answer: Node) -> bool:
    r"""Whether a left side is what belongs to a policy, ``v^\pi``, before an answer that does not mention it."""
    return isinstance(left, Power) and left.exponent == Constant("pi") and is_quantity(left, answer)


def _is_solvable(statement: Node) -> bool:
    """Whether a set can be what solves a statement: it is no equation, or one of one symbol that is not alone."""
    if not isinstance(statement, Relation) or not is_equation(statement):
        return True
    first, *others = statement.operands
    alone = isinstance(first, Symbol) or len(others) > 1 or is_set(others[-1])
    return not alone and len(names_in(statement)) == 1


def _given(name: str, value: Node) -> Relation:
    return Relation(("=",), (Symbol(name), value))
