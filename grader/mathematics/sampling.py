"""Points at which two formulas are compared: a value for every symbol, as its kind allows, the same for both sides."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from flint import arb, fmpq, nmod

from grader.errors import Beyond
from grader.mathematics import arrays
from grader.mathematics.arithmetic import ZERO, Scalar
from grader.mathematics.arrays import Array, Value
from grader.mathematics.drawing import allows, drawn_matrix
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.looks import (
    UNIT,
    Style,
    any_rational,
    complex_value,
    level_value,
    size_of_real,
    special_value,
)
from grader.mathematics.places import Members
from grader.mathematics.roles import INTEGERS, REAL, Roles
from grader.mathematics.unknown_functions import RandomFunction

EXPONENTS = (fmpq(2), fmpq(1, 2), fmpq(4), fmpq(3, 2), fmpq(-2), fmpq(3), fmpq(1, 3))
"""Real exponents for which powers of negative numbers are told apart."""

COUNTS = ((12, 24), (6, 12), (4, 7), (3, 6))
"""For big operators 1, 2, 3 or more deep: up to which count every one is taken, and the largest at random."""

DEGREE = 9
SIZES = (3, 2, 4, 5, 6, 7)

LENGTHS = (4, 3, 5, 2, 6)
"""How many members a family has at each point in turn, where nothing says it."""
SET_SIZES = (3, 2, 4, 3, 2, 4, 1, 5, 0)
"""How many elements a set has of which only the name is known; most have several."""

SETTLED = (3, 40)
"""After an index between these the members of a family are all the same, where a sum without end runs over them."""

SMALL = fmpq(1, 80)
SCALED = ("matrix", "symmetric", "spd", "diagonal", "invertible")
"""Matrices of these kinds are made small where a sum without end takes powers of them, so that it converges."""

LARGEST = 300
"""Where a larger number is mentioned, families of a sum without end are not given values."""


@dataclass
class Point:
    """One point; members of families are drawn when first asked for, always the same for the same name and indices."""

    declaration: Declaration
    roles: Roles
    style: Style
    seed: str
    fixed: Mapping[str, Value] = field(default_factory=dict)
    values: dict[str, Value | Members] = field(default_factory=dict)
    functions: dict[str, RandomFunction] = field(default_factory=dict)
    members: dict[tuple[str, tuple[int, ...]], Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = random.Random(f"{self.seed}/{self.style.name}/{self.style.number}")  # noqa: S311 - points, not secrets
        self.sizes = self._draw_sizes()
        for name in sorted(self.roles.free, key=lambda name: (name in self.roles.positions, name)):
            self._draw(name)

    @property
    def inexact(self) -> bool:
        """Whether a value is only known as a ball, as pi is among the landmarks."""
        scalars = (value for value in self.values.values() if not isinstance(value, (Array, Members)))
        return self.style.name == "landmark" or any(isinstance(value, arb) for value in scalars)

    @property
    def is_empty(self) -> bool:
        """Whether there are sums up to symbols, and all of those are zero."""
        bounds = [self.values.get(name) for name in self.roles.bounds]
        return bool(bounds) and all(isinstance(value, fmpq) and value == 0 for value in bounds)

    @property
    def is_short(self) -> bool:
        """Whether there are sums up to symbols, and none of those is more than one."""
        bounds = [self.values.get(name) for name in self.roles.bounds]
        return bool(bounds) and all(isinstance(value, fmpq) and value <= 1 for value in bounds)

    def kind(self, name: str) -> Kind:
        """The declared kind; what is not declared is real."""
        return self.declaration.symbols.get(name, REAL)

    def value(self, name: str) -> Value | Members:
        """The value of a symbol."""
        if name in self.values:
            return self.values[name]
        kind = self.kind(name)
        if kind.name == "sequence" or (kind.name == "random" and kind.iid):
            return arrays.column([self.member(name, (index,)) for index in self.range_of(name, 0)])
        raise Beyond(f"a value of {name}")

    def function(self, name: str) -> RandomFunction | None:
        """The value of a symbol that is a function."""
        return self.functions.get(name)

    def whole(self, name: str) -> Array | None:
        """The array that a name stands for, if it stands for one."""
        value = self.values.get(name)
        return value if isinstance(value, Array) else None

    def member(self, name: str, indices: tuple[int, ...]) -> Value:
        """A member of a family, or an entry of an array."""
        whole = self.values.get(name)
        if isinstance(whole, Array):
            return arrays.entry_of(whole, indices)
        kind = self.kind(name)
        family = kind.member if kind.name == "sequence" and kind.member is not None else REAL
        entries = {"vector": 1}.get(family.name, 2 if family.sizes else 0)
        if entries and len(indices) > entries:
            held = self.member(name, indices[:-entries])
            if isinstance(held, Array):
                return arrays.entry_of(held, indices[-entries:])
        key = (name, indices)
        if name in self.roles.endless and len(indices) == 1 and indices[0] > self.settled(name)[0]:
            return self.settled(name)[1]
        if key not in self.members:
            rng = random.Random(f"{self.seed}/{self.style.name}/{self.style.number}/{name}/{indices}")  # noqa: S311
            self.members[key] = self._fixed_member(key) or self._value_of(family, rng, name)
        return self.members[key]

    def set_of(self, name: str, indices: tuple[int, ...]) -> Members:
        """A set of which only the name is known: some of the first whole numbers, or some values."""
        rng = random.Random(f"{self.seed}/{self.style.name}/{self.style.number}/{name}/{indices}")  # noqa: S311
        size = rng.choice(SET_SIZES) if self.style.number else SET_SIZES[0]
        whole = (self.kind(name).member or REAL).member is None
        places = range(1, max(SET_SIZES) + 2) if whole else range(-60, 60)
        return Members(tuple(fmpq(one, 1 if whole else 7) for one in rng.sample(places, size)))

    def settled(self, name: str) -> tuple[int, Scalar]:
        """The last index of a member that is a number of its own, and what all later ones are: zero where allowed."""
        kind = self.kind(name)
        family = kind.member or REAL
        if kind.name != "sequence" or not family.scalar or self.roles.largest > LARGEST:
            raise Beyond("a sum without end over a family")
        values = (ZERO, fmpq(1)) if family.name in INTEGERS else (ZERO, fmpq(1, 2), fmpq(-1, 2))
        fitting = [one for one in values if allows(family, one)]
        last = self.roles.largest + random.Random(f"{self.seed}/{self.style}/settled").randint(*SETTLED)  # noqa: S311
        return last, fitting[-1] if family.name in ("positive-integer", "index") else fitting[0]

    def _fixed_member(self, key: tuple[str, tuple[int, ...]]) -> Value | None:
        name, indices = key
        return self.fixed.get(f"{name}[{','.join(map(str, indices))}]")

    def range_of(self, name: str, position: int) -> range:
        """The values over which an index runs when only the family it indexes says so."""
        whole = self.whole(name)
        if whole is not None:
            return range(1, (len(whole.entries) if whole.is_vector else whole.shape[position]) + 1)
        return range(1, self.length() + 1)

    def is_family(self, name: str) -> bool:
        """Whether a name stands for a family of members and has no value itself."""
        return self.kind(name).name == "sequence"

    def length(self) -> int:
        """How many members a family has, where only the context says it."""
        names = sorted(self.roles.free)
        counts = [name for name in names if name in self.roles.bounds and self.kind(name).name == "positive-integer"]
        counts += [name for name in names if name in ("n", "N", "m", "M") and name in self.values]
        counts += [name for name in names if self.kind(name).name == "positive-integer"]
        for name in counts:
            value = self.values.get(name)
            if isinstance(value, fmpq) and value.q == 1 and 1 <= value <= 50:
                return int(value.p)
        return LENGTHS[self.style.number % len(LENGTHS)]

    def _draw_sizes(self) -> dict[str, int]:
        names = dict.fromkeys(
            size
            for name in sorted(self.roles.free)
            for kind in (self.kind(name), self.kind(name).member or REAL)
            for size in kind.sizes
            if not size.isdigit()
        )
        if not names:
            return {}
        order = list(SIZES[: max(len(names), 3)])
        if self.style.number:
            self.rng.shuffle(order)
        sizes = {name: order[place % len(order)] for place, name in enumerate(names)}
        for name in names:
            if isinstance(self.fixed.get(name), fmpq):
                sizes[name] = int(self.fixed[name].p)
        return sizes

    def _draw(self, name: str) -> None:
        kind = self.kind(name)
        if name in self.fixed:
            self.values[name] = self.fixed[name]
        elif name in self.sizes:
            self.values[name] = fmpq(self.sizes[name])
        elif kind.name == "function":
            self.functions[name] = self._function(kind.arity)
        elif kind.name == "set":
            self.values[name] = Members(tuple(fmpq(i) for i in sorted(self.rng.sample(range(1, 7), 3))))
        elif kind.name == "sequence" or (kind.name == "random" and kind.iid):
            pass
        elif name in self.roles.free:
            self.values[name] = self._value_of(kind, self.rng, name)

    def _function(self, arity: int) -> RandomFunction:
        count = max(arity, 3)
        if self.style.name == "plain":
            whole = [fmpq(self.rng.randint(1, 5)) for _ in range(5 + count)]
            return RandomFunction(tuple(whole[:5]), tuple(whole[5:]), ZERO)
        rational = [any_rational(self.rng) for _ in range(DEGREE + 2 + count)]
        return RandomFunction(tuple(rational[: DEGREE + 1]), tuple(rational[DEGREE + 1 : -1]), rational[-1])

    def _value_of(self, kind: Kind, rng: random.Random, name: str) -> Value:
        if kind.name == "real" and kind.parameters:
            return fmpq(int(rng.choice(kind.parameters)[1]))
        if kind.name == "vector":
            return arrays.column([self._entry(rng) for _ in range(self._size(kind.sizes[0]))])
        if kind.sizes:
            drawn = self._matrix(kind, rng)
            return arrays.scale(drawn, SMALL) if name in self.roles.endless and kind.name in SCALED else drawn
        if name in self.roles.counting or kind.name in INTEGERS:
            return self._integer(kind, rng, name)
        if kind.name == "complex":
            return complex_value(self.style, rng)
        if self.style.prime:
            return nmod(rng.randrange(2, self.style.prime), self.style.prime)
        return self._real(kind, rng, name)

    def _size(self, size: str) -> int:
        return int(size) if size.isdigit() else self.sizes[size]

    def _entry(self, rng: random.Random) -> Scalar:
        if self.style.prime:
            return nmod(rng.randrange(2, self.style.prime), self.style.prime)
        special = special_value(self.style, self.roles.landmarks, REAL, rng)
        return fmpq(rng.choice([value for value in range(-7, 10) if value])) if special is None else special

    def _matrix(self, kind: Kind, rng: random.Random) -> Value:
        rows, columns = (self._size(size) for size in (kind.sizes * 2)[:2])
        singular = self.style.name == "singular"
        return drawn_matrix(
            kind.name, rows, columns, rng, lambda: self._entry(rng), self.style.number, singular=singular
        )

    def _integer(self, kind: Kind, rng: random.Random, name: str) -> fmpq:
        counting = name in self.roles.counting
        low = 1 if kind.name in ("positive-integer", "index") else 0
        number = self.style.number
        if name in self.roles.positions and self.roles.implied and not self.sizes:
            return self._count(rng, name, 1, kind)
        if counting and self.sizes and (kind.name == "index" or name in self.roles.positions):
            return fmpq(rng.randint(1, max(min(self.sizes.values()), 1)))
        if counting and self.style.name == "salient" and kind.name != "index":
            return fmpq(number)
        if self.style.name == "landmark" and not counting and kind.name != "index":
            whole = special_value(self.style, self.roles.landmarks, REAL, rng)
            if isinstance(whole, fmpq) and whole.q == 1 and (kind.name == "integer" or whole >= low):
                return whole
        if self.style.name == "zero" and kind.name != "index":
            return fmpq(low)
        if counting:
            return self._count(rng, name, low, kind)
        if kind.name == "index":
            return fmpq(rng.randint(1, 2 if self.sizes else 5))
        if self.style.name == "residue":
            size = 4 * rng.randint(1, 1 << (18 if name in self.roles.exponents else 38)) + self._quarter(name)
            signed = kind.name == "integer" and name not in self.roles.exponents
            negative = self.style.number % 3 == 1 or (self.style.number % 3 == 2 and rng.random() < 0.5)
            return fmpq(-size if signed and negative else size)
        if self.style.name == "plain":
            value = 4 * rng.randint(0, 1) + self._quarter(name)
            return fmpq(value if value > low else value + 4)
        if self.style.name == "edge" and number == 0:
            return fmpq(low)
        if self.style.name == "edge":
            return fmpq(rng.choice((low, 1, 2)) if kind.name != "integer" else rng.randint(-2, 2))
        top = 24 if name in self.roles.exponents else 400
        turn = -1 if kind.name == "integer" and rng.random() < 0.5 else 1
        return fmpq(max(4 * rng.randint(0, top // 4) + self._quarter(name), low) * turn)

    def _quarter(self, name: str) -> int:
        """The remainder of a whole number modulo 4: every combination in turn, since signs and turns hang on it."""
        whole = sorted(one for one in self.roles.free if self.kind(one).name in INTEGERS)
        place = whole.index(name) if name in whole else 0
        return (self.style.number >> (2 * place)) & 3

    def _count(self, rng: random.Random, name: str, low: int, kind: Kind) -> fmpq:
        """How many terms, or which member: every small number in turn, then larger ones as the nesting allows."""
        values = [self.values.get(one) for one in self.roles.bounds]
        ends = [int(value.p) for value in values if isinstance(value, fmpq)]
        if name in self.roles.positions and (ends or self.roles.implied):
            return fmpq(rng.randint(1, max(1, min(ends or [self.length()]))))
        if self.roles.positions and name in self.roles.bounds:
            low = max(low, 1)
        top, most = COUNTS[min(max(self.roles.depth, 1), 4) - 1]
        number = self.style.number
        if self.style.name in ("plain", "residue") and number <= top:
            order = [low, *range(low + 1, top + 1)]
            return fmpq(order[(number + 3 * sorted(self.roles.free).index(name)) % len(order)])
        return fmpq(rng.randint(low, most if kind.name != "index" else top))

    def _real(self, kind: Kind, rng: random.Random, name: str) -> Scalar:
        level = level_value(self.style, self.roles.levels.get(name, ()), kind, rng)
        if level is not None:
            return level
        special = special_value(self.style, self.roles.landmarks, kind, rng)
        if special is not None:
            return special
        if kind.name in ("probability", "open-probability"):
            if self.style.name == "edge" and kind.name == "probability":
                return fmpq(rng.choice((0, 1)))
            denominator = rng.randint(3, 9) if self.style.name == "plain" else rng.randint(50, 500)
            return fmpq(rng.randint(1, denominator - 1), denominator)
        if self.style.name == "power" and kind.name == "real":
            if name in self.roles.exponents:
                order = sorted(one for one in self.roles.free if one in self.roles.exponents)
                return EXPONENTS[(self.style.number + order.index(name)) % len(EXPONENTS)]
            return -fmpq(rng.randint(2, 9), rng.choice((1, 2, 3)))
        if self.style.name == "unit" and kind.name == "real":
            return rng.choice(UNIT)
        between = self.style.name == "between"
        size = self._between(rng, name) if between else size_of_real(self.style, rng)
        if kind.name == "positive":
            return size
        if kind.name == "negative":
            return -size
        if kind.name == "nonnegative":
            return ZERO if self.style.name == "edge" and rng.random() < 0.5 else size
        if self.style.name == "edge" and kind.name != "nonzero":
            return fmpq(rng.choice((-2, -1, 0, 1, 2)))
        if self.style.name == "plain":
            return size if self.style.number % 3 == 0 else -size
        chance = self._together(rng, f"{name}'") if between else rng
        return size if chance.random() < 0.5 else -size

    def _together(self, rng: random.Random, name: str) -> random.Random:
        """What decides for all members of a family together; for a symbol of its own, as for all its values."""
        if not self.is_family(name.rstrip("'")):
            return rng
        return random.Random(f"{self.seed}/{self.style.name}/{self.style.number}/{name}")  # noqa: S311

    def _between(self, rng: random.Random, name: str) -> fmpq:
        """A number from zero up, within one of the gaps that landmarks leave, or beyond them.

        All members of a family lie in one gap, on one side of zero.
        """
        known = {fmpq(1), *(abs(one) for one in self.roles.landmarks if isinstance(one, fmpq))}
        marks = [ZERO, *sorted(known)]
        place = self._together(rng, name).randrange(len(marks))
        share = fmpq(rng.randint(1, 99), 100)
        if place == len(marks) - 1:
            return marks[place] / share
        return marks[place] + (marks[place + 1] - marks[place]) * share
