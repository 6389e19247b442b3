"""The shapes of vectors and matrices, from the declared sizes: what does not conform is itself the finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.mathematics.functions import known
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Constant,
    Divide,
    Fold,
    Gradient,
    Indexed,
    Integral,
    Limit,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    PlusMinus,
    Power,
    Symbol,
    Tuple,
)

Shape = tuple[str, str]
"""Rows and columns, each a number or the name of a size."""

SCALAR: Shape = ("1", "1")

ANY: Shape = ("?", "?")
"""A multiple of the identity, or what cannot be told."""


@dataclass(frozen=True)
class Misfit:
    """A part whose shapes do not go together, in words."""

    message: str


def shape_of(node: Node, declaration: Declaration, bound: Mapping[str, Shape] | None = None) -> Shape | Misfit:
    """The shape of a formula's value; `ANY` where it cannot be told without numbers."""
    return _Inference(declaration, dict(bound or {})).shape(node)


def is_vector(shape: Shape) -> bool:
    """Whether a shape is that of a row or a column, to every entry of which a number may be added."""
    return "1" in shape and shape != SCALAR


def in_words(shape: Shape) -> str:
    """A shape as a person says it."""
    if shape == SCALAR:
        return "a number"
    return f"{shape[0]}×{shape[1]}"


def fits_size(first: str, second: str) -> bool:
    """Whether two sizes may be one: the same, or a name against a number other than 1."""
    return first == second or (first.isdigit() is not second.isdigit() and "1" not in (first, second))


def fits(first: Shape, second: Shape) -> bool:
    """Whether two shapes may be one."""
    return fits_size(first[0], second[0]) and fits_size(first[1], second[1])


