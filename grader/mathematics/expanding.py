"""The expansion of a formula as the variables that a question names grow without bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

from flint import arb, fmpq

from grader.errors import Beyond, NoValue
from grader.mathematics.arithmetic import Scalar
from grader.mathematics.asymptotics import (
    Amount,
    Expansion,
    Exponent,
    Term,
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
from grader.mathematics.evaluating import Evaluator, Place
from grader.mathematics.structure import mentions
from grader.mathematics.substituting import substitute
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
FAULHABER_LIMIT = 8
UNROLLED = 64


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
    return multiply(at(node.numerator), raise_to(at(node.denominator), -at.one, at.one))


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


def _bounded(_: Expanding, __: Sequence[Node]) -> Expansion:
    return Expansion((), ((),))


def _harmonic(at: Expanding, upper: Expansion) -> Expansion:
    euler = at.one.each(lambda _: arb.const_euler())
    inverse = raise_to(upper, -at.one, at.one)
    square = multiply(inverse, inverse)
    half = scaled(inverse, at.number(Fraction(1, 2)))
    lost = Expansion((), tuple(term.exponent for term in square.terms))
    return add(logarithm(upper, at.one), constant(euler), half, lost)


def _fold(at: Expanding, node: Fold) -> Expansion:
    if node.lower is None or node.upper is None or node.operator not in ("sum", "product"):
        raise Beyond("the growth of a sum over a set")
    if node.operator == "product":
        return _product(at, node, node.lower, node.upper)
    first = at(node.lower)
    last = at(node.upper)
    inner = node.body
    if not mentions(inner, node.index):
        count = add(last, scaled(first, -at.one), constant(at.one))
        return multiply(at(inner), count)
    powers = _in_powers(at, inner, node.index)
    if powers is not None:
        return _power_sums(at, powers, first, last)
    geometric = _geometric(at, inner, node.index)
    if geometric is not None:
        factor, ratio = geometric
        top = exponential(multiply(add(last, constant(at.one)), logarithm(ratio, at.one)), at.one)
        bottom = exponential(multiply(first, logarithm(ratio, at.one)), at.one)
        step = add(ratio, constant(at.number(-1)))
        total = multiply(add(top, scaled(bottom, -at.one)), raise_to(step, -at.one, at.one))
        return multiply(factor, total)
    return _logarithms(at, node, first, last) or _large_sum(at, node, last)


def _logarithms(at: Expanding, node: Fold, first: Expansion, last: Expansion) -> Expansion | None:
    if node.body == Apply("log", (Symbol(node.index),)) and constant(at.one) == first:
        return logarithm(at.factorial(last), at.one)
    return None


def _large_sum(at: Expanding, node: Fold, last: Expansion) -> Expansion:
    """The leading part of a sum from a fixed number on: of powers and logarithms of the index, or geometric ones."""
    if node.lower is None or node.upper is None or at.grows(node.lower) or not at.grows(node.upper):
        raise Beyond("the growth of a sum of this form")
    factors = node.body.factors if isinstance(node.body, Multiply) else (node.body,)
    for factor in factors:
        if isinstance(factor, Power) and factor.exponent == Symbol(node.index) and not at.grows(factor.base):
            return _last_term_dominates(at, node, at.value(factor.base))
    inside = Expanding(frozenset({node.index}), at.places, at.precision)
    if any(mentions(node.body, name) for name in at.growing):
        raise Beyond("the growth of a sum of this form")
    found = inside(node.body)
    parts = [_sum_of_powers(at, term, node.index, last) for term in found.terms]
    lost = [_sum_of_powers(at, Term(at.one, one), node.index, last) for one in found.error]
    errors = [exponent for part in lost for exponent in (*(term.exponent for term in part.terms), *part.error)]
    total = add(*parts)
    if not total.terms and not any((*total.error, *errors)) and all(term.coefficient.sign > 0 for term in found.terms):
        return Expansion((Term(at.one, ()),), rough=True)
    return collected(total.terms, (*total.error, *errors))


def _last_term_dominates(at: Expanding, node: Fold, ratio: Amount) -> Expansion:
    """A sum of terms that grow by a factor above one: the last, times ratio / (ratio - 1), up to lower order."""
    if node.upper is None or (ratio - at.one).sign <= 0:
        raise Beyond("the growth of a sum of this form")
    term = at(substitute(node.body, node.index, node.upper))
    factor = Amount(tuple(value / (value - 1) for value in ratio.values))
    lost = multiply(term, raise_to(at(node.upper), -at.one, at.one))
    errors = [*(one.exponent for one in lost.terms), *lost.error]
    return collected(scaled(term, factor).terms, (*term.error, *errors))


def _sum_of_powers(at: Expanding, term: Term, index: str, last: Expansion) -> Expansion:
    """The growth of the sum of ``c i^p (log i)^q``, by the integral."""
    powers = {1: Fraction(0), 2: Fraction(0)}
    for scale, amount in term.exponent:
        level, whole = scale[0][0][1], amount.rational
        if len(scale) != 1 or scale[0][0][0] != index or scale[0][1] != 1 or level not in powers or whole is None:
            raise Beyond("the growth of a sum of this form")
        powers[level] = whole
    power, turns = powers[1], powers[2]
    log = logarithm(last, at.one)
    if power < -1 or (power == -1 and turns < -1):
        return Expansion((), ((),))
    if power == turns == -1:
        return add(scaled(logarithm(log, at.one), term.coefficient), Expansion((), ((),)))
    if power == -1:
        main = scaled(raise_to(log, at.number(turns + 1), at.one), at.number(1 / (turns + 1)))
        return add(scaled(main, term.coefficient), Expansion((), ((),)))
    main = scaled(raise_to(last, at.number(power + 1), at.one), at.number(1 / (power + 1)))
    less = raise_to(last, at.number(power), at.one)
    if turns:
        less = multiply(main, raise_to(log, at.number(turns - 1), at.one))
        main = multiply(main, raise_to(log, at.number(turns), at.one))
    return add(scaled(main, term.coefficient), Expansion((), (*_exponents(less), ())))


def _exponents(part: Expansion) -> list[Exponent]:
    return [*(term.exponent for term in part.terms), *part.error]


def _product(at: Expanding, node: Fold, lower: Node, upper: Node) -> Expansion:
    if not mentions(node.body, node.index):
        count = add(at(upper), scaled(at(lower), -at.one), constant(at.one))
        return exponential(multiply(count, logarithm(at(node.body), at.one)), at.one)
    if node.body == Symbol(node.index):
        below = add(at(lower), constant(at.number(-1)))
        bottom = constant(at.one) if not below.terms else at.factorial(below)
        return multiply(at.factorial(at(upper)), raise_to(bottom, -at.one, at.one))
    raise Beyond("the growth of a product of this form")


def _in_powers(at: Expanding, node: Node, index: str) -> dict[int, Expansion] | None:
    """A formula as a polynomial in an index, with powers from -1 on; None when it is none."""
    inside = Expanding(at.growing | {index}, at.places, at.precision)
    try:
        found = inside(node)
    except NoValue:
        return None
    if found.error or found.rough:
        return None
    powers: dict[int, list[Term]] = {}
    for term in found.terms:
        rest, power = [], Fraction(0)
        for scale, amount in term.exponent:
            if scale == (((index, 1), Fraction(1)),):
                whole = amount.rational
                if whole is None or whole.denominator != 1 or not -1 <= whole <= FAULHABER_LIMIT:
                    return None
                power = whole
            elif any(factor[0] == index for factor, _ in scale):
                return None
            else:
                rest.append((scale, amount))
        powers.setdefault(int(power), []).append(Term(term.coefficient, tuple(rest)))
    return {power: collected(terms) for power, terms in powers.items()}


def _power_sums(at: Expanding, powers: Mapping[int, Expansion], first: Expansion, last: Expansion) -> Expansion:
    before = add(first, constant(at.number(-1)))
    parts = []
    for power, factor in powers.items():
        if power == -1:
            start = (
                first.terms[0].coefficient.rational if len(first.terms) == 1 and not first.terms[0].exponent else None
            )
            if start is None or start < 1 or start > UNROLLED:
                raise Beyond("a harmonic sum that does not begin at a small number")
            skipped = sum((Fraction(1, place) for place in range(1, int(start))), Fraction(0))
            total = add(_harmonic(at, last), constant(at.number(-skipped)))
        else:
            total = add(_faulhaber(at, power, last), scaled(_faulhaber(at, power, before), -at.one))
        parts.append(multiply(factor, total))
    return add(*parts)


def _faulhaber(at: Expanding, power: int, upper: Expansion) -> Expansion:
    """``1^p + ... + m^p`` as a polynomial in m."""
    parts = [
        scaled(
            raise_to(upper, at.number(power + 1 - step), at.one), at.number(_bernoulli(step) * comb(power + 1, step))
        )
        for step in range(power + 1)
    ]
    return scaled(add(*parts), at.number(Fraction(1, power + 1)))


def _bernoulli(order: int) -> Fraction:
    """Bernoulli numbers with B_1 = +1/2."""
    row = [Fraction(0)] * (order + 1)
    for place in range(order + 1):
        row[place] = Fraction(1, place + 1)
        for step in range(place, 0, -1):
            row[step - 1] = step * (row[step - 1] - row[step])
    return row[0]


def _geometric(at: Expanding, node: Node, index: str) -> tuple[Expansion, Expansion] | None:
    """A factor and a ratio when a term is ``factor * ratio^index``, the ratio not being one."""
    factors = node.factors if isinstance(node, Multiply) else (node,)
    factor, ratio = constant(at.one), None
    for one in factors:
        if not mentions(one, index):
            factor = multiply(factor, at(one))
        elif ratio is None and isinstance(one, Power) and not mentions(one.base, index):
            if one.exponent not in (Symbol(index), Negate(Symbol(index))):
                return None
            ratio = at(one.base)
            if isinstance(one.exponent, Negate):
                ratio = raise_to(ratio, -at.one, at.one)
        else:
            return None
    return None if ratio is None else (factor, ratio)


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
    **dict.fromkeys(("sin", "cos", "tanh", "sigmoid", "sign", "atan", "erf"), _bounded),
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
    Fold: _fold,
    Growth: _growth,
    Quantity: _quantity,
}
