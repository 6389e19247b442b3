"""Derivatives of the known functions: the chain rule for duals, powers and quotients."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import fmpq

from grader.errors import Beyond, Undefined
from grader.mathematics.arithmetic import ONE, ZERO, Dual, Scalar, System, dual_parts, plain, top_tag


def differentiate(system: System, name: str, arguments: Sequence[Scalar], tag: int) -> Dual:
    """Apply a function to duals, by the chain rule.

    Raises:
        Beyond: when the derivative of the function is not known here.
    """
    values, slopes = zip(*(dual_parts(argument, tag) for argument in arguments), strict=True)
    total: Scalar = ZERO
    for position, slope in enumerate(slopes):
        if isinstance(slope, fmpq) and slope == 0:
            continue
        total = total + slope * _partial(system, name, values, position)
    return Dual(system.apply(name, values), total, tag)


def _partial(system: System, name: str, values: Sequence[Scalar], position: int) -> Scalar:
    if name in ("min", "max"):
        return _selected(system, name, values, position)
    if name in ("floor", "ceil", "sign", "round", "heaviside"):
        return ZERO
    rule = SLOPES.get(name)
    if rule is None or len(values) != 1:
        raise Beyond(f"the derivative of {name}")
    return rule(system, values[0])


def _selected(system: System, name: str, values: Sequence[Scalar], position: int) -> Scalar:
    wanted = 1 if name == "max" else -1
    for other, value in enumerate(values):
        if other == position:
            continue
        sign = system.sign(plain(values[position] - value))
        if sign == 0:
            raise Undefined(f"the derivative of {name} where two arguments are equal")
        if sign != wanted:
            return ZERO
    return ONE


def _slope_abs(system: System, x: Scalar) -> Scalar:
    sign = system.sign(plain(x))
    if sign == 0:
        raise Undefined("the derivative of an absolute value at zero")
    return fmpq(sign)


def _slope_relu(system: System, x: Scalar) -> Scalar:
    sign = system.sign(plain(x))
    if sign == 0:
        raise Undefined("the derivative of ReLU at zero")
    return fmpq(sign > 0)


def _over(system: System, value: Scalar) -> Scalar:
    return system.divide(ONE, value)


COMPOSED: dict[str, Callable[[System, Scalar], Scalar]] = {
    "cot": lambda s, x: s.divide(s.apply("cos", (x,)), s.apply("sin", (x,))),
    "sec": lambda s, x: _over(s, s.apply("cos", (x,))),
    "csc": lambda s, x: _over(s, s.apply("sin", (x,))),
    "coth": lambda s, x: s.divide(s.apply("cosh", (x,)), s.apply("sinh", (x,))),
    "sech": lambda s, x: _over(s, s.apply("cosh", (x,))),
    "csch": lambda s, x: _over(s, s.apply("sinh", (x,))),
    "acot": lambda s, x: s.constant("pi") * fmpq(1, 2) - s.apply("atan", (x,)),
    "asec": lambda s, x: s.apply("acos", (_over(s, x),)),
    "acsc": lambda s, x: s.apply("asin", (_over(s, x),)),
    "logit": lambda s, x: s.apply("log", (s.divide(x, ONE - x),)),
    "normal_pdf": lambda s, x: _slope_gauss(s, x, 2),
}
"""Functions that are written with others."""


def _root_of_one(system: System, x: Scalar, outer: int, inner: int) -> Scalar:
    return _over(system, system.apply("sqrt", (x * x * inner + outer,)))


def _slope_sigmoid(system: System, x: Scalar) -> Scalar:
    value = system.apply("sigmoid", (x,))
    return value * (ONE - value)


def _slope_tanh(system: System, x: Scalar) -> Scalar:
    value = system.apply("tanh", (x,))
    return ONE - value * value


def _slope_gauss(system: System, x: Scalar, scale: int) -> Scalar:
    density = system.apply("exp", (-system.divide(x * x, fmpq(scale)),))
    return density * system.divide(ONE, system.apply("sqrt", (system.constant("pi") * fmpq(scale, 1),)))


SLOPES: dict[str, Callable[[System, Scalar], Scalar]] = {
    "exp": lambda s, x: s.apply("exp", (x,)),
    "log": _over,
    "sqrt": lambda s, x: s.divide(fmpq(1, 2), s.apply("sqrt", (x,))),
    "sin": lambda s, x: s.apply("cos", (x,)),
    "cos": lambda s, x: -s.apply("sin", (x,)),
    "tan": lambda s, x: s.apply("tan", (x,)) * s.apply("tan", (x,)) + ONE,
    "asin": lambda s, x: _root_of_one(s, x, 1, -1),
    "acos": lambda s, x: -_root_of_one(s, x, 1, -1),
    "atan": lambda s, x: _over(s, x * x + ONE),
    "sinh": lambda s, x: s.apply("cosh", (x,)),
    "cosh": lambda s, x: s.apply("sinh", (x,)),
    "tanh": _slope_tanh,
    "asinh": lambda s, x: _root_of_one(s, x, 1, 1),
    "acosh": lambda s, x: _root_of_one(s, x, -1, 1),
    "atanh": lambda s, x: _over(s, ONE - x * x),
    "sigmoid": _slope_sigmoid,
    "softplus": lambda s, x: s.apply("sigmoid", (x,)),
    "relu": _slope_relu,
    "abs": _slope_abs,
    "erf": lambda s, x: _slope_gauss(s, x, 1) * 2,
    "erfc": lambda s, x: _slope_gauss(s, x, 1) * -2,
    "normal_cdf": lambda s, x: _slope_gauss(s, x, 2),
    "normal_quantile": lambda s, x: _over(s, _slope_gauss(s, s.apply("normal_quantile", (x,)), 2)),
    "loggamma": lambda s, x: s.apply("digamma", (x,)),
    "gamma_function": lambda s, x: s.apply("gamma_function", (x,)) * s.apply("digamma", (x,)),
    "factorial": lambda s, x: s.apply("gamma_function", (x + ONE,)) * s.apply("digamma", (x + ONE,)),
}
"""The derivative of each function of one argument."""


def power_of_dual(system: System, base: Scalar, exponent: Scalar) -> Dual:
    """A power in which the base, the exponent or both carry slopes."""
    tag = top_tag((base, exponent))
    value, slope = dual_parts(base, tag)
    order, change = dual_parts(exponent, tag)
    total: Scalar = ZERO
    if not (isinstance(slope, fmpq) and slope == 0) and not (isinstance(order, fmpq) and order == 0):
        total = slope * (order * system.power(value, order - ONE))
    result = system.power(value, order)
    if not (isinstance(change, fmpq) and change == 0):
        total = total + change * (result * system.apply("log", (value,)))
    return Dual(result, total, tag)


def quotient_of_duals(system: System, numerator: Scalar, denominator: Scalar) -> Dual:
    """A quotient in which either part carries slopes."""
    tag = top_tag((numerator, denominator))
    top, rise = dual_parts(numerator, tag)
    bottom, run = dual_parts(denominator, tag)
    value = system.divide(top, bottom)
    return Dual(value, system.divide(rise - value * run, bottom), tag)
