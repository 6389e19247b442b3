"""What an author may let two answers differ by: a sign, a factor, an additive constant, digits beyond a tolerance."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count
from typing import Any

from flint import acb, arb, ctx, fmpq

from grader.errors import Beyond, Imprecise, NoValue
from grader.mathematics import arrays
from grader.mathematics.agreeing import Sided, as_fraction, evaluate
from grader.mathematics.arithmetic import plain
from grader.mathematics.array_signs import parts_of
from grader.mathematics.arrays import Array, Multiple, Value
from grader.mathematics.balls import RealBalls
from grader.mathematics.complex_tolerance import complex_within
from grader.mathematics.identities import settle_at_points
from grader.mathematics.kinds import Declaration
from grader.mathematics.looks import Style
from grader.mathematics.mutations import renamed
from grader.mathematics.pairs import Pair, mentions_complex, pair_of
from grader.mathematics.roles import INTEGERS
from grader.mathematics.sampling import Point
from grader.mathematics.substituting import names_in
from grader.mathematics.tallying import witness_at
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Divide,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
    Tuple,
)
from grader.mathematics.verdict import Decide, Mode, Policy, Verdict

PRECISIONS = (256, 1024, 4096)

SIGNS = 24
"""At so many points a factor that depends on other symbols is seen to be positive."""

INFINITIES = (Constant("infinity"), Negate(Constant("infinity")))

DecideIn = Callable[[Declaration], Decide]
"""What decides two formulas, for a declaration."""


def up_to_sign(student: Node, reference: Node, decide: Decide) -> Verdict:
    """Equal, or one is minus the other."""
    verdict = decide(student, reference)
    if verdict.equal:
        return verdict
    turned = decide(student, Negate(reference))
    if turned.equal:
        return replace(turned, reason=f"minus the expected formula, which counts as the same: {turned.reason}")
    return verdict if verdict.verdict == "different" and turned.verdict == "different" else turned


def up_to_factor(
    student: Node, reference: Node, declaration: Declaration, policy: Policy, decide: Decide, *, positive: bool
) -> Verdict:
    """Whether one is a constant multiple, not zero, of the other."""
    found = _factor(student, reference, declaration, policy)
    if isinstance(found, Verdict):
        return found
    factor, point = found
    same = decide(student, reference)
    if same.equal or factor is None:
        return same
    if factor == 0:
        return same
    verdict = decide(student, Multiply((Number(factor), reference)))
    if not verdict.equal:
        return same if same.verdict == "different" else verdict
    del point
    if positive and factor < 0:
        return replace(same, reason="a negative multiple of the expected formula, where a positive one is asked")
    return replace(verdict, reason=f"a constant multiple of the expected formula: {verdict.reason}")


def _factor(
    student: Node, reference: Node, declaration: Declaration, policy: Policy
) -> tuple[Fraction | None, Point] | Verdict:
    """The ratio at one point where it is a rational number."""
    pair = pair_of(student, reference, declaration, policy)
    point = pair.point(Style("plain"))
    for number in range(8):
        point = pair.point(Style("plain", number))
        values = [_entries(_value(node, point)) for node in (student, reference)]
        if values[0] is None or values[1] is None or len(values[0]) != len(values[1]):
            continue
        for one, other in zip(values[0], values[1], strict=True):
            if isinstance(one, fmpq) and isinstance(other, fmpq):
                if other != 0:
                    ratio = one / other
                    return Fraction(int(ratio.p), int(ratio.q)), point
            elif not plain(other).contains(0) if not isinstance(other, fmpq) else other != 0:
                ratio = _rational(one / other)
                if ratio is not None:
                    return ratio, point
    return None, point


def _rational(ball: Any) -> Fraction | None:
    if isinstance(ball, acb):
        ball = ball.real
    if not isinstance(ball, arb):
        return Fraction(int(ball.p), int(ball.q))
    text = as_fraction(str(ball.mid().str(40, radius=False)))
    if text is None:
        return None
    near = text.limit_denominator(10**6)
    return near if (ball - fmpq(near.numerator, near.denominator)).contains(0) else None


def _value(node: Node, point: Point) -> Value | None:
    with ctx.workprec(256):
        try:
            side, _ = evaluate(node, point, RealBalls(256))
        except (NoValue, ZeroDivisionError):
            return None
    return None if side.undefined else side.value


def _entries(value: Value | None) -> tuple[Any, ...] | None:
    if value is None or isinstance(value, Multiple):
        return None
    return tuple(plain(entry) for entry in arrays.as_array(value).entries)


def without_own_norm(node: Node) -> Node:
    r"""A formula without the norm of its own part by which it is divided: ``-g / \lVert g \rVert`` points as ``-g``."""
    match node:
        case Divide(numerator=top, denominator=Apply(function="norm", arguments=(inner, *_))) if inner in parts_of(top):
            return without_own_norm(top)
        case Negate(body=body):
            return replace(node, body=without_own_norm(body))
        case Multiply(factors=factors):
            whole = [one for one in factors if not _is_norm_below(one, factors)]
            return replace(node, factors=tuple(map(without_own_norm, whole))) if len(whole) > 1 else whole[0]
        case _:
            return node


def _is_norm_below(node: Node, factors: Sequence[Node]) -> bool:
    match node:
        case Divide(numerator=Number(value=value), denominator=Apply(function="norm", arguments=(inner, *_))):
            return value == 1 and any(inner in parts_of(one) for one in factors if one is not node)
        case _:
            return False


def irrational_factor(
    student: Node,
    reference: Node,
    declaration: Declaration,
    variables: tuple[str, ...],
    decide_in: DecideIn,
    *,
    positive: bool,
) -> Verdict | None:
    """The same, when the factor need not be rational: products with both sides where the symbols have other values.

    Where the author names variables, only those have: the factor may depend on all others.
    """
    names = set(variables) or names_in(student) | names_in(reference)
    zero, decide = Number(Fraction(0)), decide_in(declaration)
    one, other = student, reference
    for first, second in zip(_written(student), _written(reference), strict=False):
        one, other = first, second
        if decide(other, zero).verdict == "different":
            break
    elsewhere = _elsewhere(names, declaration)
    decide = decide_in(elsewhere.declaration)
    one, other = elsewhere(one), elsewhere(other)
    whole = _numbers(other, elsewhere.declaration)
    times, into = (other, one) if whole else (_inner(other, other), _inner(other, one))
    if decide(into, zero).verdict != "different" or decide(times, zero).verdict != "different":
        return None
    verdict = decide(Multiply((student, times)), Multiply((reference, into)))
    if verdict.equal and positive:
        pair = pair_of(into, times, elsewhere.declaration, Policy())
        styles = [Style("plain", number) for number in range(SIGNS if variables else 1)]
        signs = {_sign(into, times, pair.point(style)) for style in styles}
        if 1 not in signs or not signs <= {0, 1}:
            return None
    return replace(verdict, reason=f"a constant multiple: {verdict.reason}") if verdict.equal else None


def _sign(first: Node, second: Node, point: Point) -> int | None:
    """The sign of a product of two numbers at a point; None where it is not known."""
    values = [_value(node, point) for node in (first, second)]
    if any(value is None or isinstance(value, (Array, Multiple)) for value in values):
        return None
    product = arb(values[0]) * arb(values[1])
    return 1 if product > 0 else 0 if product == 0 else -1


def _numbers(node: Node, declaration: Declaration) -> bool:
    """Whether a formula's value is a number and no vector or matrix."""
    value = _value(node, pair_of(node, node, declaration, Policy()).point(Style("plain")))
    return not isinstance(value, (Array, Multiple))


