"""Derivatives of a symbol of which nothing is said: it is a function of what it is differentiated by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.substituting import substitute
from grader.mathematics.tree import Apply, Derivative, Gradient, Node, Symbol, children


def made_explicit(student: Node, reference: Node, declaration: Declaration) -> tuple[Node, Node, Declaration]:
    """Both sides with ``L`` as ``L(b, w)`` where they hold its derivatives by b and by w.

    Only when derivatives of one symbol alone are taken: where several depend on each other, as in a chain rule, which
    depends on which is not written, and the formulas stay as they are.
    """
    pairs = [pair for side in (student, reference) for pair in _differentiated(side, declaration)]
    bodies = {body for body, _ in pairs}
    variables = sorted({variable for _, variable in pairs})
    if len(bodies) != 1 or bodies & set(variables):
        return student, reference, declaration
    name = next(iter(bodies))
    value = Apply(name, tuple(Symbol(variable) for variable in variables))
    symbols = {**declaration.symbols, name: Kind("function", arity=len(variables))}
    explicit = replace(declaration, symbols=symbols)
    return substitute(student, name, value), substitute(reference, name, value), explicit


def _differentiated(node: Node, declaration: Declaration) -> Iterator[tuple[str, str]]:
    match node:
        case Derivative(body=Symbol(name=name), variables=variables):
            by = [variable for variable, _ in variables]
        case Gradient(body=Symbol(name=name), variable=variable) if variable is not None:
            by = [variable]
        case _:
            by, name = [], ""
    kind = declaration.symbols.get(name)
    for variable in by:
        if isinstance(variable, Symbol) and variable.name != name and (kind is None or kind.scalar):
            yield name, variable.name
    for child in children(node):
        yield from _differentiated(child, declaration)
