"""Recurrences with a base case, unrolled at the points where they are compared with anything else."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import fmpq

from grader.errors import Beyond
from grader.mathematics.arithmetic import as_integer
from grader.mathematics.arrays import Value
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.functions import known
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.roles import INTEGERS
from grader.mathematics.substituting import mapped, names_in, substitute
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Divide,
    Indexed,
    Logic,
    Negate,
    Node,
    Number,
    Power,
    Relation,
    Symbol,
    Tuple,
    children,
)

ZERO_NODE = Number(Fraction(0))

FAMILY = Kind("sequence", member=Kind("real"))

UNROLLED = 64
"""No recurrence is followed further from its base case."""


@dataclass(frozen=True)
class Recurrence:
    """``name[left] = body`` for all values of ``variable``, with base cases ``name[index] = value``."""

    name: str
    variable: str
    left: Node
    body: Node
    bases: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True)
class Unrolled(Apply):
    """The member of a recurrence at an index, as a formula that other layers evaluate like any other."""

    recurrence: Recurrence | None = None
    asked: Node = ZERO_NODE

    def value_at(self, at: Evaluator) -> Value:
        """The member, from the base case step by step.

        Raises:
            Beyond: when the base case is too far, or the steps do not lead from it to what is asked.
        """
        if self.recurrence is None:
            raise Beyond("a recurrence that is not given")
        return _member(self.recurrence, as_integer(at(self.asked), "an index"), at)


def _member(rule: Recurrence, asked: int, at: Evaluator) -> Value:
    before = dict(at.shifted)
    try:
        known = [_base(rule, index, value, at) for index, value in rule.bases]
        if asked in known:
            return at.shifted[rule.name, (asked,)]
        with at.binding(rule.variable, fmpq(0)):
            offset = as_integer(at(rule.left), "an index")
        start = min(known, key=lambda index: abs(index - asked))
        step = 1 if asked > start else -1
        if abs(asked - start) > UNROLLED:
            raise Beyond("a recurrence over so many steps")
        for index in range(start + step, asked + step, step):
            if index in known:
                continue
            with at.binding(rule.variable, fmpq(index - offset)):
                _check_known(rule, at)
                at.shifted[rule.name, (index,)] = at(rule.body)
        return at.shifted[rule.name, (asked,)]
    finally:
        at.shifted = before


def _base(rule: Recurrence, index: Node, value: Node, at: Evaluator) -> int:
    place = as_integer(at(index), "an index")
    at.shifted[rule.name, (place,)] = at(value)
    return place


def _check_known(rule: Recurrence, at: Evaluator) -> None:
    for node in _members(rule.body, rule.name):
        if (rule.name, (as_integer(at(node.indices[0]), "an index"),)) not in at.shifted:
            raise Beyond("a recurrence that does not start from its base case")


def _members(node: Node, name: str) -> list[Indexed]:
    found = [node] if isinstance(node, Indexed) and node.name == name else []
    for child in children(node):
        found += _members(child, name)
    return found


def recurrence_of(node: Node) -> Recurrence | None:
    """The recurrence that some equations state, or None."""
    equations = _equations(node)
    steps = [one for one in equations if _members(one.operands[1], _name(one))]
    bases = [one for one in equations if not _members(one.operands[1], _name(one))]
    if len(steps) != 1 or not bases or len({_name(one) for one in equations}) != 1:
        return None
    return _recurrence(steps[0], bases)


def _recurrence(step: Relation, bases: Sequence[Relation]) -> Recurrence | None:
    left = step.operands[0]
    if not isinstance(left, Indexed) or len(left.indices) != 1:
        return None
    variables = names_in(left.indices[0]) - frozenset().union(
        *(names_in(one.operands[0]) - {left.name} for one in bases)
    )
    if len(variables) != 1:
        return None
    pairs = tuple((_index(one), one.operands[-1]) for one in bases)
    return Recurrence(left.name, next(iter(variables)), left.indices[0], step.operands[1], pairs)


def with_members(node: Node) -> Node:
    """Equations for values of one function, ``T(n) = 2 T(n - 1), T(0) = 1``, as equations for members of a family."""
    parts = node.elements if isinstance(node, Tuple) else node.operands if isinstance(node, Logic) else (node,)
    heads = [part.operands[0] for part in parts if isinstance(part, Relation)]
    named = {one.function for one in heads if isinstance(one, Apply) and len(one.arguments) == 1}
    if len(named) != 1 or not all(isinstance(one, Apply) for one in heads):
        return node
    (name,) = named
    if name in known():
        return node

    def change(part: Node) -> Node:
        inner = mapped(part, change)
        if isinstance(inner, Apply) and inner.function == name and len(inner.arguments) == 1:
            return Indexed(name, inner.arguments)
        return inner

    return change(node)


def as_families(student: Node, reference: Node, declaration: Declaration) -> tuple[Node, Node, Declaration]:
    """Both sides with a function that one of them defines by a recurrence as a family, ``T(n)`` as ``T[n]``."""
    sides = with_members(student), with_members(reference)
    rules = [recurrence_of(side) for side in sides]
    names = {rule.name for rule in rules if rule is not None}
    functions = {name for name in names if declaration.symbols.get(name, FAMILY).name == "function"}
    numbers = {name for name in names - functions if any(_stands_alone(side, name) for side in sides)}
    if declaration.conventions is not None and numbers:
        sides = _renamed(sides[0], numbers), _renamed(sides[1], numbers)
        kinds = {**dict.fromkeys(numbers, FAMILY.member or FAMILY), **{f"{name}#": FAMILY for name in numbers}}
        declaration = replace(declaration, symbols={**declaration.symbols, **kinds})
    if not functions and not numbers:
        return student, reference, declaration
    symbols = {**declaration.symbols, **dict.fromkeys(functions, FAMILY)}
    return sides[0], sides[1], replace(declaration, symbols=symbols)


def _stands_alone(node: Node, name: str) -> bool:
    """Whether the name of a family is that of a number as well, as P in ``P_0 = P``."""
    return node == Symbol(name) or any(_stands_alone(child, name) for child in children(node))


def _renamed(node: Node, names: AbstractSet[str]) -> Node:
    inner = mapped(node, lambda child: _renamed(child, names))
    return replace(inner, name=f"{inner.name}#") if isinstance(inner, Indexed) and inner.name in names else inner


def in_powers(rule: Recurrence) -> tuple[Recurrence, Node] | None:
    """``T(n) = 2 T(n/2) + n`` followed over the powers of two, with what n is then; None where it does not divide."""
    steps = {_divisor(one.indices[0], rule.variable) for one in _members(rule.body, rule.name)}
    if len(steps) != 1 or rule.left != Symbol(rule.variable):
        return None
    (by,) = steps
    if by is None:
        return None
    level, whole = f"{rule.variable}#", Number(by)
    before = Indexed(rule.name, (_less_one(level),))

    def change(part: Node) -> Node:
        return before if isinstance(part, Indexed) and part.name == rule.name else mapped(part, change)

    bases = [(_exponent(index, by), value) for index, value in rule.bases]
    if any(place is None for place, _ in bases):
        return None
    power = Power(whole, Symbol(level))
    body = substitute(change(rule.body), rule.variable, power)
    pairs = tuple((place, value) for place, value in bases if place is not None)
    return Recurrence(rule.name, level, Symbol(level), body, pairs), power


def _less_one(name: str) -> Node:
    return Add((Symbol(name), Negate(Number(Fraction(1)))))


def _divisor(index: Node, variable: str) -> Fraction | None:
    match index:
        case Divide(numerator=Symbol(name=name), denominator=Number(value=by)) if name == variable and by > 1:
            return by if by.denominator == 1 else None
        case _:
            return None


def _exponent(index: Node, by: Fraction) -> Node | None:
    """Which power of a whole number an index is."""
    if not isinstance(index, Number):
        return None
    found = (Number(Fraction(count)) for count in range(UNROLLED) if by**count == index.value)
    return next(found, None)


def closed_form_of(node: Node) -> Recurrence | None:
    """A formula for every member with its base cases, ``a_n = 2^n - 1, a_0 = 0``; None for anything else."""
    equations = _equations(node)
    if len(equations) < 2 or len({_name(one) for one in equations}) != 1:
        return None
    if any(_members(one.operands[1], _name(one)) for one in equations):
        return None
    rules = [one for one in equations if names_in(_index(one))]
    bases = [one for one in equations if not names_in(_index(one))]
    return _recurrence(rules[0], bases) if len(rules) == 1 and bases else None


def _equations(node: Node) -> list[Relation]:
    parts: Sequence[Node] = (node,)
    if isinstance(node, Tuple):
        parts = node.elements
    elif isinstance(node, Logic) and node.operator == "and":
        parts = node.operands
    flat: list[Relation] = []
    for part in parts:
        if isinstance(part, Logic) and part.operator == "and":
            inner = _equations(part)
            if not inner:
                return []
            flat += inner
        elif (
            isinstance(part, Relation) and part.operators in (("=",), (":=",)) and isinstance(part.operands[0], Indexed)
        ):
            flat += _by_cases(part)
        else:
            return []
    return flat


def _by_cases(equation: Relation) -> list[Relation]:
    """``x[n] = {1 where n = 0, 2 x[n-1] otherwise}`` as one equation for each case."""
    left, right = equation.operands[0], equation.operands[-1]
    if not (isinstance(right, Cases) and isinstance(left, Indexed) and len(left.indices) == 1):
        return [equation]
    found = []
    for value, condition in right.branches:
        match condition:
            case Relation(operators=("=",), operands=(index, end)) if index == left.indices[0]:
                found.append(Relation(("=",), (Indexed(left.name, (end,)), value)))
            case _:
                found.append(Relation(("=",), (left, value)))
    return found


def _name(equation: Relation) -> str:
    left = equation.operands[0]
    return left.name if isinstance(left, Indexed) else ""


def _index(equation: Relation) -> Node:
    left = equation.operands[0]
    return left.indices[0] if isinstance(left, Indexed) else left


def unrolled(rule: Recurrence, asked: Node) -> Unrolled:
    """The member at an index."""
    # as indices they are known to count steps, so that few are drawn
    ends = (Indexed(rule.name, (index,)) for index in (asked, *(index for index, _ in rule.bases)))
    parts = (rule.left, rule.body, *ends, *(value for _, value in rule.bases))
    return Unrolled("recurrence", parts, recurrence=rule, asked=asked)


def asked_member(rule: Recurrence, other: Node, declaration: Declaration) -> Node | None:
    """Which member a closed form beside a recurrence stands for.

    A recurrence that starts from a symbol's end (``W[L] = 1``) is followed down to index 0; one that starts from a
    number is followed up to its own index where the closed form uses it, else to the closed form's only whole number.
    """
    if not all(isinstance(index, Number) for index, _ in rule.bases):
        return ZERO_NODE
    names = names_in(other)
    if rule.variable in names:
        return Symbol(rule.variable)
    inside = names_in(rule.body) - {rule.variable}
    whole = [name for name in sorted(names - inside) if _whole(name, declaration)]
    return Symbol(whole[0]) if len(whole) == 1 else None


def _whole(name: str, declaration: Declaration) -> bool:
    kind = declaration.symbols.get(name)
    return kind is not None and kind.name in INTEGERS
