"""Random quantities as polynomials in random variables and in functions of them, with coefficients of any system."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flint import arb, fmpq

from grader.errors import Beyond, Undefined
from grader.mathematics.applying import condition_of
from grader.mathematics.arithmetic import ONE, ZERO, Dual, Scalar, System, top_tag
from grader.mathematics.differentiating import differentiate, quotient_of_duals

TERMS_LIMIT = 4_000
"""No polynomial of random quantities with more terms than this is formed."""

POWER_LIMIT = 12
"""No higher whole power of a sum of random quantities is multiplied out."""

INDICATOR = "indicator"
"""Names of functions that are 1 where their argument compares so with zero begin with this: ``indicator<=``."""


@dataclass(frozen=True)
class Variable:
    """A random variable, or a member of a family of them."""

    name: str
    indices: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """What tells this atom from others, and orders them."""
        return f"{self.name}{list(self.indices)}"


@dataclass(frozen=True)
class Function:
    """A function of random quantities that is no polynomial of them."""

    name: str
    arguments: tuple[Random, ...]
    key: str


@dataclass(frozen=True)
class Conditional:
    """The expectation of something given the values of others: itself a function of those."""

    body: Random
    given: tuple[Random, ...]
    key: str


Atom: TypeAlias = Variable | Function | Conditional
Monomial: TypeAlias = tuple[tuple[Atom, int], ...]
Outcome: TypeAlias = Mapping[Variable, Scalar]


class Random:
    """A polynomial in atoms; never a constant, which is a number (`settled`)."""

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[Monomial, Scalar]) -> None:
        """Take the terms as they are."""
        if len(terms) > TERMS_LIMIT:
            raise Beyond(f"a random quantity of {len(terms)} terms")
        self.terms = dict(terms)

    def __eq__(self, other: object) -> bool:
        """Whether both are the same polynomial as written."""
        return isinstance(other, Random) and key_of(self) == key_of(other)

    def __hash__(self) -> int:
        """Agrees with equality."""
        return hash(key_of(self))

    def __add__(self, other: Scalar) -> Scalar:
        """The sum with another, or with a number."""
        terms = dict(self.terms)
        for monomial, coefficient in terms_of(other).items():
            terms[monomial] = terms[monomial] + coefficient if monomial in terms else coefficient
        return settled(terms)

    __radd__ = __add__

    def __neg__(self) -> Random:
        return Random({monomial: -coefficient for monomial, coefficient in self.terms.items()})

    def __sub__(self, other: Scalar) -> Scalar:
        return self + (-other)

    def __rsub__(self, other: Scalar) -> Scalar:
        return (-self) + other

    def __mul__(self, other: Scalar) -> Scalar:
        others = terms_of(other)
        if len(self.terms) * len(others) > 10 * TERMS_LIMIT:
            raise Beyond("a product of long random quantities")
        terms: dict[Monomial, Scalar] = {}
        for left, first in self.terms.items():
            for right, second in others.items():
                monomial, product = joined(left, right), first * second
                terms[monomial] = terms[monomial] + product if monomial in terms else product
        return settled(terms)

    __rmul__ = __mul__


def terms_of(value: Scalar) -> Mapping[Monomial, Scalar]:
    """The terms of a random quantity, or of a number."""
    return value.terms if isinstance(value, Random) else {(): value}


def settled(terms: Mapping[Monomial, Scalar]) -> Scalar:
    """A random quantity without terms that are exactly zero; a number where no atom is left."""
    kept = {monomial: value for monomial, value in terms.items() if not (isinstance(value, fmpq) and value == 0)}
    if not kept:
        return ZERO
    return kept[()] if list(kept) == [()] else Random(kept)


def joined(left: Monomial, right: Monomial) -> Monomial:
    """The product of two monomials; an indicator is its own square."""
    powers = dict(left)
    for atom, power in right:
        powers[atom] = powers.get(atom, 0) + power
    for atom in powers:
        if isinstance(atom, Function) and atom.name.startswith(INDICATOR):
            powers[atom] = 1
    return tuple(sorted(powers.items(), key=lambda item: item[0].key))


def of_atom(atom: Atom) -> Random:
    """An atom as a random quantity."""
    return Random({((atom, 1),): ONE})


def key_of(value: Scalar) -> str:
    """A text that is the same for the same polynomial."""
    if not isinstance(value, Random):
        return value.str(40) if isinstance(value, arb) else str(value)
    parts = [
        "*".join((key_of(coefficient), *(f"{atom.key}^{power}" for atom, power in monomial)))
        for monomial, coefficient in value.terms.items()
    ]
    return "+".join(sorted(parts))


def function_of(name: str, arguments: Sequence[Scalar]) -> Random:
    """A function of random quantities, as an atom."""
    packed = tuple(one if isinstance(one, Random) else Random({(): one}) for one in arguments)
    return of_atom(Function(name, packed, f"{name}({','.join(map(key_of, arguments))})"))


def conditional_on(body: Random, given: Sequence[Scalar]) -> Random:
    """The expectation of something given random quantities, as an atom."""
    held = tuple(one for one in given if isinstance(one, Random))
    return of_atom(Conditional(body, held, f"E({key_of(body)}|{','.join(map(key_of, held))})"))


def indicator(operator: str, difference: Scalar, system: System) -> Scalar:
    """1 where ``difference`` compares with zero as ``operator`` says, else 0."""
    if isinstance(difference, Random):
        condition_of(operator, 0)
        return function_of(f"{INDICATOR}{operator}", (difference,))
    return ONE if condition_of(operator, system.sign(difference)) else ZERO


def variables_of(value: Scalar) -> frozenset[Variable]:
    """Every random variable that a quantity depends on."""
    if not isinstance(value, Random):
        return frozenset()
    return frozenset(one for monomial in value.terms for atom, _ in monomial for one in variables_of_atom(atom))


def variables_of_atom(atom: Atom) -> frozenset[Variable]:
    """Every random variable that an atom depends on."""
    match atom:
        case Variable():
            return frozenset({atom})
        case Function(arguments=arguments):
            return frozenset().union(*map(variables_of, arguments))
        case Conditional(given=given):
            return frozenset().union(*map(variables_of, given))


def value_at(
    value: Scalar, outcome: Outcome, system: System, conditional: Callable[[Conditional, Outcome], Scalar]
) -> Scalar:
    """The number that a random quantity takes at an outcome."""
    if not isinstance(value, Random):
        return value
    total: Scalar = ZERO
    for monomial, coefficient in value.terms.items():
        product = coefficient
        for atom, power in monomial:
            held = atom_at(atom, outcome, system, conditional)
            product = product * (held if power == 1 else system.power(held, fmpq(power)))
        total = total + product
    return total


def atom_at(
    atom: Atom, outcome: Outcome, system: System, conditional: Callable[[Conditional, Outcome], Scalar]
) -> Scalar:
    """The number that an atom takes at an outcome."""
    match atom:
        case Variable():
            return outcome[atom]
        case Conditional():
            return conditional(atom, outcome)
        case Function(name=name, arguments=arguments):
            values = [value_at(one, outcome, system, conditional) for one in arguments]
            return apply_at(name, values, system)


def apply_at(name: str, values: Sequence[Scalar], system: System) -> Scalar:
    """A function of atoms at numbers."""
    if name.startswith(INDICATOR):
        return indicator(name.removeprefix(INDICATOR), values[0], system)
    if name == "reciprocal":
        return system.divide(ONE, values[0])
    if name == "power":
        return system.power(values[0], values[1])
    return system.apply(name, values)


@dataclass(frozen=True)
class RandomSystem:
    """Computes with random quantities: what is no polynomial becomes a function atom; the rest is ``numbers``' work."""

    numbers: System

    def constant(self, name: str) -> Scalar:
        """The value of a constant."""
        return self.numbers.constant(name)

    def divide(self, numerator: Scalar, denominator: Scalar) -> Scalar:
        """A quotient; by a random quantity, a product with its reciprocal."""
        if isinstance(numerator, Dual) or isinstance(denominator, Dual):
            return quotient_of_duals(self, numerator, denominator)
        if isinstance(denominator, Random):
            return numerator * function_of("reciprocal", (denominator,))
        if not isinstance(numerator, Random):
            return self.numbers.divide(numerator, denominator)
        return numerator * self.numbers.divide(ONE, denominator)

    def power(self, base: Scalar, exponent: Scalar) -> Scalar:
        """A power; small whole ones are multiplied out."""
        if not isinstance(base, Random) and not isinstance(exponent, Random):
            return self.numbers.power(base, exponent)
        if isinstance(exponent, fmpq) and exponent.q == 1 and abs(exponent) <= POWER_LIMIT:
            result: Scalar = ONE
            for _ in range(abs(int(exponent.p))):
                result = result * base
            return result if exponent >= 0 else self.divide(ONE, result)
        if isinstance(exponent, Random) and not isinstance(base, Random):
            return self.apply("exp", (exponent * self.numbers.apply("log", (base,)),))
        if isinstance(exponent, fmpq) and exponent == fmpq(1, 2):
            return self.apply("sqrt", (base,))
        return function_of("power", (base, exponent))

    def apply(self, name: str, arguments: Sequence[Scalar]) -> Scalar:
        """A function; an exponential of a sum is a product of exponentials, so that independent parts separate."""
        tag = top_tag(arguments)
        if tag:
            return differentiate(self, name, arguments, tag)
        if not any(isinstance(one, Random) for one in arguments):
            return self.numbers.apply(name, arguments)
        if name == "exp":
            return self._exponential(arguments[0])
        rule = REWRITTEN.get(name)
        return function_of(name, arguments) if rule is None else rule(self, *arguments)

    def _exponential(self, argument: Random) -> Scalar:
        result: Scalar = ONE
        for monomial, coefficient in argument.terms.items():
            part = settled({monomial: coefficient})
            factor = function_of("exp", (part,)) if isinstance(part, Random) else self.numbers.apply("exp", (part,))
            result = result * factor
        return result

    def sign(self, value: Scalar) -> int:
        """The sign of a number; a random quantity has none."""
        if isinstance(value, Random):
            raise Beyond("the sign of a random quantity")
        return self.numbers.sign(value)

    def is_zero(self, value: Scalar) -> bool:
        """Whether a number is zero."""
        if isinstance(value, Random):
            raise Beyond("whether a random quantity is zero")
        return self.numbers.is_zero(value)

    def watch(self, total: Scalar, terms: Sequence[Scalar]) -> None:
        """Hands sums of numbers on."""
        if not any(isinstance(one, Random) for one in (total, *terms)):
            self.numbers.watch(total, terms)


