"""The value of a formula whose parts may be random: expectations, variances, covariances, probabilities of events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flint import fmpq

from grader.errors import Beyond, Undefined
from grader.mathematics import arrays
from grader.mathematics.arithmetic import ONE, ZERO, Scalar, as_integer
from grader.mathematics.array_signs import parts_of
from grader.mathematics.arrays import Array, Multiple, Value
from grader.mathematics.chance import Chance
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.places import Function, Members
from grader.mathematics.randomness import Random, Variable, indicator, of_atom, variables_of
from grader.mathematics.sampling import Point
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import (
    Apply,
    Cases,
    Constant,
    Covariance,
    Derivative,
    Expectation,
    Fold,
    Gradient,
    Indexed,
    Logic,
    Node,
    Power,
    Probability,
    Relation,
    SetOperation,
    Symbol,
    Tuple,
    Variance,
    children,
)


def is_random(kind: Kind | None) -> bool:
    """Whether a kind is that of a random variable, or of a family of them."""
    return kind is not None and (kind.name == "random" or (kind.name == "sequence" and is_random(kind.member)))


@dataclass
class RandomPlace:
    """A point, in which random variables are atoms."""

    declaration: Declaration
    point: Point

    def value(self, name: str) -> Value | Members:
        """The value of a symbol."""
        kind = self.declaration.symbols.get(name)
        if kind is not None and kind.name == "random":
            return of_atom(Variable(name))
        if is_random(kind):
            return arrays.column([self.member(name, (index,)) for index in self.range_of(name, 0)])
        return self.point.value(name)

    def function(self, name: str) -> Function | None:
        """The value of a symbol that is a function."""
        return self.point.function(name)

    def member(self, name: str, indices: tuple[int, ...]) -> Value:
        """A member of a family."""
        if is_random(self.declaration.symbols.get(name)):
            return of_atom(Variable(name, indices))
        return self.point.member(name, indices)

    def whole(self, name: str) -> Array | None:
        """The array that a name stands for."""
        return None if is_random(self.declaration.symbols.get(name)) else self.point.whole(name)

    def range_of(self, name: str, position: int) -> range:
        """What an index runs over when only the family says so."""
        return self.point.range_of(name, position)


@dataclass
class RandomEvaluator(Evaluator):
    """Evaluates formulas whose values may be random."""

    chance: Chance = field(kw_only=True)

    def __call__(self, node: Node) -> Value:
        """The value of a formula, random or not."""
        rule = _RULES.get(type(node))
        if rule is None:
            return super().__call__(node)
        self.steps -= 1
        if self.steps < 0:
            raise Beyond("more steps than one model is given")
        return rule(self, node)

    def ordinary(self, node: Node) -> Value:
        """The value by the rules that every layer shares."""
        return super().__call__(node)

    def average(self, value: Value, given: Node | None) -> Scalar:
        """The expectation of a random quantity, given an event or the values of others."""
        if isinstance(value, (Array, Multiple)):
            raise Beyond("the expectation of an array")
        if given is None:
            return self.chance.expectation(value)
        parts = given.elements if isinstance(given, Tuple) else (given,)
        known = [self(part) for part in parts if self._is_quantity(part)]
        events = [self.event(part) for part in parts if not self._is_quantity(part)]
        if known and events:
            raise Beyond("an expectation given both values and events")
        if known:
            return self.chance.conditional(value, known)
        happening: Scalar = ONE
        for event in events:
            happening = happening * event
        mass = self.chance.expectation(happening)
        return self.system.divide(self.chance.expectation(value * happening), mass)

    def _is_quantity(self, node: Node) -> bool:
        if isinstance(node, Symbol):
            return is_random(self.chance.declaration.symbols.get(node.name))
        return not isinstance(node, (Relation, Logic, SetOperation, Constant))

    def event(self, node: Node) -> Scalar:
        """The indicator of an event."""
        match node:
            case Symbol(name=name) if name not in self.bound or not isinstance(self.bound[name], Random):
                return self._happening(Variable(name), self.bound.get(name))
            case Indexed(name=name, indices=indices):
                places = tuple(as_integer(self.scalar(one), "an index") for one in indices)
                return self._happening(Variable(name, places), None)
            case Tuple(elements=many) | Logic(operator="and", operands=many):
                return self._all(many)
            case SetOperation(operator="intersection", operands=many):
                return self._all(many)
            case Logic(operator="or", operands=many) | SetOperation(operator="union", operands=many):
                missed: Scalar = ONE
                for one in many:
                    missed = missed * (ONE - self.event(one))
                return ONE - missed
            case SetOperation(operator="difference", operands=(first, second)):
                return self.event(first) * (ONE - self.event(second))
            case Logic(operator="not", operands=(one,)):
                return ONE - self.event(one)
            case Power(base=base, exponent=Symbol(name="c" | "C" | "complement")):
                return ONE - self.event(base)
            case Relation(operators=operators, operands=operands):
                result: Scalar = ONE
                for operator, left, right in zip(operators, operands, operands[1:], strict=False):
                    result = result * self._compared(operator, left, right)
                return result
            case _:
                raise Beyond(f"the probability of a {type(node).__name__.lower()}")

    def _happening(self, variable: Variable, value: Scalar | None) -> Scalar:
        level = self.chance.marker(variable) if value is None else value
        return indicator("=", of_atom(variable) - level, self.system)

    def _all(self, many: Sequence[Node]) -> Scalar:
        result: Scalar = ONE
        for one in many:
            result = result * self.event(one)
        return result

    def _compared(self, operator: str, left: Node, right: Node) -> Scalar:
        if operator == "in":
            return self._inside(left, right)
        return indicator(operator, self.scalar(left) - self._side(right), self.system)

    def _side(self, node: Node) -> Scalar:
        return self.scalar(node)

    def _inside(self, left: Node, right: Node) -> Scalar:
        elements = getattr(right, "elements", None)
        if elements is not None:
            missed: Scalar = ONE
            for one in elements:
                missed = missed * (ONE - self._compared("=", left, one))
            return ONE - missed
        raise Beyond("the probability of lying in a set of this form")


def _expectation(at: RandomEvaluator, node: Expectation) -> Value:
    value = at(node.body)
    if node.over is not None and node.given is None and isinstance(value, Random):
        others = [one for one in sorted(variables_of(value), key=lambda one: one.key) if one.name != node.over]
        if others and any(one.name == node.over for one in variables_of(value)):
            if any(at.chance.class_of(one) == at.chance.class_of(Variable(node.over)) for one in others):
                raise Beyond("an expectation over one of several dependent variables")
            return at.chance.conditional(value, [of_atom(one) for one in others])
    if isinstance(value, Array):
        return arrays.each(lambda entry: at.average(entry, node.given), value)
    return at.average(value, node.given)


def _variance(at: RandomEvaluator, node: Variance) -> Value:
    value = at.scalar(node.body)
    mean = at.average(value, node.given)
    return at.average(value * value, node.given) - mean * mean


def _covariance(at: RandomEvaluator, node: Covariance) -> Value:
    first, second = at.scalar(node.first), at.scalar(node.second)
    return at.average(first * second, node.given) - at.average(first, node.given) * at.average(second, node.given)


def _probability(at: RandomEvaluator, node: Probability) -> Value:
    event = at.event(node.event)
    if node.given is None:
        return at.chance.expectation(event)
    given = at.event(node.given)
    return at.system.divide(at.chance.expectation(event * given), at.chance.expectation(given))


def _slope(at: RandomEvaluator, node: Derivative | Gradient) -> Value:
    """A derivative; that of an unknown function of random variables has no value that could be computed in time."""
    kinds = at.chance.declaration.symbols
    for part in parts_of(node.body):
        unknown = isinstance(part, Apply) and part.function in kinds
        if unknown and any(is_random(kinds.get(name)) for name in names_in(part)):
            raise Beyond("the derivative of an unknown function of what is random")
    return at.ordinary(node)


def _apply(at: RandomEvaluator, node: Apply) -> Value:
    if node.function == "indicator":
        return at.event(node.arguments[0])
    return at.ordinary(node)


def _cases(at: RandomEvaluator, node: Cases) -> Value:
    total: Scalar = ZERO
    open_yet: Scalar = ONE
    for value, condition in node.branches:
        if condition is None or condition == Constant("true"):
            return total + open_yet * at.scalar(value)
        holds = at.event(condition)
        if isinstance(holds, fmpq) and holds == 0:
            continue
        total = total + open_yet * holds * at.scalar(value)
        open_yet = open_yet * (ONE - holds)
        if isinstance(open_yet, fmpq) and open_yet == 0:
            break
    if isinstance(open_yet, Random) or open_yet != 0:
        raise Undefined("a definition by cases of which none may apply")
    return total


def _fold(at: RandomEvaluator, node: Fold) -> Value:
    endless = node.lower is None and node.upper is None and node.domain is None
    if not endless or node.operator != "sum" or not _names_event(node.body, node.index):
        return at.ordinary(node)
    total: Scalar = ZERO
    for level in dict.fromkeys(at.chance.levels(Variable(node.index))):
        with at.binding(node.index, level):
            total = total + at.scalar(node.body)
    return total


def _names_event(node: Node, name: str) -> bool:
    """Whether a name stands for an event of its own inside a probability, as x in ``p(x, y)``."""
    if isinstance(node, Probability):
        return any(_is_event(part, name) for part in (node.event, node.given) if part is not None)
    return any(_names_event(child, name) for child in children(node))


def _is_event(node: Node, name: str) -> bool:
    if isinstance(node, (Logic, Tuple, SetOperation)):
        return any(_is_event(child, name) for child in children(node))
    return node == Symbol(name)


_RULES: dict[type[Node], Callable[[RandomEvaluator, Node], Value]] = {
    Expectation: _expectation,  # type: ignore[dict-item]  # each rule is called with its own node only
    Variance: _variance,  # type: ignore[dict-item]
    Covariance: _covariance,  # type: ignore[dict-item]
    Probability: _probability,  # type: ignore[dict-item]
    Derivative: _slope,  # type: ignore[dict-item]
    Gradient: _slope,  # type: ignore[dict-item]
    Apply: _apply,  # type: ignore[dict-item]
    Cases: _cases,  # type: ignore[dict-item]
    Fold: _fold,  # type: ignore[dict-item]
}
