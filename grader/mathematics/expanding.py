"""The expansion of a formula as the variables that a question names grow without bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

from flint import arb, fmpq

from grader.errors import Beyond, Undefined
from grader.mathematics.arithmetic import Scalar
from grader.mathematics.asymptotics import (
    Amount,
    Expansion,
    add,
    collected,
    constant,
    exponential,
    logarithm,
    multiply,
    raise_to,
    scaled,
    variable,
)
from grader.mathematics.balls import RealBalls
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.places import Place
from grader.mathematics.smoothing import SMOOTH, smooth
from grader.mathematics.summing import FAULHABER_LIMIT, growth_of_fold
from grader.mathematics.tree import (
    Add,
    Apply,
    Divide,
    Fold,
    Growth,
    Indexed,
    Multiply,
    Negate,
    Node,
    Power,
    Quantity,
    Symbol,
    children,
)

PRECISION = 160

BOUNDED = frozenset({"sin", "cos", "tanh", "sigmoid", "atan", "erf"})
"""Functions that are bounded, whatever they are of."""


@dataclass(frozen=True)
class Expanding:
    """Expands formulas in the ``growing`` variables, everything else having its value at each of ``places``."""

    growing: frozenset[str]
    places: tuple[Place, ...]
    precision: int = PRECISION

    @property
    def one(self) -> Amount:
        """The number one."""
        return Amount(tuple(fmpq(1) for _ in self.places))

    def number(self, value: Fraction | int) -> Amount:
        """A rational number."""
        return self.one.times(value)

    def grows(self, node: Node) -> bool:
        """Whether a growing variable occurs."""
        if isinstance(node, (Symbol, Indexed)) and node.name in self.growing:
            return True
        return any(map(self.grows, children(node)))

    def __call__(self, node: Node) -> Expansion:
        """The expansion of a formula.

        Raises:
            NoValue: when there is none, or it is not found.
        """
        if not self.grows(node):
            return constant(self.value(node))
        rule = _RULES.get(type(node))
        if rule is None:
            raise Beyond(f"the growth of a {type(node).__name__.lower()}")
        return rule(self, node)

    def inside(self, index: str, *, alone: bool = False) -> Expanding:
        """The same with an index growing as well, or ``alone``."""
        return replace(self, growing=frozenset({index}) | (frozenset() if alone else self.growing))

    def value(self, node: Node) -> Amount:
        """The value of a formula in which nothing grows."""
        found: list[Scalar] = []
        for place in self.places:
            value = Evaluator(RealBalls(self.precision), place).scalar(node)
            if not isinstance(value, (fmpq, arb)):
                raise Beyond("a coefficient that is no real number")
            found.append(value)
        return Amount(tuple(found))

    def power(self, base: Expansion, exponent: Node) -> Expansion:
        """A power."""
        if not self.grows(exponent):
            return raise_to(base, self.value(exponent), self.one)
        if _is_zero(base) and self(exponent).leading().coefficient.sign > 0:
            return base
        return exponential(multiply(self(exponent), logarithm(base, self.one)), self.one)

    def factorial(self, part: Expansion) -> Expansion:
        """A factorial, by Stirling's series."""
        log = logarithm(part, self.one)
        body = add(multiply(part, log), scaled(part, -self.one), scaled(log, self.number(Fraction(1, 2))))
        inverse = raise_to(part, -self.one, self.one)
        cube = raise_to(inverse, self.number(3), self.one)
        correction = add(scaled(inverse, self.number(Fraction(1, 12))), scaled(cube, self.number(Fraction(-1, 360))))
        fifth = raise_to(inverse, self.number(5), self.one)
        lost = Expansion((), tuple(term.exponent for term in fifth.terms))
        root = self.one.each(lambda _: (2 * arb.pi()).sqrt())
        return scaled(exponential(add(body, correction, lost), self.one), root)


def _symbol(at: Expanding, node: Symbol) -> Expansion:
    return variable(node.name, at.one)


def _add(at: Expanding, node: Add) -> Expansion:
    return add(*map(at, node.terms))


def _multiply(at: Expanding, node: Multiply) -> Expansion:
    result = constant(at.one)
    for factor in node.factors:
        result = multiply(result, at(factor))
    return result


def _divide(at: Expanding, node: Divide) -> Expansion:
    below = at(node.denominator)
    if _is_zero(below):
        raise Undefined("a division by zero")
    return multiply(at(node.numerator), raise_to(below, -at.one, at.one))


def _is_zero(part: Expansion) -> bool:
    return not (part.terms or part.error or part.rough)


def _apply(at: Expanding, node: Apply) -> Expansion:
    rule = _FUNCTIONS.get(node.function)
    if rule is None:
        raise Beyond(f"the growth of {node.function}")
    return rule(at, node.arguments)


