"""Real numbers in which a ball about a whole number, far narrower than chance allows, is taken for that number.

At a point that was found as a zero, such as pi or the root of 2, the formula under a sign is a tiny ball around zero:
its sign is zero. A number that only happens to be so near is as unlikely as an agreement at a random point.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, fmpq

from grader.mathematics.arithmetic import Dual, Scalar
from grader.mathematics.balls import RealBalls

PRECISION = 1_600
"""Bits that points near such zeros are computed to."""

ROOT_BITS = 1_400
"""Bits to which zeros are enclosed."""

NARROW = arb(2) ** -1_000
"""A ball with a smaller radius around a whole number is that number."""


class SnappingBalls(RealBalls):
    """Real balls that take very narrow ones around whole numbers for these numbers."""

    def divide(self, numerator: Scalar, denominator: Scalar) -> Scalar:
        """A quotient; a denominator that snaps to zero is zero."""
        return super().divide(numerator, snapped(denominator))

    def power(self, base: Scalar, exponent: Scalar) -> Scalar:
        """A power of what snaps."""
        return super().power(snapped(base), snapped(exponent))

    def apply(self, name: str, arguments: Sequence[Scalar]) -> Scalar:
        """A function at what snaps."""
        return super().apply(name, tuple(map(snapped, arguments)))

    def sign(self, value: Scalar) -> int:
        """The sign; zero of what snaps to zero."""
        return super().sign(snapped(value))

    def is_zero(self, value: Scalar) -> bool:
        """Whether a number snaps to zero."""
        return super().is_zero(snapped(value))


def snapped(value: Scalar) -> Scalar:
    """A whole number in the place of a very narrow ball around it; anything else as it is."""
    if isinstance(value, Dual) or not isinstance(value, arb) or not value.rad() < NARROW:
        return value
    whole = value.unique_fmpz()
    return value if whole is None else fmpq(whole)
