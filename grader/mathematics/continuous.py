"""Expectations of functions of continuous random variables: piece by piece in closed form, else by quadrature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cmp_to_key
from itertools import pairwise

from flint import acb, arb, fmpq

from grader.errors import Beyond, Imprecise, NoValue
from grader.mathematics.applying import condition_of
from grader.mathematics.arithmetic import ONE, ZERO, Scalar, System
from grader.mathematics.balls import ComplexBalls
from grader.mathematics.distributions import Distribution, integrate, moments, support, tilted
from grader.mathematics.randomness import (
    INDICATOR,
    Atom,
    Function,
    Monomial,
    Random,
    Variable,
    apply_at,
    in_one_variable,
    terms_of,
    variables_of_atom,
)

COUNTED = 400
"""How many values of a Poisson variable are summed where there is no closed form."""

NEGLIGIBLE = arb(2) ** -150
"""From this weight on the rest of a Poisson sum is left out."""

MOMENT_LIMIT = 64


def expectation_of(part: Monomial, held: Mapping[Variable, Distribution], system: System) -> Scalar:
    """The expectation of a product of functions of continuous (or Poisson) variables.

    Raises:
        Beyond: when it takes more than one integral.
    """
    if len(held) > 1:
        part, held = _combined(part, held, system)
    ((variable, distribution),) = held.items()
    factor, rest, distribution = _tilt(part, variable, distribution, system)
    if not rest:
        return factor
    if distribution.name == "poisson":
        return factor * _countable(rest, variable, distribution, system)
    first, last = support(distribution)
    inside = [one for one in _corners(rest, variable, system) if _between(first, one, last, system)]
    ends: list[Scalar | None] = [first, *_sorted(inside, system), last]
    total: Scalar = ZERO
    for lower, upper in pairwise(ends):
        total = total + _piece(rest, variable, distribution, system, (lower, upper))
    return factor * total


def _combined(
    part: Monomial, held: Mapping[Variable, Distribution], system: System
) -> tuple[Monomial, Mapping[Variable, Distribution]]:
    """Functions of one linear form of independent normal variables, as functions of one normal variable."""
    if any(one.name != "normal" for one in held.values()):
        raise Beyond("an expectation over several variables that are not normal")
    direction: dict[Variable, Scalar] | None = None
    replaced = Variable(" ".join(sorted(one.key for one in held)))
    result: list[tuple[Atom, int]] = []
    for atom, power in part:
        if not isinstance(atom, Function) or len(atom.arguments) != 1:
            raise Beyond("an expectation over several variables at once")
        slopes, constant = _linear(atom.arguments[0])
        direction = direction or slopes
        ratio = _ratio(slopes, direction, system)
        argument = Random({((replaced, 1),): ratio, (): constant})
        result.append((Function(atom.name, (argument,), f"{atom.key}'"), power))
    mean, variance = ZERO, ZERO
    for variable, slope in (direction or {}).items():
        mean = mean + slope * held[variable].parameters[0]
        variance = variance + slope * slope * held[variable].parameters[1]
    return tuple(result), {replaced: Distribution("normal", (mean, variance))}


def _linear(value: Random) -> tuple[dict[Variable, Scalar], Scalar]:
    slopes: dict[Variable, Scalar] = {}
    constant: Scalar = ZERO
    for monomial, coefficient in value.terms.items():
        if not monomial:
            constant = coefficient
        elif len(monomial) == 1 and isinstance(monomial[0][0], Variable) and monomial[0][1] == 1:
            slopes[monomial[0][0]] = coefficient
        else:
            raise Beyond("a function of several variables that is not linear inside")
    return slopes, constant


def _ratio(slopes: Mapping[Variable, Scalar], direction: Mapping[Variable, Scalar], system: System) -> Scalar:
    if set(slopes) != set(direction):
        raise Beyond("functions of different sums of random variables")
    first = next(iter(direction))
    ratio = system.divide(slopes[first], direction[first])
    for variable in direction:
        gap = slopes[variable] - ratio * direction[variable]
        if not (gap.contains(0) if isinstance(gap, arb) else gap == 0):
            raise Beyond("functions of different sums of random variables")
    return ratio


def _tilt(
    part: Monomial, variable: Variable, held: Distribution, system: System
) -> tuple[Scalar, Monomial, Distribution]:
    """Take exponentials of the variable itself out of a product, into the distribution."""
    factor: Scalar = ONE
    slope: Scalar = ZERO
    rest: list[tuple[Atom, int]] = []
    for atom, power in part:
        line = (
            in_one_variable(atom.arguments[0], variable) if isinstance(atom, Function) and atom.name == "exp" else None
        )
        if line is None or len(line) != 2 or held.name == "uniform":
            rest.append((atom, power))
        else:
            slope = slope + power * line[1]
            factor = factor * system.apply("exp", (power * line[0],))
    if isinstance(slope, fmpq) and slope == 0:
        return factor, tuple(rest), held
    grown, changed = tilted(held, slope, system)
    return factor * grown, tuple(rest), changed


def _countable(part: Monomial, variable: Variable, held: Distribution, system: System) -> Scalar:
    if all(atom == variable for atom, _ in part):
        return moments(held, part[0][1], system)[-1]
    rate = held.parameters[0]
    if system.sign(rate - 40) > 0:
        raise Beyond("a function of a Poisson variable of so high a rate")
    weight = system.apply("exp", (-rate,))
    total: Scalar = ZERO
    for count in range(COUNTED):
        value: Scalar = ONE
        for atom, power in part:
            value = value * system.power(_at(atom, variable, fmpq(count), system), fmpq(power))
        total = total + weight * value
        weight = weight * system.divide(rate, fmpq(count + 1))
        if count > 2 * rate and weight < NEGLIGIBLE:
            return total
    raise Beyond("a function of a Poisson variable of so high a rate")


def _at(atom: Atom, variable: Variable, value: Scalar, system: System) -> Scalar:
    """An atom at a value of its only variable."""
    if atom == variable:
        return value
    if not isinstance(atom, Function):
        raise Beyond("a conditional expectation of a continuous variable")
    return apply_at(atom.name, [_all_at(one, variable, value, system) for one in atom.arguments], system)


def _all_at(quantity: Random, variable: Variable, value: Scalar, system: System) -> Scalar:
    total: Scalar = ZERO
    for monomial, coefficient in quantity.terms.items():
        product = coefficient
        for atom, power in monomial:
            product = product * system.power(_at(atom, variable, value, system), fmpq(power))
        total = total + product
    return total


def _corners(part: Monomial, variable: Variable, system: System) -> list[Scalar]:
    """Where a function of the variable changes its formula."""
    found: list[Scalar] = []
    for atom, _ in part:
        if not isinstance(atom, Function):
            continue
        for argument in atom.arguments:
            for monomial in argument.terms:
                found += _corners(monomial, variable, system)
        if atom.name == "relu" or atom.name.startswith(INDICATOR):
            found += _roots(atom.arguments[0], variable, system)
        elif atom.name in ("floor", "ceil", "round", "mod"):
            raise Beyond(f"the expectation of {atom.name} of a continuous variable")
    return found


def _roots(quantity: Random, variable: Variable, system: System) -> list[Scalar]:
    line = in_one_variable(quantity, variable)
    if line is None:
        return _roots_of_pieces(quantity, variable, system) or _roots_of_increasing(quantity, variable, system)
    if len(line) == 2:
        return [-system.divide(line[0], line[1])]
    if len(line) != 3:
        raise Beyond("where a polynomial of high degree changes its sign")
    constant, slope, square = line
    discriminant = slope * slope - 4 * square * constant
    if system.sign(discriminant) <= 0:
        return []
    root = system.apply("sqrt", (discriminant,))
    return [system.divide(-slope + sign * root, 2 * square) for sign in (1, -1)]


def _roots_of_pieces(quantity: Random, variable: Variable, system: System) -> list[Scalar]:
    """The roots of each polynomial that a quantity is between its corners, needed or not."""
    inner = [one for monomial in quantity.terms for one in _corners(monomial, variable, system)]
    ends: list[Scalar | None] = [None, *_sorted(inner, system), None]
    found: list[Scalar] = []
    for lower, upper in pairwise(ends):
        total: Scalar = ZERO
        for monomial, coefficient in quantity.terms.items():
            product = coefficient
            for atom, power in monomial:
                formula = _formula(atom, variable, _sample(lower, upper), system)
                if formula is None:
                    return []
                for _ in range(power):
                    product = product * formula
            total = total + product
        if isinstance(total, Random):
            found += _roots(total, variable, system)
    return found


def _roots_of_increasing(quantity: Random, variable: Variable, system: System) -> list[Scalar]:
    """The root of ``a exp(b X) + c`` and ``a log(b X) + c``."""
    constant: Scalar = ZERO
    outer: tuple[Function, Scalar] | None = None
    for monomial, coefficient in quantity.terms.items():
        if not monomial:
            constant = coefficient
        elif outer is None and len(monomial) == 1 and monomial[0][1] == 1 and isinstance(monomial[0][0], Function):
            outer = (monomial[0][0], coefficient)
        else:
            raise Beyond("where a function of a random variable changes its sign")
    inverse = {"exp": "log", "log": "exp"}.get(outer[0].name) if outer is not None else None
    if outer is None or inverse is None:
        raise Beyond("where a function of a random variable changes its sign")
    level = -system.divide(constant, outer[1])
    if inverse == "log" and system.sign(level) <= 0:
        return []
    return _roots(
        Random(
            {
                **outer[0].arguments[0].terms,
                (): terms_of(outer[0].arguments[0]).get((), ZERO) - system.apply(inverse, (level,)),
            }
        ),
        variable,
        system,
    )


def _between(first: Scalar | None, place: Scalar, last: Scalar | None, system: System) -> bool:
    """Whether a place lies inside an interval; where that cannot be told it does no harm."""
    try:
        above = first is None or system.sign(place - first) > 0
        return above and (last is None or system.sign(last - place) > 0)
    except Imprecise:
        return True


def _sorted(places: Sequence[Scalar], system: System) -> list[Scalar]:
    def order(first: Scalar, second: Scalar) -> int:
        try:
            return system.sign(first - second)
        except Imprecise:
            return 0

    found: list[Scalar] = []
    for place in sorted(places, key=cmp_to_key(order)):
        if not found or order(found[-1], place) != 0:
            found.append(place)
    return found


def _piece(
    part: Monomial,
    variable: Variable,
    held: Distribution,
    system: System,
    ends: tuple[Scalar | None, Scalar | None],
) -> Scalar:
    sample = _sample(*ends)
    polynomial: Scalar = ONE
    for atom, power in part:
        formula = _formula(atom, variable, sample, system)
        if formula is None:
            return _by_quadrature(part, variable, held, system, ends)
        for _ in range(power):
            polynomial = polynomial * formula
    line = in_one_variable(polynomial, variable)
    if line is None or len(line) > MOMENT_LIMIT:
        raise Beyond("a moment of so high an order")
    if all(isinstance(one, fmpq) and one == 0 for one in line):
        return ZERO
    found = moments(held, len(line) - 1, system, *ends)
    total: Scalar = ZERO
    for coefficient, moment in zip(line, found, strict=True):
        total = total + coefficient * moment
    return total


def _sample(lower: Scalar | None, upper: Scalar | None) -> Scalar:
    if lower is None and upper is None:
        return ZERO
    if lower is None:
        return _middle(upper) - 1
    return _middle(lower) + 1 if upper is None else _middle((lower + upper) / 2)


def _middle(value: Scalar) -> Scalar:
    return value.mid() if isinstance(value, arb) else value


def _formula(atom: Atom, variable: Variable, sample: Scalar, system: System) -> Scalar | None:
    """The polynomial that an atom is near a place; None when it is no polynomial there."""
    if atom == variable:
        return Random({((variable, 1),): ONE})
    if not isinstance(atom, Function):
        raise Beyond("a conditional expectation of a continuous variable")
    if atom.name.startswith(INDICATOR):
        sign = system.sign(_all_at(atom.arguments[0], variable, sample, system))
        return fmpq(int(condition_of(atom.name.removeprefix(INDICATOR), sign)))
    if atom.name != "relu":
        return None
    if system.sign(_all_at(atom.arguments[0], variable, sample, system)) <= 0:
        return ZERO
    total: Scalar = ZERO
    for monomial, coefficient in atom.arguments[0].terms.items():
        product = coefficient
        for inner, power in monomial:
            formula = _formula(inner, variable, sample, system)
            if formula is None:
                return None
            for _ in range(power):
                product = product * formula
        total = total + product
    return total


def _by_quadrature(
    part: Monomial,
    variable: Variable,
    held: Distribution,
    system: System,
    ends: tuple[Scalar | None, Scalar | None],
) -> Scalar:
    numbers = _Pieces(getattr(system, "precision", 128), _sample(*ends), variable, system)

    def integrand(place: acb) -> acb:
        value: Scalar = ONE
        try:
            for atom, power in part:
                value = value * numbers.power(numbers.atom(atom, place), fmpq(power))
        except NoValue:
            return acb("nan")
        return acb(value)

    return integrate(held, integrand, system, *ends)


class _Pieces(ComplexBalls):
    """Complex balls in which rectifiers and indicators follow the formula they have around one real place."""

    def __init__(self, precision: int, sample: Scalar, variable: Variable, real: System) -> None:
        super().__init__(precision)
        self.sample, self.variable, self.real = sample, variable, real

    def atom(self, atom: Atom, place: acb) -> Scalar:
        """An atom at a complex place."""
        if atom == self.variable:
            return place
        if not isinstance(atom, Function) or not variables_of_atom(atom):
            raise Beyond("a conditional expectation of a continuous variable")
        if atom.name == "relu" or atom.name.startswith(INDICATOR):
            sign = self.real.sign(_all_at(atom.arguments[0], self.variable, self.sample, self.real))
            if atom.name == "relu":
                return self._quantity(atom.arguments[0], place) if sign > 0 else ZERO
            return fmpq(int(condition_of(atom.name.removeprefix(INDICATOR), sign)))
        return apply_at(atom.name, [self._quantity(one, place) for one in atom.arguments], self)

    def _quantity(self, quantity: Random, place: acb) -> Scalar:
        total: Scalar = ZERO
        for monomial, coefficient in quantity.terms.items():
            product = coefficient
            for atom, power in monomial:
                product = product * self.power(self.atom(atom, place), fmpq(power))
            total = total + product
        return total