def _log(at: Expanding, arguments: Sequence[Node]) -> Expansion:
    found = logarithm(at(arguments[0]), at.one)
    if len(arguments) == 1:
        return found
    return multiply(found, raise_to(logarithm(at(arguments[1]), at.one), -at.one, at.one))


def _root(at: Expanding, arguments: Sequence[Node]) -> Expansion:
    return raise_to(at(arguments[0]), at.value(arguments[1]).each(lambda value: 1 / value), at.one)


def _rounded(at: Expanding, arguments: Sequence[Node]) -> Expansion:
    if len(arguments) != 1:
        raise Beyond("the growth of a number rounded to digits")
    found = at(arguments[0])
    return collected(found.terms, (*found.error, ()), rough=found.rough)


def _binomial(at: Expanding, arguments: Sequence[Node]) -> Expansion:
    top, bottom = arguments
    if not at.grows(bottom):
        count = at.value(bottom).rational
        if count is None or count.denominator != 1 or not 0 <= count <= FAULHABER_LIMIT:
            raise Beyond("a binomial coefficient whose lower number is a parameter")
        result = constant(at.one)
        for step in range(int(count)):
            factor = add(at(top), constant(at.number(-step)))
            result = scaled(multiply(result, factor), at.number(Fraction(1, step + 1)))
        return result
    upper, lower = at(top), at(bottom)
    rest = add(upper, scaled(lower, -at.one))
    below = multiply(at.factorial(lower), at.factorial(rest))
    return multiply(at.factorial(upper), raise_to(below, -at.one, at.one))


def _largest(at: Expanding, arguments: Sequence[Node]) -> Expansion:
    parts = list(map(at, arguments))
    for part in parts:
        if all(other is part or _above(part, other, at) for other in parts):
            return part
    if any(term.coefficient.sign < 0 for part in parts for term in part.terms):
        raise Beyond("the larger of two numbers of which neither dominates")
    found = add(*parts)
    return Expansion(found.terms, found.error, rough=True)


def _smallest(at: Expanding, arguments: Sequence[Node]) -> Expansion:
    parts = list(map(at, arguments))
    for part in parts:
        if all(other is part or _above(other, part, at) for other in parts):
            return part
    raise Beyond("the smaller of two numbers of which neither dominates")


def _above(first: Expansion, second: Expansion, at: Expanding) -> bool:
    """Whether one is larger than the other in the end."""
    try:
        return add(first, scaled(second, -at.one)).leading().coefficient.sign > 0
    except Beyond:
        return False


def _absolute(at: Expanding, arguments: Sequence[Node]) -> Expansion:
    found = at(arguments[0])
    return found if found.leading().coefficient.sign > 0 else scaled(found, -at.one)


def _rectified(at: Expanding, arguments: Sequence[Node]) -> Expansion:
    found = at(arguments[0])
    return found if found.leading().coefficient.sign > 0 else constant(at.number(0))


def _of_name(name: str, at: Expanding, arguments: Sequence[Node]) -> Expansion:
    """A function that is bounded, by its series where its argument tends to a number."""
    try:
        return smooth(name, at(arguments[0]), at.one, at.precision)
    except Beyond:
        if name not in BOUNDED:
            raise
        return Expansion((), ((),))


_FUNCTIONS: Mapping[str, Callable[[Expanding, Sequence[Node]], Expansion]] = {
    "exp": lambda at, arguments: exponential(at(arguments[0]), at.one),
    "log": _log,
    "sqrt": lambda at, arguments: raise_to(at(arguments[0]), at.number(Fraction(1, 2)), at.one),
    "root": _root,
    "floor": _rounded,
    "ceil": _rounded,
    "round": _rounded,
    "factorial": lambda at, arguments: at.factorial(at(arguments[0])),
    "gamma_function": lambda at, arguments: at.factorial(add(at(arguments[0]), constant(at.number(-1)))),
    "binomial": _binomial,
    "max": _largest,
    "min": _smallest,
    "abs": _absolute,
    "relu": _rectified,
    "sign": lambda _, __: Expansion((), ((),)),
    **{name: partial(_of_name, name) for name in SMOOTH},
}


def _growth(at: Expanding, node: Growth) -> Expansion:
    return at(node.body)


def _quantity(at: Expanding, node: Quantity) -> Expansion:
    return at(node.value)


def _power(at: Expanding, node: Power) -> Expansion:
    return at.power(at(node.base), node.exponent)


def _negate(at: Expanding, node: Negate) -> Expansion:
    return scaled(at(node.body), -at.one)


_RULES: Mapping[type[Node], Callable[[Expanding, Any], Expansion]] = {
    Symbol: _symbol,
    Add: _add,
    Negate: _negate,
    Multiply: _multiply,
    Divide: _divide,
    Power: _power,
    Apply: _apply,
    Fold: growth_of_fold,
    Growth: _growth,
    Quantity: _quantity,
}
