r"""Derivations in lines: ``L = ...``, ``dL/dw = 0``, ``\Rightarrow w = ...`` answer with the last quantity alone."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.functions import known
from grader.mathematics.recurrences import recurrence_of, with_members
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import Apply, Derivative, Gradient, Indexed, Logic, Node, Relation, Symbol, children

_IMPLIED = ("=>",)
_MARKS = frozenset({"star", "hat", "opt", "best", "ml", "mle", "map", "MLE", "MAP"})
"""Labels that say which value of a name is meant."""


def conclusion_of(student: Node, reference: Node) -> Node | None:
    r"""The last equation of several lines, where it gives what the expected formula gives and the others do not.

    What follows the last arrow is the conclusion; without an arrow it is the last equation, if what stands on the left
    of the others are other quantities, of which the expected formula holds none.
    """
    lines = list(_lines(student))
    if any(map(_is_implied, _lines(reference))) or recurrence_of(with_members(student)) is not None:
        return None  # a base case is no conclusion
    arrow = max((place for place, one in enumerate(lines) if _is_implied(one)), default=None)
    if arrow is not None:
        implied = lines[arrow]
        ends = [implied.operands[-1] if isinstance(implied, Relation) else implied, *lines[arrow + 1 :]]
        if isinstance(reference, Logic):
            return Logic("and", tuple(ends)) if all(isinstance(one, Relation) for one in ends) else None
        return ends[0] if len(ends) == 1 and _gives(ends[0], reference) else None
    if len(lines) < len("ab") or isinstance(reference, Logic):
        return None
    *first, last = lines
    asked = _spoken(reference)
    others = [_subject(one) for one in first]
    subject = _subject(last)
    if subject is None or any(one is None or one == subject for one in others):
        return None
    told = _subject(reference)
    if told is None and not any(names_in(one.operands[-1]) for one in lines if isinstance(one, Relation)):
        return None  # values side by side, of which nothing says which is the answer
    if told is not None:
        return last if told == subject and told not in others else None
    return last if not any(name in asked for one in (*others, subject) if one is not None for name in one[1]) else None


def stands_alone(conclusion: Node, student: Node) -> bool:
    """Whether the value that a conclusion gives uses no name that another line defines."""
    if not isinstance(conclusion, Relation):
        return False
    left = [one.operands[0] for one in _lines(student) if isinstance(one, Relation)]
    defined = {one.name for one in left if isinstance(one, Symbol)}
    return defined.isdisjoint(names_in(conclusion.operands[-1]))


def _lines(node: Node) -> Sequence[Node]:
    match node:
        case Logic(operator="and", operands=operands):
            return [line for one in operands for line in _lines(one)]
        case _:
            return [node]


def _is_implied(node: Node) -> bool:
    return isinstance(node, Relation) and node.operators == _IMPLIED


def _gives(last: Node, reference: Node) -> bool:
    """Whether an equation is one for what the expected formula stands for, as far as its left side tells."""
    subject, told = _subject(last), _subject(reference)
    return subject is not None and (told is None or subject == told)


def _subject(node: Node) -> tuple[str, frozenset[str]] | None:
    """What an equation gives: one name, a member, a value of a function or a slope, with its names; None otherwise."""
    if not isinstance(node, Relation) or not set(node.operators) <= {"=", ":=", "~="}:
        return None
    left = node.operands[0]
    match left:
        case Symbol(name=name):
            base, _, label = name.partition("_")
            return (base if label in _MARKS else name), frozenset({name})
        case Derivative(body=body) | Gradient(body=body):
            return repr(left), _spoken(body)
        case Indexed(name=name):
            return repr(left), frozenset({name})
        case Apply(function=name) if name not in known():
            return repr(left), frozenset({name})
        case _:
            return None


def _spoken(node: Node) -> frozenset[str]:
    """The names in a formula, and those of its unknown functions."""
    own = frozenset({node.function}) if isinstance(node, Apply) and node.function not in known() else frozenset[str]()
    return names_in(node) | own.union(*map(_spoken, children(node)))
