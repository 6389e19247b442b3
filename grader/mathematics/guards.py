"""Where a formula changes its form: zeros of what is under an absolute value, a maximum, a case, a denominator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from grader.mathematics.roles import symbols_in
from grader.mathematics.tree import (
    Add,
    Apply,
    Divide,
    FiniteSet,
    Fold,
    Integral,
    Interval,
    Limit,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Relation,
    children,
)

GUARD_LIMIT = 16
ZERO = Number(Fraction(0))
JUMPING = ("sign", "heaviside")
BENDING = ("abs", "relu")
STEEP = frozenset({"tanh", "sigmoid", "erf", "erfc", "normal_cdf", "exp", "softplus", "sinh", "cosh", "atan"})
"""Functions whose values change within a small range of their argument, about zero."""


@dataclass(frozen=True)
class Guard:
    """A formula whose zeros matter.

    ``grid`` where all its whole values do, ``pole`` where it may divide by zero, ``jump`` where the value at the zero
    may be another than beside it.
    """

    node: Node
    grid: bool = False
    pole: bool = False
    jump: bool = False


def guards_of(nodes: tuple[Node, ...]) -> tuple[Guard, ...]:
    """All guards of some formulas, without those that depend on a bound index; poles last."""
    found: dict[Guard, None] = {}
    for node in nodes:
        for guard in _walk(node, frozenset()):
            found.setdefault(guard, None)
    ordered = sorted(found, key=lambda guard: guard.pole)
    return tuple(ordered[:GUARD_LIMIT])


def steep_parts(nodes: tuple[Node, ...]) -> tuple[Guard, ...]:
    """The arguments of functions that may be steep, such as ``10^10 x`` in a hyperbolic tangent."""
    found: dict[Guard, None] = {}
    for node in nodes:
        for guard in _steep(node):
            found.setdefault(guard, None)
    return tuple(found)[:GUARD_LIMIT]


def _steep(node: Node) -> Iterator[Guard]:
    match node:
        case Apply(function=name, arguments=(body,)) if name in STEEP:
            yield Guard(body, grid=True)
        case Power(exponent=exponent) if symbols_in(exponent):
            yield Guard(exponent, grid=True)
    for child in children(node):
        yield from _steep(child)


def weight_of(node: Node) -> int:
    """About how many nodes an evaluation visits."""
    inside = 1 + sum(map(weight_of, children(node)))
    return 12 * inside if isinstance(node, Fold) else inside


def _walk(node: Node, bound: frozenset[str]) -> Iterator[Guard]:
    for guard in _own(node):
        names = symbols_in(guard.node)
        if names and not names & bound:
            yield guard
    inner = bound | {node.index} if isinstance(node, Fold) else bound
    inner = inner | {node.variable} if isinstance(node, (Integral, Limit)) else inner
    for child in children(node):
        yield from _walk(child, inner)


def _own(node: Node) -> Iterator[Guard]:
    match node:
        case Apply(function=name, arguments=(body,)) if name in BENDING + JUMPING:
            for factor in factors_of(body):
                yield Guard(factor, jump=name in JUMPING)
        case Apply(function="floor" | "ceil" | "round", arguments=(body, *_)):
            yield Guard(body, grid=True)
        case Apply(function="mod" | "floordiv", arguments=(value, modulus)):
            yield Guard(Divide(value, modulus), grid=True)
        case Apply(function="max" | "min", arguments=many) if len(many) > 1:
            for first, second in pairwise(many):
                yield from _between(first, second, jump=False)
        case Apply(function="kronecker_delta", arguments=(first, second)):
            yield from _between(first, second, jump=True)
        case Apply(function="log" | "sqrt", arguments=(body, *_)):
            yield Guard(body, pole=True)
        case Relation():
            yield from _of_relation(node)
        case Divide(denominator=body):
            yield Guard(body, pole=True)
        case Power(base=body, exponent=Negate()):
            yield Guard(body, pole=True)
        case Power(base=body, exponent=exponent) if body == ZERO:
            yield Guard(exponent, jump=True)


def _of_relation(node: Relation) -> Iterator[Guard]:
    for operator, first, second in zip(node.operators, node.operands, node.operands[1:], strict=False):
        ends: tuple[Node, ...] = (second,)
        if operator == "in" and isinstance(second, Interval):
            ends = (second.lower, second.upper)
        elif operator == "in":
            ends = second.elements if isinstance(second, FiniteSet) else ()
        for end in ends:
            yield from _between(first, end, jump=True)


def _between(first: Node, second: Node, *, jump: bool) -> Iterator[Guard]:
    difference = first if second == ZERO else second if first == ZERO else Add((first, Negate(second)))
    for factor in factors_of(difference):
        yield Guard(factor, jump=jump)


def factors_of(node: Node) -> Iterator[Node]:
    """The factors of a product, of a numerator and of a power, each of which may make the whole zero."""
    match node:
        case Multiply(factors=many):
            for one in many:
                yield from factors_of(one)
        case Negate(body=body) | Divide(numerator=body):
            yield from factors_of(body)
        case Power(base=body, exponent=Number(value=value)) if value > 0:
            yield from factors_of(body)
        case Number():
            return
        case _:
            yield node
