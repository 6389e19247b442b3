"""Points at which two formulas are compared: a value for every symbol, as its kind allows, the same for both sides."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flint import acb, arb, fmpq, fmpz, nmod

from grader.errors import Beyond
from grader.mathematics import arrays
from grader.mathematics.arithmetic import ZERO, Dual, Scalar, System, plain
from grader.mathematics.arrays import Array, Value
from grader.mathematics.evaluating import Members
from grader.mathematics.functions import known
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.tree import (
    Apply,
    Derivative,
    Fold,
    Gradient,
    Indexed,
    Integral,
    Limit,
    Node,
    Power,
    Symbol,
    children,
)

REAL = Kind("real")
INTEGERS = ("integer", "positive-integer", "nonnegative-integer", "index")
INTERNAL = frozenset({"recurrence", "sinpi", "cospi", "tanpi"})
"""Names that formulas get in the course of a decision, and no symbol has."""

EXPONENTS = (fmpq(2), fmpq(1, 2), fmpq(4), fmpq(3, 2), fmpq(-2), fmpq(3), fmpq(1, 3))
"""Real exponents for which powers of negative numbers are told apart."""

UNIT = (ZERO, fmpq(3, 5), fmpq(-3, 5), fmpq(4, 5), fmpq(-4, 5), fmpq(5, 13), fmpq(1, 2))
"""Numbers between -1 and 1, most of them sines of angles whose cosines are rational too."""

COUNTS = ((12, 24), (6, 12), (4, 7), (3, 6))
"""For big operators 1, 2, 3 or more deep: up to which count every one is taken, and the largest at random."""

DEGREE = 9
SIZES = (3, 2, 4, 5, 6, 7)


@dataclass(frozen=True)
class Roles:
    """How the symbols of two formulas are used.

    ``counting`` are those that count terms or pick members, ``bounds`` those in the bounds of a sum or a product,
    ``positions`` those that only pick members, ``exponents`` those in exponents; ``depth`` is how many big operators
    stand inside each other.
    """

    free: tuple[str, ...]
    counting: frozenset[str]
    exponents: frozenset[str]
    depth: int
    bounds: frozenset[str] = frozenset()
    positions: frozenset[str] = frozenset()


def roles_of(nodes: Sequence[Node], declaration: Declaration) -> Roles:
    """The free symbols of some formulas in order of appearance, and their use."""
    free: dict[str, None] = {}
    counting: set[str] = set()
    exponents: set[str] = set()
    depth = 0
    for node in nodes:
        depth = max(depth, _walk(node, frozenset(), free, counting, exponents))
    for name in tuple(free):
        for size in declaration.symbols.get(name, REAL).sizes:
            if not size.isdigit():
                free.setdefault(size, None)
    bounds = frozenset[str]().union(*(_in_bounds(node, frozenset()) for node in nodes))
    elsewhere = frozenset[str]().union(*(_outside_indices(node) for node in nodes))
    positions = frozenset(counting) - bounds - elsewhere
    return Roles(tuple(free), frozenset(counting), frozenset(exponents), depth, bounds, positions)


def _in_bounds(node: Node, bound: frozenset[str]) -> frozenset[str]:
    found = frozenset[str]()
    if isinstance(node, Fold):
        for one in (node.lower, node.upper):
            found |= symbols_in(one) - bound if one is not None else frozenset()
        bound |= {node.index}
    return found.union(*(_in_bounds(child, bound) for child in children(node)))


def _outside_indices(node: Node) -> frozenset[str]:
    if isinstance(node, Symbol):
        return frozenset({node.name})
    if isinstance(node, Indexed):
        return frozenset()
    return frozenset[str]().union(*map(_outside_indices, children(node)))


def _walk(node: Node, bound: frozenset[str], free: dict[str, None], counting: set[str], exponents: set[str]) -> int:
    """Collect free names and roles; returns how deep big operators are nested."""
    match node:
        case Symbol(name=name):
            if name not in bound:
                free.setdefault(name, None)
            return 0
        case Indexed(name=name, indices=indices):
            if name not in bound:
                free.setdefault(name, None)
            for index in indices:
                counting |= symbols_in(index) - bound
        case Fold(lower=lower, upper=upper):
            for one in (lower, upper):
                counting |= symbols_in(one) - bound if one is not None else set()
            inner = max(_walk(one, bound | {node.index}, free, counting, exponents) for one in (node.body,))
            outer = [one for one in (lower, upper, node.domain) if one is not None]
            return 1 + max(inner, *(_walk(one, bound, free, counting, exponents) for one in outer), 0)
        case Apply(function=name, arguments=arguments):
            if name in ("factorial", "binomial", "identity", "ones", "zeros", "kronecker_delta"):
                for argument in arguments:
                    counting |= symbols_in(argument) - bound
            if name not in known() and name not in INTERNAL:
                free.setdefault(name, None)
        case Power(exponent=exponent):
            exponents |= symbols_in(exponent) - bound
        case Integral(variable=variable) | Limit(variable=variable):
            return max(
                (_walk(child, bound | {variable}, free, counting, exponents) for child in children(node)), default=0
            )
        case Derivative() | Gradient():
            pass
        case _:
            pass
    return max((_walk(child, bound, free, counting, exponents) for child in children(node)), default=0)


def symbols_in(node: Node) -> set[str]:
    """Every name that occurs."""
    found = {node.name} if isinstance(node, (Symbol, Indexed)) else set()
    for child in children(node):
        found |= symbols_in(child)
    return found


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
        if isinstance(plain(inner), (arb, acb)):
            total = total + system.apply("sin", (inner * self.wave,))
        return total


STYLES: Mapping[str, str] = {
    "plain": "small numbers that a student can follow",
    "edge": "the smallest values of each kind, and whole numbers about zero",
    "unit": "numbers between -1 and 1",
    "power": "negative bases with exponents that tell powers of powers apart",
    "salient": "counts beside a number that the formulas mention",
    "generic": "arbitrary rationals",
    "wide": "magnitudes from a thousandth to a thousand",
    "residue": "residues modulo a prime",
}
"""Every look of a point, and what its values are."""


@dataclass(frozen=True)
class Style:
    """What values look like at one point: ``name`` is one of `STYLES`, ``number`` which point of that look."""

    name: str
    number: int = 0
    prime: int = 0


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
        for name in sorted(self.roles.free, key=lambda name: name in self.roles.positions):
            self._draw(name)

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
        if key not in self.members:
            rng = random.Random(f"{self.seed}/{self.style.name}/{self.style.number}/{name}/{indices}")  # noqa: S311
            self.members[key] = self._fixed_member(key) or self._value_of(family, rng, name)
        return self.members[key]

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
        counts = [name for name in self.roles.free if name in ("n", "N", "m", "M") and name in self.values]
        counts += [name for name in self.roles.free if self.kind(name).name == "positive-integer"]
        for name in counts:
            value = self.values.get(name)
            if isinstance(value, fmpq) and value.q == 1 and 1 <= value <= 50:
                return int(value.p)
        return 4

    def _draw_sizes(self) -> dict[str, int]:
        names = dict.fromkeys(
            size
            for name in self.roles.free
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
        rational = [self._rational(self.rng) for _ in range(DEGREE + 2 + count)]
        return RandomFunction(tuple(rational[: DEGREE + 1]), tuple(rational[DEGREE + 1 : -1]), rational[-1])

    def _value_of(self, kind: Kind, rng: random.Random, name: str) -> Value:
        if kind.name == "vector":
            return arrays.column([self._entry(rng) for _ in range(self._size(kind.sizes[0]))])
        if kind.sizes:
            return self._matrix(kind, rng)
        if name in self.roles.counting or kind.name in INTEGERS:
            return self._integer(kind, rng, name)
        if kind.name == "complex":
            return self._complex(rng)
        if self.style.prime:
            return nmod(rng.randrange(2, self.style.prime), self.style.prime)
        return self._real(kind, rng, name)

    def _size(self, size: str) -> int:
        return int(size) if size.isdigit() else self.sizes[size]

    def _entry(self, rng: random.Random) -> Scalar:
        if self.style.prime:
            return nmod(rng.randrange(2, self.style.prime), self.style.prime)
        return fmpq(rng.choice([value for value in range(-7, 10) if value]))

    def _matrix(self, kind: Kind, rng: random.Random) -> Value:
        rows, columns = (self._size(size) for size in (kind.sizes * 2)[:2])
        drawn = Array(tuple(tuple(self._entry(rng) for _ in range(columns)) for _ in range(rows)))
        if kind.name == "diagonal":
            return arrays.diagonal(arrays.column([drawn.rows[at][at] for at in range(rows)])) if rows > 1 else drawn
        if kind.name == "symmetric":
            return arrays.add(drawn, arrays.transpose(drawn))
        if kind.name == "spd":
            return arrays.add(arrays.multiply(drawn, arrays.transpose(drawn)), arrays.identity(rows))
        if kind.name == "orthogonal":
            return _cayley(drawn)
        return arrays.from_rows(drawn.rows)

    def _integer(self, kind: Kind, rng: random.Random, name: str) -> fmpq:
        counting = name in self.roles.counting
        low = 1 if kind.name in ("positive-integer", "index") else 0
        number = self.style.number
        if counting and self.sizes and kind.name == "index":
            return fmpq(rng.randint(1, 2))
        if counting and self.style.name == "salient" and kind.name != "index":
            return fmpq(number)
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
        whole = [one for one in self.roles.free if self.kind(one).name in INTEGERS]
        place = whole.index(name) if name in whole else 0
        return (self.style.number >> (2 * place)) & 3

    def _count(self, rng: random.Random, name: str, low: int, kind: Kind) -> fmpq:
        """How many terms, or which member: every small number in turn, then larger ones as the nesting allows."""
        values = [self.values.get(one) for one in self.roles.bounds]
        ends = [int(value.p) for value in values if isinstance(value, fmpq)]
        if name in self.roles.positions and ends:
            return fmpq(rng.randint(1, max(1, min(ends))))
        if self.roles.positions and name in self.roles.bounds:
            low = max(low, 1)
        top, most = COUNTS[min(max(self.roles.depth, 1), 4) - 1]
        number = self.style.number
        if self.style.name in ("plain", "residue") and number <= top:
            order = [low, *range(low + 1, top + 1)]
            return fmpq(order[(number + 3 * self.roles.free.index(name)) % len(order)])
        return fmpq(rng.randint(low, most if kind.name != "index" else top))

    def _complex(self, rng: random.Random) -> Scalar:
        if self.style.prime:
            return nmod(rng.randrange(2, self.style.prime), self.style.prime)
        return acb(arb(rng.randint(-3000, 3000)) / 1024, arb(rng.randint(-3000, 3000)) / 1024)

    def _rational(self, rng: random.Random) -> fmpq:
        return fmpq(rng.choice((-1, 1)) * rng.randint(1, 300), rng.randint(1, 97))

    def _real(self, kind: Kind, rng: random.Random, name: str) -> fmpq:
        if kind.name in ("probability", "open-probability"):
            if self.style.name == "edge" and kind.name == "probability":
                return fmpq(rng.choice((0, 1)))
            denominator = rng.randint(3, 9) if self.style.name == "plain" else rng.randint(50, 500)
            return fmpq(rng.randint(1, denominator - 1), denominator)
        if self.style.name == "power" and kind.name == "real":
            if name in self.roles.exponents:
                order = [one for one in self.roles.free if one in self.roles.exponents]
                return EXPONENTS[(self.style.number + order.index(name)) % len(EXPONENTS)]
            return -fmpq(rng.randint(2, 9), rng.choice((1, 2, 3)))
        if self.style.name == "unit" and kind.name == "real":
            return rng.choice(UNIT)
        size = self._size_of_real(rng)
        if kind.name == "positive":
            return size
        if kind.name == "negative":
            return -size
        if kind.name == "nonnegative":
            return ZERO if self.style.name == "edge" and rng.random() < 0.5 else size
        if self.style.name == "edge" and kind.name != "nonzero":
            return fmpq(rng.choice((-2, -1, 0, 1, 2)))
        positive = (self.style.number % 3 == 0) if self.style.name == "plain" else rng.random() < 0.5
        return size if positive else -size

    def _size_of_real(self, rng: random.Random) -> fmpq:
        if self.style.name == "plain":
            return fmpq(rng.choice((2, 3, 5, 7)), rng.choice((1, 1, 2, 3)))
        if self.style.name == "wide":
            exponent = rng.randint(-10, 10)
            base = fmpq(rng.randint(1000, 1999), 1000)
            return base * (fmpq(2) ** exponent)
        if self.style.name == "edge":
            return fmpq(rng.choice((1, 2)))
        return fmpq(rng.randint(1, 3000), rng.randint(100, 997))


def _first(names: Sequence[str], name: str) -> int:
    return SIZES[names.index(name) % len(SIZES)]


def _cayley(drawn: Array) -> Value:
    """An orthogonal matrix with entries in the same field: (I - S)(I + S)⁻¹ with S skew."""
    skew = arrays.add(drawn, arrays.negate(arrays.transpose(drawn)))
    unit = arrays.identity(drawn.shape[0])
    return arrays.multiply(
        arrays.add(unit, arrays.negate(skew)), arrays.inverse(_FieldOfEntries(), arrays.add(unit, skew))
    )


class _FieldOfEntries:
    """Division of exact numbers, all that an inverse of drawn entries needs."""

    def divide(self, numerator: Scalar, denominator: Scalar) -> Scalar:
        return numerator / denominator

    def is_zero(self, value: Scalar) -> bool:
        return bool(value == 0)

    def constant(self, name: str) -> Scalar:
        raise Beyond(name)

    def power(self, base: Scalar, exponent: Scalar) -> Scalar:
        raise Beyond(f"{base} to the {exponent}")

    def apply(self, name: str, arguments: Sequence[Scalar]) -> Scalar:
        raise Beyond(f"{name} of {len(arguments)} numbers")

    def sign(self, value: Scalar) -> int:
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


def describe(point: Point, nodes: Iterable[Node]) -> tuple[tuple[str, str], ...]:
    """The values that a witness names: every symbol that occurs, and every member that was drawn."""
    names = {name: None for node in nodes for name in ordered_names(node)}
    shown: list[tuple[str, str]] = []
    for name in names:
        value = point.values.get(name)
        if value is not None:
            shown.append((name, in_words(value)))
        elif name in point.functions:
            shown.append((name, _polynomial(point.functions[name], point.kind(name).arity)))
    for (name, indices), value in sorted(point.members.items()):
        if name in names:
            shown.append((f"{name}[{', '.join(map(str, indices))}]", in_words(value)))
    listed = {name for name, _ in shown}
    for size, number in point.sizes.items():
        if size not in listed and any(size in point.kind(name).sizes for name in names):
            shown.append((size, str(number)))
    return tuple(shown[:40])


def _polynomial(function: RandomFunction, arity: int) -> str:
    degree = len(function.coefficients) - 1
    terms = [f"{value}*u^{degree - place}" for place, value in enumerate(function.coefficients)]
    names = [f"x{place + 1}" for place in range(arity)]
    inner = [
        f"{value * (place + 1)}*{name}"
        for place, (value, name) in enumerate(zip(function.directions, names, strict=False))
    ]
    wave = f" + sin({function.wave}*u)" if function.wave else ""
    return f"({', '.join(names)}) -> {' + '.join(terms)}{wave}, u = {' + '.join(inner)}"


def ordered_names(node: Node) -> list[str]:
    """Every name that occurs, in order of appearance."""
    found = [node.name] if isinstance(node, (Symbol, Indexed)) else []
    if isinstance(node, Apply) and node.function not in known() and node.function not in INTERNAL:
        found.append(node.function)
    for child in children(node):
        found += ordered_names(child)
    return list(dict.fromkeys(found))


def in_words(value: Value | Members, digits: int = 20) -> str:
    """A value as plain text."""
    if isinstance(value, Members):
        return "{" + ", ".join(str(plain(one)) for one in value.elements) + "}"
    if isinstance(value, Array):
        rows = ("[" + ", ".join(in_words(entry, digits) for entry in row) + "]" for row in value.rows)
        return f"[{', '.join(rows)}]"
    if isinstance(value, arrays.Multiple):
        return f"{in_words(value.scale, digits)} times the identity"
    value = value.value if isinstance(value, Dual) else value
    if isinstance(value, acb):
        real, imaginary = _decimal(value.real, digits), _decimal(value.imag, digits)
        return real if value.imag == 0 else f"{real} + {imaginary} i"
    return _decimal(value, digits) if isinstance(value, arb) else _fraction(value)


def _decimal(value: arb, digits: int) -> str:
    return str(value.str(digits, radius=False))


def _fraction(value: fmpq) -> str:
    if isinstance(value, fmpq) and value.height_bits() > 4_000:
        return _decimal(arb(value), 30)
    return str(value)
