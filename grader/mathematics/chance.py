"""One random model of the declared random variables, in which every expectation is a number."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from flint import fmpq

from grader.errors import Beyond, Imprecise, Undefined
from grader.mathematics.arithmetic import ONE, ZERO, Scalar, System
from grader.mathematics.continuous import expectation_of
from grader.mathematics.distributions import Distribution
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.randomness import (
    Atom,
    Conditional,
    Function,
    Monomial,
    Outcome,
    Random,
    RandomSystem,
    Variable,
    apply_at,
    components,
    conditional_on,
    gather,
    key_of,
    of_atom,
    settled,
    terms_of,
    value_at,
    variables_of,
    variables_of_atom,
)

JOINT = "joint"
"""The class of all variables that may depend on each other."""

OUTCOMES = 6
OUTCOMES_LIMIT = 20_000
NEAR = 0.6
"""How often a value is a constant that the formulas mention, or beside it."""

TRIALS_LIMIT = 64
"""A binomial variable with more trials is not spread out over its values."""


@dataclass(frozen=True)
class Manner:
    """How the values of one model are drawn: small numbers that a person can follow, or generic ones."""

    number: int
    positive: bool
    generic: bool


@dataclass
class Chance:
    """A model: dependent variables share one finite space, independent ones have each their own.

    ``parameter`` gives the value of a distribution's parameter, written as a formula; ``landmarks`` are constants that
    the formulas mention. Single ``iid`` variables are all of one distribution; each of the ``families``, names that are
    written with an index, has its own.
    """

    declaration: Declaration
    manner: Manner
    seed: str
    numbers: System
    parameter: Callable[[str], Scalar]
    families: frozenset[str] = frozenset()
    landmarks: tuple[Scalar, ...] = ()
    joint: dict[Variable, tuple[Scalar, ...]] = field(default_factory=dict)
    held: dict[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rng = self._rng("weights")
        self.places = min(OUTCOMES, 3 + self.manner.number)
        self.used: dict[str, list[tuple[Scalar, Scalar]]] = {}
        raw = [rng.randint(1, 97 if self.manner.generic else 5) for _ in range(self.places)]
        self.weights = tuple(fmpq(one, sum(raw)) for one in raw)
        self.system = RandomSystem(self.numbers)

    def _rng(self, name: str) -> random.Random:
        return random.Random(f"{self.seed}/{self.manner}/{name}")  # noqa: S311 - a model, not a secret

    def kind(self, variable: Variable) -> Kind | None:
        """The declared kind of a random variable or a family's member; None for an event that is not declared."""
        kind = self.declaration.symbols.get(variable.name)
        if kind is not None and kind.name == "sequence":
            kind = kind.member
        return kind if kind is not None and kind.name == "random" else None

    def class_of(self, variable: Variable) -> str:
        """A name that dependent variables share."""
        kind = self.kind(variable)
        return variable.key if kind is not None and (kind.iid or kind.parameters) else JOINT

    def distribution(self, variable: Variable) -> Distribution | None:
        """The distribution of a variable that takes infinitely many values; None for a finite one."""
        kind = self.kind(variable)
        if kind is None or kind.distribution not in ("normal", "uniform", "exponential", "poisson"):
            return None
        parameters = tuple(self.parameter(text) for _, text in kind.parameters)
        return Distribution(kind.distribution, parameters).checked(self.numbers)

    def levels(self, variable: Variable) -> tuple[Scalar, ...]:
        """The value of a variable of the shared space at each of its outcomes."""
        if variable not in self.joint:
            rng = self._rng(variable.key)
            count = 2 if self.places < OUTCOMES else 3
            levels = self._distinct(rng, count)
            places = [*range(count), *(rng.randrange(count) for _ in range(self.places - count))]
            rng.shuffle(places)
            self.joint[variable] = tuple(levels[place] for place in places)
        return self.joint[variable]

    def marker(self, variable: Variable) -> Scalar:
        """The value that stands for "the event happens" where a variable is written as an event."""
        if self.class_of(variable) == JOINT:
            return self.levels(variable)[0]
        if self.distribution(variable) is not None:
            raise Beyond("the probability of a value of a continuous variable")
        return self.atoms(variable)[0][1]

    def _distinct(self, rng: random.Random, count: int) -> list[Scalar]:
        low = 1 if self.manner.positive else -9
        found: list[Scalar] = []
        special = self.landmarks if not self.manner.positive else ()
        if special and self.manner.number % 4 == 0:
            landmark = special[self.manner.number // 4 % len(special)]
            found += [landmark, landmark + 1]
        while len(found) < count:
            value = fmpq(rng.randint(low, 9), rng.randint(1, 1) if not self.manner.generic else rng.randint(11, 97))
            if special and rng.random() < NEAR:
                value = rng.choice(special) + rng.choice((0, 1, -1, value))
            if value not in found and (value != 0 or not self.manner.positive):
                found.append(value)
        return found

    def atoms(self, variable: Variable) -> list[tuple[Scalar, Scalar]]:
        """Probability and value of every atom of an independent finite variable."""
        kind = self.kind(variable)
        family = bool(variable.indices) or variable.name in self.families
        shared = variable.name if family or kind is None or kind.parameters else "iid"
        if shared not in self.used:
            self.used[shared] = self._atoms(variable, shared)
        return self.used[shared]

    def _atoms(self, variable: Variable, shared: str) -> list[tuple[Scalar, Scalar]]:
        kind = self.kind(variable)
        if kind is None:
            raise Beyond(f"the distribution of {variable.name}")
        if kind.distribution == "bernoulli":
            chance = self._probability(kind.parameters[0][1])
            return [(chance, ONE), (ONE - chance, ZERO)]
        if kind.distribution == "binomial":
            return self._binomial(kind)
        rng = self._rng(f"atoms of {shared}")
        if kind.parameters:
            return self._standard(kind, rng)
        values = self._distinct(rng, 3)
        raw = [rng.randint(1, 7) for _ in values]
        return [(fmpq(weight, sum(raw)), value) for weight, value in zip(raw, values, strict=True)]

    def _probability(self, text: str) -> Scalar:
        chance = self.parameter(text)
        if self.numbers.sign(chance) < 0 or self.numbers.sign(ONE - chance) < 0:
            raise Undefined("a probability that is not between zero and one")
        return chance

    def _binomial(self, kind: Kind) -> list[tuple[Scalar, Scalar]]:
        trials, chance = self.parameter(kind.parameters[0][1]), self._probability(kind.parameters[1][1])
        if not isinstance(trials, fmpq) or trials.q != 1 or not 0 <= trials <= TRIALS_LIMIT:
            raise Beyond("a binomial variable of so many trials")
        count = int(trials.p)
        found = []
        for hits in range(count + 1):
            ways = self.numbers.apply("binomial", (trials, fmpq(hits)))
            powers = self.numbers.power(chance, fmpq(hits)) * self.numbers.power(ONE - chance, fmpq(count - hits))
            found.append((ways * powers, fmpq(hits)))
        return found

    def _standard(self, kind: Kind, rng: random.Random) -> list[tuple[Scalar, Scalar]]:
        """Two pairs of atoms, each of mean zero and variance one, moved and stretched to the declared moments."""
        mean, variance = (self.parameter(text) for _, text in kind.parameters)
        if self.numbers.sign(variance) < 0:
            raise Undefined("a variance that is negative")
        deviation = self.numbers.apply("sqrt", (variance,))
        found = []
        share = fmpq(rng.randint(1, 4), 5)
        for weight, slope in ((share, fmpq(rng.choice((1, 2)))), (ONE - share, fmpq(3, rng.choice((1, 2, 4, 5))))):
            square = slope * slope
            found.append((weight / (1 + square), mean + deviation * slope))
            found.append((weight * square / (1 + square), mean - deviation / slope))
        return found

    def outcomes(self, classes: Sequence[str], variables: Sequence[Variable]) -> Iterator[tuple[Scalar, Outcome]]:
        """Weight and values of every joint outcome of some finite variables."""
        spaces: list[list[tuple[Scalar, dict[Variable, Scalar]]]] = []
        for name in classes:
            members = [one for one in variables if self.class_of(one) == name]
            if name == JOINT:
                columns = [self.levels(one) for one in members]
                spaces.append(
                    [
                        (weight, {one: column[at] for one, column in zip(members, columns, strict=True)})
                        for at, weight in enumerate(self.weights)
                    ]
                )
            else:
                spaces.append([(weight, {members[0]: value}) for weight, value in self.atoms(members[0])])
        count = 1
        for space in spaces:
            count *= len(space)
        if count > OUTCOMES_LIMIT:
            raise Beyond(f"an expectation over {count} outcomes")
        for choice in itertools.product(*spaces):
            weight: Scalar = ONE
            values: dict[Variable, Scalar] = {}
            for chance, part in choice:
                weight = weight * chance
                values.update(part)
            yield weight, values

    def expectation(self, value: Scalar) -> Scalar:
        """The expectation of a random quantity."""
        total: Scalar = ZERO
        for monomial, coefficient in terms_of(value).items():
            product = coefficient
            for part in components(monomial, self.class_of) if monomial else ():
                product = product * self._of_part(part)
            total = total + product
        return total

    def _of_part(self, part: Monomial) -> Scalar:
        key = key_of(Random({part: ONE}))
        if key not in self.held:
            self.held[key] = self._compute(part)
        return self.held[key]

    def _compute(self, part: Monomial) -> Scalar:
        variables = sorted(frozenset().union(*(variables_of_atom(atom) for atom, _ in part)), key=lambda one: one.key)
        endless = {one: held for one in variables if (held := self.distribution(one)) is not None}
        finite = [one for one in variables if one not in endless]
        classes = list(dict.fromkeys(map(self.class_of, finite)))
        if not finite:
            return expectation_of(part, endless, self.numbers)
        whole = Random({part: ONE})
        total: Scalar = ZERO
        for weight, outcome in self.outcomes(classes, finite):
            if endless:
                total = total + weight * self.expectation(self.partly(whole, outcome))
            else:
                total = total + weight * self.at(whole, outcome)
        return total

    def at(self, value: Scalar, outcome: Outcome) -> Scalar:
        """The number that a random quantity takes at an outcome."""
        return value_at(value, outcome, self.numbers, self._conditional_at)

    def partly(self, value: Scalar, outcome: Outcome) -> Scalar:
        """A random quantity in which some variables have got their values."""
        total: Scalar = ZERO
        for monomial, coefficient in terms_of(value).items():
            product = coefficient
            for atom, power in monomial:
                product = product * self.system.power(self._atom_partly(atom, outcome), fmpq(power))
            total = total + product
        return total

    def _atom_partly(self, atom: Atom, outcome: Outcome) -> Scalar:
        if not variables_of_atom(atom) & set(outcome):
            return of_atom(atom)
        match atom:
            case Variable():
                return outcome[atom]
            case Conditional():
                raise Beyond("a conditional expectation of a continuous variable")
            case Function(name=name, arguments=arguments):
                values = [self.partly(one, outcome) for one in arguments]
                if not any(isinstance(one, Random) for one in values):
                    return apply_at(name, values, self.numbers)
                return apply_at(name, values, self.system)

    def _conditional_at(self, atom: Conditional, outcome: Outcome) -> Scalar:
        wanted = [self.at(one, outcome) for one in atom.given]
        key = f"{atom.key}@{','.join(map(key_of, wanted))}"
        if key not in self.held:
            self.held[key] = self._given(atom, wanted)
        return self.held[key]

    def _given(self, atom: Conditional, wanted: Sequence[Scalar]) -> Scalar:
        everything = variables_of(atom.body).union(*map(variables_of, atom.given))
        variables = sorted(everything, key=lambda one: one.key)
        if any(self.distribution(one) is not None for one in variables):
            raise Beyond("a conditional expectation of a continuous variable")
        classes = list(dict.fromkeys(map(self.class_of, variables)))
        total, mass = ZERO, ZERO
        for weight, outcome in self.outcomes(classes, variables):
            held = [self.at(one, outcome) for one in atom.given]
            if all(self._same(one, other) for one, other in zip(held, wanted, strict=True)):
                total, mass = total + weight * self.at(atom.body, outcome), mass + weight
        return self.numbers.divide(total, mass)

    def _same(self, first: Scalar, second: Scalar) -> bool:
        try:
            return self.numbers.is_zero(first - second)
        except Imprecise:
            return True

    def conditional(self, value: Scalar, given: Sequence[Scalar]) -> Scalar:
        """The expectation of a random quantity given the values of others."""
        touched = {self.class_of(one) for quantity in given for one in variables_of(quantity)}
        known = {
            next(iter(variables_of(one)))
            for one in given
            if isinstance(one, Random) and list(one.terms) == [((next(iter(variables_of(one))), 1),)]
        }
        total: Scalar = ZERO
        for monomial, coefficient in terms_of(value).items():
            product, kept = coefficient, []
            for part in components(monomial, self.class_of) if monomial else ():
                classes = {self.class_of(one) for atom, _ in part for one in variables_of_atom(atom)}
                if classes & touched:
                    kept.append(part)
                else:
                    product = product * self._of_part(part)
            total = total + product * self._held_fixed(gather(kept), given, known)
        return total

    def _held_fixed(self, monomial: Monomial, given: Sequence[Scalar], known: set[Variable]) -> Scalar:
        if not monomial:
            return ONE
        inside = [(atom, power) for atom, power in monomial if not variables_of_atom(atom) <= known]
        outside = settled({tuple(pair for pair in monomial if pair not in inside): ONE})
        if not inside:
            return outside
        return outside * conditional_on(Random({tuple(inside): ONE}), given)
