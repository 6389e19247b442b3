"""Constants in a form that can be proven: sines by their angle, logarithms of powers as multiples, exp(log x) as x."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from grader.errors import Beyond, NoValue
from grader.mathematics.agreeing import as_fraction
from grader.mathematics.arithmetic import Scalar, is_integer, plain
from grader.mathematics.balls import ComplexBalls, RealBalls
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.exact import Exact
from grader.mathematics.places import Fixed
from grader.mathematics.tree import Add, Apply, Constant, Divide, Multiply, Negate, Node, Number, Power, children

BOUND_LIMIT = 60_000
"""No algebraic number whose bound asks for more bits is proven zero this way."""

ROTATIONS = {"sin": "sinpi", "cos": "cospi", "tan": "tanpi"}


def prepared(node: Node) -> Node:
    """Sines of rational angles by their angle, logarithms of powers as multiples, exp(log x) as x."""
    match node:
        case Apply(function=name, arguments=(body,)) if name in ROTATIONS:
            turn = multiple_of_pi(body)
            if turn is not None:
                return Apply(ROTATIONS[name], (Number(turn),))
        case Apply(function="asin" | "acos" | "atan" as name, arguments=(body,)):
            return _known_angle(name, prepared(body))
        case Apply(function="exp", arguments=(body,)) | Power(base=Constant(name="e"), exponent=body):
            return _exponential(body)
        case Apply(function="sinh" | "cosh" | "tanh" as name, arguments=(body,)):
            return _hyperbolic(name, _exponential(body), _exponential(Negate(body)))
        case Apply(function="log", arguments=(body,)):
            return _logarithm(prepared(body))
        case Apply(function="log", arguments=(body, base)):
            return Divide(_logarithm(prepared(body)), _logarithm(prepared(base)))
        case Apply(function="atanh", arguments=(body,)):
            return prepared(_as_logarithm(body))
        case Apply(function="factorial", arguments=(body,)):
            return _half_factorial(body, 0)
        case Apply(function="gamma_function", arguments=(body,)):
            return _half_factorial(body, -1)
        case Power(base=base, exponent=exponent):
            return Power(prepared(base), prepared(exponent))
        case Divide(numerator=top, denominator=bottom):
            return Divide(prepared(top), prepared(bottom))
        case Add(terms=terms):
            return Add(tuple(prepared(term) for term in terms))
        case Multiply(factors=factors):
            return Multiply(tuple(prepared(factor) for factor in factors))
        case Negate(body=body):
            return Negate(prepared(body))
        case Apply(function=name, arguments=arguments):
            return Apply(name, tuple(prepared(argument) for argument in arguments))
    return node


class _AnyPi(Exact):
    """Exact arithmetic with some number in the place of pi."""

    def __init__(self, stand_in: fmpq) -> None:
        super().__init__()
        self.constants = {"pi": stand_in}


def exact_value(node: Node, stand_in: fmpq | None = None) -> fmpq | None:
    """The exact rational value of a constant, with a stand-in for pi where one is given."""
    system = Exact() if stand_in is None else _AnyPi(stand_in)
    try:
        value = Evaluator(system, Fixed(), 20_000)(node)
    except (NoValue, ZeroDivisionError):
        return None
    return value if isinstance(value, fmpq) else None


def multiple_of_pi(node: Node) -> Fraction | None:
    """The rational of which a constant is the multiple of pi, if it is one."""
    stand_ins = (fmpq(1), fmpq(2), fmpq(982451653, 57885161), fmpq(-32416190071, 7))
    values = [exact_value(node, stand_in) for stand_in in stand_ins]
    first = values[0]
    if first is None or any(v is None or v != first * s for v, s in zip(values, stand_ins, strict=True)):
        return None
    return Fraction(int(first.p), int(first.q))


def _hyperbolic(name: str, up: Node, down: Node) -> Node:
    difference, total = Add((up, Negate(down))), Add((up, down))
    if name == "tanh":
        return Divide(difference, total)
    return Divide(difference if name == "sinh" else total, Number(Fraction(2)))


def _as_logarithm(body: Node) -> Node:
    """The inverse hyperbolic tangent, half the logarithm of (1 + x) / (1 - x)."""
    one = Number(Fraction(1))
    sides = Add((one, body)), Add((one, Negate(body)))
    values = [exact_value(side) for side in sides]
    quotient = Divide(*sides) if None in values or not values[1] else _rational(values[0] / values[1])
    return Divide(Apply("log", (quotient,)), Number(Fraction(2)))


def _rational(value: fmpq) -> Number:
    return Number(Fraction(int(value.p), int(value.q)))


def _exponential(body: Node) -> Node:
    turn = multiple_of_pi(_without_i(body)) if _mentions(body, "i") else None
    if turn is not None:
        return Add((Apply("cospi", (Number(turn),)), Multiply((Constant("i"), Apply("sinpi", (Number(turn),))))))
    match body:
        case Apply(function="log", arguments=(inner,)):
            return prepared(inner)
        case Negate(body=inner):
            return Divide(Number(Fraction(1)), _exponential(inner))
        case Add(terms=terms):
            return Multiply(tuple(_exponential(term) for term in terms))
        case Multiply(factors=factors):
            logs = [
                one for one in factors if isinstance(one, Apply) and one.function == "log" and len(one.arguments) == 1
            ]
            if len(logs) == 1:
                others = tuple(one for one in factors if one is not logs[0])
                return Power(prepared(logs[0].arguments[0]), prepared(Multiply((*others, Number(Fraction(1))))))
    return Power(Constant("e"), prepared(body))


def _without_i(node: Node) -> Node:
    """The node with i replaced by 1, when it is a product in which i occurs once; itself otherwise."""
    match node:
        case Multiply(factors=factors) if factors.count(Constant("i")) == 1:
            return Multiply((*(one for one in factors if one != Constant("i")), Number(Fraction(1))))
        case Divide(numerator=top, denominator=bottom):
            return Divide(_without_i(top), bottom)
        case Negate(body=body):
            return Negate(_without_i(body))
    return node


def _logarithm(node: Node) -> Node:
    match node:
        case Power(base=Constant(name="e"), exponent=exponent):
            return exponent
        case Power(base=base, exponent=exponent) if _positive(base):
            return Multiply((exponent, _logarithm(base)))
        case Apply(function="sqrt", arguments=(body,)) if _positive(body):
            return Divide(_logarithm(body), Number(Fraction(2)))
        case Multiply(factors=factors) if all(map(_positive, factors)):
            return Add(tuple(_logarithm(factor) for factor in factors))
        case Divide(numerator=top, denominator=bottom) if _positive(top) and _positive(bottom):
            return Add((_logarithm(top), Negate(_logarithm(bottom))))
        case Constant(name="e"):
            return Number(Fraction(1))
    return Apply("log", (node,))


def _positive(node: Node) -> bool:
    value = _ball(node, 128)
    return value is not None and bool(arb(value) > 0)


def _ball(node: Node, precision: int) -> Any:
    before = ctx.prec
    ctx.prec = precision
    try:
        value = plain(Evaluator(ConstantBalls(precision), Fixed(), 50_000)(node))
    except (NoValue, ZeroDivisionError, TypeError, ValueError):
        return None
    finally:
        ctx.prec = before
    return value if isinstance(value, (arb, fmpq)) else None


def _known_angle(name: str, body: Node) -> Node:
    """An inverse sine, cosine or tangent as a multiple of pi, where that is proven."""
    unchanged = Apply(name, (body,))
    value = _ball(unchanged, 256)
    if value is None:
        return unchanged
    with ctx.workprec(256):
        near = as_fraction(str((arb(value) / arb.pi()).str(40, radius=False))) or Fraction(0)
    turn = near.limit_denominator(120)
    back = Apply({"asin": "sinpi", "acos": "cospi", "atan": "tanpi"}[name], (Number(turn),))
    if is_algebraic_zero(Add((back, Negate(body)))):
        return Multiply((Number(turn), Constant("pi")))
    return unchanged


def _half_factorial(body: Node, shift: int) -> Node:
    value = exact_value(body)
    if value is None or value.q != 2 or abs(value) > 400:
        return Apply("factorial" if shift == 0 else "gamma_function", (prepared(body),))
    top = value + shift
    product = fmpq(1)
    while top > 0:
        product, top = product * top, top - 1
    while top < fmpq(-1, 2):
        top = top + 1
        product = product / top
    factor = Number(Fraction(int(product.p), int(product.q)))
    return Multiply((factor, Power(Constant("pi"), Number(Fraction(1, 2)))))


def _mentions(node: Node, constant: str) -> bool:
    return node == Constant(constant) or any(_mentions(child, constant) for child in children(node))


class ConstantBalls(RealBalls):
    """Real balls that also know sines of rational multiples of pi."""

    def apply(self, name: str, arguments: Sequence[Scalar]) -> Scalar:
        """A function, sinpi, cospi and tanpi among them."""
        if name in ("sinpi", "cospi", "tanpi"):
            return turned(name, arguments[0])
        return super().apply(name, arguments)


class _ComplexConstantBalls(ComplexBalls):
    def apply(self, name: str, arguments: Sequence[Scalar]) -> Scalar:
        if name in ("sinpi", "cospi", "tanpi"):
            return turned(name, arguments[0])
        return super().apply(name, arguments)


def turned(name: str, turn: fmpq) -> Scalar:
    """The sine, cosine or tangent of a rational multiple of pi."""
    doubled = turn * 2
    if is_integer(doubled):
        quarter = int(doubled.p) % 4
        sine, cosine = (0, 1, 0, -1)[quarter], (1, 0, -1, 0)[quarter]
        if name == "tanpi" and cosine == 0:
            raise Beyond("a tangent that is not defined")
        return fmpq({"sinpi": sine, "cospi": cosine, "tanpi": 0}[name])
    sine, cosine = arb.sin_cos_pi_fmpq(turn)
    return {"sinpi": sine, "cospi": cosine}[name] if name != "tanpi" else sine / cosine


@dataclass(frozen=True)
class _Size:
    """Logarithms (base 2) of the two bounds of the separation theorem."""

    upper: float
    lower: float


def is_algebraic_zero(node: Node) -> bool:
    """Whether a constant is built from whole numbers and roots, and proven to be zero by its separation bound."""
    degrees: dict[Any, int] = {}
    size = _separation(node, degrees)
    if size is None:
        return False
    degree = math.prod(degrees.values())
    wanted = (degree - 1) * max(size.upper, 0.0) + max(size.lower, 0.0) + 2
    if wanted > BOUND_LIMIT:
        return False
    precision = int(wanted) + 64
    before = ctx.prec
    ctx.prec = precision + 64
    try:
        system = _ComplexConstantBalls(precision) if _mentions(node, "i") else ConstantBalls(precision)
        value = plain(Evaluator(system, Fixed(), 50_000)(node))
        if isinstance(value, fmpq):
            return bool(value == 0)
        return bool(value.contains(0)) and bool(abs(value) < arb(2) ** -int(wanted))
    except (NoValue, ZeroDivisionError):
        return False
    finally:
        ctx.prec = before


def _log2(value: int) -> float:
    return math.log2(value) if value.bit_length() < 1000 else float(value.bit_length())


def _separation(node: Node, degrees: dict[Any, int]) -> _Size | None:
    match node:
        case Number(value=value):
            return _Size(_log2(max(abs(value.numerator), 1)), _log2(value.denominator))
        case Constant(name="i"):
            degrees[node] = 2
            return _Size(0.0, 0.0)
        case Negate(body=body):
            return _separation(body, degrees)
        case Add(terms=many) | Multiply(factors=many):
            return _combined([_separation(one, degrees) for one in many], product=isinstance(node, Multiply))
        case Divide(numerator=top, denominator=bottom):
            above, below = _separation(top, degrees), _separation(bottom, degrees)
            if above is None or below is None:
                return None
            return _Size(above.upper + below.lower, above.lower + below.upper)
        case Apply(function="sqrt", arguments=(body,)):
            return _rooted(node, body, 2, degrees)
        case Apply(function="root", arguments=(body, Number(value=count))) if count.denominator == 1 and count > 1:
            return _rooted(node, body, int(count), degrees)
        case Power(base=base, exponent=exponent):
            return _powered(base, exponent, degrees)
        case Apply(function="sinpi" | "cospi" | "tanpi" as name, arguments=(Number(value=turn),)):
            order = turn.denominator * (4 if name != "cospi" else 2)
            degrees["turn", order] = _totient(order)
            degrees[Constant("i")] = 2
            return _Size(1.0, 1.0) if name != "tanpi" else _Size(2.0, 2.0)
        case Apply(function="abs", arguments=(body,)):
            return _separation(body, degrees)
    exact = exact_value(node)
    if exact is None:
        return None
    return _Size(_log2(max(abs(int(exact.p)), 1)), _log2(int(exact.q)))


def _combined(parts: list[_Size | None], *, product: bool) -> _Size | None:
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    lower = sum(part.lower for part in found)
    if product:
        return _Size(sum(part.upper for part in found), lower)
    # log2 of the sum of u_i times the other l_j, bounded by the largest of them times their number
    return _Size(max(part.upper + lower - part.lower for part in found) + _log2(len(found)), lower)


def _rooted(key: Node, body: Node, degree: int, degrees: dict[Any, int]) -> _Size | None:
    inner = _separation(body, degrees)
    if inner is None or degree > 64:
        return None
    degrees[key] = degree
    if inner.upper >= inner.lower:
        return _Size((inner.upper + (degree - 1) * inner.lower) / degree, inner.lower)
    return _Size(inner.upper, (inner.lower + (degree - 1) * inner.upper) / degree)


def _powered(base: Node, exponent: Node, degrees: dict[Any, int]) -> _Size | None:
    count = exact_value(exponent)
    if count is None or abs(count) > 10_000 or count.q > 64:
        return None
    inner = _separation(base, degrees) if count.q == 1 else _rooted(Power(base, exponent), base, int(count.q), degrees)
    if inner is None:
        return None
    times = abs(int(count.p))
    result = _Size(inner.upper * times, inner.lower * times)
    return result if count > 0 else _Size(result.lower, result.upper)


def _totient(number: int) -> int:
    return sum(1 for one in range(1, number + 1) if math.gcd(one, number) == 1) if number <= 10_000 else number
