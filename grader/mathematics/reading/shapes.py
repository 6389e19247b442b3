"""Whether a formula stands for a vector, a matrix or a statement: what ^T, ^{-1} and bars depend on."""

from __future__ import annotations

from collections.abc import Mapping

from grader.mathematics.functions import known
from grader.mathematics.kinds import MATRICES, Declaration, Kind
from grader.mathematics.shapes import fits_size, shape_of
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Constant,
    Derivative,
    Divide,
    Expectation,
    Fold,
    Gradient,
    Indexed,
    Limit,
    Logic,
    Matrix,
    Multiply,
    Negate,
    Node,
    PlusMinus,
    Power,
    Relation,
    Span,
    Symbol,
    Tuple,
)

_SHAPED = frozenset(
    {
        "transpose",
        "inverse",
        "pinv",
        "diag",
        "hadamard",
        "elementwise_divide",
        "kronecker",
        "identity",
        "outer",
        "softmax",
    }
)


def kind_of(node: Node, kinds: Mapping[str, Kind]) -> Kind | None:
    """The declared kind of a symbol or of a family's member."""
    if isinstance(node, Symbol):
        return kinds.get(node.name)
    if isinstance(node, Indexed):
        kind = kinds.get(node.name)
        if kind is not None and kind.name == "sequence" and kind.member is not None and len(node.indices) == 1:
            return kind.member
        if kind is not None and kind.name in MATRICES and len(node.indices) == 1:
            return Kind("vector", sizes=kind.sizes[-1:])
    return None


def is_vector(node: Node, kinds: Mapping[str, Kind]) -> bool:
    """Whether it is a declared vector, or a sum or multiple of one that is plain to see."""
    if isinstance(node, Negate):
        return is_vector(node.body, kinds)
    if isinstance(node, Add):
        return all(is_vector(term, kinds) for term in node.terms)
    if isinstance(node, Gradient):
        return not isinstance(node.body, Gradient)
    if isinstance(node, Apply) and node.function == "entry":
        return is_shaped(node, kinds)
    kind = kind_of(node, kinds)
    return kind is not None and kind.name == "vector"


def is_row_of_matrix(node: Node, kinds: Mapping[str, Kind]) -> bool:
    """Whether it is ``X_i`` of a declared matrix X."""
    kind = kinds.get(node.name) if isinstance(node, Indexed) and len(node.indices) == 1 else None
    return kind is not None and kind.name in MATRICES


def is_column(node: Node, kinds: Mapping[str, Kind]) -> bool:
    """Whether it is a column by the declared sizes, a calculation such as ``X w - y`` included."""
    if is_vector(node, kinds):
        return True
    if not is_shaped(node, kinds):
        return False
    shape = shape_of(node, Declaration(kinds))
    return isinstance(shape, tuple) and shape[1] == "1" and shape[0] not in {"1", "?"}


def is_matrix(node: Node, kinds: Mapping[str, Kind]) -> bool:
    """Whether it is a matrix and no row or column by the declared sizes."""
    if not is_shaped(node, kinds):
        return False
    shape = shape_of(node, Declaration(kinds))
    return isinstance(shape, tuple) and not {"1", "?"} & set(shape)


def are_columns(first: Node, second: Node, kinds: Mapping[str, Kind]) -> bool:
    """Whether both are columns, and of one size as far as it is declared."""
    if not (is_column(first, kinds) and is_column(second, kinds)):
        return False
    shapes = [shape_of(one, Declaration(kinds)) for one in (first, second)]
    rows = [shape[0] for shape in shapes if isinstance(shape, tuple) and shape[0] != "?"]
    return len(rows) < 2 or fits_size(rows[0], rows[1])


def is_shaped(node: Node, kinds: Mapping[str, Kind]) -> bool:
    """Whether it is a vector or a matrix; a product such as ``x^T y`` counts, since only its sizes tell."""
    match node:
        case Symbol() | Indexed():
            kind = kind_of(node, kinds)
            return kind is not None and (kind.name == "vector" or kind.name in MATRICES)
        case Matrix() | Gradient():
            return True
        case Constant(name=name):
            return name == "identity"
        case Add(terms=many) | Multiply(factors=many):
            return any(is_shaped(one, kinds) for one in many)
        case (
            Negate(body=body) | PlusMinus(body=body) | Expectation(body=body) | Derivative(body=body) | Limit(body=body)
        ):
            return is_shaped(body, kinds)
        case Divide(numerator=body) | Power(base=body):
            return is_shaped(body, kinds)
        case Fold(operator=operator, body=body):
            return operator in {"sum", "product"} and is_shaped(body, kinds)
        case Cases(branches=branches):
            return is_shaped(branches[0][0], kinds)
        case Apply(function=function, arguments=arguments):
            if function in _SHAPED or (function in {"ones", "zeros"} and arguments):
                return True
            if function == "entry":
                return len(arguments) == 2 and not is_vector(arguments[0], kinds) and is_shaped(arguments[0], kinds)
            entry = known().get(function)
            return entry is not None and entry.elementwise and any(is_shaped(one, kinds) for one in arguments)
        case _:
            return False


def is_statement(node: Node) -> bool:
    """Whether it is true or false, and no value."""
    if isinstance(node, Constant):
        return node.name in {"true", "false"}
    return isinstance(node, Relation | Logic)


def column_of(node: Node, span: Span) -> Matrix | None:
    """A list that is transposed as the column that is meant; None of anything else."""
    return Matrix(tuple((element,) for element in node.elements), span=span) if isinstance(node, Tuple) else None


def is_of_ones(node: Node) -> bool:
    """Whether it is a vector of ones or zeros whose size is not written."""
    return isinstance(node, Apply) and node.function in {"ones", "zeros"}
