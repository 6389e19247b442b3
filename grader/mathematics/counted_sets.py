r"""How many elements unknown sets have, ``|A \cap B|``: counts of the parts into which the sets divide all elements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product

from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.substituting import mapped
from grader.mathematics.tree import Add, Apply, Indexed, Node, Number, SetOperation, Symbol, children

LIMIT = 4
"""With more sets than this they are not divided."""

BARS = frozenset({"abs", "cardinality"})


def with_counts(student: Node, reference: Node, declaration: Declaration) -> tuple[Node, Node, Declaration]:
    """Both sides with each number of elements as the sum of the counts of the parts that a set consists of.

    The same where no number of elements of a union, an intersection or a difference occurs.
    """
    sides = (student, reference)
    names = sorted({name for side in sides for name in _sets(side)})
    if not names or len(names) > LIMIT:
        return student, reference, declaration
    ways = [dict(zip(names, way, strict=True)) for way in product((True, False), repeat=len(names)) if any(way)]
    parts = {_label(way): way for way in ways}
    kinds = {**declaration.symbols, **dict.fromkeys(parts, Kind("positive-integer"))}
    found = [_counted(side, frozenset(names), parts) for side in sides]
    return found[0], found[1], replace(declaration, symbols=kinds)


def _label(way: Mapping[str, bool]) -> str:
    return f"only in {' and '.join(name for name, inside in way.items() if inside)}"


def _sets(node: Node) -> Iterator[str]:
    """The sets of which an operation stands between bars."""
    bars = isinstance(node, Apply) and node.function in BARS and isinstance(node.arguments[0], SetOperation)
    if isinstance(node, Apply) and bars and not _has_members(node.arguments[0]):
        yield from _letters(node.arguments[0])
    for child in children(node):
        yield from _sets(child)


def _has_members(node: Node) -> bool:
    """Whether a set is a member of a family of sets, whose elements are known."""
    return isinstance(node, Indexed) or any(map(_has_members, children(node)))


def _letters(node: Node) -> Iterator[str]:
    if isinstance(node, Symbol):
        yield node.name
    for child in children(node):
        yield from _letters(child)


def _counted(node: Node, names: frozenset[str], parts: Mapping[str, Mapping[str, bool]]) -> Node:
    if isinstance(node, Apply) and node.function in BARS and set(_letters(node)) <= names:
        inside = [label for label, way in parts.items() if _holds(node.arguments[0], way)]
        if None not in [_holds(node.arguments[0], way) for way in parts.values()]:
            counts = tuple(Symbol(label) for label in inside)
            return Number(Fraction(0)) if not counts else counts[0] if len(counts) == 1 else Add(counts)
    return mapped(node, lambda child: _counted(child, names, parts))


def _holds(node: Node, way: Mapping[str, bool]) -> bool | None:
    """Whether the elements of a part belong to a set; None where that is not known."""
    match node:
        case Symbol(name=name):
            return way.get(name)
        case SetOperation(operator=operator, operands=many):
            inside = [_holds(one, way) for one in many]
            if None in inside:
                return None
            match operator:
                case "union":
                    return any(inside)
                case "intersection":
                    return all(inside)
                case "difference":
                    return bool(inside[0]) and not any(inside[1:])
                case "symmetric":
                    return sum(map(bool, inside)) % 2 == 1
    return None
