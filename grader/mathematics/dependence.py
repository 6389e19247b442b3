"""Derivatives of symbols of which nothing is said: each is a function of what it is differentiated by.

Where several depend on each other, as in a chain rule, what a symbol depends on through another it does not depend on
directly: of dL/dy, dy/dw and dL/dw, L is a function of y, and y of w.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.mathematics import arrays
from grader.mathematics.arithmetic import Scalar
from grader.mathematics.arrays import Value
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.functions import known
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.roles import HELD, REAL
from grader.mathematics.shapes import Misfit, is_vector, shape_of
from grader.mathematics.substituting import mapped, names_in, substitute
from grader.mathematics.tree import (
    Apply,
    Derivative,
    Expectation,
    Gradient,
    Indexed,
    Multiply,
    Node,
    Power,
    Symbol,
    children,
)

FAMILY = Kind("sequence", member=REAL)
SLOPE = "place"
GIVEN = "given"
"""What the name of a function ends with that takes a condition."""


@dataclass(frozen=True)
class Held(Apply):
    """A formula, the first argument, in which a name stands for the value of another, the second."""

    name: str = ""

    def value_at(self, at: Evaluator) -> Value:
        """The value of the formula, with the name bound."""
        body, replacement = self.arguments
        with at.binding(self.name, at(replacement)):
            return at(body)


@dataclass(frozen=True)
class HeldEach(Held):
    """The same entry by entry, where what is put in is a vector."""

    def value_at(self, at: Evaluator) -> Value:
        """The values of the formula, with the name bound to each entry in turn."""
        body, replacement = self.arguments

        def of_entry(entry: Scalar) -> Scalar:
            with at.binding(self.name, entry):
                return at.scalar(body)

        return arrays.each(of_entry, at(replacement))


def made_explicit(student: Node, reference: Node, declaration: Declaration) -> tuple[Node, Node, Declaration]:
    """Both sides with ``L`` as ``L(b, w)`` where they hold its derivatives by b and by w, and so on down a chain.

    A gradient of which nothing says by what, as in ``W - eta nabla L`` where L stands nowhere else, is a quantity of
    its own.
    """
    student, reference, declaration = _with_unknown_slopes(student, reference, declaration)
    student, reference, declaration = _with_parameters(student, reference, declaration)
    student, reference = (_with_slopes_at(side, declaration) for side in (student, reference))
    student, reference, declaration = _with_quantities(student, reference, declaration)
    pairs = [pair for side in (student, reference) for pair in _differentiated(side, declaration)]
    edges: dict[str, set[str]] = {}
    for body, variable in pairs:
        edges.setdefault(body, set()).add(variable)
    if not edges or any(name in _reachable(edges, name) for name in edges):
        return student, reference, declaration
    direct = {
        name: sorted(one for one in found if not any(one in _reachable(edges, other) for other in found - {one}))
        for name, found in edges.items()
    }
    kinds = {name: Kind("function", arity=len(found)) for name, found in direct.items()}
    explicit = replace(declaration, symbols={**declaration.symbols, **kinds})
    return _written_out(student, direct), _written_out(reference, direct), explicit


def _with_parameters(student: Node, reference: Node, declaration: Declaration) -> tuple[Node, Node, Declaration]:
    r"""Both sides with ``p_\theta(x)`` as a function of theta as well, where something is differentiated by theta."""
    by = {name for side in (student, reference) for name in _variables(side)}
    labels = {name: name.partition("_")[2].removesuffix(GIVEN) for name in declaration.symbols}
    found = {name: label for name, label in labels.items() if label in by and _is_function(name, declaration)}
    for side in (student, reference):
        found |= {name: label for name, label in _unmoved(side) if _is_function(name, declaration)}
    if not found or declaration.conventions is None:
        return student, reference, declaration
    kinds = {name: replace(declaration.symbols[name], arity=declaration.symbols[name].arity + 1) for name in found}

    def change(node: Node) -> Node:
        inner = mapped(node, change)
        if isinstance(inner, Apply) and inner.function in found:
            return replace(inner, arguments=(*inner.arguments, Symbol(found[inner.function])))
        return inner

    return change(student), change(reference), replace(declaration, symbols={**declaration.symbols, **kinds})


def _at_value(node: Node, name: str) -> Node:
    r"""With ``\nabla_x f(x)`` of an unknown function as the gradient ``\nabla f`` at x, over which a mean is taken."""
    inner = mapped(node, lambda one: _at_value(one, name))
    match inner:
        case Gradient(body=Apply(function=function, arguments=(Symbol() as at,)), variable=Symbol() as by) if (
            at == by and by.name == name and function not in known()
        ):
            return replace(inner, variable=None)
        case _:
            return inner


def with_slopes_within(node: Node) -> Node:
    r"""The formula with the gradient of a mean as the mean of a gradient, if nothing says what the mean is over."""
    inner = mapped(node, with_slopes_within)
    match inner:
        case Expectation(over=str(name)):
            return mapped(inner, lambda one: _at_value(one, name))
        case Gradient(body=Expectation(body=body, given=None, over=None) as mean, variable=Symbol(name=name) as by):
            labels = {called.partition("_")[2] for called in _applied(body)}
            return replace(mean, body=Gradient(body, by)) if name in names_in(body) | labels else inner
        case _:
            return inner


def _unmoved(node: Node) -> Iterator[tuple[str, str]]:
    """Functions in a gradient by a symbol that nothing in it mentions: they depend on it all the same."""
    if (
        isinstance(node, Gradient)
        and isinstance(node.variable, Symbol)
        and node.variable.name not in names_in(node.body)
    ):
        yield from ((name, node.variable.name) for name in _applied(node.body))
    for child in children(node):
        yield from _unmoved(child)


def _applied(node: Node) -> Iterator[str]:
    if isinstance(node, Apply) and node.function not in known():
        yield node.function
    for child in children(node):
        yield from _applied(child)


def _with_unknown_slopes(student: Node, reference: Node, declaration: Declaration) -> tuple[Node, Node, Declaration]:
    """Both sides with the derivative of a member by a member of another place, or of another family, as unknown.

    So is that of a symbol by a member, unless the members of that family are differentiated themselves, in a chain.
    """
    found: set[str] = set()
    chained = {name for side in (student, reference) for name in _differentiated_members(side)}

    def change(node: Node) -> Node:
        match node:
            case Derivative(body=Indexed() as body, variables=((Indexed() as by, 1),)):
                plain = all(isinstance(one, Symbol) for one in (*body.indices, *by.indices))
                if body.name != by.name or not plain:
                    found.add(f"d{body.name}/d{by.name}")
                    return Indexed(f"d{body.name}/d{by.name}", (*body.indices, *by.indices))
            case Derivative(body=Symbol(name=name), variables=((Indexed() as by, 1),)):
                real = declaration.symbols.get(name, REAL) == REAL and by.name not in chained
                if real and all(isinstance(one, Symbol) for one in by.indices):
                    found.add(f"d{name}/d{by.name}")
                    return Indexed(f"d{name}/d{by.name}", by.indices)
        return mapped(node, change)

    if declaration.conventions is None:
        return student, reference, declaration
    sides = (change(student), change(reference))
    return sides[0], sides[1], replace(declaration, symbols={**declaration.symbols, **dict.fromkeys(found, FAMILY)})


def _differentiated_members(node: Node) -> Iterator[str]:
    """Families of which a member is differentiated."""
    if isinstance(node, Derivative) and isinstance(node.body, Indexed):
        yield node.body.name
    for child in children(node):
        yield from _differentiated_members(child)


def _variables(node: Node) -> Iterator[str]:
    """The symbols by which something is differentiated."""
    match node:
        case Gradient(variable=Symbol(name=name)):
            yield name
        case Derivative(variables=variables):
            yield from (one.name for one, _ in variables if isinstance(one, Symbol))
    for child in children(node):
        yield from _variables(child)


def _with_quantities(student: Node, reference: Node, declaration: Declaration) -> tuple[Node, Node, Declaration]:
    bare = {name for side in (student, reference) for name in _slopes_of(side)}
    known = {name for name in bare if declaration.symbols.get(name, REAL) in (REAL, FAMILY)}
    alone = sorted(known - names_in(_without_slopes(student, known)) - names_in(_without_slopes(reference, known)))
    if not alone:
        return student, reference, declaration
    symbols = {**declaration.symbols, **{f"nabla {name}": declaration.symbols.get(name, REAL) for name in alone}}
    sides = [_without_slopes(side, frozenset(alone)) for side in (student, reference)]
    return sides[0], sides[1], replace(declaration, symbols=symbols)


def _with_slopes_at(node: Node, declaration: Declaration) -> Node:
    r"""The formula with each gradient of an unknown function at a place, ``\nabla f(x_t)``, taken by its last argument.

    A transposed one is written with the sign behind the function, ``\nabla f(x)^T``.
    """
    inner = mapped(node, lambda child: _with_slopes_at(child, declaration))
    match inner:
        case Gradient(variable=None, body=Apply(function=name, arguments=(*others, place))) if _is_function(
            name, declaration
        ):
            mark = Symbol(_inner(SLOPE))
            slope = Gradient(Apply(name, (*others, mark)), mark)
            return Held("held", (slope, place), name=mark.name, span=node.span)
        case Derivative(body=Apply(function=name, arguments=(place,)), variables=((by, 1),)) if (
            by == place and _is_vector(place, declaration) and _is_of_entries(name, declaration)
        ):
            mark = Symbol(_inner(SLOPE))
            body = Derivative(Apply(name, (mark,)), ((mark, 1),))
            return HeldEach("held_each", (body, place), name=mark.name, span=node.span)
        case Gradient(variable=None, body=Apply(function="transpose", arguments=(body,))):
            return Apply("transpose", (_with_slopes_at(Gradient(body), declaration),))
        case Gradient(
            body=Multiply(factors=(Power(base=Apply() as body, exponent=Symbol(name="T")), *rest)),
            variable=Symbol() as by,
        ) if declaration.conventions is not None and any(isinstance(one, Gradient) for one in rest):
            return Multiply((Apply("transpose", (Gradient(body, by),)), *rest), span=node.span)
        case Gradient(variable=None, body=Power(base=Apply(function=name) as body, exponent=Symbol(name="T"))):
            turned = declaration.conventions is not None and _is_function(name, declaration)
            return _with_slopes_at(Gradient(body), declaration) if turned else inner
        case _:
            return inner


def _is_vector(node: Node, declaration: Declaration) -> bool:
    shape = shape_of(node, declaration)
    return not isinstance(shape, Misfit) and is_vector(shape)


def _is_of_entries(name: str, declaration: Declaration) -> bool:
    return _is_function(name, declaration) or (name in known() and known()[name].elementwise)


def _is_function(name: str, declaration: Declaration) -> bool:
    return declaration.symbols.get(name, REAL).name == "function"


def _slopes_of(node: Node) -> Iterator[str]:
    if isinstance(node, Gradient) and node.variable is None and isinstance(node.body, (Symbol, Indexed)):
        yield node.body.name
    for child in children(node):
        yield from _slopes_of(child)


def _without_slopes(node: Node, names: Container[str]) -> Node:
    """The formula with a symbol in the place of each gradient of one of these names."""
    match node:
        case Gradient(variable=None, body=Symbol(name=name)) if name in names:
            return Symbol(f"nabla {name}")
        case Gradient(variable=None, body=Indexed(name=name, indices=indices)) if name in names:
            return Indexed(f"nabla {name}", indices)
        case _:
            return mapped(node, lambda child: _without_slopes(child, names))


def _reachable(edges: Mapping[str, set[str]], name: str) -> set[str]:
    found: set[str] = set()
    waiting = list(edges.get(name, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += edges.get(one, ())
    return found


def _written_out(node: Node, direct: Mapping[str, list[str]]) -> Node:
    """The formula with each symbol as a function of what it depends on."""
    match node:
        case Symbol(name=name) if name in direct:
            return _value_of(name, direct)
        case Derivative(variables=variables):
            inner = [one.name for one, _ in variables if isinstance(one, Symbol) and one.name in direct]
            return _held(replace(node, body=_within(node.body, direct, inner)), inner, direct)
        case Gradient(variable=Symbol(name=name)) if name in direct:
            return _held(replace(node, body=_within(node.body, direct, [name])), [name], direct)
        case Gradient(body=body):
            return replace(node, body=_written_out(body, direct))
        case _:
            return mapped(node, lambda child: _written_out(child, direct))


def _within(node: Node, direct: Mapping[str, list[str]], kept: list[str]) -> Node:
    """The body of a derivative, in which what it is differentiated by stays a symbol."""
    match node:
        case Symbol(name=name) if name in direct and name not in kept:
            return _value_of(name, direct, kept)
        case _:
            return _written_out(node, {name: found for name, found in direct.items() if name not in kept})


def _value_of(name: str, direct: Mapping[str, list[str]], kept: Sequence[str] = ()) -> Node:
    """A symbol as a function of what it depends on, down to symbols that depend on nothing and those that are kept."""
    inner = (Symbol(one) if one in kept or one not in direct else _value_of(one, direct, kept) for one in direct[name])
    return Apply(name, tuple(inner))


def _held(node: Node, names: list[str], direct: Mapping[str, list[str]]) -> Node:
    """A derivative by something that itself depends on others, at the value that this has."""
    for name in names:
        body = substitute(node, name, Symbol(_inner(name)))
        node = Held("held", (body, _value_of(name, direct)), name=_inner(name))
    return node


def _inner(name: str) -> str:
    return f"{HELD}{name}"


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
