"""Decides formulas with expectations, variances, covariances and probabilities, in random models of the variables.

A plain ``random`` variable may depend on every other plain one; what is ``iid``, or has a distribution or moments, is
independent of everything else. In each model, plain variables share one random finite space with rational
probabilities, so both sides are numbers (exact unless a transcendental function is involved): a model in which they
differ is a proof, and it is what a student is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from flint import arb, ctx, fmpq

from grader.errors import Beyond, NoValue, Undefined
from grader.mathematics import arrays
from grader.mathematics.arithmetic import ONE, ZERO, Scalar, as_integer
from grader.mathematics.arrays import Array, Multiple, Value
from grader.mathematics.balls import RealBalls
from grader.mathematics.chance import Chance, Manner
from grader.mathematics.evaluating import Evaluator, Function, Members
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.randomness import (
    Random,
    RandomSystem,
    Variable,
    indicator,
    of_atom,
    variables_of,
)
from grader.mathematics.reading import Refusal, read
from grader.mathematics.sampling import Point, Style, in_words, roles_of
from grader.mathematics.tree import (
    Apply,
    Cases,
    Constant,
    Covariance,
    Expectation,
    Fold,
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
from grader.mathematics.verdict import Decide, Verdict, Witness

PRECISION = 128
AGREEING = 6
"""In how many models the sides must agree to be equal."""

SLACK = arb(2) ** -70


def settle(
    student: Node, reference: Node, declaration: Declaration, *, seed: int = 0, decide: Decide | None = None
) -> Verdict | None:
    """Decide two formulas that speak of random variables; None when they do not, or when this cannot reach them.

    ``decide`` compares what is left when both sides are the same operator of something else.
    """
    if not (speaks_of_chance(student, declaration) or speaks_of_chance(reference, declaration)):
        return None
    agreed = 0
    only: str = ""
    with ctx.workprec(PRECISION):
        for model in _models((student, reference), declaration, seed):
            first, second = model.value(student), model.value(reference)
            if isinstance(first, Beyond) or isinstance(second, Beyond):
                continue
            if isinstance(first, NoValue) or isinstance(second, NoValue):
                if isinstance(first, Undefined) is not isinstance(second, Undefined):
                    only = only or ("reference" if isinstance(first, Undefined) else "student")
                continue
            found = model.difference(first, second)
            if found is not None:
                reason = "the two differ for one choice of the distributions"
                return Verdict("different", reason, found, "probability")
            agreed += model.settled
            if agreed == AGREEING:
                break
    del decide
    if agreed < AGREEING:
        return None
    reason = f"the two agree exactly in {agreed} random models of the random variables"
    if only:
        return Verdict("equal where both are defined", f"{reason}; elsewhere only one has a value", None, "probability")
    return Verdict("equal", reason, None, "probability")


def speaks_of_chance(node: Node, declaration: Declaration) -> bool:
    """Whether a formula has an expectation, a variance, a covariance, a probability or a random variable in it."""
    if isinstance(node, (Expectation, Variance, Covariance, Probability)):
        return True
    if isinstance(node, (Symbol, Indexed)) and _is_random(declaration.symbols.get(node.name)):
        return True
    return any(speaks_of_chance(child, declaration) for child in children(node))


def _is_random(kind: Kind | None) -> bool:
    return kind is not None and (kind.name == "random" or (kind.name == "sequence" and _is_random(kind.member)))


def _models(nodes: Sequence[Node], declaration: Declaration, seed: int) -> Iterator[_Model]:
    held = _distributed(nodes, declaration)
    roles = roles_of([*nodes, *_parameters(held, declaration)], declaration)
    counted = roles.counting | {kind.parameters[0][1] for kind in held.values() if kind.distribution == "binomial"}
    counting = [name for name in roles.free if name in counted and not _is_size(declaration, name)]
    for number in range(4 * AGREEING):
        manner = Manner(number, positive=number % 2 == 1, generic=number >= 4)
        style = Style("generic" if manner.generic else "plain", number)
        fixed: dict[str, Value] = {name: fmpq(1 + (number + at) % 3) for at, name in enumerate(counting)}
        model = _Model(declaration, manner, str(seed))
        for symbol, variable in _matched(nodes, declaration):
            fixed[symbol] = model.chance.marker(variable)
        try:
            model.point = Point(declaration, roles, style, f"{seed}", fixed)
            for name in held:
                model.chance.distribution(Variable(name))
        except NoValue:
            continue
        yield model


def _distributed(nodes: Sequence[Node], declaration: Declaration) -> dict[str, Kind]:
    """The random variables with parameters that occur, and their kinds."""
    found: dict[str, Kind] = {}
    for node in nodes:
        kind = declaration.symbols.get(node.name) if isinstance(node, (Symbol, Indexed)) else None
        member = kind.member if kind is not None and kind.name == "sequence" else kind
        if member is not None and member.parameters and isinstance(node, (Symbol, Indexed)):
            found[node.name] = member
        found |= _distributed(children(node), declaration)
    return found


def _parameters(held: dict[str, Kind], declaration: Declaration) -> Iterator[Node]:
    for text in dict.fromkeys(text for kind in held.values() for _, text in kind.parameters):
        found = read(text, declaration, syntax="text")
        if not isinstance(found, Refusal):
            yield found.node


def _is_size(declaration: Declaration, name: str) -> bool:
    return any(name in kind.sizes for kind in declaration.symbols.values())


def _matched(nodes: Sequence[Node], declaration: Declaration) -> Iterator[tuple[str, Variable]]:
    """Ordinary symbols that a random variable is said to equal inside an event, as ``x`` in ``P(X = x)``."""
    for node in nodes:
        match node:
            case Relation(operators=("=",), operands=(Symbol(name=left), Symbol(name=right))):
                if _is_random(declaration.symbols.get(left)) and not _is_random(declaration.symbols.get(right)):
                    yield right, Variable(left)
        yield from _matched(children(node), declaration)


@dataclass
class _Model:
    """One model: numbers for the ordinary symbols, and a chance for the random ones."""

    declaration: Declaration
    manner: Manner
    seed: str
    settled: bool = True
    point: Point = field(init=False)
    chance: Chance = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = RealBalls(PRECISION)
        self.chance = Chance(self.declaration, self.manner, self.seed, self.numbers, self.parameter)

    def parameter(self, text: str) -> Scalar:
        """The value of a distribution's parameter."""
        found = read(text, self.declaration, syntax="text")
        if isinstance(found, Refusal):
            raise Beyond(f"the parameter {text}: {found.reason}")
        return Evaluator(self.numbers, self.point).scalar(found.node)

    def value(self, node: Node) -> Value | NoValue:
        """The value of one side, or why it has none."""
        try:
            return _RandomEvaluator(RandomSystem(self.numbers), _Place(self), chance=self.chance)(node)
        except NoValue as error:
            return error
        except (OverflowError, ZeroDivisionError) as error:
            return Beyond(str(error))

    def difference(self, first: Value, second: Value) -> Witness | None:
        """A proof that two values differ; None when they agree, or when that cannot be told (then not ``settled``)."""
        if isinstance(first, Multiple) or isinstance(second, Multiple):
            self.settled = False
            return None
        one, other = arrays.as_array(first), arrays.as_array(second)
        if one.shape != other.shape:
            return self.witness(f"{arrays.words(one.shape)} matrix", f"{arrays.words(other.shape)} matrix", {})
        for left, right in zip(one.entries, other.entries, strict=True):
            found = self._entry(left, right)
            if found is not None:
                return found
        return None

    def _entry(self, left: Scalar, right: Scalar) -> Witness | None:
        gap = left - right
        variables = sorted(variables_of(gap), key=lambda one: one.key)
        if not variables:
            return self._numbers(left, right, gap, {})
        endless = {
            one: fmpq(3 + at, 2) for at, one in enumerate(variables) if self.chance.distribution(one) is not None
        }
        finite = [one for one in variables if one not in endless]
        classes = list(dict.fromkeys(map(self.chance.class_of, finite)))
        for _, outcome in self.chance.outcomes(classes, finite):
            whole = {**outcome, **endless}
            try:
                sides = self.chance.at(left, whole), self.chance.at(right, whole)
            except (NoValue, KeyError):
                self.settled = False
                continue
            found = self._numbers(*sides, sides[0] - sides[1], whole)
            if found is not None:
                return found
        return None

    def _numbers(self, left: Scalar, right: Scalar, gap: Scalar, outcome: dict[Variable, Scalar]) -> Witness | None:
        if isinstance(gap, arb):
            if not gap.is_finite() or (gap.contains(0) and gap.rad() > SLACK * (1 + abs(arb(left)).upper())):
                self.settled = False
                return None
            if gap.contains(0):
                return None
        elif gap == 0:
            return None
        return self.witness(in_words(left), in_words(right), outcome)

    def witness(self, student: str, reference: str, outcome: dict[Variable, Scalar]) -> Witness:
        """The values and distributions for which the sides differ."""
        shown = [(name, in_words(value)) for name, value in self.point.values.items() if not self._hidden(name)]
        for variable, levels in sorted(self.chance.joint.items(), key=lambda item: item[0].key):
            shown.append((_spelled(variable), _in_turn(self.chance.weights, levels)))
        for name, atoms in sorted(self.chance.used.items()):
            shown.append(("each iid variable" if name == "iid" else name, _in_turn(*zip(*atoms, strict=True))))
        for key, value in outcome.items():
            shown.append((f"{_spelled(key)} happens to be", in_words(value)))
        note = "the variables take their values in the order listed, together" if len(self.chance.joint) > 1 else ""
        return Witness(tuple(shown[:40]), student, reference, note)

    def _hidden(self, name: str) -> bool:
        kind = self.declaration.symbols.get(name)
        return _is_random(kind) or any(one.name == name for one in self.chance.joint)


