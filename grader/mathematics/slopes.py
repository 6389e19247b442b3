"""Derivatives of formulas at a point, by duals: of a number, by a vector's entries, by a member of a family."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from grader.errors import Beyond
from grader.mathematics import arrays
from grader.mathematics.arithmetic import Dual, Scalar
from grader.mathematics.arrays import Array, Multiple, Value
from grader.mathematics.places import Place
from grader.mathematics.structure import is_opaque
from grader.mathematics.tree import Derivative, Gradient, Indexed, Node, Symbol


class Slopes(Protocol):
    """The walk over the tree, as far as derivatives need it."""

    bound: dict[str, Value]
    shifted: dict[tuple[str, tuple[int, ...]], Scalar]
    place: Place

    def __call__(self, node: Node) -> Value:
        """The value of a formula."""

    def integer(self, node: Node, what: str) -> int:
        """The value of a formula that has to be a whole number."""

    def directional(self, node: Node, change: Callable[[Dual], None], value: Scalar) -> Value:
        """The slope of a formula when a value is given a dual."""


def derivative(at: Slopes, node: Derivative) -> Value:
    """A derivative of any order, one variable after another."""
    (variable, order), rest = node.variables[0], node.variables[1:]
    remaining = ((variable, order - 1), *rest) if order > 1 else rest
    body = Derivative(node.body, remaining, node.partial) if remaining else node.body
    return slope_of(at, body, variable)


def gradient(at: Slopes, node: Gradient) -> Value:
    """A gradient by the variable that it names."""
    if node.variable is None:
        raise Beyond("a gradient that does not say by what")
    return slope_of(at, node.body, node.variable)


def slope_of(at: Slopes, body: Node, variable: Node) -> Value:
    """The derivative by a number, or the gradient by a vector or a matrix, in the variable's own shape."""
    if isinstance(body, Symbol) and body.name not in at.bound and is_opaque(body.name) and body != variable:
        raise Beyond(f"the derivative of {body.name}, of which nothing is said")
    if isinstance(variable, Indexed):
        return _slope_by_member(at, body, variable)
    if not isinstance(variable, Symbol):
        raise Beyond("a derivative by what is not a symbol")
    name, value = variable.name, at(variable)
    if isinstance(value, Multiple):
        raise Beyond("a derivative by an identity matrix")
    if not isinstance(value, Array):
        before = dict(at.bound)
        try:
            return at.directional(body, lambda dual: at.bound.__setitem__(name, dual), value)
        finally:
            at.bound = before
    slopes = [
        [_slope_by_entry(at, body, name, value, (row, place)) for place in range(value.shape[1])]
        for row in range(value.shape[0])
    ]
    flat = [slope for row in slopes for slope in row]
    if not any(isinstance(slope, Array) for slope in flat):
        return Array(tuple(tuple(row) for row in slopes))
    if value.shape[1] == 1 and all(isinstance(slope, Array) and slope.shape[1] == 1 for slope in flat):
        return arrays.transpose(Array(tuple(slope.entries for slope in flat)))
    raise Beyond("the derivative of an array by an array")


def _slope_by_entry(at: Slopes, body: Node, name: str, whole: Array, entry: tuple[int, int]) -> Value:
    row, place = entry

    def change(dual: Dual) -> None:
        rows = [list(one) for one in whole.rows]
        rows[row][place] = dual
        at.bound[name] = Array(tuple(tuple(one) for one in rows))

    before = dict(at.bound)
    try:
        return at.directional(body, change, whole.rows[row][place])
    finally:
        at.bound = before


def _slope_by_member(at: Slopes, body: Node, variable: Indexed) -> Value:
    indices = tuple(at.integer(one, "an index") for one in variable.indices)
    value = at(variable)
    if isinstance(value, (Array, Multiple)):
        raise Beyond("a derivative by a member that is an array")
    whole = at.bound.get(variable.name, at.place.whole(variable.name))
    if isinstance(whole, Array):
        entry = (indices[0] - 1, indices[1] - 1 if len(indices) == 2 else 0)
        if whole.shape[0] == 1 and len(indices) == 1:
            entry = entry[::-1]
        return _slope_by_entry(at, body, variable.name, whole, entry)
    before = dict(at.shifted)
    try:
        return at.directional(body, lambda dual: at.shifted.__setitem__((variable.name, indices), dual), value)
    finally:
        at.shifted = before
