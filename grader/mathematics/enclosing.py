"""Between which numbers a formula stays for all values of its symbols: enough to see that its sign never changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from flint import fmpq, fmpq_mat

from grader.mathematics.kinds import Declaration
from grader.mathematics.roles import REAL, symbols_in
from grader.mathematics.structure import degree_in
from grader.mathematics.substituting import substitute
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Divide,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
)

ZERO = Fraction(0)
ONE = Fraction(1)

End = tuple[Fraction, bool] | None
"""An end and whether it belongs to the range; None where there is no end."""

QUADRATIC_LIMIT = 6


@dataclass(frozen=True)
class Range:
    """All values lie between ``low`` and ``high``."""

    low: End = None
    high: End = None

    @property
    def signs(self) -> frozenset[int]:
        """The signs that values in the range may have."""
        found = set()
        if self.low is None or self.low[0] < 0:
            found.add(-1)
        if self.high is None or self.high[0] > 0:
            found.add(1)
        below = self.low is None or self.low[0] < 0 or self.low == (ZERO, True)
        above = self.high is None or self.high[0] > 0 or self.high == (ZERO, True)
        return frozenset(found | {0} if below and above else found)


ANY = Range()
POSITIVE = Range((ZERO, False))
NONNEGATIVE = Range((ZERO, True))

KINDS: Mapping[str, Range] = {
    "positive": POSITIVE,
    "nonnegative": NONNEGATIVE,
    "negative": Range(None, (ZERO, False)),
    "positive-integer": Range((ONE, True)),
    "index": Range((ONE, True)),
    "nonnegative-integer": NONNEGATIVE,
    "probability": Range((ZERO, True), (ONE, True)),
    "open-probability": Range((ZERO, False), (ONE, False)),
}

FUNCTIONS: Mapping[str, Range] = {
    "exp": POSITIVE,
    "softplus": POSITIVE,
    "cosh": Range((ONE, True)),
    "normal_pdf": POSITIVE,
    "sqrt": NONNEGATIVE,
    "abs": NONNEGATIVE,
    "relu": NONNEGATIVE,
    "norm": NONNEGATIVE,
    "frobenius": NONNEGATIVE,
    "nuclear": NONNEGATIVE,
    "factorial": POSITIVE,
    "sigmoid": Range((ZERO, False), (ONE, False)),
    "normal_cdf": Range((ZERO, False), (ONE, False)),
    "erfc": Range((ZERO, False), (Fraction(2), False)),
    "tanh": Range((-ONE, False), (ONE, False)),
    "erf": Range((-ONE, False), (ONE, False)),
    "sin": Range((-ONE, True), (ONE, True)),
    "cos": Range((-ONE, True), (ONE, True)),
    "sign": Range((-ONE, True), (ONE, True)),
    "indicator": Range((ZERO, True), (ONE, True)),
    "heaviside": Range((ZERO, True), (ONE, True)),
    "cardinality": NONNEGATIVE,
    "rank": NONNEGATIVE,
    "gcd": NONNEGATIVE,
    "lcm": NONNEGATIVE,
    "binomial": NONNEGATIVE,
}
"""Where the values of functions lie, whatever the argument."""


def possible_signs(node: Node, declaration: Declaration) -> frozenset[int]:
    """The signs that a formula may have: a superset, for what is not seen from its form is thought possible."""
    found = range_of(node, declaration).signs
    if len(found) > 1:
        quadratic = _quadratic_signs(node, declaration)
        if quadratic is not None:
            return found & quadratic
    nonzero = isinstance(node, Symbol) and declaration.symbols.get(node.name, REAL).name == "nonzero"
    return found - {0} if nonzero else found


def range_of(node: Node, declaration: Declaration) -> Range:
    """A range that holds all values of a formula."""
    match node:
        case Number(value=value):
            return Range((value, True), (value, True))
        case Constant(name="pi"):
            return Range((Fraction(3), False), (Fraction(22, 7), False))
        case Constant(name="e"):
            return Range((Fraction(5, 2), False), (Fraction(11, 4), False))
        case Symbol(name=name):
            return KINDS.get(declaration.symbols.get(name, REAL).name, ANY)
        case Negate(body=body):
            return _turned(range_of(body, declaration))
        case Add(terms=(first, Negate(body=Apply(function="floor", arguments=(body,))))) if first == body:
            return NONNEGATIVE
        case Add(terms=(Apply(function="ceil", arguments=(body,)), Negate(body=last))) if last == body:
            return NONNEGATIVE
        case Add(terms=terms):
            return _folded(_sum, [range_of(term, declaration) for term in terms])
        case Multiply(factors=factors):
            return _product_of(factors, declaration)
        case Divide(numerator=top, denominator=bottom):
            return _times(range_of(top, declaration), _inverse(range_of(bottom, declaration)))
        case Power():
            return _power(node, declaration)
        case Apply(function=name, arguments=arguments):
            return _applied(name, arguments, declaration)
        case _:
            return ANY


def _applied(name: str, arguments: Sequence[Node], declaration: Declaration) -> Range:
    if name in ("abs", "sqrt") and range_of(arguments[0], declaration).signs == {1}:
        return POSITIVE
    if name == "mod" and range_of(arguments[1], declaration).signs == {1}:
        return NONNEGATIVE
    if name == "max" and len(arguments) > 1:
        lows = [range_of(one, declaration).low for one in arguments]
        known = [low for low in lows if low is not None]
        return Range(max(known, key=lambda end: (end[0], not end[1])) if known else None)
    return FUNCTIONS.get(name, ANY)


def _product_of(factors: Sequence[Node], declaration: Declaration) -> Range:
    counts: dict[Node, int] = {}
    for factor in factors:
        counts[factor] = counts.get(factor, 0) + 1
    parts = [
        _even(range_of(factor, declaration)) if count % 2 == 0 else range_of(factor, declaration)
        for factor, count in counts.items()
    ]
    return _folded(_times, parts)


def _power(node: Power, declaration: Declaration) -> Range:
    base = range_of(node.base, declaration)
    if isinstance(node.exponent, Number) and node.exponent.value.denominator == 1:
        count = int(node.exponent.value)
        if count % 2 == 0:
            return _even(base) if count > 0 else _inverse(_even(base))
        if count == 1:
            return base
    if base.signs == {1}:
        return POSITIVE
    return NONNEGATIVE if -1 not in base.signs else ANY


def _even(base: Range) -> Range:
    """The square, or another even power: only the sign is kept."""
    return NONNEGATIVE if 0 in base.signs else POSITIVE


def _turned(one: Range) -> Range:
    return Range(
        None if one.high is None else (-one.high[0], one.high[1]),
        None if one.low is None else (-one.low[0], one.low[1]),
    )


def _folded(combine: Callable[[Range, Range], Range], parts: Sequence[Range]) -> Range:
    total = parts[0]
    for part in parts[1:]:
        total = combine(total, part)
    return total


def _sum(first: Range, second: Range) -> Range:
    def end(one: End, other: End) -> End:
        return None if one is None or other is None else (one[0] + other[0], one[1] and other[1])

    return Range(end(first.low, second.low), end(first.high, second.high))


def _times(first: Range, second: Range) -> Range:
    ends = (first.low, first.high, second.low, second.high)
    if None not in ends:
        corners = [
            (a[0] * b[0], (a[1] and b[1]) or a == (ZERO, True) or b == (ZERO, True))
            for a, b in product(ends[:2], ends[2:])
            if a is not None and b is not None
        ]
        low = min(corners, key=lambda end: (end[0], not end[1]))
        return Range(low, max(corners, key=lambda end: (end[0], end[1])))
    signs = {a * b for a in first.signs for b in second.signs}
    if -1 not in signs:
        return NONNEGATIVE if 0 in signs else POSITIVE
    if 1 not in signs:
        return _turned(NONNEGATIVE if 0 in signs else POSITIVE)
    return ANY


def _inverse(one: Range) -> Range:
    signs = one.signs - {0}
    if signs == {1}:
        high: End = (1 / one.low[0], one.low[1]) if one.low is not None and one.low[0] > 0 else None
        low: End = (1 / one.high[0], one.high[1]) if one.high is not None else (ZERO, False)
        return Range(low, high)
    return _turned(_inverse(_turned(one))) if signs == {-1} else ANY


def _quadratic_signs(node: Node, declaration: Declaration) -> frozenset[int] | None:
    """The signs of a polynomial of second degree with rational coefficients; None when it is none, or has no sign."""
    names = sorted(symbols_in(node))
    if not names or len(names) > QUADRATIC_LIMIT:
        return None
    if any(not declaration.symbols.get(name, REAL).scalar or degree_in(node, name) not in (1, 2) for name in names):
        return None
    form = _quadratic_form(node, names)
    if form is None:
        return None
    for sign in (1, -1):
        definite = _definiteness(form * sign)
        if definite is not None:
            return frozenset({sign}) if definite else frozenset({sign, 0})
    return None


def _quadratic_form(node: Node, names: Sequence[str]) -> fmpq_mat | None:
    """The symmetric matrix of ``(x, 1) M (x, 1)^T``."""
    count = len(names)

    def at(values: Sequence[int]) -> Fraction | None:
        held = node
        for name, value in zip(names, values, strict=True):
            held = substitute(held, name, Number(Fraction(value)))
        return _rational(held)

    def unit(*places: int) -> list[int]:
        return [places.count(place) for place in range(count)]

    origin = at(unit())
    single = [(at(unit(place)), at(unit(place, place))) for place in range(count)]
    if origin is None or any(value is None for pair in single for value in pair):
        return None
    form = fmpq_mat(count + 1, count + 1)
    form[count, count] = fmpq(origin.numerator, origin.denominator)
    for place, (one, two) in enumerate(single):
        if one is None or two is None:
            return None
        square, slope = (two - 2 * one + origin) / 2, (4 * one - two - 3 * origin) / 2
        form[place, place] = fmpq(square.numerator, square.denominator)
        form[place, count] = form[count, place] = fmpq(slope.numerator, slope.denominator) / 2
        for other in range(place):
            both, first = at(unit(place, other)), single[other][0]
            if both is None or first is None:
                return None
            mixed = (both - one - first + origin) / 2
            form[place, other] = form[other, place] = fmpq(mixed.numerator, mixed.denominator)
    probe = [2 * place + 3 for place in range(count)]
    point = fmpq_mat(count + 1, 1, [*probe, 1])
    wanted = at(probe)
    found = (point.transpose() * form * point)[0, 0]
    return form if wanted is not None and found == fmpq(wanted.numerator, wanted.denominator) else None


def _rational(node: Node) -> Fraction | None:
    match node:
        case Number(value=value):
            return value
        case Negate(body=body):
            inner = _rational(body)
            return None if inner is None else -inner
        case Add(terms=many) | Multiply(factors=many):
            total = ZERO if isinstance(node, Add) else ONE
            for one in many:
                part = _rational(one)
                if part is None:
                    return None
                total = total + part if isinstance(node, Add) else total * part
            return total
        case Divide(numerator=top, denominator=bottom):
            above, below = _rational(top), _rational(bottom)
            return above / below if above is not None and below else None
        case Power(base=base, exponent=Number(value=value)) if value.denominator == 1 and 0 <= value <= 2:
            inner = _rational(base)
            return None if inner is None else inner ** int(value)
        case _:
            return None


def _definiteness(form: fmpq_mat) -> bool | None:
    """True when positive definite, False when only semidefinite, None when neither: by symmetric elimination."""
    size = form.nrows()
    rows = [[form[row, place] for place in range(size)] for row in range(size)]
    strict = True
    for at in range(size):
        pivot = rows[at][at]
        if pivot < 0:
            return None
        if pivot == 0:
            if any(entry != 0 for entry in rows[at][at:]):
                return None
            strict = False
            continue
        for below in range(at + 1, size):
            factor = rows[below][at] / pivot
            rows[below] = [low - factor * high for low, high in zip(rows[below], rows[at], strict=True)]
    return strict
