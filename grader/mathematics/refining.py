"""What undeclared names must be for their formulas to make sense: random variables in E[X], matrices in tr(ABC).

Where nothing is declared, every name is a real number by the documented rule. A formula such as ``E[XY]`` or
``tr(ABC)`` would then compare numbers and accept what is wrong of random variables and of matrices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from grader.mathematics.functions import GREEK, known
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.reading.turning import MATRICES
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Covariance,
    Divide,
    Expectation,
    Indexed,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Probability,
    Relation,
    Symbol,
    Variance,
    children,
)

ARRAY_FUNCTIONS = frozenset({"transpose", "trace", "det", "inverse", "pinv", "frobenius", "hadamard", "kronecker"})
SQUARE_FUNCTIONS = frozenset({"trace", "det", "inverse"})
_KEEPING = frozenset({"transpose", "inverse", "pinv", "softmax"})
ONE = "1"
IDENTITY = "I"
"""Undeclared beside matrices, this is the identity matrix."""


def refined(declaration: Declaration, nodes: Sequence[Node]) -> Declaration:
    """The declaration with the kinds that the formulas call for; the same one where they call for none."""
    symbols = dict(declaration.symbols)
    for name in _random(nodes):
        kind = symbols.get(name)
        if kind is not None:
            family = kind.name == "sequence"
            symbols[name] = Kind("sequence", member=Kind("random")) if family else Kind("random")
    arrays = _arrays(nodes, declaration)
    symbols |= arrays
    if arrays and symbols.get(IDENTITY) == arrays.get(IDENTITY):
        symbols.pop(IDENTITY, None)
    return declaration if symbols == dict(declaration.symbols) else replace(declaration, symbols=symbols)


def _random(nodes: Sequence[Node]) -> Iterator[str]:
    inside = list(dict.fromkeys(name for node in nodes for name in _averaged(node)))
    outside = {name for node in nodes for name in _outside(node)}
    capital = [name for name in inside if name[0].isupper() and name not in GREEK]
    yield from capital
    if not capital:
        yield from (name for name in inside if name not in outside and name not in GREEK)


def _averaged(node: Node) -> Iterator[str]:
    """Every name inside an expectation, a variance or a covariance."""
    if isinstance(node, (Expectation, Variance, Covariance)):
        yield from _names(node)
    else:
        for child in children(node):
            yield from _averaged(child)


def _outside(node: Node) -> Iterator[str]:
    if isinstance(node, (Expectation, Variance, Covariance, Probability)):
        return
    if isinstance(node, (Symbol, Indexed)):
        yield node.name
    for child in children(node):
        yield from _outside(child)


def _names(node: Node) -> Iterator[str]:
    if isinstance(node, (Symbol, Indexed)):
        yield node.name
    below = node.indices if isinstance(node, Indexed) else ()
    for child in children(node):
        if child not in below:
            yield from _names(child)


Shape = tuple[str, str] | None
"""Names of the numbers of rows and columns; None for a number, or for what has no shape of its own."""


@dataclass
class _Shapes:
    """The most general shapes under which products and sums conform."""

    arrays: set[str]
    vectors: set[str] = field(default_factory=set)
    parents: dict[str, str] = field(default_factory=dict)

    def root(self, size: str) -> str:
        while self.parents.get(size, size) != size:
            size = self.parents[size]
        return size

    def unify(self, first: str, second: str) -> None:
        one, other = self.root(first), self.root(second)
        if one != other:
            if one == ONE:
                one, other = other, one
            self.parents[one] = other

    def of(self, node: Node) -> Shape:
        """The shape of a formula, its parts made to conform."""
        match node:
            case Symbol(name=name) if name in self.arrays:
                return (f"{name} rows", ONE if name in self.vectors else f"{name} columns")
            case Multiply(factors=factors):
                return self._product([self.of(one) for one in factors])
            case Add(terms=parts) | Relation(operands=parts):
                return self._sum([self.of(one) for one in parts])
            case Apply(function="transpose", arguments=(body,)) | Apply(function="pinv", arguments=(body,)):
                shape = self.of(body)
                return None if shape is None else shape[::-1]
            case Apply(function=name, arguments=arguments):
                return self._applied(name, [self.of(one) for one in arguments])
            case Power(base=base):
                return self._square(self.of(base))
            case Negate(body=body) | Divide(numerator=body):
                for child in children(node):
                    self.of(child)
                return self.of(body)
            case _:
                for child in children(node):
                    self.of(child)
                return None

    def _product(self, shapes: Sequence[Shape]) -> Shape:
        total: Shape = None
        for shape in shapes:
            if shape is not None and total is not None:
                self.unify(total[1], shape[0])
                total = (total[0], shape[1])
                if {self.root(size) for size in total} == {ONE}:
                    total = None
            else:
                total = shape or total
        return total

    def _sum(self, shapes: Sequence[Shape]) -> Shape:
        known = [shape for shape in shapes if shape is not None]
        for shape in known[1:]:
            self.unify(known[0][0], shape[0])
            self.unify(known[0][1], shape[1])
        return known[0] if known else None

    def _applied(self, name: str, shapes: Sequence[Shape]) -> Shape:
        if name in SQUARE_FUNCTIONS:
            shape = self._square(shapes[0])
            return shape if name == "inverse" else None
        if name == "hadamard":
            return self._sum(shapes)
        if name == "softmax" or (name in known() and known()[name].elementwise):
            return shapes[0]
        return None

    def _square(self, shape: Shape) -> Shape:
        if shape is not None:
            self.unify(*shape)
        return shape


def _arrays(nodes: Sequence[Node], declaration: Declaration) -> dict[str, Kind]:
    if not any(_has_arrays(node) for node in nodes):
        return {}
    plain = {name for name, kind in declaration.symbols.items() if kind == Kind("real")}
    scalars = {name for node in nodes for name in _divisors(node)}
    matrices = {name for name in plain - scalars if (name[0].isupper() and len(name) == 1) or name in MATRICES}
    vectors = {name for node in nodes for name in _turned(node)} & plain - scalars - matrices
    while True:
        more = {name for node in nodes for name in _beside(node, matrices | vectors)} & plain - scalars
        if more <= matrices | vectors:
            break
        vectors |= more - matrices
    shapes = _Shapes(matrices | vectors, vectors)
    for node in reversed(nodes):
        if not (matrices or vectors) & set(_names(node)):
            continue
        shapes.of(node)
        if len({shapes.root(f"{name} rows") for name in matrices} | {ONE}) == 1 and matrices:
            return {}
        break
    sizes: dict[str, str] = {}

    def named(size: str) -> str:
        root = shapes.root(size)
        return ONE if root == ONE else sizes.setdefault(root, f"size_{len(sizes) + 1}")

    found = {name: Kind("matrix", (named(f"{name} rows"), named(f"{name} columns"))) for name in sorted(matrices)}
    return found | {name: Kind("vector", (named(f"{name} rows"),)) for name in sorted(vectors)}


def _has_arrays(node: Node) -> bool:
    if node == Constant("identity") or (isinstance(node, Apply) and node.function in ARRAY_FUNCTIONS):
        return True
    return any(map(_has_arrays, children(node)))


def _divisors(node: Node) -> Iterator[str]:
    """Names that stand alone below a fraction line or in an exponent: numbers."""
    for part in (
        (node.denominator,) if isinstance(node, Divide) else (node.exponent,) if isinstance(node, Power) else ()
    ):
        yield from (name for name in _names(part) if not _has_arrays(part))
    for child in children(node):
        yield from _divisors(child)


def _turned(node: Node) -> Iterator[str]:
    """Small letters that are transposed or whose norm is taken."""
    if isinstance(node, Apply) and node.function in ("transpose", "norm"):
        yield from (one.name for one in _bare(node.arguments[0]))
    for child in children(node):
        yield from _turned(child)


def _beside(node: Node, arrays: set[str]) -> Iterator[str]:
    """Latin letters directly behind an array in a product, or added to one."""
    if isinstance(node, Multiply):
        for before, after in zip(node.factors, node.factors[1:], strict=False):
            if _is_array(before, arrays) and isinstance(after, Symbol) and after.name not in GREEK:
                yield after.name
    if isinstance(node, Add) and any(_is_array(one, arrays) for one in node.terms):
        yield from (symbol.name for one in node.terms for symbol in _bare(one) if symbol.name not in GREEK)
    for child in children(node):
        yield from _beside(child, arrays)


def _is_array(node: Node, arrays: set[str]) -> bool:
    match node:
        case Symbol(name=name):
            return name in arrays
        case Apply(function=name, arguments=(body,)) if name in _KEEPING or (
            name in known() and known()[name].elementwise
        ):
            return _is_array(body, arrays)
        case Negate(body=body) | Power(base=body) | Divide(numerator=body):
            return _is_array(body, arrays)
        case Multiply(factors=factors):
            return _is_array(factors[-1], arrays) and not _is_number(factors, arrays)
        case Add(terms=terms):
            return any(_is_array(one, arrays) for one in terms)
        case _:
            return False


def _is_number(factors: Sequence[Node], arrays: set[str]) -> bool:
    """Whether a product is that of a row and a column."""
    first = next((one for one in factors if _is_array(one, arrays)), None)
    small = isinstance(first, Apply) and first.function == "transpose" and isinstance(first.arguments[0], Symbol)
    return small and isinstance(first, Apply) and str(getattr(first.arguments[0], "name", "")).islower()


def _bare(node: Node) -> Iterator[Symbol]:
    match node:
        case Symbol():
            yield node
        case Negate(body=body):
            yield from _bare(body)
        case Multiply(factors=(Number(), Symbol() as symbol)):
            yield symbol
        case Add(terms=terms):
            for one in terms:
                yield from _bare(one)
