"""How the values at a point look: small numbers, edges, gaps, landmarks, and the values that formulas mention."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flint import acb, arb, fmpq, nmod

from grader.mathematics.arithmetic import ZERO, Scalar
from grader.mathematics.drawing import allows
from grader.mathematics.kinds import Kind

UNIT = (ZERO, fmpq(3, 5), fmpq(-3, 5), fmpq(4, 5), fmpq(-4, 5), fmpq(5, 13), fmpq(1, 2))
"""Numbers between -1 and 1, most of them sines of angles whose cosines are rational too."""

BESIDE = (fmpq(65, 64), fmpq(63, 64), fmpq(2), fmpq(1, 2), fmpq(-1))
"""Factors that lead from a landmark to numbers on either side of it."""

LEVELLED = 0.85
"""How often a name that formulas compare with values has one of them, at a point of that look."""

MIXED = 0.6
"""How often a value is a landmark where landmarks are mixed with others."""


STYLES: Mapping[str, str] = {
    "plain": "small numbers that a student can follow",
    "edge": "the smallest values of each kind, and whole numbers about zero",
    "unit": "numbers between -1 and 1",
    "power": "negative bases with exponents that tell powers of powers apart",
    "salient": "counts beside a number that the formulas mention",
    "zero": "zero wherever a kind allows it",
    "tied": "the same number for all reals, members and entries",
    "landmark": "the constants that the formulas mention, and numbers beside them",
    "singular": "matrices without an inverse",
    "between": "numbers between neighbours among zero, one, the constants in the formulas and their opposites",
    "generic": "arbitrary rationals",
    "wide": "magnitudes from a thousandth to a thousand",
    "level": "the values that formulas compare a name with, for what they compare",
    "residue": "residues modulo a prime",
}
"""Every look of a point, and what its values are."""


@dataclass(frozen=True)
class Style:
    """What values look like at one point: ``name`` is one of `STYLES`, ``number`` which point of that look."""

    name: str
    number: int = 0
    prime: int = 0


def special_value(style: Style, landmarks: Sequence[Scalar], kind: Kind, rng: random.Random) -> Scalar | None:
    """The value of a real number at a point of a special look; None where the look says nothing of it."""
    number = style.number
    if style.name == "zero":
        return next(value for value in (ZERO, fmpq(1), fmpq(-1), fmpq(1, 2)) if allows(kind, value))
    if style.name == "tied":
        tied = (fmpq(3, 2), fmpq(1, 2), fmpq(-3, 2))[number % 3]
        return next(value for value in (tied, fmpq(1, 2), fmpq(-1, 2)) if allows(kind, value))
    if style.name == "landmark" and landmarks:
        if number < len(landmarks):
            return landmarks[number] if allows(kind, landmarks[number]) else None
        turn = number - len(landmarks)
        factor = BESIDE[turn] if turn < len(BESIDE) else rng.choice((1, 1, *BESIDE))
        chosen = rng.choice(landmarks) * factor
        return chosen if (turn < len(BESIDE) or rng.random() < MIXED) and allows(kind, chosen) else None
    return None


def level_value(style: Style, levels: Sequence[fmpq], kind: Kind, rng: random.Random) -> fmpq | None:
    """One of the values that formulas compare a name with, at a point of that look; None elsewhere."""
    fitting = [value for value in levels if allows(kind, value)] if style.name == "level" else []
    return rng.choice(fitting) if fitting and rng.random() < LEVELLED else None


def complex_value(style: Style, rng: random.Random) -> Scalar:
    """A complex number."""
    if style.prime:
        return nmod(rng.randrange(2, style.prime), style.prime)
    reach = 3_000 if style.name == "plain" else 20_000  # beyond pi, so that branches are told apart
    return acb(arb(rng.randint(-reach, reach)) / 1024, arb(rng.randint(-reach, reach)) / 1024)


def any_rational(rng: random.Random) -> fmpq:
    """A coefficient of an unknown function."""
    return fmpq(rng.choice((-1, 1)) * rng.randint(1, 300), rng.randint(1, 97))


def size_of_real(style: Style, rng: random.Random) -> fmpq:
    """The absolute value of a real number."""
    if style.name in ("plain", "level"):
        return fmpq(rng.choice((2, 3, 5, 7)), rng.choice((1, 1, 2, 3)))
    if style.name == "wide":
        exponent = rng.randint(-10, 10)
        base = fmpq(rng.randint(1000, 1999), 1000)
        return base * (fmpq(2) ** exponent)
    if style.name == "edge":
        return fmpq(rng.choice((1, 2)))
    return fmpq(rng.randint(1, 3000), rng.randint(100, 997))
