"""How far a gradient reaches: what the sizes behind it say about the formula that it is taken of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.mathematics.kinds import Declaration
from grader.mathematics.shapes import ANY, SCALAR, Misfit, shape_of
from grader.mathematics.structure import mentions
from grader.mathematics.substituting import mapped
from grader.mathematics.tree import Add, Derivative, Gradient, Multiply, Negate, Node, Span, Symbol

Slope = Gradient | Derivative


def gathered(node: Node, declaration: Declaration) -> Node:
    r"""The formula with each gradient of the whole product or sum that only it can be of.

    ``\nabla_w (y - Xw)^T (y - Xw)`` is the gradient of a number: of a row vector alone it would have no meaning. In
    ``\nabla_w \|Xw - y\|^2 + \lambda \|w\|^2`` it is of the sum: a vector and a number cannot be added.
    """
    inner = mapped(node, lambda child: gathered(child, declaration))
    match inner:
        case Multiply():
            return over_product(inner, declaration)
        case Add():
            return over_sum(inner, declaration)
        case _:
            return inner


def over_product(node: Multiply, declaration: Declaration) -> Node:
    """A product whose rest belongs to a gradient before it."""
    for place, factor in enumerate(node.factors[:-1]):
        if not isinstance(factor, Gradient):
            continue
        rest = node.factors[place + 1 :]
        body = _innermost(factor)
        whole = Multiply((body, *rest), span=_joined(body, rest[-1]))
        vector = shape_of(body, declaration) not in (SCALAR, ANY) and shape_of(whole, declaration) == SCALAR
        if vector or _stands_before(factor, rest):
            gradient = _with_innermost(factor, whole)
            return Multiply((*node.factors[:place], gradient), span=node.span) if place else gradient
    return node


def over_sum(node: Add, declaration: Declaration) -> Node:
    """A sum whose rest belongs to the gradient before it: numbers that vary with what it is taken by."""
    for place, term in enumerate(node.terms[:-1]):
        slope = _last_factor(term)
        if not isinstance(slope, Gradient | Derivative) or _is_delimited(slope, term, node):
            continue
        variable = _array_variable(slope, declaration)
        if variable is None or shape_of(_with_last_factor(term, Symbol(variable)), declaration) == SCALAR:
            continue
        rest = node.terms[place + 1 :]
        inner = _innermost(slope)
        numbers = all(shape_of(one, declaration) == SCALAR for one in (inner, *rest))
        if not numbers or not any(mentions(one, variable) for one in rest):
            continue
        end = node.span[1] if node.span else 0
        body = Add((inner, *rest), span=(inner.span[0], end) if inner.span else None)
        last = _with_last_factor(term, _with_innermost(slope, body))
        return Add((*node.terms[:place], last), span=node.span) if place else last
    return node


def _innermost(slope: Slope) -> Node:
    """What a gradient is of, or a gradient of a gradient."""
    body = slope.body
    return _innermost(body) if isinstance(body, Gradient) else body


def _with_innermost(slope: Slope, body: Node) -> Slope:
    inner = _with_innermost(slope.body, body) if isinstance(slope.body, Gradient) else body
    return replace(slope, body=inner, span=_joined(slope, body))


def _last_factor(term: Node) -> Node:
    match term:
        case Negate(body=body):
            return _last_factor(body)
        case Multiply(factors=(*_, last)):
            return last
        case _:
            return term


def _with_last_factor(term: Node, last: Node) -> Node:
    match term:
        case Negate(body=body):
            return Negate(_with_last_factor(body, last), span=_joined(term, last))
        case Multiply(factors=(*others, _)):
            return Multiply((*others, last), span=_joined(term, last))
        case _:
            return last


def _array_variable(slope: Slope, declaration: Declaration) -> str | None:
    """The vector or matrix by which a first derivative is taken, None where there is none."""
    match slope:
        case Gradient(variable=Symbol(name=name) as variable):
            pass
        case Derivative(variables=((Symbol(name=name) as variable, 1),)):
            pass
        case _:
            return None
    shape = shape_of(variable, declaration)
    return None if isinstance(shape, Misfit) or shape in (SCALAR, ANY) else name


def _is_delimited(slope: Slope, term: Node, node: Add) -> bool:
    r"""Whether brackets say where a gradient ends: ``\nabla_w (f) + g``, ``(\nabla_w f) + g``."""
    body = _innermost(slope)
    if slope.span is None or body.span is None or node.span is None:
        return False
    closed = slope.span[1] > body.span[1]
    opened = term is node.terms[0] and slope is term and slope.span[0] > node.span[0]
    return closed or opened


def _joined(first: Node, last: Node) -> Span | None:
    return (first.span[0], last.span[1]) if first.span and last.span else None


def _stands_before(gradient: Gradient, rest: Sequence[Node]) -> bool:
    """Whether a gradient is of a factor without its variable, which only what follows has: of all of it, then."""
    if not isinstance(gradient.variable, Symbol):
        return False
    name = gradient.variable.name
    return not mentions(gradient.body, name) and any(mentions(one, name) for one in rest)
