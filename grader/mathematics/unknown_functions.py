"""Random functions that stand for those of which nothing is said: smooth, so that they have derivatives."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq

from grader.mathematics.arithmetic import ZERO, Scalar, System


@dataclass(frozen=True)
class RandomFunction:
    """The value of an unknown function: a random polynomial of a random direction, and a sine where balls allow it."""

    coefficients: tuple[fmpq, ...]
    directions: tuple[fmpq, ...]
    wave: fmpq

    def __call__(self, system: System, arguments: tuple[Scalar, ...]) -> Scalar:
        """The function at some numbers."""
        inner: Scalar = ZERO
        for place, argument in enumerate(arguments):
            inner = inner + argument * (self.directions[place % len(self.directions)] * (place + 1))
        total: Scalar = ZERO
        for coefficient in self.coefficients:
            total = total * inner + coefficient
        # one function has one value, whether its argument happens to be exact or a ball: with the sine in all
        # systems of balls, without it in all others
        if self.wave != 0 and hasattr(system, "precision"):
            total = total + system.apply("sin", (inner * self.wave,))
        return total
