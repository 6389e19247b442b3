"""The most general shapes of undeclared matrices and vectors under which the products and sums of formulas conform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from grader.mathematics.array_signs import is_identity
from grader.mathematics.functions import known
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Divide,
    Fold,
    Gradient,
    Indexed,
    Multiply,
    Negate,
    Node,
    Power,
    Relation,
    Symbol,
    children,
)

SQUARE_FUNCTIONS = frozenset({"trace", "det", "inverse"})
ONE = "1"
"""The size of a column across."""

EYE = Constant("identity")

Shape = tuple[str, str] | None
"""Names of the numbers of rows and columns; None for a number, or for what has no shape of its own."""


@dataclass
class Shapes:
    """The most general shapes under which products and sums conform."""

    arrays: set[str]
    vectors: set[str] = field(default_factory=set)
    parents: dict[str, str] = field(default_factory=dict)
    scopes: dict[str, str] = field(default_factory=dict)
    families: frozenset[str] = frozenset()

    def root(self, size: str) -> str:
        while self.parents.get(size, size) != size:
            size = self.parents[size]
        return size

    def keeps(self, before: Shapes, names: set[str]) -> bool:
        """Whether these matrices are no more special than before: square, a row or a column only if they were."""
        for name in names & self.arrays:
            ends = (f"{name} rows", ONE if name in self.vectors else f"{name} columns")
            square = [len({one.root(end) for end in ends}) == 1 for one in (self, before)]
            flat = [{one.root(end) == ONE for end in ends} for one in (self, before)]
            if square[0] is not square[1] or flat[0] != flat[1]:
                return False
        return True

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
            case Indexed(name=name) if name in self.families:
                return (f"{name} rows", ONE)
            case Indexed(name=name, indices=indices) if name in self.arrays:
                return self._member(name, indices)
            case Fold(index=index, body=body):
                outer = dict(self.scopes)
                self.scopes[index] = f"range {index} {id(node)}"
                shape = self.of(body)
                self.scopes = outer
                return shape
            case Multiply(factors=factors):
                return self._product([self.of(one) for one in factors])
            case Add(terms=parts) | Relation(operands=parts):
                shape = self._sum([self.of(one) for one in parts])
                if isinstance(node, Add) and any(one == EYE or is_identity(one) for one in parts):
                    return self._square(shape or (f"I {id(node)}", f"I {id(node)}"))
                return shape
            case Apply(function="transpose", arguments=(body,)) | Apply(function="pinv", arguments=(body,)):
                shape = self.of(body)
                return None if shape is None else shape[::-1]
            case Apply(function="det", arguments=(Multiply(factors=factors),)) if all(
                isinstance(one, Symbol) for one in factors
            ):
                self._square(self._product([self._square(self.of(one)) for one in factors]))
                return None
            case Gradient(body=body, variable=by):
                self.of(body)
                by = by if by is not None else next(iter(children(body)), None)
                return self.of(by) if isinstance(by, Symbol) else None
            case Apply(function=name, arguments=arguments):
                return self._applied(name, [self.of(one) for one in arguments])
            case Power(base=base, exponent=exponent):
                self.of(exponent)
                return self._square(self.of(base))
            case Negate(body=body) | Divide(numerator=body):
                for child in children(node):
                    self.of(child)
                return self.of(body)
            case _:
                for child in children(node):
                    self.of(child)
                return None

    def _member(self, name: str, indices: Sequence[Node]) -> Shape:
        """The shape of a member: an index that stands at several places runs over sizes that are the same."""
        ends = ("rows",) if name in self.vectors else ("rows", "columns")
        for index, end in zip(indices, ends, strict=False):
            if isinstance(index, Symbol):
                self.unify(self.scopes.get(index.name, f"range {index.name}"), f"{name} {end}")
        return (f"{name} columns", ONE) if len(indices) < len(ends) else None

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
        if name == "abs" and shapes[0] is not None and ONE not in map(self.root, shapes[0]):
            self._square(shapes[0])  # bars around a matrix are its determinant
            return None
        if name == "hadamard":
            return self._sum(shapes)
        if name == "softmax" or (name in known() and known()[name].elementwise):
            return shapes[0]
        return None

    def _square(self, shape: Shape) -> Shape:
        if shape is not None:
            self.unify(*shape)
        return shape