def _inner(first: Node, second: Node) -> Node:
    return Apply("trace", (Multiply((Apply("transpose", (first,)), second)),))


@dataclass(frozen=True)
class _Elsewhere:
    """Formulas at other values of some symbols: numbers get one fixed value, everything else a twin of its kind."""

    fixed: Mapping[str, Fraction]
    twins: Mapping[str, str]
    declaration: Declaration

    def __call__(self, node: Node) -> Node:
        table: dict[str, Node] = {name: Number(value) for name, value in self.fixed.items()}
        return renamed(node, table | {name: Symbol(twin) for name, twin in self.twins.items()})


def _elsewhere(names: Collection[str], declaration: Declaration) -> _Elsewhere:
    """Other values of these symbols; sizes of arrays stay, as arrays of two sizes cannot be compared."""
    kinds = declaration.symbols
    sizes = {size for kind in kinds.values() for size in (*kind.sizes, *(kind.member.sizes if kind.member else ()))}
    moving = [name for name in names if name not in sizes]
    twins: dict[str, str] = {}
    for name in moving:
        if name in kinds and not kinds[name].scalar:
            twins[name] = next(one for one in (f"{name}{'0' * times}" for times in count(1)) if one not in kinds)
    symbols = {**kinds, **{twin: kinds[name] for name, twin in twins.items()}}
    fixed = _fixed([name for name in moving if name not in twins], declaration)
    return _Elsewhere(fixed, twins, replace(declaration, symbols=symbols))


def _written(node: Node) -> tuple[Node, ...]:
    """The entries of a list or a matrix written out; anything else by itself."""
    match node:
        case Tuple(elements=elements):
            return elements
        case Matrix(rows=rows):
            return tuple(entry for row in rows for entry in row)
        case _:
            return (node,)


def _fixed(names: Collection[str], declaration: Declaration) -> dict[str, Fraction]:
    fixed: dict[str, Fraction] = {}
    for place, name in enumerate(sorted(names)):
        kind = declaration.symbols.get(name)
        if kind is not None and kind.name in INTEGERS:
            fixed[name] = Fraction(2 + place)
        elif kind is not None and "probability" in kind.name:
            fixed[name] = Fraction(1, 3 + place)
        else:
            fixed[name] = Fraction(5 + 2 * place, 3) * (-1 if kind is not None and kind.name == "negative" else 1)
    return fixed


CONSTANTS = frozenset({"C", "c", "const", "constant", "C_1", "c_1", "K"})
"""Names that stand for an additive constant where the author does not say what it may not depend on."""


