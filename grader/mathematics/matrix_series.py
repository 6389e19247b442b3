"""Geometric series of a matrix: the sum of ``c q^k L M^k R`` is ``c L (I - qM)^(-1) R`` where a norm proves it."""

from __future__ import annotations

from typing import Any

from flint import arb, fmpq

from grader.errors import Beyond, Imprecise
from grader.mathematics import arrays
from grader.mathematics.arithmetic import ONE, Scalar, as_integer, plain, top_tag
from grader.mathematics.arrays import Array, Value
from grader.mathematics.folding import Folding
from grader.mathematics.structure import degree_in, mentions
from grader.mathematics.tree import Multiply, Negate, Node, Power


def powers_of_matrix(at: Folding, body: Node, index: str, start: int) -> Value | None:
    """The value of a sum of powers of a matrix from ``start`` to infinity; None for terms without such a power.

    Raises:
        Imprecise: where the series is not seen to converge.
        Beyond: for terms of another form.
    """
    if isinstance(body, Negate):
        found = powers_of_matrix(at, body.body, index, start)
        return None if found is None else arrays.negate(found)
    factors = body.factors if isinstance(body, Multiply) else (body,)
    bases = {place: base for place, factor in enumerate(factors) if (base := _base(at, factor, index)) is not None}
    if not bases:
        return None
    if len(bases) > 1:
        raise Beyond("a sum without end of products of powers of matrices")
    ((place, matrix),) = bases.items()
    first, slope = _exponent(at, factors[place], index, start)
    ratio, begun = _ratio(at, [*factors[:place], *factors[place + 1 :]], index, start)
    step = arrays.scale(arrays.power(at.system, matrix, slope), ratio)
    _converges(step)
    total = arrays.inverse(at.system, arrays.add(arrays.identity(step.shape[0]), arrays.negate(step)))
    total = arrays.scale(arrays.multiply(arrays.power(at.system, matrix, first), total), begun)
    for factor in reversed(factors[:place]):
        total = total if mentions(factor, index) else arrays.multiply(at(factor), total)
    for factor in factors[place + 1 :]:
        total = total if mentions(factor, index) else arrays.multiply(total, at(factor))
    return total


def _base(at: Folding, factor: Node, index: str) -> Array | None:
    """The matrix whose power a factor is."""
    if not isinstance(factor, Power) or mentions(factor.base, index) or not mentions(factor.exponent, index):
        return None
    value = at(factor.base)
    return value if isinstance(value, Array) and not value.is_vector else None


def _exponent(at: Folding, factor: Node, index: str, start: int) -> tuple[int, int]:
    """The first exponent, and by how much it rises."""
    if not isinstance(factor, Power) or degree_in(factor.exponent, index) != 1:
        raise Beyond("a sum without end of powers of a matrix")
    values = []
    for place in (start, start + 1):
        with at.binding(index, fmpq(place)):
            values.append(as_integer(at.scalar(factor.exponent), "the exponent of a matrix"))
    if values[1] <= values[0]:
        raise Beyond("a sum without end of powers of a matrix")
    return values[0], values[1] - values[0]


def _ratio(at: Folding, factors: list[Node], index: str, start: int) -> tuple[Scalar, Scalar]:
    """The ratio of the geometric factors that are numbers, and their product at the first term."""
    ratio: Scalar = ONE
    begun: Scalar = ONE
    for factor in factors:
        if not mentions(factor, index):
            continue
        if not isinstance(factor, Power) or mentions(factor.base, index) or degree_in(factor.exponent, index) != 1:
            raise Beyond("a sum without end of powers of a matrix")
        values = []
        for place in (start, start + 1):
            with at.binding(index, fmpq(place)):
                values.append(at.scalar(factor))
        ratio = ratio * at.system.divide(values[1], values[0])
        begun = begun * values[0]
    return ratio, begun


def _converges(step: Any) -> None:
    """Nothing, where the largest sum of the sizes along a row is below one.

    Raises:
        Imprecise: otherwise.
        Beyond: where slopes are taken.
    """
    if top_tag(step.entries):
        raise Beyond("the derivative of a sum without end")
    for row in step.rows:
        size = arb(0)
        for entry in row:
            size += abs(arb(abs(plain(entry))))
        if not size < 1:
            raise Imprecise("whether a series of matrices converges")
