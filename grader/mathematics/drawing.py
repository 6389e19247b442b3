"""Random matrices of each kind, over the rationals or modulo a prime, and the singular ones among them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from flint import fmpq, fmpz

from grader.errors import Beyond, Undefined
from grader.mathematics import arrays
from grader.mathematics.arithmetic import ONE, ZERO, Scalar
from grader.mathematics.arrays import Array, Value
from grader.mathematics.kinds import Kind

STRETCHES = (fmpq(1), fmpq(1, 7), fmpq(3), fmpq(1, 60))
"""Factors of positive definite matrices, so that eigenvalues and determinants lie on either side of one."""

SINGULAR = 6
"""How many sorts of singular matrices there are."""

TRIES = 8


def drawn_matrix(
    kind: str, rows: int, columns: int, rng: random.Random, entry: Callable[[], Scalar], number: int, *, singular: bool
) -> Value:
    """A matrix of a kind; ``number`` varies what random entries alone would not, such as the sign of det Q."""
    drawn = _singular(rows, columns, rng, entry, number) if singular else _filled(rows, columns, entry)
    if kind == "diagonal":
        return arrays.diagonal(arrays.column([drawn.rows[at][at] for at in range(rows)])) if rows > 1 else drawn
    if kind == "symmetric":
        if singular:
            return arrays.multiply(drawn, arrays.transpose(drawn))
        return arrays.add(drawn, arrays.transpose(drawn))
    if kind == "spd":
        positive = arrays.add(arrays.multiply(drawn, arrays.transpose(drawn)), arrays.identity(rows))
        return arrays.scale(positive, STRETCHES[number % len(STRETCHES)])
    if kind == "orthogonal":
        return _orthogonal(_filled(rows, columns, entry), flipped=number % 2 == 1)
    if kind == "invertible":
        return arrays.from_rows(_invertible(rows, entry).rows)
    return arrays.from_rows(drawn.rows)


def _filled(rows: int, columns: int, entry: Callable[[], Scalar]) -> Array:
    return Array(tuple(tuple(entry() for _ in range(columns)) for _ in range(rows)))


def _singular(rows: int, columns: int, rng: random.Random, entry: Callable[[], Scalar], number: int) -> Array:
    """Zero, rank one, a few ones, strictly triangular, a repeated row, or one entry."""
    sort = number % SINGULAR
    if sort == 0:
        left, right = [entry() for _ in range(rows)], [entry() for _ in range(columns)]
        return Array(tuple(tuple(a * b for b in right) for a in left))
    if sort == 1:
        return Array(tuple(tuple(fmpq(rng.random() < 0.4) for _ in range(columns)) for _ in range(rows)))
    if sort == 2:
        below = [[entry() if place > row else ZERO for place in range(columns)] for row in range(rows)]
        return Array(tuple(map(tuple, below)))
    if sort == 3:
        return Array(tuple((ZERO,) * columns for _ in range(rows)))
    if sort == 4:
        one = tuple(entry() for _ in range(columns))
        return Array((one,) * rows)
    chosen = (rng.randrange(rows), rng.randrange(columns))
    return Array(
        tuple(tuple(ONE if (row, place) == chosen else ZERO for place in range(columns)) for row in range(rows))
    )


def _invertible(size: int, entry: Callable[[], Scalar]) -> Array:
    for _ in range(TRIES):
        drawn = _filled(size, size, entry)
        if arrays.determinant(FieldOfEntries(), drawn) != 0:
            return drawn
    return arrays.identity(size)


def _orthogonal(drawn: Array, *, flipped: bool) -> Value:
    """An orthogonal matrix with entries in the same field: (I - S)(I + S)⁻¹ with S skew, perhaps one row turned."""
    skew = arrays.add(drawn, arrays.negate(arrays.transpose(drawn)))
    unit = arrays.identity(drawn.shape[0])
    turn = arrays.multiply(
        arrays.add(unit, arrays.negate(skew)), arrays.inverse(FieldOfEntries(), arrays.add(unit, skew))
    )
    if not flipped:
        return turn
    first, *others = arrays.as_array(turn).rows
    return arrays.from_rows([tuple(-one for one in first), *others])


class FieldOfEntries:
    """Division of exact numbers, all that an inverse of drawn entries needs."""

    def divide(self, numerator: Scalar, denominator: Scalar) -> Scalar:
        """A quotient."""
        if denominator == 0:
            raise Undefined("a division by zero")
        return numerator / denominator

    def is_zero(self, value: Scalar) -> bool:
        """Whether a number is zero."""
        return bool(value == 0)

    def constant(self, name: str) -> Scalar:
        """No constant is needed."""
        raise Beyond(name)

    def power(self, base: Scalar, exponent: Scalar) -> Scalar:
        """No power is needed."""
        raise Beyond(f"{base} to the {exponent}")

    def apply(self, name: str, arguments: Sequence[Scalar]) -> Scalar:
        """No function is needed."""
        raise Beyond(f"{name} of {len(arguments)} numbers")

    def sign(self, value: Scalar) -> int:
        """No sign is needed."""
        raise Beyond(f"the sign of {value}")

    def watch(self, total: Scalar, terms: Sequence[Scalar]) -> None:
        """Nothing is lost in exact numbers."""


def prime_for(seed: str) -> int:
    """A prime near 2^61 that is 1 modulo 4, so that -1 has a root; drawn from the seed."""
    start = (1 << 60) + random.Random(f"{seed}/prime").randrange(1 << 60)  # noqa: S311 - a point, not a secret
    candidate = start - start % 4 + 1
    while not fmpz(candidate).is_prime():
        candidate += 4
    return candidate


def allows(kind: Kind, value: Scalar) -> bool:
    """Whether a real number is among the values of a kind of real numbers."""
    tests = {
        "positive": value > 0,
        "nonnegative": value >= 0,
        "negative": value < 0,
        "nonzero": value != 0,
        "probability": value >= 0 and value <= 1,
        "open-probability": value > 0 and value < 1,
    }
    return bool(tests.get(kind.name, True))
