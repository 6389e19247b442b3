"""What sizes say about the meaning of a formula: bars, diagonals, elementwise products."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.gradients import over_product, over_sum
from grader.mathematics.kinds import Declaration
from grader.mathematics.shapes import SCALAR, Misfit, Shape, shape_of
from grader.mathematics.substituting import mapped
from grader.mathematics.tree import Add, Apply, Divide, Matrix, Multiply, Negate, Node, Number, Symbol, Tuple

TWO = Number(Fraction(2))
SPECTRAL = {"lambda_max": "eigmax", "lambda_min": "eigmin"}
"""What stands before a symmetric matrix in brackets is its largest or smallest eigenvalue."""


def regrouped(node: Node, declaration: Declaration) -> Node:
    """The formula with what only the sizes of its parts tell: what a gradient is of, what bars and a diag mean."""
    inner = mapped(node, lambda child: regrouped(child, declaration))
    match inner:
        case Add():
            whole = over_sum(inner, declaration)
            return _with_diagonals(whole, declaration) if isinstance(whole, Add) else whole
        case Apply():
            return _by_shape(inner, declaration)
        case Multiply(factors=(*others, Symbol(name=name), body)) if name in SPECTRAL and _is_gram(body):
            value = Apply(SPECTRAL[name], (body,), span=inner.span)
            return Multiply((*others, value), span=inner.span) if others else value
        case Multiply():
            return _spread(inner, declaration) or _taken_together(inner, declaration)
        case Negate(body=Tuple() | Matrix()) | Divide(numerator=Tuple() | Matrix()):
            return _spread(inner, declaration) or inner
        case _:
            return inner


def _is_gram(node: Node) -> bool:
    """Whether a product is that of a formula and itself transposed, in either order."""
    match node:
        case Multiply(factors=(Apply(function="transpose", arguments=(one,)), other)):
            return one == other
        case Multiply(factors=(one, Apply(function="transpose", arguments=(other,)))):
            return one == other
        case _:
            return False


def _by_shape(node: Apply, declaration: Declaration) -> Node:
    """Bars as an absolute value, a norm or a determinant, and a norm of order two without its order for a vector."""
    body = node.arguments[0] if node.arguments else node
    match node.function:
        case "det":
            shape = shape_of(body, declaration)
            return Apply("abs" if shape == SCALAR else "norm", node.arguments) if _is_flat(shape) else node
        case "abs" if isinstance(body, Tuple) and len(body.elements) > 1:
            return Apply("norm", (body,))
        case "abs" if isinstance(body, Multiply) and _is_square(shape_of(body, declaration)):
            return Apply("det", node.arguments)
        case "norm" if node.arguments[1:] == (TWO,) and not _is_matrix(body, declaration):
            return Apply("norm", (body,))
        case _:
            return node


def with_spectral_norms(node: Node, declaration: Declaration) -> Node:
    """The formula with each norm of a matrix that does not say which it is as the spectral one."""
    inner = mapped(node, lambda child: with_spectral_norms(child, declaration))
    match inner:
        case Apply(function="norm", arguments=(body,)) if _is_matrix(body, declaration):
            return Apply("norm", (body, TWO), span=inner.span)
        case _:
            return inner


def _spread(node: Node, declaration: Declaration) -> Node | None:
    """A multiple of a list or a matrix written out as the list of the multiples; None for anything else."""
    match node:
        case Negate(body=Tuple() | Matrix() as body):
            return mapped(body, Negate)
        case Divide(numerator=Tuple() | Matrix() as body, denominator=below) if shape_of(below, declaration) == SCALAR:
            return mapped(body, lambda entry: Divide(entry, below))
        case Multiply(factors=factors):
            written = [one for one in factors if isinstance(one, Tuple | Matrix)]
            others = [one for one in factors if not isinstance(one, Tuple | Matrix)]
            if len(written) != 1 or any(shape_of(one, declaration) != SCALAR for one in others):
                return None
            return mapped(written[0], lambda entry: Multiply((*others, entry)))
    return None


def _taken_together(node: Multiply, declaration: Declaration) -> Node:
    """A product whose rest belongs to an elementwise product, or to a gradient, before it."""
    for place, factor in enumerate(node.factors[:-1]):
        if isinstance(factor, Apply) and factor.function == "hadamard":
            product = _of_last_argument(factor, node, place, declaration)
            if product is not None:
                return product
    return over_product(node, declaration)


def _is_flat(shape: Shape | Misfit) -> bool:
    """Whether a shape is that of a number or a column."""
    return not isinstance(shape, Misfit) and shape[1] == "1" and "?" not in shape


def _is_square(shape: Shape | Misfit) -> bool:
    return not isinstance(shape, Misfit) and shape[0] == shape[1] not in ("1", "?")


def _is_matrix(node: Node, declaration: Declaration) -> bool:
    shape = shape_of(node, declaration)
    return not isinstance(shape, Misfit) and "1" not in shape and "?" not in shape


def _of_last_argument(first: Apply, node: Multiply, place: int, declaration: Declaration) -> Node | None:
    r"""``z \odot W^T d`` as z times (W^T d) entry by entry, where (z times W^T) has no meaning and this has."""
    if not isinstance(shape_of(first, declaration), Misfit):
        return None
    *others, last = first.arguments
    whole = Apply(first.function, (*others, Multiply((last, *node.factors[place + 1 :]))), span=node.span)
    if isinstance(shape_of(whole, declaration), Misfit):
        return None
    return Multiply((*node.factors[:place], whole)) if place else whole


def _with_diagonals(node: Add, declaration: Declaration) -> Node:
    """A sum with a square matrix, in which ``diag(A)`` of a square A is the matrix of its diagonal, not the vector."""
    shapes = [shape_of(term, declaration) for term in node.terms]
    if not any(map(_is_square, shapes)):
        return node
    return Add(tuple(_diagonal_matrix(term, declaration) for term in node.terms), span=node.span)


def _diagonal_matrix(term: Node, declaration: Declaration) -> Node:
    match term:
        case Apply(function="diag", arguments=(body,)):
            return Apply("diag", (term,), span=term.span) if _is_square(shape_of(body, declaration)) else term
        case Negate(body=body):
            return Negate(_diagonal_matrix(body, declaration), span=term.span)
        case Multiply(factors=(*others, last)) if all(shape_of(one, declaration) == SCALAR for one in others):
            return Multiply((*others, _diagonal_matrix(last, declaration)), span=term.span)
        case _:
            return term
