"""Formulas as plainer ones that say the same: equal lists, kinds of letters, ranges that fall, rates of integrals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.mathematics.array_signs import parts_of
from grader.mathematics.collections import plus_minus
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.roles import REAL
from grader.mathematics.structure import infinite_sign
from grader.mathematics.substituting import mapped, names_in, substitute
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Divide,
    Fold,
    Integral,
    Logic,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Relation,
    Symbol,
    Tuple,
    children,
)


def tidied(node: Node) -> Node:
    r"""A statement as a plainer one.

    ``(x, y) = (1, 2)`` is an equation for each entry, ``k \ne \pm 2`` excludes both, and ``k \in \mathbb Z`` behind
    an equation in k only says of which kind k is.
    """
    match node:
        case Relation(operators=(operator,), operands=(Tuple(elements=left), Tuple(elements=right))) if (
            operator in ("=", ":=") and len(left) == len(right) > 1 and all(isinstance(one, Symbol) for one in left)
        ):
            pairs = zip(left, right, strict=True)
            return Logic("and", tuple(Relation(("=",), pair) for pair in pairs), span=node.span)
        case Relation(operators=("!=",), operands=(left, right)) if len(plus_minus(right)) > 1:
            return Logic("and", tuple(Relation(("!=",), (left, one)) for one in plus_minus(right)), span=node.span)
        case Logic(operator="and", operands=many):
            return _without_kinds(node, tuple(map(tidied, many)))
        case Tuple(elements=many) if any(map(_is_kind, many)):
            return _without_kinds(node, many)
        case _:
            return node


def with_rising_ranges(node: Node) -> Node:
    r"""The formula with each sum or product from a name down to 1 or 0 as one up from there, in the order written."""
    inner = mapped(node, with_rising_ranges)
    match inner:
        case Fold(lower=Symbol() | Add() as top, upper=Number(value=end) as bottom, index=index) if end in (0, 1):
            turned = Add((top, bottom, Negate(Symbol(index))))
            return replace(inner, body=substitute(inner.body, index, turned), lower=bottom, upper=top)
        case _:
            return inner


def _without_kinds(node: Node, parts: tuple[Node, ...]) -> Node:
    """Statements that hold together without those that say that a letter in another one is a whole number."""
    said = [one for one in parts if not _is_kind(one)]
    letters = frozenset().union(*(names_in(one) for one in parts if _is_kind(one)))
    used = frozenset[str]().union(*map(names_in, said)) if said else frozenset[str]()
    if not letters or not letters <= used:
        return Logic("and", parts, span=node.span) if isinstance(node, Logic) else node
    return said[0] if len(said) == 1 else Logic("and", tuple(said), span=node.span)


def _is_kind(node: Node) -> bool:
    match node:
        case Relation(operators=("in",), operands=(Symbol(), Constant(name="integers"))):
            return True
        case _:
            return False


def with_rates(nodes: Sequence[Node], declaration: Declaration) -> Declaration:
    r"""The declaration with undeclared rates as positive, such as lambda in ``\int_0^\infty e^{-\lambda x} dx``.

    They are factors of the exponents under an integral without end, which has no value for other rates.
    """
    endless = [part for node in nodes for part in parts_of(node) if isinstance(part, Integral) and part.upper]
    endless = [part for part in endless if part.upper is not None and infinite_sign(part.upper)]
    if declaration.conventions is None or not endless:
        return declaration
    exponents = [one for part in endless for node in parts_of(part.body) for one in _exponents(node)]
    found = {name for one in exponents for name in _factors(one) if declaration.symbols.get(name) == REAL}
    return replace(declaration, symbols={**declaration.symbols, **dict.fromkeys(found, Kind("positive"))})


def _exponents(node: Node) -> tuple[Node, ...]:
    match node:
        case Power(base=Constant(name="e"), exponent=one) | Apply(function="exp", arguments=(one,)):
            return (one,)
        case _:
            return ()


def _factors(node: Node) -> frozenset[str]:
    """The names that a formula is a product, a quotient or a power of."""
    match node:
        case Symbol(name=name):
            return frozenset({name})
        case Negate() | Multiply() | Divide() | Power():
            return frozenset[str]().union(*map(_factors, children(node)))
        case _:
            return frozenset()