def up_to_constant(
    student: Node, reference: Node, declaration: Declaration, variables: tuple[str, ...], decide_in: DecideIn
) -> Verdict:
    """Whether the difference of two formulas does not change with the variables."""
    names = names_in(student) | names_in(reference)
    moving = variables or tuple(name for name in sorted(names) if name not in CONSTANTS)
    elsewhere = _elsewhere(moving, declaration)
    difference = Add((student, Negate(reference)))
    verdict = decide_in(elsewhere.declaration)(difference, elsewhere(difference))
    if verdict.equal:
        return replace(verdict, reason=f"the difference is a constant: {verdict.reason}")
    return replace(verdict, reason=f"the difference is not a constant: {verdict.reason}")


def within(student: Node, reference: Node, declaration: Declaration, policy: Policy, mode: Mode) -> Verdict:
    """Whether numbers are near each other, as the mode says, at every point."""
    pair = pair_of(student, reference, declaration, policy)

    def near(first: Value, second: Value, system: Any) -> bool:
        return _near(first, second, system, mode)

    if pair.roles.free:
        verdict = settle_at_points(pair, same=near)
        return replace(verdict, layer="tolerance") if verdict.verdict != "undecided" else verdict
    if student == reference and student in INFINITIES:
        return Verdict("equal", "both are infinite", layer="tolerance")
    return complex_within(pair, mode) if mentions_complex(pair) else _constant_within(pair, near)


def _constant_within(pair: Pair, near: Any) -> Verdict:
    point = pair.point(Style("plain"))
    for precision in PRECISIONS:
        with ctx.workprec(precision):
            system = RealBalls(precision)
            try:
                (student, _), (reference, _) = (
                    evaluate(node, point, system) for node in (pair.student, pair.reference)
                )
                if student.undefined or reference.undefined:
                    return _no_value(pair, point, student, reference)
                if near(student.value, reference.value, system):
                    return Verdict("equal", "within the tolerance", layer="tolerance")
                witness = witness_at(pair, point, student, reference)
                return Verdict("different", "beyond the tolerance", witness, "tolerance")
            except (Imprecise, ZeroDivisionError):
                continue
            except Beyond as error:
                return Verdict("undecided", f"cannot find {error}", layer="tolerance")
    return Verdict("undecided", "too close to the tolerance to tell", layer="tolerance")


def _no_value(pair: Pair, point: Point, student: Sided, reference: Sided) -> Verdict:
    if student.undefined and reference.undefined:
        return Verdict("undecided", "neither side has a value", layer="tolerance")
    if reference.undefined:
        return Verdict("undecided", "the expected formula has no value", layer="tolerance")
    witness = witness_at(pair, point, student, reference)
    return Verdict("different", "the answer has no value", witness, "tolerance")


def _near(first: Value, second: Value, system: Any, mode: Mode) -> bool:
    one, other = _entries(first), _entries(second)
    if one is None or other is None:
        raise Beyond("a tolerance of a matrix of unknown size")
    if isinstance(first, Array) and isinstance(second, Array) and first.shape != second.shape:
        return False
    if len(one) != len(other):
        return False
    return all(_near_number(a, b, system, mode) for a, b in zip(one, other, strict=True))


def _near_number(first: Any, second: Any, system: Any, mode: Mode) -> bool:
    gap, size = abs(first - second), abs(second)
    if mode.digits is not None:
        return _same_digits(first, second, system, mode.digits)
    allowed = [fmpq(mode.absolute.numerator, mode.absolute.denominator)] if mode.absolute is not None else []
    if mode.relative is not None:
        allowed.append(size * fmpq(mode.relative.numerator, mode.relative.denominator))
    return any(system.sign(bound - gap) >= 0 for bound in allowed)


def _same_digits(first: Any, second: Any, system: Any, digits: int) -> bool:
    if isinstance(second, fmpq) and second == 0:
        return bool(system.sign(first) == 0)
    exponent = _decade(second)
    unit = fmpq(10) ** (int(exponent) - digits + 1)
    if system.sign(unit / 2 - abs(first - second)) >= 0:
        return True
    return bool(_rounded(first, unit, system) == _rounded(second, unit, system))


def _decade(value: Any) -> int:
    """The exponent of the power of ten at or below a number's size."""
    size = abs(value)
    guess = (arb(size).log() / arb(10).log()).floor().unique_fmpz()
    if guess is not None:
        return int(guess)
    near = int((arb(size).log() / arb(10).log()).mid().floor().unique_fmpz() or 0)
    for exponent in (near, near + 1, near - 1):
        if isinstance(size, fmpq) and fmpq(10) ** exponent <= size < fmpq(10) ** (exponent + 1):
            return exponent
    raise Imprecise("the size of a number")


def _rounded(value: Any, unit: fmpq, system: Any) -> Any:
    return system.apply("floor", (value / unit + fmpq(1, 2),))


def squared(node: Node) -> Node:
    """The square of a formula."""
    return Power(node, Number(Fraction(2)))
