"""Vectors and matrices of numbers of any system: products, inverses, determinants, and what does not conform."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from grader.errors import Beyond, Imprecise, Nonconforming, Undefined
from grader.mathematics.arithmetic import ONE, ZERO, Scalar, System, plain, top_tag

SIZE_LIMIT = 4_096
"""No array with more entries than this is built."""

PRODUCT_LIMIT = 40_000
"""No product of arrays takes more multiplications than this."""

ELIMINATION_LIMIT = 12
"""No larger matrix is inverted, and no larger determinant found."""


@dataclass(frozen=True)
class Array:
    """A matrix by rows; a vector is a column."""

    rows: tuple[tuple[Scalar, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0]) if self.rows else 0

    @property
    def entries(self) -> tuple[Scalar, ...]:
        """All entries, row by row."""
        return tuple(entry for row in self.rows for entry in row)

    @property
    def is_vector(self) -> bool:
        """Whether it is a row or a column."""
        return 1 in self.shape


@dataclass(frozen=True)
class Multiple:
    """A multiple of the identity matrix whose size the context says."""

    scale: Scalar


Value: TypeAlias = Any
"""What a formula evaluates to: a number, an `Array` of numbers, or a `Multiple` of the identity."""


def is_array(value: Value) -> bool:
    """Whether a value is no number."""
    return isinstance(value, (Array, Multiple))


def from_rows(rows: Sequence[Sequence[Scalar]]) -> Value:
    """An array, or the number itself where it is 1 by 1."""
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    return Array(tuple(tuple(row) for row in rows))


def column(entries: Sequence[Scalar]) -> Value:
    """A column vector."""
    return from_rows([[entry] for entry in entries])


def identity(size: int) -> Array:
    """The identity matrix as an array, 1 by 1 included."""
    return Array(tuple(tuple(ONE if row == place else ZERO for place in range(size)) for row in range(size)))


def as_array(value: Value) -> Array:
    """A number as a 1 by 1 array, an array as it is."""
    return value if isinstance(value, Array) else Array(((value,),))


def words(shape: tuple[int, int]) -> str:
    """A shape as a person says it."""
    return f"{shape[0]}×{shape[1]}"


def each(function: Callable[[Scalar], Scalar], value: Value) -> Value:
    """Apply a function to every entry."""
    if isinstance(value, Multiple):
        raise Undefined("a function of an identity matrix of unknown size")
    if isinstance(value, Array):
        return Array(tuple(tuple(function(entry) for entry in row) for row in value.rows))
    return function(value)


def paired(function: Callable[[Scalar, Scalar], Scalar], first: Value, second: Value, what: str) -> Value:
    """Apply a function of two numbers entry by entry.

    Raises:
        Undefined: when the shapes differ.
    """
    if not isinstance(first, Array) and not isinstance(second, Array):
        return function(first, second)
    one, other = as_array(first), as_array(second)
    if one.shape != other.shape:
        raise Nonconforming(f"{what} of {words(one.shape)} and {words(other.shape)}")
    rows = zip(one.rows, other.rows, strict=True)
    return Array(tuple(tuple(map(function, left, right)) for left, right in rows))


def add(first: Value, second: Value) -> Value:
    """A sum; a multiple of the identity takes the other's size, a number is added to every entry of a vector."""
    if isinstance(first, Multiple) and isinstance(second, Multiple):
        return Multiple(first.scale + second.scale)
    if isinstance(first, Multiple):
        return add(second, first)
    if isinstance(second, Multiple):
        if not isinstance(first, Array):
            return first + second.scale
        if first.shape[0] != first.shape[1]:
            raise Nonconforming(f"a sum of {words(first.shape)} and an identity matrix")
        return Array(
            tuple(
                tuple(entry + second.scale if at == place else entry for place, entry in enumerate(row))
                for at, row in enumerate(first.rows)
            )
        )
    for one, other in ((first, second), (second, first)):
        if isinstance(one, Array) and one.is_vector and not isinstance(other, Array):
            return Array(tuple(tuple(entry + other for entry in row) for row in one.rows))
    return paired(lambda a, b: a + b, first, second, "a sum")


def entry_of(whole: Array, indices: tuple[int, ...]) -> Value:
    """An entry by its indices, counted from 1; of a matrix, one index is a row as a column vector."""
    rows, columns = whole.shape
    if len(indices) == 1 and whole.is_vector:
        entries = whole.entries
        if not 1 <= indices[0] <= len(entries):
            raise Undefined(f"entry {indices[0]} of a vector of length {len(entries)}")
        return entries[indices[0] - 1]
    if not 1 <= indices[0] <= rows or (len(indices) == 2 and not 1 <= indices[1] <= columns):
        raise Undefined(f"entry {indices} of a {words(whole.shape)} matrix")
    if len(indices) == 2:
        return whole.rows[indices[0] - 1][indices[1] - 1]
    if len(indices) == 1:
        return column(whole.rows[indices[0] - 1])
    raise Undefined("an entry with more than two indices")