def _largest(system: RandomSystem, *many: Scalar) -> Scalar:
    result = many[0]
    for one in many[1:]:
        result = result + system.apply("relu", (one - result,))
    return result


def _smallest(system: RandomSystem, *many: Scalar) -> Scalar:
    return -_largest(system, *(-one for one in many))


def _compared(system: RandomSystem, operator: str, value: Scalar) -> Scalar:
    return indicator(operator, value, system)


REWRITTEN: Mapping[str, Callable[..., Scalar]] = {
    "max": _largest,
    "min": _smallest,
    "abs": lambda system, x: 2 * system.apply("relu", (x,)) - x,
    "sign": lambda system, x: _compared(system, ">", x) - _compared(system, "<", x),
    "heaviside": lambda system, x: _compared(system, ">", x) + fmpq(1, 2) * _compared(system, "=", x),
}
"""Functions with corners or steps, written with rectifiers and indicators, whose corners are easily found."""


def in_one_variable(value: Scalar, variable: Variable) -> tuple[Scalar, ...] | None:
    """The coefficients of a quantity that is a polynomial in one variable, from the constant on; None if it is none."""
    coefficients: dict[int, Scalar] = {}
    for monomial, coefficient in terms_of(value).items():
        if any(atom != variable for atom, _ in monomial):
            return None
        coefficients[monomial[0][1] if monomial else 0] = coefficient
    return tuple(coefficients.get(power, ZERO) for power in range(max(coefficients, default=0) + 1))


def components(monomial: Monomial, classes: Callable[[Variable], str]) -> list[Monomial]:
    """A monomial as a product of parts that share no dependent variables."""
    parts: list[tuple[set[str], list[tuple[Atom, int]]]] = []
    for atom, power in monomial:
        touched = {classes(one) for one in variables_of_atom(atom)}
        if not touched:
            raise Undefined("a function of no random variable")
        members = [(atom, power)]
        rest: list[tuple[set[str], list[tuple[Atom, int]]]] = []
        for names, held in parts:
            if names & touched:
                touched |= names
                members = held + members
            else:
                rest.append((names, held))
        parts = [*rest, (touched, members)]
    return [tuple(sorted(held, key=lambda item: item[0].key)) for _, held in parts]


def gather(parts: Iterable[Monomial]) -> Monomial:
    """Several monomials as one."""
    result: Monomial = ()
    for part in parts:
        result = joined(result, part)
    return result
