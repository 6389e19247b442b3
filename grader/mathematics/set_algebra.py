r"""Formulas of sets of which nothing is said: decided by which of the sets a point belongs to, every way in turn.

Two formulas are the same set when a point belongs to both or to neither, however it lies in the sets that occur. What
states something of all points (``A \subseteq B``, ``A \cap B = A``) says which of these ways no point may lie; what
speaks of one element says how that one lies. Known sets among them, ``[0, 1]`` or ``{1, 2}``, are compared as sets of
numbers for each way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import product

from grader.mathematics.collections import same_sets
from grader.mathematics.stated import Stated
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    FiniteSet,
    Interval,
    Logic,
    Negate,
    Node,
    Power,
    Relation,
    SetOperation,
    Symbol,
    children,
)
from grader.mathematics.verdict import Verdict, Witness

LIMIT = 6
"""With more sets than this no formula is decided."""

MARKS = ("c", "C", "complement")
"""What stands raised behind a set for its complement."""

COMPLEMENT = "complement"
EMPTY, ALL = Constant("empty"), Constant("reals")
SUBSETS = frozenset({"subset", "subseteq"})

Way = Mapping[str, bool]
"""For each set whether a point belongs to it."""


def settle(stated: Stated) -> Verdict | None:
    """Decide two formulas of sets, or two statements of them; None where this finds no unknown set or cannot tell."""
    sides = tuple(
        _spelled(node, inferred=stated.declaration.conventions is not None)
        for node in (stated.student, stated.reference)
    )
    if not any(map(_speaks_of_sets, sides)):
        return None
    reading: Callable[[Node], Node | None]
    words = ("the point belongs to it", "the point does not belong to it")
    if all(map(_is_statement, sides)):
        one = any(map(_has_element, sides))
        reading = _about_one if one else _about_all
        words = ("true", "false") if one else ("there is no such point", "such a point may be")
    elif any(map(_is_statement, sides)):
        return None
    else:
        reading = _expression
    found = [reading(side) for side in sides]
    names = sorted({name for node in found if node is not None for name in _atoms(node)})
    if found[0] is None or found[1] is None or not 0 < len(names) <= LIMIT:
        return None
    return _by_ways((found[0], found[1]), names, stated, words)


def _spelled(node: Node, *, inferred: bool) -> Node:
    """The formula with every complement as an operation, and a difference written with a minus as one of sets."""
    sets = frozenset(_operands(node))
    return _with_complements(node, sets, inferred=inferred)


def _operands(node: Node) -> Iterator[str]:
    if isinstance(node, SetOperation):
        yield from (one.name for one in node.operands if isinstance(one, Symbol))
    for child in children(node):
        yield from _operands(child)


def _with_complements(node: Node, sets: frozenset[str], *, inferred: bool) -> Node:
    def inside(child: Node) -> Node:
        return _with_complements(child, sets, inferred=inferred)

    match node:
        case Apply(function="complement", arguments=(body,)):
            return SetOperation(COMPLEMENT, (inside(body),))
        case Power(base=body, exponent=Symbol(name=mark)) if mark in MARKS and isinstance(
            body, (SetOperation, Symbol, Power)
        ):
            return SetOperation(COMPLEMENT, (inside(body),))
        case Symbol(name=name) if inferred and name.rpartition("_")[2] in ("bar", "prime") and name[0].isupper():
            return SetOperation(COMPLEMENT, (Symbol(name.rpartition("_")[0]),))
        case SetOperation(operator=operator, operands=many):
            return SetOperation(operator, tuple(map(inside, many)))
        case Relation(operators=operators, operands=many):
            return Relation(operators, tuple(map(inside, many)))
        case Logic(operator=operator, operands=many):
            return Logic(operator, tuple(map(inside, many)))
        case _:
            return node


def _speaks_of_sets(node: Node) -> bool:
    """Whether a formula has an operation with a set of which nothing is said, or a statement about such sets."""
    if isinstance(node, SetOperation):
        return any(isinstance(one, Symbol) or _speaks_of_sets(one) for one in node.operands)
    if isinstance(node, Relation):
        subsets = SUBSETS & set(node.operators)
        members = "in" in node.operators and isinstance(node.operands[-1], Symbol)
        return bool(subsets) or members or any(map(_speaks_of_sets, node.operands))
    return isinstance(node, Logic) and any(map(_speaks_of_sets, node.operands))


def _is_statement(node: Node) -> bool:
    return isinstance(node, (Relation, Logic))


def _has_element(node: Node) -> bool:
    if isinstance(node, Relation):
        return "in" in node.operators
    return isinstance(node, Logic) and any(map(_has_element, node.operands))


def _expression(node: Node) -> Node | None:
    """A formula of sets with three operations, ``union``, ``intersection`` and ``complement``, sets as leaves."""
    match node:
        case Symbol() | Interval() | FiniteSet():
            return node
        case Constant(name="empty" | "reals"):
            return node
        case Add(terms=(first, Negate(body=second))):
            return _expression(SetOperation("difference", (first, second)))
        case SetOperation(operator=operator, operands=many):
            parts = [_expression(one) for one in many]
            known = [part for part in parts if part is not None]
            return _operation(operator, known) if len(known) == len(parts) else None
        case _:
            return None


def _operation(operator: str, parts: list[Node]) -> Node | None:
    match operator:
        case "union" | "intersection":
            return SetOperation(operator, tuple(parts))
        case "complement":
            return SetOperation(operator, tuple(parts))
        case "difference":
            first, *others = parts
            return SetOperation("intersection", (first, *(SetOperation(COMPLEMENT, (one,)) for one in others)))
        case "symmetric":
            result = parts[0]
            for one in parts[1:]:
                result = _apart(result, one)
            return result
        case _:
            return None


def _apart(first: Node, second: Node) -> Node:
    """What belongs to one of two sets only."""
    outside = [SetOperation(COMPLEMENT, (one,)) for one in (first, second)]
    halves = (
        SetOperation("intersection", (first, outside[1])),
        SetOperation("intersection", (outside[0], second)),
    )
    return SetOperation("union", halves)


def _about_all(node: Node) -> Node | None:
    """The points that a statement of whole sets forbids, as a set; None for a statement of another form."""
    match node:
        case Logic(operator="and", operands=many):
            parts = [_about_all(one) for one in many]
            known = tuple(part for part in parts if part is not None)
            return SetOperation("union", known) if len(known) == len(parts) else None
        case Relation(operators=operators, operands=operands):
            sets = [_expression(one) for one in operands]
            forbidden: list[Node] = []
            for operator, first, second in zip(operators, sets, sets[1:], strict=False):
                if first is None or second is None or operator not in {"=", *SUBSETS}:
                    return None
                outside = SetOperation("intersection", (first, SetOperation(COMPLEMENT, (second,))))
                forbidden.append(_apart(first, second) if operator == "=" else outside)
            return SetOperation("union", tuple(forbidden))
        case _:
            return None


def _about_one(node: Node) -> Node | None:
    """The points that an element may be by a statement of it, as a set; None where there are several elements."""
    return _allowed(node) if len(set(_elements(node))) == 1 else None


def _elements(node: Node) -> Iterator[Node]:
    if isinstance(node, Relation) and node.operators == ("in",):
        yield node.operands[0]
    for child in children(node):
        yield from _elements(child)


def _allowed(node: Node) -> Node | None:
    match node:
        case Relation(operators=("in",), operands=(Symbol(), target)):
            return _expression(target)
        case Logic(operator=operator, operands=many):
            parts = [_allowed(one) for one in many]
            known = tuple(part for part in parts if part is not None)
            word = {"and": "intersection", "or": "union", "not": COMPLEMENT}.get(operator, "")
            return SetOperation(word, known) if word and len(known) == len(parts) else None
        case _:
            return None


def _atoms(node: Node) -> Iterator[str]:
    if isinstance(node, Symbol):
        yield node.name
    elif isinstance(node, SetOperation):
        for one in node.operands:
            yield from _atoms(one)


def _by_ways(sides: tuple[Node, Node], names: list[str], stated: Stated, words: tuple[str, str]) -> Verdict | None:
    """Compare for every way in which a point may lie in the unknown sets."""
    uncertain: Verdict | None = None
    for truths in product((True, False), repeat=len(names)):
        way = dict(zip(names, truths, strict=True))
        given, wanted = (_held(side, way) for side in sides)
        if given == wanted:
            continue
        if {given, wanted} == {EMPTY, ALL}:
            return _apart_at(way, words if given == ALL else words[::-1])
        verdict = same_sets(replace(stated, student=_as_written(given), reference=_as_written(wanted)))
        if verdict.verdict == "different":
            return replace(verdict, witness=_with_way(verdict.witness, way))
        if not verdict.equal:
            uncertain = verdict
    return uncertain or Verdict("equal", "a point belongs to both or to neither, however it lies", layer="sets")


def _held(node: Node, way: Way) -> Node:
    """A formula at one way: everything, nothing, or a formula of known sets."""
    match node:
        case Symbol(name=name):
            return ALL if way[name] else EMPTY
        case SetOperation(operator="complement", operands=(body,)):
            inner = _held(body, way)
            if inner in (ALL, EMPTY):
                return EMPTY if inner == ALL else ALL
            return SetOperation(COMPLEMENT, (inner,))
        case SetOperation(operator=operator, operands=many):
            whole, neutral = (ALL, EMPTY) if operator == "union" else (EMPTY, ALL)
            parts = [one for one in (_held(part, way) for part in many) if one != neutral]
            if whole in parts:
                return whole
            if not parts:
                return neutral
            return parts[0] if len(parts) == 1 else SetOperation(operator, tuple(parts))
        case _:
            return node


def _as_written(node: Node) -> Node:
    """A complement as what is left of all real numbers."""
    match node:
        case SetOperation(operator="complement", operands=(body,)):
            return SetOperation("difference", (ALL, _as_written(body)))
        case SetOperation(operator=operator, operands=many):
            return SetOperation(operator, tuple(map(_as_written, many)))
        case _:
            return node


def _apart_at(way: Way, words: tuple[str, str]) -> Verdict:
    witness = Witness(_shown(way), words[0], words[1], "a point and the sets it belongs to")
    return Verdict("different", "the two differ for a point that lies so in the sets", witness, "sets")


def _shown(way: Way) -> tuple[tuple[str, str], ...]:
    return tuple((name, "with the point" if inside else "without the point") for name, inside in way.items())


def _with_way(witness: Witness | None, way: Way) -> Witness | None:
    return witness if witness is None else replace(witness, values=(*_shown(way), *witness.values))
