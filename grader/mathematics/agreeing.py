"""Whether two values are the same, and what one side of a comparison comes to at a point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import acb, arb

from grader.errors import Imprecise, Nonconforming, Undefined
from grader.mathematics import arrays
from grader.mathematics.arithmetic import plain
from grader.mathematics.arrays import Array, Multiple, Value
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.sampling import Point
from grader.mathematics.showing import in_words
from grader.mathematics.tree import Node

STEPS = 60_000

Congruent = Callable[[Value, Value, Any], bool]
"""Whether two values count as the same; given the system to decide signs in. May raise `Imprecise`."""


@dataclass(frozen=True)
class Sided:
    """What one side came to at a point: a value, or words why there is none; a misfit is of sizes, not of the point."""

    value: Value = None
    undefined: str = ""
    misfit: bool = False

    def __str__(self) -> str:
        return f"undefined ({self.undefined})" if self.undefined else in_words(self.value)


def equal_values(first: Value, second: Value, system: Any) -> bool:
    """Whether two values are the same: of one shape, and with no entry of the difference other than zero.

    Raises:
        Imprecise: when an entry's difference is a ball around zero that is not small.
    """
    if isinstance(first, Multiple) is not isinstance(second, Multiple):
        first, second = _sized(first, second), _sized(second, first)
    if isinstance(first, Multiple) and isinstance(second, Multiple):
        first, second = first.scale, second.scale
    one, other = arrays.as_array(first), arrays.as_array(second)
    if one.shape != other.shape:
        return False
    return all(_same(plain(a), plain(b), system) for a, b in zip(one.entries, other.entries, strict=True))


def _sized(value: Value, other: Value) -> Value:
    if isinstance(value, Multiple) and isinstance(other, Array) and other.shape[0] == other.shape[1]:
        return arrays.scale(arrays.identity(other.shape[0]), value.scale)
    return Array(((value.scale, plain(0)),)) if isinstance(value, Multiple) else value


def _same(first: Any, second: Any, system: Any) -> bool:
    difference = first - second
    if not isinstance(difference, (arb, acb)):
        return bool(difference == 0)
    if not difference.contains(0):
        return False
    small(difference, first, system)
    return True


def small(difference: Any, of: Any, system: Any) -> None:
    """Nothing, when a ball around zero has a radius far below the size of what it is the difference of.

    Raises:
        Imprecise: otherwise.
    """
    if isinstance(difference, acb):
        small(difference.real, abs(of), system)
        small(difference.imag, abs(of), system)
        return
    bound = arb(2) ** (64 - system.precision // 2)
    if not abs(difference) < bound * (abs(arb(abs(of))) + 1) or system.absorbed:
        raise Imprecise("the difference is too close to zero")


def evaluate(node: Node, point: Point, system: Any) -> tuple[Sided, bool]:
    """One side at a point, and whether a range there ran backwards.

    Raises:
        Imprecise, Beyond: as evaluation does.
    """
    at = Evaluator(system, point, STEPS)
    try:
        value = at(node)
    except Undefined as error:
        return Sided(undefined=str(error), misfit=isinstance(error, Nonconforming)), at.reversed_range
    return Sided(value), at.reversed_range


def as_fraction(text: str) -> Fraction | None:
    """A number in plain text as a fraction; None for anything else, and for exponents that would fill the memory."""
    _, _, exponent = text.lower().partition("e")
    if len(exponent) > 5:
        return None
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
