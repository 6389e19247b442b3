"""Expansions of smooth functions of what tends to a number: sin(1/n) by the Taylor series of sin at 0."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flint import arb, arb_series, ctx, fmpq

from grader.errors import Beyond
from grader.mathematics.asymptotics import ORDER, Amount, Expansion, negligible, series


def _tanh(at: arb_series) -> arb_series:
    double = (at + at).exp()
    return (double - 1) / (double + 1)


SMOOTH: Mapping[str, Callable[[arb_series], arb_series]] = {
    "sin": arb_series.sin,
    "cos": arb_series.cos,
    "tan": arb_series.tan,
    "atan": arb_series.atan,
    "asin": arb_series.asin,
    "erf": arb_series.erf,
    "sinh": lambda at: (at.exp() - (-at).exp()) / 2,
    "cosh": lambda at: (at.exp() + (-at).exp()) / 2,
    "tanh": _tanh,
    "sigmoid": lambda at: 1 / (1 + (-at).exp()),
    "softplus": lambda at: (1 + at.exp()).log(),
}
"""Functions by their series at any number at which they have one."""


def smooth(name: str, part: Expansion, one: Amount, precision: int) -> Expansion:
    """The expansion of a function of what tends to a number.

    Raises:
        Beyond: when it does not, or the function has no series there.
    """
    held = [term for term in part.terms if not term.exponent]
    rest = tuple(term for term in part.terms if term.exponent)
    errors = (*(term.exponent for term in rest), *part.error)
    if part.rough or not all(negligible(exponent, ()) for exponent in errors):
        raise Beyond(f"the growth of {name}")
    center = held[0].coefficient if held else one - one
    with ctx.workprec(precision):
        found = [_coefficients(SMOOTH[name], value) for value in center.values]
    coefficients = [Amount(tuple(many[step] for many in found)) for step in range(ORDER + 1)]
    return series(Expansion(rest, part.error), coefficients, one)


def _coefficients(function: Callable[[arb_series], arb_series], at: fmpq | arb) -> list[arb]:
    found = function(arb_series([arb(at), arb(1)], prec=ORDER + 1))
    values = [found[step] for step in range(ORDER + 1)]
    if not all(value.is_finite() for value in values):
        raise Beyond("a function where it has no series")
    return values
