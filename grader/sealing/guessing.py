"""How soon a formula is found by trying simple ones: the attack on a seal, carried out without the slow hash.

Who has a seal, the declared symbols and a program tries formulas from the simplest on. What is tried here is that
space, written down: first products of a likely number and likely powers of the symbols, those with the fewest and
smallest powers first, until half of the guesses are spent; then all formulas of one, two, three, … leaves (symbols,
small numbers, sums and products over a sequence) joined by ``+ − × ÷`` and powers, under roots, squares, exponentials,
logarithms, signs, roundings, one less them, and the logistic function. Of formulas that come to the same only the first
counts, since nobody tries one twice. The count is the number of slow hashes that it costs to get to the answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from flint import arb, fmpq
from numpy.typing import NDArray

from grader.errors import AuthoringError, Beyond
from grader.mathematics.balls import RealBalls
from grader.mathematics.kinds import Declaration
from grader.mathematics.reading import Refusal, conclusion, read
from grader.sealing.points import INTEGERS, SaltedPoint, evaluated

MOST_GUESSES = 288_000
"""Eight hours of one core at a tenth of a second each, or an hour of a laptop with eight."""

POINTS = 4
SALT = b"the points do not matter here"
NUMBERS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 6, 1 / 8, 1 / 12, 1 / 16, 2 / 3, 3 / 2,
           3 / 4, 4 / 3, math.sqrt(2), math.sqrt(0.5), math.pi, 2 * math.pi, math.pi / 2, 1 / math.pi,
           1 / math.sqrt(2 * math.pi), math.sqrt(2 / math.pi))  # fmt: skip
POWERS = (0, 1, -1, 2, -2, 0.5, -0.5, 3, -3)
LEAVES = (1.0, 2.0, 3.0, 4.0, 0.5, math.pi)
MOST_LEAVES = 8
CHUNK = 1 << 16
AGREE = 1e-9

Values = NDArray[np.float64]
"""One row for each formula, one column for each point."""


@dataclass
class _Tried:
    """Every value that was tried, and how many that were until the answer came."""

    target: Values
    most: int
    seen: set[bytes] = field(default_factory=set)
    found: int | None = None

    @property
    def ended(self) -> bool:
        return self.found is not None or len(self.seen) >= self.most

    def fresh(self, values: Values) -> Values:
        """Those of the values that are new and usable; notes when the answer is among them."""
        usable = np.isfinite(values).all(axis=1) & (np.abs(values) < 1e80).all(axis=1)
        values = values[usable & (np.abs(values) > 1e-80).any(axis=1)]
        new = []
        for row, name in enumerate(_names(values)):
            if name not in self.seen:
                self.seen.add(name)
                new.append(row)
            if self.ended:
                break
        kept = values[new]
        hits = np.flatnonzero((np.abs(kept - self.target) <= AGREE * np.abs(self.target)).all(axis=1))
        if hits.size and self.found is None:
            self.found = len(self.seen) - len(kept) + int(hits[0]) + 1
        return kept


def guesses_until(text: str, declaration: Declaration, *, most: int = MOST_GUESSES) -> int | None:
    """How many guesses find a formula; None where so many do not.

    Raises:
        AuthoringError: when the formula cannot be read, or has no real value at points of its symbols' kinds.
    """
    reading = read(text, declaration)
    if isinstance(reading, Refusal):
        raise AuthoringError(f"the reference cannot be read: {reading.reason}")
    places = [SaltedPoint(declaration, SALT, number) for number in range(POINTS)]
    target = [_float(evaluated(conclusion(reading.node), place, RealBalls)) for place in places]
    if any(value is None for value in target):
        raise AuthoringError("it has no single real value at points of its symbols' kinds")
    tried = _Tried(np.array([target], dtype=np.float64), most)
    try:
        scalars, families = _leaves(declaration, places)
    except Beyond as error:
        raise AuthoringError(str(error)) from error
    with np.errstate(all="ignore"):
        for values in _products(np.vstack([scalars, families])):
            tried.fresh(values)
            if tried.ended:
                return tried.found
            if len(tried.seen) > most // 2:
                break
        _try_trees(tried, np.vstack([scalars, families]))
    return tried.found


def _leaves(declaration: Declaration, places: Sequence[SaltedPoint]) -> tuple[Values, Values]:
    """The values of the symbols, and of the sums and products over each sequence."""
    scalars, families = [], []
    bounds = [name for name, kind in declaration.symbols.items() if kind.name in INTEGERS]
    for name, kind in declaration.symbols.items():
        if kind.name != "sequence":
            scalars.append([_float(place.value(name)) for place in places])
            continue
        for bound, less in product(bounds, (0, 1)):
            rows = [
                [
                    _float(place.member(name, (index + 1,)))
                    for index in range(int(_float(place.value(bound)) or 0) - less)
                ]
                for place in places
            ]
            families.append([sum(filter(None, row)) for row in rows])
            families.append([math.prod(filter(None, row)) for row in rows])
    width = len(places)
    return (
        np.array(scalars, dtype=np.float64).reshape(-1, width),
        np.array(families, dtype=np.float64).reshape(-1, width),
    )


def _products(symbols: Values) -> Iterator[Values]:
    """A number times powers of the symbols, in parts, by how many and how large the powers are."""
    numbers = np.array([sign * number for number in NUMBERS for sign in (1, -1)])[:, None]
    plain = np.ones((1, symbols.shape[1]))
    yield numbers * plain
    for total in range(1, 2 * len(POWERS) * max(1, len(symbols))):
        for powers in _with_sum(total, len(symbols)):
            factor = np.prod([symbol ** POWERS[power] for symbol, power in zip(symbols, powers, strict=True)], axis=0)
            yield numbers * factor


def _with_sum(total: int, count: int) -> Iterator[tuple[int, ...]]:
    """Places in `POWERS` for so many symbols, by their sum."""
    if count == 0:
        if total == 0:
            yield ()
        return
    for first in range(min(total, len(POWERS) - 1) + 1):
        for rest in _with_sum(total - first, count - 1):
            yield (first, *rest)


def _try_trees(tried: _Tried, symbols: Values) -> None:
    constants = np.array(LEAVES)[:, None] * np.ones((1, symbols.shape[1]))
    levels: list[Values] = [np.empty((0, symbols.shape[1])), np.vstack([symbols, constants])]
    for size in range(2, MOST_LEAVES + 1):
        parts: list[Values] = []
        for candidates in _joined(levels, size):
            parts.append(tried.fresh(candidates))
            if tried.ended:
                return
        # what was tried as a product is a part of longer formulas all the same, where it is short
        levels.append(np.vstack([*parts, *_short_products(levels, size)]))


def _short_products(levels: Sequence[Values], size: int) -> list[Values]:
    if size != 2:
        return []
    symbols = levels[1]
    return [symbols**2, np.sqrt(symbols), 1 / symbols, *(symbols * one for one in symbols)]


def _joined(levels: Sequence[Values], size: int) -> Iterator[Values]:
    """Every formula of one size from those that are smaller, in parts."""
    below = levels[size - 1]
    squashed, rounded = 1 / (1 + np.exp(-below)), [np.floor(below), np.ceil(below)]
    yield np.vstack(
        [*rounded, np.sqrt(below), below**2, np.exp(below), np.log(below), -below, 1 / below, 1 - below, squashed]
    )
    for left in range(1, size // 2 + 1):
        ones, others = levels[left], levels[size - left]
        step = max(1, CHUNK // max(1, len(ones)))
        for start in range(0, len(others), step):
            first = np.repeat(ones, len(others[start : start + step]), axis=0)
            second = np.tile(others[start : start + step], (len(ones), 1))
            yield from (
                first * second, first + second, first - second, first / second, second / first, first**second,
                second**first,
            )  # fmt: skip


def _names(values: Values) -> list[bytes]:
    """A name for each row by nine digits of its values."""
    exponents = np.floor(np.log10(np.abs(np.where(values == 0, 1.0, values))))
    scaled = np.round(values / 10.0**exponents, 9) * 10.0**9
    whole = np.stack([scaled, exponents], axis=2).astype(np.int64)
    return [row.tobytes() for row in np.ascontiguousarray(whole)]


def _float(value: object) -> float | None:
    ball = arb(value) if isinstance(value, fmpq) else value
    return float(ball.mid()) if isinstance(ball, arb) and ball.is_finite() else None