def _in_turn(weights: Sequence[Scalar], values: Sequence[Scalar]) -> str:
    pairs = zip(weights, values, strict=True)
    return ", ".join(f"{in_words(value)} with probability {in_words(weight)}" for weight, value in pairs)


def _spelled(variable: Variable) -> str:
    return f"{variable.name}[{', '.join(map(str, variable.indices))}]" if variable.indices else variable.name


@dataclass
class _Place:
    """The point of a model, in which random variables are atoms."""

    model: _Model

    def value(self, name: str) -> Value | Members:
        """The value of a symbol."""
        kind = self.model.declaration.symbols.get(name)
        if kind is not None and kind.name == "random":
            return of_atom(Variable(name))
        if _is_random(kind):
            return arrays.column([self.member(name, (index,)) for index in self.range_of(name, 0)])
        return self.model.point.value(name)

    def function(self, name: str) -> Function | None:
        """The value of a symbol that is a function."""
        return self.model.point.function(name)

    def member(self, name: str, indices: tuple[int, ...]) -> Value:
        """A member of a family."""
        if _is_random(self.model.declaration.symbols.get(name)):
            return of_atom(Variable(name, indices))
        return self.model.point.member(name, indices)

    def whole(self, name: str) -> Array | None:
        """The array that a name stands for."""
        return None if _is_random(self.model.declaration.symbols.get(name)) else self.model.point.whole(name)

    def range_of(self, name: str, position: int) -> range:
        """What an index runs over when only the family says so."""
        return self.model.point.range_of(name, position)


