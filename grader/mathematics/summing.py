"""How sums and products grow: of powers exactly, of logarithms and roots by the integral, geometric by their end."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import comb
from typing import Protocol, Self

from flint import arb

from grader.errors import Beyond, NoValue
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
)
from grader.mathematics.structure import mentions
from grader.mathematics.substituting import substitute
from grader.mathematics.tree import Apply, Fold, Multiply, Negate, Node, Power, Symbol

FAULHABER_LIMIT = 8
UNROLLED = 64


class Expands(Protocol):
    """What expands the parts of a sum."""

    @property
    def growing(self) -> frozenset[str]:
        """What grows without bound."""

    @property
    def one(self) -> Amount:
        """The number one."""

    def __call__(self, node: Node) -> Expansion:
        """The expansion of a formula."""

    def number(self, value: Fraction | int) -> Amount:
        """A rational number."""

    def grows(self, node: Node) -> bool:
        """Whether a growing variable occurs."""

    def value(self, node: Node) -> Amount:
        """The value of a formula in which nothing grows."""

    def factorial(self, part: Expansion) -> Expansion:
        """A factorial."""

    def inside(self, index: str, *, alone: bool = False) -> Self:
        """The same with an index growing as well, or alone."""


def _harmonic(at: Expands, upper: Expansion) -> Expansion:
    euler = at.one.each(lambda _: arb.const_euler())
    inverse = raise_to(upper, -at.one, at.one)
    square = multiply(inverse, inverse)
    half = scaled(inverse, at.number(Fraction(1, 2)))
    lost = Expansion((), tuple(term.exponent for term in square.terms))
    return add(logarithm(upper, at.one), constant(euler), half, lost)


def growth_of_fold(at: Expands, node: Fold) -> Expansion:
    """The growth of a sum or a product.

    Raises:
        Beyond: when it is not found.
    """
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


def _logarithms(at: Expands, node: Fold, first: Expansion, last: Expansion) -> Expansion | None:
    if node.body == Apply("log", (Symbol(node.index),)) and constant(at.one) == first:
        return logarithm(at.factorial(last), at.one)
    return None


def _large_sum(at: Expands, node: Fold, last: Expansion) -> Expansion:
    """The leading part of a sum from a fixed number on: of powers and logarithms of the index, or geometric ones."""
    if node.lower is None or node.upper is None or at.grows(node.lower) or not at.grows(node.upper):
        raise Beyond("the growth of a sum of this form")
    factors = node.body.factors if isinstance(node.body, Multiply) else (node.body,)
    for factor in factors:
        if isinstance(factor, Power) and factor.exponent == Symbol(node.index) and not at.grows(factor.base):
            return _last_term_dominates(at, node, at.value(factor.base))
    inside = at.inside(node.index, alone=True)
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


def _last_term_dominates(at: Expands, node: Fold, ratio: Amount) -> Expansion:
    """A sum of terms that grow by a factor above one: the last, times ratio / (ratio - 1), up to lower order."""
    if node.upper is None or (ratio - at.one).sign <= 0:
        raise Beyond("the growth of a sum of this form")
    term = at(substitute(node.body, node.index, node.upper))
    factor = Amount(tuple(value / (value - 1) for value in ratio.values))
    lost = multiply(term, raise_to(at(node.upper), -at.one, at.one))
    errors = [*(one.exponent for one in lost.terms), *lost.error]
    return collected(scaled(term, factor).terms, (*term.error, *errors))


def _sum_of_powers(at: Expands, term: Term, index: str, last: Expansion) -> Expansion:
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


def _product(at: Expands, node: Fold, lower: Node, upper: Node) -> Expansion:
    if not mentions(node.body, node.index):
        count = add(at(upper), scaled(at(lower), -at.one), constant(at.one))
        return exponential(multiply(count, logarithm(at(node.body), at.one)), at.one)
    if node.body == Symbol(node.index):
        below = add(at(lower), constant(at.number(-1)))
        bottom = constant(at.one) if not below.terms else at.factorial(below)
        return multiply(at.factorial(at(upper)), raise_to(bottom, -at.one, at.one))
    raise Beyond("the growth of a product of this form")


def _in_powers(at: Expands, node: Node, index: str) -> dict[int, Expansion] | None:
    """A formula as a polynomial in an index, with powers from -1 on; None when it is none."""
    inside = at.inside(index)
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


def _power_sums(at: Expands, powers: Mapping[int, Expansion], first: Expansion, last: Expansion) -> Expansion:
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


def _faulhaber(at: Expands, power: int, upper: Expansion) -> Expansion:
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


def _geometric(at: Expands, node: Node, index: str) -> tuple[Expansion, Expansion] | None:
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
