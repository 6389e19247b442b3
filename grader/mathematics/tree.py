"""The small immutable tree that every formula is read into, with the place in the text each node came from.

Nodes are built without evaluating anything: ``9**9**9`` is a `Power` of a `Power`, and nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""Start and end offset, in characters of the text that was read."""


@dataclass(frozen=True)
class Node:
    """A piece of a formula; equality ignores where it stood."""

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class Number(Node):
    """An exact rational; ``decimals`` remembers the digits typed after the point, None for an integer."""

    value: Fraction
    decimals: int | None = None


@dataclass(frozen=True)
class Constant(Node):
    """``pi``, ``e``, ``i``, ``infinity``, ``true``, ``false``, ``empty`` (the empty set) or ``identity`` (a matrix)."""

    name: str


@dataclass(frozen=True)
class Symbol(Node):
    """A declared (or, where nothing was declared, inferred) name, in its declared spelling; also a bound index."""

    name: str


@dataclass(frozen=True)
class Indexed(Node):
    """A member of a declared family: ``x_i``, ``K^{(j)}``, ``W^{(l)}_{ij}``, ``A_{ij}``."""

    name: str
    indices: tuple[Node, ...]


@dataclass(frozen=True)
class Add(Node):
    """A sum of two or more terms; a difference holds a `Negate`."""

    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Negate(Node):
    """Minus something."""

    body: Node


@dataclass(frozen=True)
class Multiply(Node):
    """A product, in the order written, since matrices do not commute."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Divide(Node):
    """A fraction or a quotient."""

    numerator: Node
    denominator: Node


@dataclass(frozen=True)
class Power(Node):
    """A power; a root is a power or an `Apply` of ``sqrt`` or ``root``."""

    base: Node
    exponent: Node


@dataclass(frozen=True)
class Apply(Node):
    """A known function (`functions.py` lists them) or a declared one, applied to its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class PlusMinus(Node):
    """Plus or minus something: two values, hence never one."""

    body: Node


@dataclass(frozen=True)
class Fold(Node):
    """A big operator (``sum``, ``product``, ``max``, ``min``, ``argmax``, ``argmin``) over one bound index.

    Either both bounds are there, or ``domain`` (an index set, None when it is only implied), or neither.
    """

    operator: str
    body: Node
    index: str
    lower: Node | None = None
    upper: Node | None = None
    domain: Node | None = None


@dataclass(frozen=True)
class Derivative(Node):
    """``d^n body / dx dy ...``; one (name or indexed name, order) for each variable."""

    body: Node
    variables: tuple[tuple[Node, int], ...]
    partial: bool = False


@dataclass(frozen=True)
class Gradient(Node):
    """``nabla_x body``; ``variable`` is None when it is not written."""

    body: Node
    variable: Node | None = None


@dataclass(frozen=True)
class Integral(Node):
    """An integral over one variable; without bounds it is an antiderivative."""

    body: Node
    variable: str
    lower: Node | None = None
    upper: Node | None = None


@dataclass(frozen=True)
class Limit(Node):
    """A limit; ``direction`` is ``+``, ``-`` or empty for two-sided."""

    body: Node
    variable: str
    point: Node
    direction: str = ""


@dataclass(frozen=True)
class Matrix(Node):
    """A matrix by rows, each of one length; a column vector has rows of length 1."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True)
class Tuple(Node):
    """An ordered list: ``(1, 2)``, ``[4, 128]``, or several answers in a row; ``bracket`` is ``(`` or ``[``."""

    elements: tuple[Node, ...]
    bracket: str = "("


@dataclass(frozen=True)
class FiniteSet(Node):
    """A set written out element by element."""

    elements: tuple[Node, ...]


@dataclass(frozen=True)
class Interval(Node):
    """All real numbers between two ends."""

    lower: Node
    upper: Node
    lower_closed: bool
    upper_closed: bool


@dataclass(frozen=True)
class SetOperation(Node):
    """``union``, ``intersection`` or ``difference`` of sets."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class Relation(Node):
    """A chain ``a = b <= c``: one operand more than operators.

    Operators are ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``~=`` (approximately), ``in``, ``~`` (is distributed
    as, or grows like), ``prop`` (is proportional to), ``:=``, ``=>``, ``<=>``.
    """

    operators: tuple[str, ...]
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class Logic(Node):
    """``and``, ``or`` or ``not`` of statements."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class Cases(Node):
    """A definition by cases; the condition of the last may be None, for "otherwise"."""

    branches: tuple[tuple[Node, Node | None], ...]


@dataclass(frozen=True)
class Expectation(Node):
    """``E[body | given]``; ``over`` names the variable written as an index, ``E_x``."""

    body: Node
    given: Node | None = None
    over: str | None = None


@dataclass(frozen=True)
class Variance(Node):
    """``Var[body | given]``."""

    body: Node
    given: Node | None = None


@dataclass(frozen=True)
class Covariance(Node):
    """``Cov(first, second | given)``."""

    first: Node
    second: Node
    given: Node | None = None


@dataclass(frozen=True)
class Probability(Node):
    """``P(event | given)``, or a density ``p(x | y)``."""

    event: Node
    given: Node | None = None


@dataclass(frozen=True)
class Growth(Node):
    """``O(body)``, ``Theta(body)``, ``Omega(body)``, ``o(body)``; ``kind`` is that word."""

    kind: str
    body: Node


@dataclass(frozen=True)
class Quantity(Node):
    """A value with a unit (``MB``, ``MiB``, ``ms``, ``percent``), in the unit's own spelling."""

    value: Node
    unit: str


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order written; None and plain names are left out."""
    match node:
        case Symbol() | Number() | Constant():
            return ()
        case Add(terms=many) | Multiply(factors=many) | Apply(arguments=many) | Indexed(indices=many):
            return many
        case Tuple(elements=many) | FiniteSet(elements=many):
            return many
        case SetOperation(operands=many) | Relation(operands=many) | Logic(operands=many):
            return many
        case Negate(body=body) | PlusMinus(body=body) | Growth(body=body):
            return (body,)
        case Quantity(value=value):
            return (value,)
        case Divide(numerator=first, denominator=second) | Power(base=first, exponent=second):
            return (first, second)
        case Fold():
            return _present(node.lower, node.upper, node.domain, node.body)
        case Derivative():
            return (node.body, *(variable for variable, _ in node.variables))
        case Gradient():
            return _present(node.body, node.variable)
        case Integral():
            return _present(node.lower, node.upper, node.body)
        case Limit():
            return (node.point, node.body)
        case Matrix(rows=rows):
            return tuple(entry for row in rows for entry in row)
        case Interval():
            return (node.lower, node.upper)
        case Cases(branches=branches):
            return _present(*(part for branch in branches for part in branch))
        case Expectation() | Variance():
            return _present(node.body, node.given)
        case Covariance():
            return _present(node.first, node.second, node.given)
        case Probability():
            return _present(node.event, node.given)
        case _:
            return ()


def _present(*nodes: Node | None) -> tuple[Node, ...]:
    return tuple(node for node in nodes if node is not None)
