"""Decides formulas with expectations, variances, covariances and probabilities, in random models of the variables.

A plain ``random`` variable may depend on every other plain one; what is ``iid``, or has a distribution or moments, is
independent of everything else. In each model, plain variables share one random finite space with rational
probabilities, so both sides are numbers (exact unless a transcendental function is involved): a model in which they
differ is a proof, and it is what a student is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from flint import arb, ctx, fmpq

from grader.errors import Beyond, NoValue, Undefined
from grader.mathematics import arrays
from grader.mathematics.arithmetic import Scalar
from grader.mathematics.arrays import Multiple, Value
from grader.mathematics.balls import RealBalls
from grader.mathematics.canonical import canonical
from grader.mathematics.chance import Chance, Manner
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.expecting import RandomEvaluator, RandomPlace, is_random
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.landmarks import landmarks_of
from grader.mathematics.looks import Style
from grader.mathematics.randomness import (
    RandomSystem,
    Variable,
    variables_of,
)
from grader.mathematics.reading import Refusal, read
from grader.mathematics.roles import roles_of
from grader.mathematics.sampling import Point
from grader.mathematics.showing import in_words
from grader.mathematics.tree import (
    Apply,
    Covariance,
    Expectation,
    Indexed,
    Node,
    Probability,
    Relation,
    Symbol,
    Variance,
    children,
)
from grader.mathematics.under_distributions import is_over_nothing
from grader.mathematics.verdict import Decide, Verdict, Witness

PRECISION = 128
AGREEING = 8
"""In how many models the sides must agree to be equal."""

PATIENCE = 3
"""After how many models that this cannot compute it gives up."""

SLACK = arb(2) ** -70


def settle(
    student: Node, reference: Node, declaration: Declaration, *, seed: int = 0, decide: Decide | None = None
) -> Verdict | None:
    """Decide two formulas that speak of random variables; None when they do not, or when this cannot reach them.

    ``decide`` compares what is left when both sides are the same operator of something else.
    """
    if not (speaks_of_chance(student, declaration) or speaks_of_chance(reference, declaration)):
        return None
    if canonical(student, declaration) == canonical(reference, declaration):
        return None  # nothing random has to be drawn to see that
    agreed, missed, empty = 0, 0, 0
    only: str = ""
    with ctx.workprec(PRECISION):
        for model in _models((student, reference), declaration, seed):
            first, second = model.value(student), model.value(reference)
            if isinstance(first, Beyond) or isinstance(second, Beyond):
                missed += 1
                if missed == PATIENCE:
                    break
                continue
            if isinstance(first, NoValue) or isinstance(second, NoValue):
                empty += 1
                if empty == 2 * AGREEING and not agreed:
                    break
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
    if is_over_nothing(student) or is_over_nothing(reference):  # a number is one model of what is drawn, but not all
        return Verdict("undecided", "what a mean is over is not told", layer="probability")
    reason = f"the two agree exactly in {agreed} random models of the random variables"
    if only:
        return Verdict("equal where both are defined", f"{reason}; elsewhere only one has a value", None, "probability")
    return Verdict("equal", reason, None, "probability")


def speaks_of_chance(node: Node, declaration: Declaration) -> bool:
    """Whether a formula has an expectation, a variance, a covariance, a probability or a random variable in it."""
    if isinstance(node, (Expectation, Variance, Covariance, Probability)):
        return True
    if isinstance(node, (Symbol, Indexed)) and is_random(declaration.symbols.get(node.name)):
        return True
    return any(speaks_of_chance(child, declaration) for child in children(node))


def _models(nodes: Sequence[Node], declaration: Declaration, seed: int) -> Iterator[_Model]:
    held = _distributed(nodes, declaration)
    families = frozenset(_indexed(nodes))
    roles = roles_of([*nodes, *_parameters(held, declaration)], declaration)
    counted = roles.counting | {kind.parameters[0][1] for kind in held.values() if kind.distribution == "binomial"}
    counting = [name for name in roles.free if name in counted and not _is_size(declaration, name)]
    landmarks = (*(one for one in landmarks_of(nodes) if isinstance(one, fmpq)), fmpq(0))
    for number in range(4 * AGREEING):
        manner = Manner(number, positive=number % 2 == 1, generic=number >= 4)
        style = Style("generic" if manner.generic else "plain", number)
        fixed: dict[str, Value] = {name: fmpq(1 + (number + at) % 3) for at, name in enumerate(counting)}
        model = _Model(declaration, manner, str(seed), families, landmarks)
        for operator, symbol, variable in _matched(nodes, declaration):
            if _has_parameters(declaration, variable):
                continue
            if operator == "=" or number % 2 == 0:
                marker = model.chance.marker(variable)
                fixed.setdefault(symbol, abs(marker) if operator == "abs" else marker)
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


def _has_parameters(declaration: Declaration, variable: Variable) -> bool:
    kind = declaration.symbols.get(variable.name)
    member = kind.member if kind is not None and kind.name == "sequence" else kind
    return member is not None and bool(member.parameters)


def _indexed(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Indexed):
            yield node.name
        yield from _indexed(children(node))


def _parameters(held: dict[str, Kind], declaration: Declaration) -> Iterator[Node]:
    for text in dict.fromkeys(text for kind in held.values() for _, text in kind.parameters):
        found = read(text, declaration, syntax="text")
        if not isinstance(found, Refusal):
            yield found.node


def _is_size(declaration: Declaration, name: str) -> bool:
    return any(name in kind.sizes for kind in declaration.symbols.values())


def _matched(nodes: Sequence[Node], declaration: Declaration) -> Iterator[tuple[str, str, Variable]]:
    """Ordinary symbols that a random variable is compared with inside an event, as ``x`` in ``P(X = x)``."""
    for node in nodes:
        match node:
            case Relation(operators=(operator,), operands=(Symbol(name=left), Symbol(name=right))):
                for one, other in ((left, right), (right, left)):
                    if is_random(declaration.symbols.get(one)) and not is_random(declaration.symbols.get(other)):
                        yield operator, other, Variable(one)
            case Relation(operands=(Apply(function="abs", arguments=(Symbol(name=one),)), Symbol(name=other))):
                if is_random(declaration.symbols.get(one)) and not is_random(declaration.symbols.get(other)):
                    yield "abs", other, Variable(one)
        yield from _matched(children(node), declaration)


@dataclass
class _Model:
    """One model: numbers for the ordinary symbols, and a chance for the random ones."""

    declaration: Declaration
    manner: Manner
    seed: str
    families: frozenset[str]
    landmarks: tuple[Scalar, ...] = ()
    settled: bool = True
    point: Point = field(init=False)
    chance: Chance = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = RealBalls(PRECISION)
        self.chance = Chance(
            self.declaration, self.manner, self.seed, self.numbers, self.parameter, self.families, self.landmarks
        )

    def parameter(self, text: str) -> Scalar:
        """The value of a distribution's parameter."""
        found = read(text, self.declaration, syntax="text")
        if isinstance(found, Refusal):
            raise Beyond(f"the parameter {text}: {found.reason}")
        return Evaluator(self.numbers, self.point).scalar(found.node)

    def value(self, node: Node) -> Value | NoValue:
        """The value of one side, or why it has none."""
        place = RandomPlace(self.declaration, self.point)
        try:
            return RandomEvaluator(RandomSystem(self.numbers), place, chance=self.chance)(node)
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
        return is_random(kind) or any(one.name == name for one in self.chance.joint)


def _in_turn(weights: Sequence[Scalar], values: Sequence[Scalar]) -> str:
    pairs = zip(weights, values, strict=True)
    return ", ".join(f"{in_words(value)} with probability {in_words(weight)}" for weight, value in pairs)


def _spelled(variable: Variable) -> str:
    return f"{variable.name}[{', '.join(map(str, variable.indices))}]" if variable.indices else variable.name
