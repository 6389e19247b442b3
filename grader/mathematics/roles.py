"""How the symbols of two formulas are used: which count terms, which stand in exponents, which only pick members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flint import fmpq

from grader.mathematics.arithmetic import Scalar
from grader.mathematics.functions import known
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.structure import infinite_sign, mentions
from grader.mathematics.tree import (
    Apply,
    Derivative,
    Fold,
    Gradient,
    Indexed,
    Integral,
    Limit,
    Node,
    Number,
    Power,
    Relation,
    Symbol,
    children,
)

REAL = Kind("real")
INTEGERS = ("integer", "positive-integer", "nonnegative-integer", "index")
INTERNAL = frozenset({"recurrence", "sinpi", "cospi", "tanpi", "held", "held_each"})
"""Names that formulas get in the course of a decision, and no symbol has."""

CLASSES = [fmpq(1), fmpq(2), fmpq(3)]
"""Values of names that are compared with each other, of which nothing else is said."""

HELD = "@"
"""What the name of a symbol begins with that stands for the value of a formula."""


@dataclass(frozen=True)
class Roles:
    """How the symbols of two formulas are used.

    ``counting`` are those that count terms or pick members, ``bounds`` those in the bounds of a sum or a product,
    ``positions`` those that only pick members, ``exponents`` those in exponents; ``depth`` is how many big operators
    stand inside each other. ``landmarks`` are constants near which a formula may change its form. ``endless`` are the
    families whose members a sum without end runs over and what it takes powers of, ``largest`` the largest whole number
    that is mentioned. ``implied`` says that a big operator runs over members without bounds: no index lies outside.
    ``levels`` are the values that an indicator or a case compares a name with, as in ``1[y_i = 0]``.
    """

    free: tuple[str, ...]
    counting: frozenset[str]
    exponents: frozenset[str]
    depth: int
    bounds: frozenset[str] = frozenset()
    positions: frozenset[str] = frozenset()
    landmarks: tuple[Scalar, ...] = ()
    endless: frozenset[str] = frozenset()
    largest: int = 0
    implied: bool = False
    levels: Mapping[str, tuple[fmpq, ...]] = field(default_factory=dict)


def roles_of(nodes: Sequence[Node], declaration: Declaration) -> Roles:
    """The free symbols of some formulas in order of appearance, and their use."""
    free: dict[str, None] = {}
    counting: set[str] = set()
    exponents: set[str] = set()
    depth = 0
    for node in nodes:
        depth = max(depth, _walk(node, frozenset(), free, counting, exponents))
    for name in tuple(free):
        for size in declaration.symbols.get(name, REAL).sizes:
            if not size.isdigit():
                free.setdefault(size, None)
    bounds = frozenset[str]().union(*(_in_bounds(node, frozenset()) for node in nodes))
    elsewhere = frozenset[str]().union(*(_outside_indices(node) for node in nodes))
    indices = {name for name in counting if declaration.symbols.get(name, REAL).name == "index"}
    positions = frozenset(counting) - bounds - (elsewhere - indices)
    levels = [level for node in nodes for level in _levels(node)]
    endless = frozenset[str]().union(*(_endless(node, frozenset()) for node in nodes))
    largest = max((_largest(node) for node in nodes), default=0) if endless else 0
    return Roles(
        tuple(free),
        frozenset(counting),
        frozenset(exponents),
        depth,
        bounds,
        positions,
        endless=endless,
        largest=largest,
        implied=any(map(_has_implied_range, nodes)),
        levels={name: tuple(dict.fromkeys(value for one, value in levels if one == name)) for name, _ in levels},
    )


def _levels(node: Node) -> Iterator[tuple[str, fmpq]]:
    """Names and members that a part of a formula compares with a number, or with each other: of those a few classes."""
    for child in children(node):
        if isinstance(child, Relation) and len(child.operands) == 2 and child.operators[0] in ("=", "!="):
            names = [one.name for one in child.operands if isinstance(one, (Symbol, Indexed))]
            values = [one.value for one in child.operands if isinstance(one, Number)]
            found = [fmpq(value.numerator, value.denominator) for value in values] or CLASSES
            yield from ((name, value) for name in names for value in found)
        yield from _levels(child)


def _largest(node: Node) -> int:
    whole = isinstance(node, Number) and node.value.denominator == 1
    own = abs(int(node.value)) if whole and isinstance(node, Number) else 0
    return max((_largest(child) for child in children(node)), default=own)


def _endless(node: Node, indices: frozenset[str]) -> frozenset[str]:
    """The families whose members are picked by an index that has no end."""
    if isinstance(node, Fold) and node.upper is not None and infinite_sign(node.upper):
        indices |= {node.index}
    found = frozenset[str]().union(*(_endless(child, indices) for child in children(node)))
    if isinstance(node, Indexed) and any(mentions(one, name) for one in node.indices for name in indices):
        return found | {node.name}
    if isinstance(node, Power) and any(mentions(node.exponent, name) for name in indices):
        return found | symbols_in(node.base)
    return found


def _in_bounds(node: Node, bound: frozenset[str]) -> frozenset[str]:
    found = frozenset[str]()
    if isinstance(node, Fold):
        for one in (node.lower, node.upper):
            found |= symbols_in(one) - bound if one is not None else frozenset()
        bound |= {node.index}
    return found.union(*(_in_bounds(child, bound) for child in children(node)))


def _outside_indices(node: Node, bound: frozenset[str] = frozenset()) -> frozenset[str]:
    """Names that stand elsewhere than in an index, or beside a bound index as in ``[i = j]``."""
    match node:
        case Symbol(name=name):
            return frozenset({name})
        case Indexed() | Apply(function="kronecker_delta"):
            return frozenset()
        case Relation(operands=operands) if any(isinstance(one, Symbol) and one.name in bound for one in operands):
            return frozenset[str]().union(*(_outside_indices(one) for one in operands if not isinstance(one, Symbol)))
        case Apply(function="entry", arguments=(body, *_)):
            return _outside_indices(body, bound)
        case Fold(index=index):
            bound |= {index}
    return frozenset[str]().union(*(_outside_indices(child, bound) for child in children(node)))


def _walk(node: Node, bound: frozenset[str], free: dict[str, None], counting: set[str], exponents: set[str]) -> int:
    """Collect free names and roles; returns how deep big operators are nested."""
    match node:
        case Symbol(name=name):
            if name not in bound and not name.startswith(HELD):
                free.setdefault(name, None)
            return 0
        case Indexed(name=name, indices=indices):
            if name not in bound:
                free.setdefault(name, None)
            for index in indices:
                counting |= symbols_in(index) - bound
        case Fold(lower=lower, upper=upper):
            for one in (lower, upper):
                counting |= symbols_in(one) - bound if one is not None else set()
            inner = max(_walk(one, bound | {node.index}, free, counting, exponents) for one in (node.body,))
            outer = [one for one in (lower, upper, node.domain) if one is not None]
            return 1 + max(inner, *(_walk(one, bound, free, counting, exponents) for one in outer), 0)
        case Apply(function=name, arguments=arguments):
            if name in ("factorial", "binomial", "identity", "ones", "zeros", "kronecker_delta"):
                for argument in arguments:
                    counting |= symbols_in(argument) - bound
            for argument in arguments[1:] if name == "entry" else ():
                counting |= symbols_in(argument) - bound
            if name not in known() and name not in INTERNAL:
                free.setdefault(name, None)
        case Power(exponent=exponent):
            exponents |= symbols_in(exponent) - bound
        case Integral(variable=variable) | Limit(variable=variable):
            return max(
                (_walk(child, bound | {variable}, free, counting, exponents) for child in children(node)), default=0
            )
        case Derivative() | Gradient():
            pass
        case _:
            pass
    return max((_walk(child, bound, free, counting, exponents) for child in children(node)), default=0)


def _has_implied_range(node: Node) -> bool:
    if isinstance(node, Fold) and (node.lower, node.upper, node.domain) == (None, None, None):
        return True
    return any(map(_has_implied_range, children(node)))


def symbols_in(node: Node) -> set[str]:
    """Every name that occurs."""
    found = {node.name} if isinstance(node, (Symbol, Indexed)) else set()
    for child in children(node):
        found |= symbols_in(child)
    return found