@dataclass
class _RandomEvaluator(Evaluator):
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
            return _is_random(self.chance.declaration.symbols.get(node.name))
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


def _expectation(at: _RandomEvaluator, node: Expectation) -> Value:
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


def _variance(at: _RandomEvaluator, node: Variance) -> Value:
    value = at.scalar(node.body)
    mean = at.average(value, node.given)
    return at.average(value * value, node.given) - mean * mean


def _covariance(at: _RandomEvaluator, node: Covariance) -> Value:
    first, second = at.scalar(node.first), at.scalar(node.second)
    return at.average(first * second, node.given) - at.average(first, node.given) * at.average(second, node.given)


def _probability(at: _RandomEvaluator, node: Probability) -> Value:
    event = at.event(node.event)
    if node.given is None:
        return at.chance.expectation(event)
    given = at.event(node.given)
    return at.system.divide(at.chance.expectation(event * given), at.chance.expectation(given))


def _apply(at: _RandomEvaluator, node: Apply) -> Value:
    if node.function == "indicator":
        return at.event(node.arguments[0])
    return at.ordinary(node)


def _cases(at: _RandomEvaluator, node: Cases) -> Value:
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


def _fold(at: _RandomEvaluator, node: Fold) -> Value:
    endless = node.lower is None and node.upper is None and node.domain is None
    if not endless or node.operator != "sum" or not _names_event(node.body, node.index):
        return at.ordinary(node)
    total: Scalar = ZERO
    for level in dict.fromkeys(at.chance.levels(Variable(node.index))):
        with at.binding(node.index, level):
            total = total + at.scalar(node.body)
    return total


def _names_event(node: Node, name: str) -> bool:
    if isinstance(node, Probability):
        parts = [node.event, *([] if node.given is None else [node.given])]
        flat = [one for part in parts for one in (part.elements if isinstance(part, Tuple) else (part,))]
        return any(one == Symbol(name) for one in flat)
    return any(_names_event(child, name) for child in children(node))


_RULES: dict[type[Node], Callable[[_RandomEvaluator, Node], Value]] = {
    Expectation: _expectation,  # type: ignore[dict-item]  # each rule is called with its own node only
    Variance: _variance,  # type: ignore[dict-item]
    Covariance: _covariance,  # type: ignore[dict-item]
    Probability: _probability,  # type: ignore[dict-item]
    Apply: _apply,  # type: ignore[dict-item]
    Cases: _cases,  # type: ignore[dict-item]
    Fold: _fold,  # type: ignore[dict-item]
}
