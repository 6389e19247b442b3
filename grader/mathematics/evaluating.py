"""The value of a formula at one point, in any system of numbers: the walk over the tree that every layer shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, runtime_checkable

from flint import fmpq

from grader.errors import Beyond, Imprecise, Nonconforming, Undefined
from grader.mathematics import arrays
from grader.mathematics.applying import apply_function, condition_of, entries_run_over, exponential
from grader.mathematics.arithmetic import ONE, Dual, Scalar, System, as_integer, dual_parts, plain
from grader.mathematics.arrays import Array, Multiple, Value, is_array
from grader.mathematics.folding import TERMS, listed, matrix
from grader.mathematics.gathering import elements_of
from grader.mathematics.places import Families, Members, Place
from grader.mathematics.series import summed
from grader.mathematics.slopes import derivative, gradient
from grader.mathematics.spectra import function_of_matrix
from grader.mathematics.structure import has_outcome, indexed_by, infinite_sign, switches_on
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Constant,
    Derivative,
    Divide,
    FiniteSet,
    Fold,
    Gradient,
    Indexed,
    Integral,
    Interval,
    Limit,
    Logic,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Relation,
    Symbol,
    Tuple,
)

STEPS = 150_000
"""No evaluation at one point visits more nodes."""


@runtime_checkable
class Computed(Protocol):
    """A node that knows how its value is found, beside those of the tree."""

    def value_at(self, at: Evaluator) -> Value:
        """The value at the point of an evaluation."""


Integrator: TypeAlias = Callable[[Callable[[Scalar, System], Scalar], Scalar, Scalar], Scalar]


@dataclass
class Evaluator:
    """Evaluates formulas at one point.

    ``bound`` holds what indices and variables of derivatives stand for, ``shifted`` the same for members of families.
    ``reversed_range`` tells that a sum or a product had its upper bound more than one below its lower: it is taken as
    empty, and a closed form need not agree with that convention.
    """

    system: System
    place: Place
    steps: int = STEPS
    bound: dict[str, Value] = field(default_factory=dict)
    shifted: dict[tuple[str, tuple[int, ...]], Scalar] = field(default_factory=dict)
    depth: int = 0
    reversed_range: bool = False

    def __call__(self, node: Node) -> Value:
        """The value of a formula.

        Raises:
            NoValue: when it has none, or none that this system can find.
        """
        self.steps -= 1
        if self.steps < 0:
            raise Beyond("more steps than one point is given")
        rule = _RULES.get(type(node))
        if rule is None and isinstance(node, Computed):
            return node.value_at(self)
        if rule is None:
            raise Beyond(f"the value of {type(node).__name__.lower()}")
        return rule(self, node)

    def scalar(self, node: Node, what: str = "an array") -> Scalar:
        """The value of a formula that has to be a number."""
        value = self(node)
        if isinstance(value, (Array, Multiple)):
            raise Nonconforming(f"{what} where a number is needed")
        return value

    def call(self, name: str, arguments: tuple[Scalar, ...]) -> Scalar | None:
        """The value of a declared function; None when no such function is declared."""
        function = self.place.function(name)
        if function is not None and any(map(is_array, arguments)):
            raise Beyond(f"{name} of an array")
        return None if function is None else function(self.system, arguments)

    def size_of_set(self, name: str) -> int | None:
        """How many elements a declared set has; None when it is none."""
        if name in self.bound:
            return None
        value = self.place.value(name)
        return len(value.elements) if isinstance(value, Members) else None

    def integer(self, node: Node, what: str) -> int:
        """The value of a formula that has to be a whole number."""
        return as_integer(self.scalar(node), what)

    def holds(self, node: Node) -> bool:
        """Whether a statement is true at the point."""
        match node:
            case Constant(name="true"):
                return True
            case Constant(name="false"):
                return False
            case Logic(operator="not", operands=(body,)):
                return not self.holds(body)
            case Logic(operator="and", operands=many):
                return all(self.holds(one) for one in many)
            case Logic(operator="or", operands=many):
                return any(self.holds(one) for one in many)
            case Relation(operators=operators, operands=operands):
                return all(map(self._link, operators, operands, operands[1:]))
            case _:
                raise Beyond("the truth of what is not a statement")

    def _link(self, operator: str, left: Node, right: Node) -> bool:
        if operator == "in":
            return self._contains(right, left)
        first, second = self(left), self(right)
        if isinstance(first, (Array, Multiple)) or isinstance(second, (Array, Multiple)):
            if operator not in ("=", "!="):
                raise Undefined("an order of arrays")
            difference = arrays.as_array(arrays.add(first, arrays.negate(second)))
            return all(self.system.is_zero(plain(entry)) for entry in difference.entries) is (operator == "=")
        return condition_of(operator, self.system.sign(plain(first - second)))

    def _contains(self, target: Node, element: Node) -> bool:
        match target:
            case FiniteSet(elements=many):
                return any(self._link("=", element, one) for one in many)
            case Interval():
                above = ">=" if target.lower_closed else ">"
                below = "<=" if target.upper_closed else "<"
                return (infinite_sign(target.lower) == -1 or self._link(above, element, target.lower)) and (
                    infinite_sign(target.upper) == 1 or self._link(below, element, target.upper)
                )
            case Symbol(name=name):
                value = self.place.value(name)
                if isinstance(value, Members):
                    return self.scalar(element) in value.elements
        raise Beyond("membership of a set of this form")

    @contextmanager
    def binding(self, name: str, value: Value) -> Iterator[None]:
        """A name stands for a value inside."""
        missing = object()
        before = self.bound.get(name, missing)
        self.bound[name] = value
        try:
            yield
        finally:
            if before is missing:
                del self.bound[name]
            else:
                self.bound[name] = before

    def with_system(self, system: System) -> Evaluator:
        """The same point in another system."""
        return Evaluator(system, self.place, self.steps, dict(self.bound), dict(self.shifted), self.depth)

    def index_range(self, node: Fold) -> Iterator[Scalar]:
        """What the index of a big operator runs over."""
        if node.lower is not None and node.upper is not None:
            for bound in (node.lower, node.upper):
                if infinite_sign(bound):
                    raise Beyond(f"a {node.operator} without end")
            first, last = self.integer(node.lower, "a lower bound"), self.integer(node.upper, "an upper bound")
            if last - first > TERMS:
                raise Beyond(f"a {node.operator} of {last - first + 1} terms")
            self.reversed_range |= last < first - 1
            return (fmpq(at) for at in range(first, last + 1))
        if node.domain is not None:
            return iter(self.elements(node.domain))
        if node.lower is not None:
            raise Beyond(f"a {node.operator} without an upper bound")
        found = indexed_by(node.body, node.index)
        run = self.place.range_of(*found) if found else entries_run_over(self, node.body, node.index)
        if run is None and has_outcome(node.body, node.index):
            run = self.place.range_of("", 0)
        if run is None:
            raise Beyond(f"what {node.index} runs over")
        return map(fmpq, run)

    def elements(self, domain: Node) -> tuple[Scalar, ...]:
        """The elements of a finite set."""
        return elements_of(self, domain)

    def directional(self, node: Node, change: Callable[[Dual], None], value: Scalar) -> Value:
        """The slope of a formula when ``change`` is given the dual of a value to put in its place."""
        self.depth += 1
        tag = self.depth
        try:
            change(Dual(value, ONE, tag))
            result = self(node)
        finally:
            self.depth -= 1
        if isinstance(result, Multiple):
            raise Beyond("the derivative of an identity matrix of unknown size")
        return arrays.each(lambda entry: dual_parts(entry, tag)[1], result)


def _number(_: Evaluator, node: Number) -> Value:
    return fmpq(node.value.numerator, node.value.denominator)


def _constant(at: Evaluator, node: Constant) -> Value:
    if node.name == "identity":
        return Multiple(ONE)
    if node.name == "infinity":
        raise Undefined("infinity, which is not a number")
    if node.name in ("pi", "e", "i"):
        return at.system.constant(node.name)
    raise Beyond(f"the value of {node.name}")


def _symbol(at: Evaluator, node: Symbol) -> Value:
    if node.name in at.bound:
        return at.bound[node.name]
    value = at.place.value(node.name)
    if isinstance(value, Members):
        raise Undefined("a set where a number is needed")
    return value


def _indexed(at: Evaluator, node: Indexed) -> Value:
    indices = tuple(at.integer(one, "an index") for one in node.indices)
    changed = at.shifted.get((node.name, indices))
    if changed is not None:
        return changed
    whole = at.bound.get(node.name)
    return arrays.entry_of(whole, indices) if isinstance(whole, Array) else at.place.member(node.name, indices)


def _add(at: Evaluator, node: Add) -> Value:
    values = [at(term) for term in node.terms]
    total = values[0]
    for value in values[1:]:
        total = arrays.add(total, value) if is_array(total) or is_array(value) else total + value
    if not any(map(is_array, (total, *values))):
        at.system.watch(total, values)
    return total


def _negate(at: Evaluator, node: Negate) -> Value:
    value = at(node.body)
    return arrays.negate(value) if is_array(value) else -value


def _multiply(at: Evaluator, node: Multiply) -> Value:
    values = [at(factor) for factor in node.factors]
    if not any(map(is_array, values)):
        total = values[0]
        for value in values[1:]:
            total = total * value
        return total
    try:
        total = values[0]
        for value in values[1:]:
            total = arrays.multiply(total, value)
    except Undefined:
        total = values[-1]
        for value in reversed(values[:-1]):
            total = arrays.multiply(value, total)
    return total


def _divide(at: Evaluator, node: Divide) -> Value:
    numerator, denominator = at(node.numerator), at(node.denominator)
    if isinstance(denominator, Multiple):
        raise Undefined("a division by a matrix")
    if isinstance(denominator, Array):
        if not denominator.is_vector:
            raise Undefined("a division by a matrix")
        return arrays.paired(at.system.divide, numerator, denominator, "a quotient")
    if isinstance(numerator, Multiple):
        return Multiple(at.system.divide(numerator.scale, denominator))
    if isinstance(numerator, Array):
        return arrays.each(lambda entry: at.system.divide(entry, denominator), numerator)
    return at.system.divide(numerator, denominator)


def _power(at: Evaluator, node: Power) -> Value:
    if isinstance(node.base, Constant) and node.base.name == "e":
        return exponential(at, at(node.exponent))
    base, exponent = _base(at, node.base), at.scalar(node.exponent, "an exponent")
    if isinstance(base, Multiple):
        return Multiple(at.system.power(base.scale, exponent))
    if isinstance(base, Array):
        if isinstance(exponent, fmpq) and exponent.q > 1:
            return function_of_matrix(at.system, "power", base, exponent)
        return arrays.power(at.system, base, as_integer(exponent, "the exponent of a matrix"))
    return at.system.power(base, exponent)


def _base(at: Evaluator, node: Node) -> Value:
    """The base of a power: a bare family name, of which only members have a value, is a number of its own there."""
    place = at.place
    if (
        isinstance(node, Symbol)
        and node.name not in at.bound
        and isinstance(place, Families)
        and place.is_family(node.name)
    ):
        return at.place.member(node.name, ())
    return at(node)


def integrated(at: Evaluator, node: Integral) -> Value:
    """A definite integral with a rigorous error.

    Raises:
        Beyond: for one without bounds, or where the system has none.
    """
    integrate: Integrator | None = getattr(at.system, "integrate", None)
    if integrate is None or node.lower is None or node.upper is None:
        raise Beyond("an integral")
    if infinite_sign(node.lower) or infinite_sign(node.upper):
        raise Beyond("an integral without end")

    def integrand(value: Scalar, system: System) -> Scalar:
        inner = at.with_system(system)
        inner.bound[node.variable] = value
        return inner.scalar(node.body)

    ends = (at.scalar(node.lower), at.scalar(node.upper))
    if any(isinstance(end, Dual) for end in ends):
        raise Beyond("the derivative of an integral by an end")
    return integrate(integrand, *ends)


def approached(at: Evaluator, node: Limit) -> Value:
    """The value of a formula at the point that is approached, where it is continuous.

    Raises:
        Beyond: where that is not its limit.
    """
    if infinite_sign(node.point) or switches_on(node.body, node.variable):
        raise Beyond("a limit that is not the value there")
    try:
        with at.binding(node.variable, at(node.point)):
            return at(node.body)
    except (Undefined, Imprecise) as error:
        raise Beyond("a limit that is not the value there") from error


def _cases(at: Evaluator, node: Cases) -> Value:
    for value, condition in node.branches:
        if condition is None or at.holds(condition):
            return at(value)
    raise Undefined("a definition by cases of which none applies")


_RULES: Mapping[type[Node], Callable[[Evaluator, Any], Value]] = {
    Number: _number,
    Constant: _constant,
    Symbol: _symbol,
    Indexed: _indexed,
    Add: _add,
    Negate: _negate,
    Multiply: _multiply,
    Divide: _divide,
    Power: _power,
    Apply: apply_function,
    Fold: summed,
    Derivative: derivative,
    Gradient: gradient,
    Integral: integrated,
    Limit: approached,
    Matrix: matrix,
    Tuple: listed,
    Cases: _cases,
}
