"""Whether two formulas are one up to the order of terms: the same then, whatever sizes their letters have."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from grader.mathematics.array_signs import names_of
from grader.mathematics.forms import answer_of
from grader.mathematics.tree import (
    Add,
    Apply,
    Divide,
    Fold,
    Indexed,
    Multiply,
    Negate,
    Node,
    Number,
    Relation,
    Symbol,
    children,
)

Key: TypeAlias = Any
"""A nested tuple that two formulas share when they are one up to the order of terms."""

COMMUTATIVE = frozenset({"max", "min", "hadamard", "dot", "kronecker_delta", "js"})
MIRRORED = {">": "<", ">=": "<="}
SYMMETRIC = frozenset({"=", "!=", "~="})
PLAIN = (str, int, bool, Fraction, type(None))


def alike(first: Node, second: Node) -> bool:
    """Whether two formulas are one up to the order of terms, and where numbers stand in products."""
    return bool(_key(first, {}) == _key(second, {}))


def written_alike(student: Node, reference: Node) -> bool:
    """Whether two answers are one up to the order of terms, where one of them may have a label before it."""
    labels = [
        isinstance(side, Relation) and side.operators == ("=",) and isinstance(side.operands[0], Symbol | Indexed)
        for side in (student, reference)
    ]
    one = labels[0] is not labels[1] and alike(answer_of(student), answer_of(reference))
    return one or alike(student, reference)


def _key(node: Node, bound: Mapping[str, int]) -> Key:
    match node:
        case Symbol(name=name) if name in bound:
            return ("bound", bound[name])
        case Add():
            return ("sum", tuple(sorted((_key(one, bound) for one in _terms(node)), key=repr)))
        case Negate() | Multiply() | Number():
            return _product(node, bound)
        case Divide(denominator=bottom) if _is_single(bottom):
            return _product(node, bound)
        case Fold(index=index):
            outer = tuple(one and _key(one, bound) for one in (node.lower, node.upper, node.domain))
            return ("fold", node.operator, outer, _key(node.body, {**bound, index: len(bound)}))
        case Apply(function=name, arguments=arguments):
            keys = [_key(one, bound) for one in arguments]
            return ("apply", name, tuple(sorted(keys, key=repr) if name in COMMUTATIVE else keys))
        case Relation(operators=(operator,), operands=(left, right)):
            if operator in MIRRORED:
                operator, left, right = MIRRORED[operator], right, left
            sides = [_key(left, bound), _key(right, bound)]
            return ("relation", operator, tuple(sorted(sides, key=repr) if operator in SYMMETRIC else sides))
        case _:
            return _other(node, bound)


def _other(node: Node, bound: Mapping[str, int]) -> Key:
    plain = tuple((name, value) for name, value in vars(node).items() if name != "span" and isinstance(value, PLAIN))
    listed = tuple(len(row) for row in getattr(node, "rows", ()))
    orders = tuple(order for _, order in getattr(node, "variables", ()))
    signs = getattr(node, "operators", ())
    return (type(node).__name__, plain, listed, orders, signs, tuple(_key(one, bound) for one in children(node)))


def _terms(node: Add) -> list[Node]:
    return [inner for one in node.terms for inner in (_terms(one) if isinstance(one, Add) else [one])]


def _product(node: Node, bound: Mapping[str, int]) -> Key:
    """The number before a product, its factors in their order, and what it is divided by."""
    number, factors, divisors = _parts(node)
    below = tuple(sorted((_key(one, bound) for one in divisors), key=repr))
    kept = tuple(_key(one, bound) for one in factors)
    return kept[0] if number == 1 and len(kept) == 1 and not below else ("product", number, kept, below)


def _parts(node: Node) -> tuple[Fraction, list[Node], list[Node]]:
    match node:
        case Number(value=value):
            return value, [], []
        case Negate(body=body):
            number, factors, divisors = _parts(body)
            return -number, factors, divisors
        case Divide(numerator=top, denominator=bottom) if _is_single(bottom):
            number, factors, divisors = _parts(top)
            if isinstance(bottom, Number) and bottom.value:
                return number / bottom.value, factors, divisors
            return number, factors, [*divisors, bottom]
        case Multiply(factors=many):
            found = [_parts(one) for one in many]
            number = Fraction(1)
            for amount, _, _ in found:
                number *= amount
            return number, [one for part in found for one in part[1]], [one for part in found for one in part[2]]
        case _:
            return Fraction(1), [node], []


def _is_single(node: Node) -> bool:
    """Whether what is divided by is a number: it names no capital letter, which may be an array."""
    return not any(name[0].isupper() for name in names_of(node))
