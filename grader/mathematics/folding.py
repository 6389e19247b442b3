"""The values of big operators, and of matrices and lists written out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import pairwise
from typing import Protocol

from flint import fmpq

from grader.errors import Beyond, Undefined
from grader.mathematics import arrays
from grader.mathematics.arithmetic import ONE, ZERO, Scalar, System, plain
from grader.mathematics.arrays import Multiple, Value, is_array
from grader.mathematics.places import Place
from grader.mathematics.structure import degree_in, infinite_sign
from grader.mathematics.tree import Cases, Fold, Matrix, Node, Tuple

TERMS = 20_000
"""No sum, product or range at one point has more members."""


class Folding(Protocol):
    """The walk over the tree, as far as big operators need it."""

    system: System

    @property
    def place(self) -> Place:
        """The point."""

    def __call__(self, node: Node) -> Value:
        """The value of a formula."""

    def scalar(self, node: Node, what: str = "an array") -> Scalar:
        """The value of a formula that has to be a number."""

    def holds(self, node: Node) -> bool:
        """Whether a statement is true at the point."""

    def index_range(self, node: Fold) -> Iterator[Scalar]:
        """What the index of a big operator runs over."""

    def binding(self, name: str, value: Value) -> AbstractContextManager[None]:
        """A name stands for a value inside."""


def _long_sum(at: Folding, node: Fold) -> Value | None:
    """A sum of very many values of a polynomial, by differences; None when it is no such sum."""
    if node.operator != "sum" or node.lower is None or node.upper is None or infinite_sign(node.upper):
        return None
    if infinite_sign(node.lower):
        return None
    first, last = at.scalar(node.lower), at.scalar(node.upper)
    if not isinstance(first, fmpq) or not isinstance(last, fmpq) or last - first <= TERMS or first.q * last.q != 1:
        return None
    degree = degree_in(node.body, node.index)
    if degree is None or degree > 24:
        return None
    values: list[Value] = []
    for step in range(degree + 1):
        with at.binding(node.index, first + step):
            values.append(at.scalar(node.body))
    total: Scalar = ZERO
    choose = count = last - first + 1
    for step in range(degree + 1):
        total = total + values[0] * choose
        values = [after - before for before, after in pairwise(values)]
        choose = choose * (count - step - 1) / (step + 2)
    return total


def folded(at: Folding, node: Fold) -> Value:
    """The value of a big operator."""
    closed = _long_sum(at, node)
    if closed is not None:
        return closed
    values: list[Value] = []
    total: Value = ZERO if node.operator == "sum" else ONE
    first: Scalar = None
    indices: list[Scalar] = []
    chosen = _condition(node)
    for index in at.index_range(node):
        with at.binding(node.index, index):
            if chosen is not None and not at.holds(chosen):
                continue
            value = at(node.body)
        indices.append(index)
        if node.operator in ("sum", "product"):
            combine = arrays.add if node.operator == "sum" else arrays.multiply
            total = value if first is None else combine(total, value)
            first = index
        values.append(value)
    if node.operator in ("sum", "product"):
        if node.operator == "sum" and not is_array(total):
            at.system.watch(total, values)
        return total
    if not values:
        raise Undefined(f"a {node.operator} over nothing")
    if any(map(is_array, values)):
        raise Undefined(f"a {node.operator} of arrays")
    if node.operator in ("max", "min"):
        return at.system.apply(node.operator, values)
    if node.operator in ("argmax", "argmin"):
        return _place_of(at, node.operator, indices, values)
    raise Beyond(f"the {node.operator} over an index")


def _condition(node: Fold) -> Node | None:
    """The condition on what an extreme is over, where it has one; a sum takes nothing in its place."""
    match node.body:
        case Cases(branches=((_, condition),)) if node.operator not in ("sum", "product"):
            return condition
        case _:
            return None


def _place_of(at: Folding, operator: str, indices: list[Scalar], values: list[Value]) -> Value:
    """The index of the largest or the smallest value."""
    best = 0
    for place in range(1, len(values)):
        sign = at.system.sign(plain(values[place] - values[best]))
        if sign == 0:
            raise Undefined(f"the {operator} where two values are equal")
        if sign == (1 if operator == "argmax" else -1):
            best = place
    return indices[best]


def matrix(at: Folding, node: Matrix) -> Value:
    """A matrix written out, of numbers or of blocks."""
    values = [[at(entry) for entry in row] for row in node.rows]
    if not any(is_array(value) for row in values for value in row):
        return arrays.from_rows(values)
    bands: list[tuple[Scalar, ...]] = []
    for row in values:
        if any(isinstance(value, Multiple) for value in row):
            raise Beyond("an identity of unknown size in a block matrix")
        blocks = [arrays.as_array(value) for value in row]
        if len({block.shape[0] for block in blocks}) != 1:
            raise Undefined("blocks of different heights beside each other")
        height = blocks[0].shape[0]
        bands += [tuple(e for block in blocks for e in block.rows[at_row]) for at_row in range(height)]
    if len({len(band) for band in bands}) != 1:
        raise Undefined("blocks of different widths below each other")
    return arrays.from_rows(bands)


def listed(at: Folding, node: Tuple) -> Value:
    """A list as a column, a list of lists as a matrix."""
    if all(isinstance(row, Tuple) for row in node.elements):
        rows = [row.elements for row in node.elements if isinstance(row, Tuple)]
        if rows and len({len(row) for row in rows}) == 1:
            return matrix(at, Matrix(tuple(rows)))
    return arrays.column([at.scalar(element) for element in node.elements])