def negate(value: Value) -> Value:
    """Minus an array or a number."""
    return Multiple(-value.scale) if isinstance(value, Multiple) else each(lambda entry: -entry, value)


def multiply(first: Value, second: Value) -> Value:
    """A matrix product, or a multiple.

    Raises:
        Undefined: when columns and rows do not match.
    """
    if isinstance(first, Multiple) or isinstance(second, Multiple):
        if isinstance(first, Multiple) and isinstance(second, Multiple):
            return Multiple(first.scale * second.scale)
        factor, other = (first.scale, second) if isinstance(first, Multiple) else (second.scale, first)
        return scale(other, factor) if isinstance(other, Array) else Multiple(factor * other)
    if not isinstance(first, Array):
        return scale(second, first)
    if not isinstance(second, Array):
        return scale(first, second)
    if first.shape[1] != second.shape[0]:
        raise Nonconforming(f"a product of {words(first.shape)} and {words(second.shape)}")
    if first.shape[0] * first.shape[1] * second.shape[1] > PRODUCT_LIMIT:
        raise Beyond("a product of arrays that are too large")
    columns = tuple(zip(*second.rows, strict=True))
    return from_rows([[_dot(row, place) for place in columns] for row in first.rows])


def _dot(row: Sequence[Scalar], other: Sequence[Scalar]) -> Scalar:
    total: Scalar = ZERO
    for left, right in zip(row, other, strict=True):
        total = total + left * right
    return total


def scale(value: Value, factor: Scalar) -> Value:
    """A number times an array or a number."""
    return each(lambda entry: factor * entry, value)


def transpose(value: Value) -> Value:
    """Rows become columns; a number stays."""
    return Array(tuple(zip(*value.rows, strict=True))) if isinstance(value, Array) else value


def dot(first: Value, second: Value) -> Value:
    """The sum of products of all entries of two arrays of one shape, or of a row and a column."""
    one, other = as_array(first), as_array(second)
    if one.shape != other.shape and not (one.is_vector and other.is_vector and one.shape == other.shape[::-1]):
        raise Nonconforming(f"an inner product of {words(one.shape)} and {words(other.shape)}")
    return _dot(one.entries, other.entries)


def square(value: Array, what: str) -> int:
    """The size of a square matrix.

    Raises:
        Undefined: when it is not square.
    """
    if value.shape[0] != value.shape[1]:
        raise Nonconforming(f"{what} of a {words(value.shape)} matrix, which is not square")
    if value.shape[0] > ELIMINATION_LIMIT and what != "the trace":
        raise Beyond(f"{what} of a matrix that is too large")
    return value.shape[0]


def trace(value: Value) -> Scalar:
    """The sum of the diagonal."""
    value = as_array(value)
    total: Scalar = ZERO
    for place in range(square(value, "the trace")):
        total = total + value.rows[place][place]
    return total


def _pivot(system: System, rows: list[list[Scalar]], column_at: int, start: int) -> int | None:
    doubtful = False
    for at in range(start, len(rows)):
        try:
            if not system.is_zero(plain(rows[at][column_at])):
                return at
        except Imprecise:
            doubtful = True
    if doubtful:
        raise Imprecise("whether a matrix is singular")
    return None


def determinant(system: System, value: Value) -> Scalar:
    """The determinant, by elimination."""
    value = as_array(value)
    size = square(value, "the determinant")
    if top_tag(value.entries) and size <= 6:
        return _cofactors(value.rows)
    rows = [list(row) for row in value.rows]
    result: Scalar = ONE
    for place in range(size):
        at = _pivot(system, rows, place, place)
        if at is None:
            return ZERO
        if at != place:
            rows[at], rows[place] = rows[place], rows[at]
            result = -result
        result = result * rows[place][place]
        for below in range(place + 1, size):
            factor = system.divide(rows[below][place], rows[place][place])
            rows[below] = [low - factor * high for low, high in zip(rows[below], rows[place], strict=True)]
    return result


def _cofactors(rows: Sequence[Sequence[Scalar]]) -> Scalar:
    if not rows:
        return ONE
    total: Scalar = ZERO
    for place, entry in enumerate(rows[0]):
        minor = [[*row[:place], *row[place + 1 :]] for row in rows[1:]]
        total = total + (-1) ** place * (entry * _cofactors(minor))
    return total


