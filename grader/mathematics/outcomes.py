"""Values of variables that each take finitely many values: tables of functions, joint chances and entropies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product

from flint import fmpq

from grader.errors import Beyond
from grader.mathematics.arithmetic import ZERO, Scalar, plain
from grader.mathematics.arrays import Value
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.structure import Outcome
from grader.mathematics.tree import Apply, Fold

JOINT = "P"
"""The family whose members are the weights of the joint distribution."""


@dataclass(frozen=True)
class Tabled(Outcome):
    """A function that has one random value for each value of its arguments."""

    def value_at(self, at: Evaluator) -> Value:
        """The entry of its table."""
        return at.place.member(self.function, tuple(_code(at.scalar(one)) for one in self.arguments))


@dataclass(eq=False)
class Joint:
    """The weights of a joint distribution, summed over the variables that a part of a formula does not name.

    ``marginals`` keeps them by point, since every value of an index asks again.
    """

    variables: tuple[str, ...]
    marginals: dict[tuple[str, int, tuple[str, ...]], dict[tuple[int, ...], Scalar]] = field(default_factory=dict)

    def weight(self, at: Evaluator, fixed: Mapping[str, int]) -> Scalar:
        """The weight of all outcomes in which some variables have given values."""
        names = tuple(name for name in self.variables if name in fixed)
        key = (str(getattr(at.place, "style", id(at.place))), len(at.place.range_of("", 0)), names)
        if key not in self.marginals:
            self.marginals[key] = self._summed(at, names)
        return self.marginals[key][tuple(fixed[name] for name in names)]

    def _summed(self, at: Evaluator, names: tuple[str, ...]) -> dict[tuple[int, ...], Scalar]:
        found: dict[tuple[int, ...], Scalar] = {}
        values = at.place.range_of("", 0)
        for outcome in product(values, repeat=len(self.variables)):
            kept = tuple(value for name, value in zip(self.variables, outcome, strict=True) if name in names)
            found[kept] = found.get(kept, ZERO) + at.place.member(JOINT, outcome)
        return found


NOTHING = Joint(())


@dataclass(frozen=True)
class Chance(Outcome):
    """The probability that variables have some values, given those of others: the arguments, in this order."""

    joint: Joint = field(default=NOTHING, compare=False, repr=False)
    event: tuple[str, ...] = ()
    given: tuple[str, ...] = ()

    def value_at(self, at: Evaluator) -> Value:
        """The share of the joint weights; nothing where the condition is impossible."""
        count = len(at.place.range_of("", 0))
        values = dict(zip((*self.event, *self.given), self.arguments, strict=True))
        outcome = {name: (_code(at.scalar(one)) - 1) % count + 1 for name, one in values.items()}
        condition = {name: outcome[name] for name in self.given}
        return at.system.divide(self.joint.weight(at, outcome), self.joint.weight(at, condition))


@dataclass(frozen=True)
class Entropies(Apply):
    """A sum of entropies of groups of variables, each with a sign: ``H(X, Y) - H(Y)``."""

    joint: Joint = field(default=NOTHING, compare=False, repr=False)
    groups: tuple[tuple[int, frozenset[str]], ...] = ()

    def value_at(self, at: Evaluator) -> Value:
        """The sum in the joint distribution."""
        total = self.joint.weight(at, {})
        result: Scalar = ZERO
        for sign, group in self.groups:
            names = sorted(group)
            for values in product(at.place.range_of("", 0), repeat=len(names)):
                weight = self.joint.weight(at, dict(zip(names, values, strict=True)))
                share = at.system.divide(weight, total)
                result = result - sign * share * at.system.apply("log", (share,))
        return result


def _code(value: Scalar) -> int:
    """A whole number for a value: itself where it is one, otherwise one that no other small value has."""
    exact = plain(value)
    if not isinstance(exact, fmpq):
        raise Beyond("a function of finitely many values at a number that is not exact")
    top, bottom = int(exact.p), int(exact.q)
    return top if bottom == 1 else 1_000_003 * bottom + 17 * top


@dataclass(frozen=True)
class Over(Fold):
    """A sum over all values that a variable takes in the model."""

    def value_at(self, at: Evaluator) -> Value:
        """The sum."""
        total: Scalar = ZERO
        for outcome in at.place.range_of("", 0):
            with at.binding(self.index, fmpq(outcome)):
                total = total + at.scalar(self.body)
        return total
