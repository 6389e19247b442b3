"""How formulas grow: expansions in products of powers, logarithms and exponentials of the variables that grow.

A term is ``coefficient * exp(sum of amount * scale)``; scales are products of powers of ``x``, ``log x``,
``log log x`` ... of the growing variables. What is left out of an expansion is remembered as its error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from flint import arb, fmpq

from grader.errors import Beyond, Imprecise

LEVELS_LIMIT = 4
TERMS_LIMIT = 160
ORDER = 4
"""How many terms of a series are kept."""

TINY = arb(2) ** -60

Factor: TypeAlias = tuple[str, int]
"""A growing variable and how often its logarithm is taken: ``("n", 0)`` is n, ``("n", 2)`` is log log n."""

Scale: TypeAlias = tuple[tuple[Factor, Fraction], ...]
"""A product of powers of factors, sorted."""


@dataclass(frozen=True)
class Amount:
    """A number that may depend on parameters: its values at several random points."""

    values: tuple[fmpq | arb, ...]

    def __add__(self, other: Amount) -> Amount:
        return Amount(tuple(a + b for a, b in zip(self.values, other.values, strict=True)))

    def __mul__(self, other: Amount) -> Amount:
        return Amount(tuple(a * b for a, b in zip(self.values, other.values, strict=True)))

    def __neg__(self) -> Amount:
        return Amount(tuple(-a for a in self.values))

    def __sub__(self, other: Amount) -> Amount:
        return self + (-other)

    def times(self, factor: Fraction | int) -> Amount:
        """A rational multiple."""
        exact = Fraction(factor)
        return Amount(tuple(a * fmpq(exact.numerator, exact.denominator) for a in self.values))

    def each(self, function: Callable[[fmpq | arb], fmpq | arb]) -> Amount:
        """A function of the number."""
        return Amount(tuple(function(a) for a in self.values))

    @property
    def sign(self) -> int:
        """The sign at every point.

        Raises:
            Beyond: when it depends on the parameters, or cannot be told.
        """
        signs = {_sign(a) for a in self.values}
        if len(signs) != 1:
            raise Beyond("a growth that depends on the parameters")
        return signs.pop()

    @property
    def rational(self) -> Fraction | None:
        """The number, if it is one rational whatever the parameters."""
        first = self.values[0]
        if isinstance(first, fmpq) and all(isinstance(a, fmpq) and a == first for a in self.values):
            return Fraction(int(first.p), int(first.q))
        return None


def _sign(value: fmpq | arb) -> int:
    if isinstance(value, arb) and value.contains(0):
        if value.rad() < TINY:
            return 0
        raise Imprecise("the sign of a coefficient")
    return int(value > 0) - int(value < 0)


Exponent: TypeAlias = tuple[tuple[Scale, Amount], ...]
"""What a term is the exponential of, without scales of amount zero, sorted."""


@dataclass(frozen=True)
class Term:
    """``coefficient * exp(exponent)``; the constant term has an empty exponent."""

    coefficient: Amount
    exponent: Exponent

    def __mul__(self, other: Term) -> Term:
        return Term(self.coefficient * other.coefficient, _summed(self.exponent, other.exponent))

    def power(self, amount: Amount, raised: Amount) -> Term:
        """A power, with the coefficient already raised."""
        return Term(raised, _cleaned({scale: held * amount for scale, held in self.exponent}))


def _summed(first: Exponent, second: Exponent) -> Exponent:
    total = dict(first)
    for scale, amount in second:
        total[scale] = total[scale] + amount if scale in total else amount
    return _cleaned(total)


def _cleaned(exponent: Mapping[Scale, Amount]) -> Exponent:
    kept = {scale: amount for scale, amount in exponent.items() if any(_sign(a) for a in amount.values)}
    return tuple(sorted(kept.items(), key=lambda item: item[0]))


def compare(first: Exponent, second: Exponent) -> dict[str, int]:
    """For each growing variable whether the ratio of two terms grows (1), shrinks (-1) with it; 0 ones are left out.

    Raises:
        Beyond: when the ratio mixes variables, as ``d^n`` does.
    """
    ratio = _summed(first, tuple((scale, -amount) for scale, amount in second))
    mixed = [(scale, amount) for scale, amount in ratio if len({factor[0] for factor, _ in scale}) > 1]
    if mixed:
        return _mixed(mixed, ratio)
    found: dict[str, int] = {}
    by_variable: dict[str, list[tuple[Scale, Amount]]] = {}
    for scale, amount in ratio:
        by_variable.setdefault(scale[0][0][0], []).append((scale, amount))
    for name, parts in by_variable.items():
        _, leading = max(parts, key=lambda part: scale_order(part[0]))
        found[name] = leading.sign
    return found


def _mixed(mixed: Sequence[tuple[Scale, Amount]], ratio: Exponent) -> dict[str, int]:
    """The same where one scale mixes variables, as ``n log d`` does, and outweighs all others in each of them."""
    (largest, leading), *others = mixed
    if others or any(power <= 0 for _, power in largest):
        raise Beyond("a growth in which variables are mixed in an exponent")
    for scale, _ in ratio:
        if scale != largest and not _below(scale, largest):
            raise Beyond("a growth in which variables are mixed in an exponent")
    return dict.fromkeys((factor[0] for factor, _ in largest), leading.sign)


def _below(scale: Scale, largest: Scale) -> bool:
    """Whether a scale is of lower order than another that has only positive powers, however the variables grow."""
    names = {factor[0] for factor, _ in scale}
    orders = [
        [scale_order(tuple(one for one in whole if one[0][0] == name)) for whole in (scale, largest)] for name in names
    ]
    further = any(factor[0] not in names for factor, _ in largest)
    return all(one <= other for one, other in orders) and (further or all(one < other for one, other in orders))


def scale_order(scale: Scale) -> tuple[Fraction, ...]:
    """An order of scales in one variable: powers of x first, then of log x, and so on."""
    powers = {factor[1]: power for factor, power in scale}
    return tuple(powers.get(level, Fraction(0)) for level in range(LEVELS_LIMIT + 1))


def negligible(first: Exponent, second: Exponent) -> bool:
    """Whether a term is o(another) however the variables grow."""
    try:
        signs = compare(first, second)
    except Beyond:
        return False
    return bool(signs) and all(sign < 0 for sign in signs.values())


def bounded_by(first: Exponent, second: Exponent) -> bool:
    """Whether a term is O(another) however the variables grow."""
    try:
        return all(sign <= 0 for sign in compare(first, second).values())
    except Beyond:
        return False


def same_key(first: Exponent, second: Exponent) -> bool:
    """Whether two terms have the same scales with the same amounts."""
    return not _summed(first, tuple((scale, -amount) for scale, amount in second))


@dataclass(frozen=True)
class Expansion:
    """A sum of terms, and the terms (without regard to their coefficients) that bound what is left out.

    ``rough`` tells that coefficients are right up to positive constants only, as after ``max(n, d)``.
    """

    terms: tuple[Term, ...]
    error: tuple[Exponent, ...] = ()
    rough: bool = False

    def leading(self) -> Term:
        """The one term that dominates all others.

        Raises:
            Beyond: when there is none, or it is lost in the error.
        """
        for term in self.terms:
            others = [one.exponent for one in self.terms if one is not term]
            if all(negligible(one, term.exponent) for one in (*others, *self.error)):
                return term
        raise Beyond("a sum without a term that dominates")


def collected(terms: Iterable[Term], error: Iterable[Exponent] = (), *, rough: bool = False) -> Expansion:
    """An expansion with like terms added, and what is below its own error left out."""
    kept: list[Term] = []
    for term in terms:
        for at, other in enumerate(kept):
            if same_key(term.exponent, other.exponent):
                kept[at] = Term(other.coefficient + term.coefficient, other.exponent)
                break
        else:
            kept.append(term)
        if len(kept) > TERMS_LIMIT:
            raise Beyond("an expansion of so many terms")
    kept = [term for term in kept if any(_sign(a) for a in term.coefficient.values)]
    errors: list[Exponent] = []
    for one in error:
        if not any(bounded_by(one, other) for other in errors):
            errors = [other for other in errors if not bounded_by(other, one)]
            errors.append(one)
    kept = [term for term in kept if not any(bounded_by(term.exponent, one) for one in errors)]
    return Expansion(tuple(kept), tuple(errors), rough)


def add(*parts: Expansion) -> Expansion:
    """A sum."""
    terms = [term for part in parts for term in part.terms]
    errors = [one for part in parts for one in part.error]
    return collected(terms, errors, rough=any(part.rough for part in parts))


def multiply(first: Expansion, second: Expansion) -> Expansion:
    """A product."""
    if len(first.terms) * len(second.terms) > 8 * TERMS_LIMIT:
        raise Beyond("a product of long expansions")
    terms = [one * other for one in first.terms for other in second.terms]
    errors = [_summed(one, other.exponent) for one in first.error for other in second.terms]
    errors += [_summed(one.exponent, other) for one in first.terms for other in second.error]
    errors += [_summed(one, other) for one in first.error for other in second.error]
    return collected(terms, errors, rough=first.rough or second.rough)


def scaled(part: Expansion, factor: Amount) -> Expansion:
    """A multiple by a number."""
    return collected(
        (Term(term.coefficient * factor, term.exponent) for term in part.terms), part.error, rough=part.rough
    )


def constant(amount: Amount) -> Expansion:
    """A number."""
    return collected([Term(amount, ())])


def variable(name: str, one: Amount, level: int = 0) -> Expansion:
    """A growing variable, or its logarithm taken ``level`` times."""
    scale: Scale = (((name, level + 1), Fraction(1)),)
    return Expansion((Term(one, ((scale, one),)),))


def _remainder(part: Expansion) -> tuple[Term, Expansion]:
    """The leading term ``t``, and ``r`` in ``t (1 + r)``."""
    leading = part.leading()
    inverse = Term(_inverse(leading.coefficient), tuple((scale, -amount) for scale, amount in leading.exponent))
    rest = Expansion(tuple(term for term in part.terms if term is not leading), part.error, part.rough)
    return leading, multiply(rest, Expansion((inverse,)))


def _inverse(amount: Amount) -> Amount:
    return amount.each(lambda value: 1 / value)


def series(rest: Expansion, coefficients: Sequence[Amount], one: Amount) -> Expansion:
    """``sum of coefficient_k * rest^k`` for a rest that vanishes."""
    if not rest.terms and not rest.error:
        return constant(coefficients[0])
    power = constant(one)
    total = constant(coefficients[0])
    for coefficient in coefficients[1:]:
        power = multiply(power, rest)
        total = add(total, scaled(power, coefficient))
    power = multiply(power, rest)
    return Expansion(total.terms, collected((), (*total.error, *(t.exponent for t in power.terms), *power.error)).error)


def raise_to(part: Expansion, amount: Amount, one: Amount) -> Expansion:
    """A power with an exponent that does not grow."""
    whole = amount.rational
    if whole is not None and whole.denominator == 1 and 0 <= whole <= ORDER + 4:
        result = constant(one)
        for _ in range(int(whole)):
            result = multiply(result, part)
        return result
    leading, rest = _remainder(part)
    if leading.coefficient.sign < 0:
        if whole is None or whole.denominator != 1:
            raise Beyond("a power of what is negative")
        raised = leading.coefficient.each(lambda value: value ** int(whole))
    else:
        raised = Amount(
            tuple(_real_power(a, b) for a, b in zip(leading.coefficient.values, amount.values, strict=True))
        )
    coefficients = [one]
    for step in range(ORDER):
        coefficients.append((coefficients[-1] * (amount - one.times(step))).times(Fraction(1, step + 1)))
    return multiply(Expansion((leading.power(amount, raised),), rough=part.rough), series(rest, coefficients, one))


def _real_power(base: fmpq | arb, exponent: fmpq | arb) -> fmpq | arb:
    if isinstance(exponent, fmpq) and exponent.q == 1 and abs(exponent) < 64:
        return base ** int(exponent.p)
    if isinstance(base, fmpq) and base == 1:
        return base
    return (arb(base).log() * exponent).exp()


def logarithm(part: Expansion, one: Amount) -> Expansion:
    """A natural logarithm."""
    leading, rest = _remainder(part)
    if leading.coefficient.sign <= 0:
        raise Beyond("the logarithm of what is not positive")
    first = leading.coefficient.each(lambda value: value * 0 if value == 1 else arb(value).log())
    terms = [Term(first, ())]
    terms += [Term(amount, _of_scale(scale, one)) for scale, amount in leading.exponent]
    zero = one - one
    coefficients = [zero, *(one.times(Fraction((-1) ** (step + 1), step)) for step in range(1, ORDER + 1))]
    found = add(collected(terms), series(rest, coefficients, one))
    return Expansion(found.terms, found.error, rough=False) if not part.rough else _only_up_to_constant(found)


def _only_up_to_constant(found: Expansion) -> Expansion:
    return collected(found.terms, (*found.error, ()))


def _of_scale(scale: Scale, one: Amount) -> Exponent:
    """The exponent of a scale itself: ``x^p`` is ``exp(p log x)``."""
    if any(factor[1] + 1 > LEVELS_LIMIT for factor, _ in scale):
        raise Beyond("a logarithm taken so many times")
    return _cleaned({(((name, level + 1), Fraction(1)),): one.times(power) for (name, level), power in scale})


def exponential(part: Expansion, one: Amount) -> Expansion:
    """An exponential: growing terms go into the exponent, the constant into the coefficient, the rest into a series."""
    growing: dict[Scale, Amount] = {}
    factor = one
    small: list[Term] = []
    for term in part.terms:
        if not term.exponent:
            factor = term.coefficient.each(lambda value: arb(value).exp())
        elif negligible(term.exponent, ()):
            small.append(term)
        elif bounded_by((), term.exponent):
            growing[_scale_of(term.exponent)] = term.coefficient
        else:
            raise Beyond("an exponential of what grows in one variable and shrinks in another")
    if part.rough or not all(negligible(one_error, ()) for one_error in part.error):
        raise Beyond("an exponential of what is known up to a constant only")
    coefficients = [one]
    for step in range(1, ORDER + 1):
        coefficients.append(coefficients[-1].times(Fraction(1, step)))
    rest = Expansion(tuple(small), part.error)
    return multiply(Expansion((Term(factor, _cleaned(growing)),)), series(rest, coefficients, one))


def _scale_of(exponent: Exponent) -> Scale:
    factors: dict[Factor, Fraction] = {}
    for scale, amount in exponent:
        power = amount.rational
        if len(scale) != 1 or scale[0][0][1] < 1 or scale[0][1] != 1 or power is None:
            raise Beyond("an exponential of an exponential")
        (name, level), _ = scale[0]
        factors[(name, level - 1)] = power
    return tuple(sorted(factors.items()))