def inverse(system: System, value: Value) -> Value:
    """The inverse, by elimination.

    Raises:
        Undefined: for a singular matrix, or one that is not square.
    """
    if isinstance(value, Multiple):
        return Multiple(system.divide(ONE, value.scale))
    if not isinstance(value, Array):
        return system.divide(ONE, value)
    size = square(value, "the inverse")
    rows = [[*row, *unit] for row, unit in zip(value.rows, identity(size).rows, strict=True)]
    for place in range(size):
        at = _pivot(system, rows, place, place)
        if at is None:
            raise Undefined("the inverse of a singular matrix")
        rows[at], rows[place] = rows[place], rows[at]
        pivot = rows[place][place]
        rows[place] = [system.divide(entry, pivot) for entry in rows[place]]
        for other in range(size):
            if other != place:
                factor = rows[other][place]
                rows[other] = [low - factor * high for low, high in zip(rows[other], rows[place], strict=True)]
    return from_rows([row[size:] for row in rows])


def power(system: System, value: Array, exponent: int) -> Value:
    """A whole power of a square matrix."""
    size = square(value, "a power")
    if abs(exponent) > 64:
        raise Undefined(f"the power {exponent} of a matrix")
    result: Value = identity(size)
    factor = inverse(system, value) if exponent < 0 else value
    for _ in range(abs(exponent)):
        result = multiply(result, factor)
    return result


def reduced(system: System, value: Array) -> tuple[list[list[Scalar]], list[int]]:
    """The reduced row echelon form and the columns of its pivots."""
    rows = [list(row) for row in value.rows]
    pivots: list[int] = []
    for place in range(value.shape[1]):
        start = len(pivots)
        at = _pivot(system, rows, place, start) if start < len(rows) else None
        if at is None:
            continue
        rows[at], rows[start] = rows[start], rows[at]
        pivot = rows[start][place]
        rows[start] = [system.divide(entry, pivot) for entry in rows[start]]
        for other in range(len(rows)):
            if other != start:
                factor = rows[other][place]
                rows[other] = [low - factor * high for low, high in zip(rows[other], rows[start], strict=True)]
        pivots.append(place)
    return rows, pivots


def rank(system: System, value: Value) -> int:
    """The rank."""
    return len(reduced(system, as_array(value))[1])


def pseudoinverse(system: System, value: Value) -> Value:
    """The Moore-Penrose inverse, from a full-rank factorisation A = B C: Cᵀ(CCᵀ)⁻¹(BᵀB)⁻¹Bᵀ."""
    value = as_array(value)
    if max(value.shape) > ELIMINATION_LIMIT:
        raise Beyond("the pseudoinverse of a matrix that is too large")
    rows, pivots = reduced(system, value)
    if not pivots:
        return transpose(Array(tuple(tuple(ZERO for _ in row) for row in value.rows)))
    left = Array(tuple(tuple(row[place] for place in pivots) for row in value.rows))
    right = Array(tuple(tuple(row) for row in rows[: len(pivots)]))
    inner = inverse(system, multiply(right, transpose(right)))
    outer = inverse(system, multiply(transpose(left), left))
    return multiply(multiply(transpose(right), inner), multiply(outer, transpose(left)))


def kronecker(first: Value, second: Value) -> Value:
    """The Kronecker product."""
    one, other = as_array(first), as_array(second)
    if len(one.entries) * len(other.entries) > SIZE_LIMIT:
        raise Undefined("a Kronecker product that is too large")
    return from_rows([[a * b for a in left for b in right] for left in one.rows for right in other.rows])


def diagonal(value: Value) -> Value:
    """A diagonal matrix of a vector; the diagonal of a matrix."""
    value = as_array(value)
    if value.shape == (1, 1):
        return value.rows[0][0]
    if value.is_vector:
        entries = value.entries
        return Array(tuple(tuple(e if at == i else ZERO for i in range(len(entries))) for at, e in enumerate(entries)))
    return column([value.rows[place][place] for place in range(min(value.shape))])


def stacked(value: Value) -> Value:
    """The columns of a matrix below each other."""
    return column([entry for place in zip(*as_array(value).rows, strict=True) for entry in place])


def cross(first: Value, second: Value) -> Value:
    """The cross product of two vectors of length 3."""
    one, other = as_array(first).entries, as_array(second).entries
    if len(one) != 3 or len(other) != 3:
        raise Nonconforming(f"a cross product of vectors of length {len(one)} and {len(other)}")
    (a, b, c), (x, y, z) = one, other
    return column([b * z - c * y, c * x - a * z, a * y - b * x])