class _Inference:
    def __init__(self, declaration: Declaration, bound: dict[str, Shape]) -> None:
        self.declaration = declaration
        self.bound = bound

    def shape(self, node: Node) -> Shape | Misfit:
        match node:
            case Number():
                return SCALAR
            case Constant(name=name):
                return ANY if name == "identity" else SCALAR
            case Symbol(name=name):
                return self.bound.get(name) or _of_kind(self.declaration.symbols.get(name))
            case Indexed(name=name, indices=indices):
                return self._member(name, len(indices))
            case Negate(body=body) | PlusMinus(body=body):
                return self.shape(body)
            case Add(terms=terms):
                return self._sum(terms)
            case Multiply(factors=factors):
                return self._product(factors)
            case Divide(numerator=top, denominator=bottom):
                return self._quotient(top, bottom)
            case Power(base=Constant(name="e"), exponent=exponent):
                return self.shape(exponent)
            case Power(base=base):
                return self._power(base)
            case Apply(function=name, arguments=arguments):
                return self._apply(name, arguments)
            case Fold(operator="argmin" | "argmax"):
                return ANY
            case Fold(body=body) | Integral(body=body) | Limit(body=body):
                return self.shape(body)
            case Gradient(variable=variable):
                return self._gradient(node.body, variable) if variable is not None else ANY
            case Matrix(rows=rows):
                return self._matrix(rows)
            case Tuple(elements=elements):
                return ANY if any(isinstance(one, Tuple) for one in elements) else (str(len(elements)), "1")
            case Cases(branches=branches):
                return self.shape(branches[0][0])
            case _:
                return ANY

    def _gradient(self, body: Node, variable: Node) -> Shape | Misfit:
        """The shape of what a number is differentiated by; of a column by a column, a row for each of its entries."""
        shapes = [self.shape(one) for one in (body, variable)]
        if isinstance(shapes[0], Misfit) or isinstance(shapes[1], Misfit):
            return shapes[0] if isinstance(shapes[0], Misfit) else shapes[1]
        columns = all(shape[1] == "1" and shape != SCALAR for shape in shapes if not isinstance(shape, Misfit))
        return (shapes[0][0], shapes[1][0]) if columns else shapes[1]

    def _member(self, name: str, count: int) -> Shape:
        kind = self.declaration.symbols.get(name)
        if kind is None:
            return SCALAR
        if kind.name == "sequence" and kind.member is not None:
            entries = {"vector": 1}.get(kind.member.name, 2 if kind.member.sizes else 0)
            return SCALAR if entries and count > entries else _of_kind(kind.member)
        if len(kind.sizes) == 2 or (kind.sizes and kind.name != "vector"):
            return SCALAR if count == 2 else ((kind.sizes * 2)[1], "1") if count == 1 else ANY
        return SCALAR

    def _sum(self, terms: Sequence[Node]) -> Shape | Misfit:
        found: Shape = ANY
        for term in terms:
            shape = self.shape(term)
            if isinstance(shape, Misfit):
                return shape
            if shape == ANY or "?" in shape:
                continue
            if found == ANY or (found == SCALAR and is_vector(shape)):
                found = shape
            elif not fits(found, shape) and not (shape == SCALAR and is_vector(found)):
                return Misfit(f"a sum of {in_words(found)} and {in_words(shape)}")
        return found

    def _product(self, factors: Sequence[Node]) -> Shape | Misfit:
        shapes: list[Shape] = []
        for factor in factors:
            shape = self.shape(factor)
            if isinstance(shape, Misfit):
                return shape
            shapes.append(shape)
        if any("?" in part for shape in shapes for part in shape):
            arrays = [shape for shape in shapes if shape != SCALAR and "?" not in shape]
            return arrays[0] if len(arrays) == 1 and arrays[0][0] == arrays[0][1] else ANY
        forward = _chain(shapes)
        if isinstance(forward, Misfit):
            backward = _chain([shape[::-1] for shape in reversed(shapes)])
            return forward if isinstance(backward, Misfit) else backward[::-1]
        return forward

    def _quotient(self, top: Node, bottom: Node) -> Shape | Misfit:
        numerator, denominator = self.shape(top), self.shape(bottom)
        if isinstance(numerator, Misfit) or isinstance(denominator, Misfit):
            return numerator if isinstance(numerator, Misfit) else denominator
        if denominator not in (SCALAR, ANY) and not fits(denominator, numerator):
            return Misfit(f"a division of {in_words(numerator)} by {in_words(denominator)}")
        return numerator

    def _power(self, base: Node) -> Shape | Misfit:
        shape = self.shape(base)
        if not isinstance(shape, Misfit) and "?" not in shape and not fits_size(*shape):
            return Misfit(f"a power of {in_words(shape)}")
        return shape

    def _apply(self, name: str, arguments: Sequence[Node]) -> Shape | Misfit:
        shapes: list[Shape] = []
        for argument in arguments:
            shape = self.shape(argument)
            if isinstance(shape, Misfit):
                return shape
            shapes.append(shape)
        if name == "transpose" and shapes:
            return shapes[0][::-1]
        if name in ("inverse", "trace", "det") and "?" not in shapes[0] and not fits_size(*shapes[0]):
            return Misfit(f"the {name} of {in_words(shapes[0])}, which is not square")
        if name == "inverse":
            return shapes[0]
        if name == "held_each":
            return shapes[1]
        if name == "held":
            return ANY
        if name == "pinv":
            return shapes[0][::-1]
        if name in ("hadamard", "elementwise_divide"):
            sized = [shape for shape in shapes if "?" not in shape]
            if any(not fits(sized[0], shape) for shape in sized[1:]):
                return Misfit(f"an elementwise product of {' and '.join(map(in_words, sized))}")
            return sized[0] if sized else ANY
        if name in (
            "trace",
            "det",
            "norm",
            "frobenius",
            "nuclear",
            "dot",
            "total",
            "mean",
            "rank",
            "eigmax",
            "eigmin",
            "logsumexp",
            "argmax",
            "argmin",
        ):
            return SCALAR
        if name in known() and known()[name].elementwise and shapes:
            return shapes[0]
        if name in ("ones", "zeros") and len(arguments) == 1:
            size = arguments[0]
            return (size.name if isinstance(size, Symbol) else str(getattr(size, "value", "?")), "1")
        if name in ("max", "min") and len(shapes) > 1:
            sized = [shape for shape in shapes if shape != SCALAR]
            if len(set(sized)) == 1:
                return sized[0]
        if all(shape == SCALAR for shape in shapes) and name not in ("diag", "identity", "ones", "zeros", "softmax"):
            return SCALAR
        return ANY

    def _matrix(self, rows: Sequence[Sequence[Node]]) -> Shape | Misfit:
        for row in rows:
            for entry in row:
                shape = self.shape(entry)
                if isinstance(shape, Misfit):
                    return shape
                if shape != SCALAR:
                    return ANY
        return (str(len(rows)), str(len(rows[0]) if rows else 0))


def _of_kind(kind: Kind | None) -> Shape:
    if kind is None or kind.scalar:
        return SCALAR
    if kind.name == "vector":
        return (kind.sizes[0], "1")
    if kind.sizes:
        rows, columns = (kind.sizes * 2)[:2]
        return (rows, columns)
    return SCALAR if kind.name == "random" and not kind.iid else ANY


def _chain(shapes: Sequence[Shape]) -> Shape | Misfit:
    result = shapes[0]
    for shape in shapes[1:]:
        if result == SCALAR:
            result = shape
        elif shape == SCALAR:
            continue
        elif not fits_size(result[1], shape[0]):
            return Misfit(f"a product of {in_words(result)} and {in_words(shape)}")
        else:
            result = (result[0], shape[1])
    return result
