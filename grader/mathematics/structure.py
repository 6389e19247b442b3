"""What can be seen of a formula without a value: its degree in a symbol, its corners, an infinity."""

from __future__ import annotations

from dataclasses import dataclass

from grader.mathematics.functions import GREEK
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Constant,
    Divide,
    Indexed,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
    children,
)

CONSTANTS = "abcdkmnpqr"
"""Letters whose derivative is zero; any other may be a loss, of which the formula does not say how it depends."""

SWITCHES = frozenset({"abs", "sign", "floor", "ceil", "round", "max", "min", "mod", "relu", "heaviside", "indicator"})
"""Functions that are not analytic: they change their formula from region to region."""


@dataclass(frozen=True)
class Outcome(Apply):
    """A function of values of variables that each take finitely many values."""


def has_outcome(node: Node, index: str) -> bool:
    """Whether an index is a value of a variable of which nothing else is said."""
    if isinstance(node, Outcome) and Symbol(index) in node.arguments:
        return True
    return any(has_outcome(child, index) for child in children(node))


def infinite_sign(node: Node) -> int:
    """1 for infinity, -1 for minus infinity, 0 for anything else."""
    match node:
        case Constant(name="infinity"):
            return 1
        case Negate(body=body):
            return -infinite_sign(body)
        case _:
            return 0


def indexed_by(node: Node, index: str) -> tuple[str, int] | None:
    """The family, or array, of which an index picks members, and at which place; None when there is none."""
    if isinstance(node, Indexed):
        for position, one in enumerate(node.indices):
            if one == Symbol(index):
                return node.name, position
    for child in children(node):
        found = indexed_by(child, index)
        if found is not None:
            return found
    return None


def degree_in(node: Node, name: str) -> int | None:
    """The degree of a formula as a polynomial in a name; None when it is none, or when that cannot be seen."""
    if not mentions(node, name):
        return 0
    match node:
        case Symbol():
            return 1
        case Negate(body=body):
            return degree_in(body, name)
        case Add(terms=parts) | Multiply(factors=parts):
            degrees = [degree_in(part, name) for part in parts]
            known = [degree for degree in degrees if degree is not None]
            if len(known) < len(degrees):
                return None
            return max(known) if isinstance(node, Add) else sum(known)
        case Divide(numerator=top, denominator=bottom):
            return None if mentions(bottom, name) else degree_in(top, name)
        case Power(base=base, exponent=Number(value=value)) if value.denominator == 1 and 0 <= value <= 12:
            inner = degree_in(base, name)
            return None if inner is None else inner * int(value)
        case _:
            return None


def is_opaque(name: str) -> bool:
    """Whether a bare name below a derivative stands for a function, as L in dL/dw: constants have other letters."""
    return name not in GREEK and not (len(name) == 1 and name in CONSTANTS)


def switches_on(node: Node, name: str) -> bool:
    """Whether a formula changes from region to region with a variable."""
    if isinstance(node, Cases) or (isinstance(node, Apply) and node.function in SWITCHES):
        return mentions(node, name)
    return any(switches_on(child, name) for child in children(node))


def mentions(node: Node, name: str) -> bool:
    """Whether a name occurs."""
    if isinstance(node, (Symbol, Indexed)) and node.name == name:
        return True
    return any(mentions(child, name) for child in children(node))


def is_polynomial(node: Node) -> bool:
    """Whether a formula is made of numbers and symbols by sums, products and whole powers."""
    if isinstance(node, Power):
        whole = isinstance(node.exponent, Number) and node.exponent.value.denominator == 1
        return whole and is_polynomial(node.base)
    plain_parts = isinstance(node, Add | Multiply | Negate) and all(map(is_polynomial, children(node)))
    return isinstance(node, Number | Symbol) or plain_parts
