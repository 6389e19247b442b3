"""Each known function of real and of complex balls, where it is defined, and what is lost near its limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flint import acb, arb, fmpq

from grader.errors import Imprecise
from grader.mathematics.arithmetic import (
    Scalar,
)

SATURATING = frozenset({"tanh", "erf", "sigmoid", "normal_cdf", "erfc"})
"""Functions that come so close to one (erfc: to two), without ever reaching it, that the difference is lost."""

GROWING = frozenset({"sinh", "cosh", "softplus"})
"""Functions that come so close to another, exp(x)/2 or x, that the difference is lost."""


def _whole(value: arb, operation: str) -> arb:
    result = value.floor() if operation == "floor" else value.ceil()
    if result.unique_fmpz() is None:
        raise Imprecise(f"the {operation} of a number near a whole one")
    return fmpq(result.unique_fmpz())


def _sign_of(value: arb) -> fmpq:
    if value > 0:
        return fmpq(1)
    if value < 0:
        return fmpq(-1)
    raise Imprecise("the sign of a number near zero")


def _modulo(value: arb, modulus: arb) -> arb:
    if modulus.contains(0):
        raise Imprecise("whether a modulus is zero")
    return value - modulus * arb(_whole(value / modulus, "floor"))


def _largest(*values: arb) -> arb:
    result = values[0]
    for value in values[1:]:
        result = result.max(value)
    return result


def _smallest(*values: arb) -> arb:
    result = values[0]
    for value in values[1:]:
        result = result.min(value)
    return result


REAL_FUNCTIONS: Mapping[str, Callable[..., Scalar]] = {
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "sqrt": lambda x: x.sqrt(),
    "abs": abs,
    "sign": _sign_of,
    "floor": lambda x: _whole(x, "floor"),
    "ceil": lambda x: _whole(x, "ceil"),
    "max": _largest,
    "min": _smallest,
    "mod": _modulo,
    "relu": lambda x: x.max(arb(0)),
    "heaviside": lambda x: (_sign_of(x) + 1) / 2,
    "factorial": lambda x: (x + 1).gamma(),
    "gamma_function": lambda x: x.gamma(),
    "loggamma": lambda x: x.lgamma(),
    "digamma": lambda x: x.digamma(),
    "binomial": lambda n, k: (n + 1).gamma() * (k + 1).rgamma() * (n - k + 1).rgamma(),
    "erf": lambda x: x.erf(),
    "erfc": lambda x: x.erfc(),
    "normal_cdf": lambda x: (-x / arb(2).sqrt()).erfc() / 2,
    "normal_quantile": lambda x: (2 * x - 1).erfinv() * arb(2).sqrt(),
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "tan": lambda x: x.tan(),
    "asin": lambda x: x.asin(),
    "acos": lambda x: x.acos(),
    "atan": lambda x: x.atan(),
    "atan2": arb.atan2,
    "sinh": lambda x: x.sinh(),
    "cosh": lambda x: x.cosh(),
    "tanh": lambda x: x.tanh(),
    "asinh": lambda x: x.asinh(),
    "acosh": lambda x: x.acosh(),
    "atanh": lambda x: x.atanh(),
    "sigmoid": lambda x: 1 / (1 + (-x).exp()),
    "softplus": lambda x: x.exp().log1p(),
    "re": lambda x: x,
    "im": lambda _: fmpq(0),
    "conjugate": lambda x: x,
    "arg": lambda x: arb(0) if x > 0 else arb.pi(),
}


COMPLEX_FUNCTIONS: Mapping[str, Callable[..., Scalar]] = {
    "exp": lambda x, _: x.exp(),
    "log": lambda x, analytic: x.log(analytic=analytic),
    "sqrt": lambda x, analytic: x.sqrt(analytic=analytic),
    "factorial": lambda x, _: (x + 1).gamma(),
    "gamma_function": lambda x, _: x.gamma(),
    "loggamma": lambda x, _: x.lgamma(),
    "digamma": lambda x, _: x.digamma(),
    "erf": lambda x, _: x.erf(),
    "erfc": lambda x, _: x.erfc(),
    "normal_cdf": lambda x, _: (-x / arb(2).sqrt()).erfc() / 2,
    "sin": lambda x, _: x.sin(),
    "cos": lambda x, _: x.cos(),
    "tan": lambda x, _: x.tan(),
    "asin": lambda x, _: x.asin(),
    "acos": lambda x, _: x.acos(),
    "atan": lambda x, _: x.atan(),
    "sinh": lambda x, _: x.sinh(),
    "cosh": lambda x, _: x.cosh(),
    "tanh": lambda x, _: x.tanh(),
    "asinh": lambda x, _: x.asinh(),
    "acosh": lambda x, _: x.acosh(),
    "atanh": lambda x, _: x.atanh(),
    "sigmoid": lambda x, _: 1 / (1 + (-x).exp()),
    "softplus": lambda x, analytic: (1 + x.exp()).log(analytic=analytic),
    "conjugate": lambda x, analytic: acb("nan") if analytic else x.conjugate(),
    "re": lambda x, analytic: acb("nan") if analytic else acb(x.real),
    "im": lambda x, analytic: acb("nan") if analytic else acb(x.imag),
    "arg": lambda x, analytic: acb("nan") if analytic else acb(x.arg()),
}

PIECEWISE: Mapping[str, Callable[..., Scalar]] = {
    "abs": lambda x, analytic: x.real_abs(analytic=analytic) if analytic else acb(abs(x)),
    "sign": lambda x, analytic: x.real_sgn(analytic=analytic),
    "floor": lambda x, analytic: x.real_floor(analytic=analytic),
    "ceil": lambda x, analytic: x.real_ceil(analytic=analytic),
    "relu": lambda x, analytic: x.real_max(acb(0), analytic=analytic),
    "heaviside": lambda x, analytic: x.real_heaviside(analytic=analytic),
    "max": lambda *args: _fold_extreme(args, "real_max"),
    "min": lambda *args: _fold_extreme(args, "real_min"),
}
"""Functions that change from region to region, continued off the real line so that they can be integrated."""


def _fold_extreme(arguments: Sequence[Any], method: str) -> acb:
    *values, analytic = arguments
    result = values[0]
    for value in values[1:]:
        result = getattr(result, method)(value, analytic=analytic)
    return result
