"""Lists of equations ``name = value``: compared name by name, with what some of them define put into the others."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from grader.mathematics.forms import LABELS, equations_in_order, occurs, replaced
from grader.mathematics.functions import known
from grader.mathematics.kinds import Declaration
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import Apply, Indexed, Node, Relation, Symbol
from grader.mathematics.verdict import Decide, Verdict

Form = Callable[[Node], Hashable]
"""What two formulas share that are the same up to the order of writing."""


def same_definitions(
    student: Node, reference: Node, declaration: Declaration, decide: Decide, form: Form
) -> Verdict | None:
    """The verdict on two lists with the same names before their equations; None of any other two statements.

    A name that only one list has is a definition where another equation of that list uses it and the other list does
    not know it: it is put into the rest. The lists differ only where no value speaks of a name of its list.
    """
    lists = [_steps(node, declaration) for node in (student, reference)]
    if not lists[0] or not lists[1] or max(map(len, lists)) == 1:
        return None
    sides = [{form(step.operands[0]): step for step in steps} for steps in lists]
    if any(len(side) != len(steps) for side, steps in zip(sides, lists, strict=True)):
        return None
    common = sides[0].keys() & sides[1].keys()
    for side, steps, other in ((sides[0], lists[0], reference), (sides[1], lists[1], student)):
        extra = [step.operands[0] for name, step in side.items() if name not in common]
        if not common or not all(_only_defined(left, steps, other) for left in extra):
            return None
    verdicts = [_compared(name, sides, lists, decide) for name in common]
    weakest = next((one for one in verdicts if one.verdict != "equal"), verdicts[0])
    found = next((one for one in verdicts if one.verdict == "different"), weakest)
    explicit = [_value(step, steps) for steps in lists for step in steps]
    lefts = [step.operands[0] for steps in lists for step in steps]
    closed = not any(occurs(left, value) for left in lefts for value in explicit)
    return found if found.verdict != "different" or closed else None


def _compared(
    name: Hashable, sides: Sequence[dict[Hashable, Relation]], lists: Sequence[Sequence[Relation]], decide: Decide
) -> Verdict:
    """The verdict on the values of one name, every member of a chain among them."""
    steps = [side[name] for side in sides]
    explicit = [_value(step, steps) for step, steps in zip(steps, lists, strict=True)]
    verdict = decide(steps[0].operands[-1], steps[1].operands[-1])
    if not verdict.equal and explicit != [step.operands[-1] for step in steps]:
        verdict = decide(explicit[0], explicit[1])
    for between in steps[0].operands[1:-1]:
        link = decide(between, steps[0].operands[-1])
        verdict = verdict if link.equal or verdict.verdict == "different" else link
    return verdict


def _steps(node: Node, declaration: Declaration) -> list[Relation]:
    """The equations of a list with a name before each; empty where one has none."""
    steps = equations_in_order(node) or ((node,) if isinstance(node, Relation) else ())
    named = all(set(step.operators) <= {"=", ":="} and _is_name(step.operands[0], declaration) for step in steps)
    return list(steps) if named else []


def _is_name(node: Node, declaration: Declaration) -> bool:
    unknown = isinstance(node, Apply) and (node.function not in known() or node.function in declaration.symbols)
    return unknown or isinstance(node, (Symbol, *LABELS))


def _only_defined(left: Node, steps: Sequence[Relation], other: Node) -> bool:
    """Whether a name is used by another equation of its own list, and not known to the other list."""
    used = any(names_in(left) & names_in(step.operands[-1]) for step in steps if step.operands[0] != left)
    named = isinstance(left, (Symbol, Indexed)) and left.name not in names_in(other)
    return used and named


def _value(step: Relation, steps: Sequence[Relation]) -> Node:
    """The value of an equation with what the others of its list define; what speaks of itself is put in once."""
    value = step.operands[-1]
    others = [one for one in steps if one is not step]
    for _ in others:
        for other in others:
            left, right = other.operands[0], other.operands[-1]
            recursive = isinstance(left, (Symbol, Indexed)) and left.name in names_in(right)
            value = value if recursive and not occurs(left, value) else replaced(value, left, right)
    return value
