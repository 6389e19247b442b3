"""Layer 5: sympy, for sums without end, improper integrals, limits, and what else no other layer decides.

sympy alone may only ever say "equal". Where it finds a closed form and the other layers then refute equality, the
closed form is checked by an independent numerical summation, quadrature or limit at the witness's point first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import mpmath
import sympy
from flint import arb, ctx, fmpq

from grader.errors import Beyond, NoValue
from grader.mathematics.agreeing import as_fraction
from grader.mathematics.balls import RealBalls
from grader.mathematics.closed_forms import Translator
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.kinds import Declaration
from grader.mathematics.looks import Style
from grader.mathematics.pairs import pair_of
from grader.mathematics.plain import decide_plain
from grader.mathematics.structure import infinite_sign
from grader.mathematics.substituting import mapped, names_in
from grader.mathematics.tree import Derivative, Fold, Integral, Limit, Node, Symbol
from grader.mathematics.verdict import Policy, Verdict

AGREEMENT = 1e-10
BITS = 400
DIGITS = 30
SYMPY_GIVES_UP = (ArithmeticError, AttributeError, NotImplementedError, RecursionError, TypeError, ValueError)
"""What sympy (and mpmath on its behalf) raises on inputs beyond it; for us all of these mean that it does not know."""

TRIES = (sympy.simplify, sympy.trigsimp, sympy.radsimp)


def simplify(student: Node, reference: Node, declaration: Declaration) -> Verdict | None:
    """What sympy can add: equal, or a difference that independent numbers confirm; None when it does not know."""
    try:
        found = _by_closed_forms(student, reference, declaration)
        return found or _by_simplifying(student, reference, declaration)
    except (NoValue, *SYMPY_GIVES_UP):
        return None


def _by_closed_forms(student: Node, reference: Node, declaration: Declaration) -> Verdict | None:
    given, wanted = closed(student, declaration), closed(reference, declaration)
    if given == student and wanted == reference:
        return None
    verdict = decide_plain(given, wanted, declaration, Policy())
    if verdict.equal:
        return replace(verdict, reason=f"equal in closed form: {verdict.reason}", layer="closed form")
    if verdict.verdict != "different" or verdict.witness is None:
        return None
    values = _numbers(verdict.witness.values)
    if values is None:
        return None
    checked = [_confirmed(*pair, declaration, values) for pair in ((student, given), (reference, wanted))]
    if not all(checked):
        return None
    reason = f"{verdict.reason}, in closed form and by independent numbers"
    return replace(verdict, reason=reason, layer="closed form")


def _by_simplifying(student: Node, reference: Node, declaration: Declaration) -> Verdict | None:
    translator = Translator(declaration)
    difference = translator.there(student) - translator.there(reference)
    for attempt in (lambda one: one.doit(), *TRIES):
        difference = attempt(difference)
        if difference == 0:
            return Verdict("equal", "the difference simplifies to zero", layer="sympy")
    return None


def is_endless(node: Node) -> bool:
    """Whether a node is a sum or an integral without end, a limit, or an antiderivative."""
    match node:
        case Fold(lower=lower, upper=upper):
            return any(bound is not None and infinite_sign(bound) != 0 for bound in (lower, upper))
        case Integral(lower=lower, upper=upper):
            return lower is None or any(bound is not None and infinite_sign(bound) != 0 for bound in (lower, upper))
        case _:
            return isinstance(node, Limit)


def closed(node: Node, declaration: Declaration) -> Node:
    """The formula with what has no end replaced by sympy's closed form."""
    inner = mapped(node, lambda child: closed(child, declaration))
    if not is_endless(inner):
        return inner
    translator = Translator(declaration)
    expression = translator.there(inner).doit()
    if expression.has(sympy.Integral, sympy.Limit, sympy.nan, sympy.zoo):
        return inner
    return translator.back(expression)


def _numbers(values: tuple[tuple[str, str], ...]) -> Mapping[str, Fraction] | None:
    found = {name: as_fraction(text) for name, text in values}
    return {name: value for name, value in found.items() if value is not None} if None not in found.values() else None


def _confirmed(node: Node, form: Node, declaration: Declaration, values: Mapping[str, Fraction]) -> bool:
    """Whether an independent numerical value of a formula agrees with its closed form at a point."""
    if node == form:
        return True
    if not names_in(node) <= set(values):
        return False
    fixed = {name: fmpq(value.numerator, value.denominator) for name, value in values.items()}
    point = pair_of(node, form, declaration, Policy()).point(Style("plain"), fixed)
    with ctx.workprec(BITS), mpmath.workdps(DIGITS):
        wanted = Evaluator(RealBalls(BITS), point).scalar(form)
        found = _Numerical(RealBalls(BITS), point).scalar(node)
        return bool(abs(found - wanted) <= AGREEMENT * (1 + abs(arb(wanted))))


class _Numerical(Evaluator):
    """An evaluation in which what has no end is summed, integrated or followed to its limit by mpmath."""

    def __call__(self, node: Node) -> Any:
        if not is_endless(node):
            return super().__call__(node)
        match node:
            case Fold(operator="sum", lower=low, upper=high, index=name) if low is not None and high is not None:
                found = mpmath.nsum(self._function(node.body, name), [self._bound(low), self._bound(high)])
            case Integral(lower=low, upper=high, variable=name) if low is not None and high is not None:
                found = mpmath.quad(self._function(node.body, name), _panels(self._bound(low), self._bound(high)))
            case Limit(variable=name, point=place):
                found = _limit(self._function(node.body, name), self._bound(place))
            case _:
                raise Beyond("a number for what has no end")
        return _to_ball(found)

    def _function(self, body: Node, name: str) -> Callable[[Any], Any]:
        def value(at: Any) -> Any:
            with self.binding(name, _to_ball(at)):
                return _from_ball(self.scalar(body))

        return value

    def _bound(self, node: Node) -> Any:
        sign = infinite_sign(node)
        return sign * mpmath.inf if sign else _from_ball(self.scalar(node))


def _to_ball(value: Any) -> Any:
    value = mpmath.mpf(value)
    mantissa, exponent = value.man_exp
    return fmpq(int(mantissa)) * fmpq(2) ** int(exponent)


def _from_ball(value: Any) -> Any:
    mantissa, exponent = arb(value).mid().man_exp()
    return mpmath.ldexp(mpmath.mpf(int(mantissa)), int(exponent))


def _panels(low: Any, high: Any) -> list[Any]:
    if mpmath.isinf(low) and mpmath.isinf(high):
        return [low, -1, 0, 1, high]
    return [low, high]


def _limit(function: Callable[[Any], Any], place: Any) -> Any:
    if mpmath.isinf(place):
        return mpmath.limit(function, place)
    sides = [mpmath.limit(lambda n, s=sign: function(place + s / n), mpmath.inf) for sign in (1, -1)]
    if abs(sides[0] - sides[1]) > AGREEMENT * (1 + abs(sides[0])):
        raise Beyond("a limit with two sides")
    return sides[0]


def without_antiderivatives(node: Node, declaration: Declaration) -> Node:
    """The formula with each antiderivative in a closed form whose derivative is proven to be what was integrated."""
    inner = mapped(node, lambda child: without_antiderivatives(child, declaration))
    if not isinstance(inner, Integral) or inner.lower is not None:
        return inner
    try:
        form = closed(inner, declaration)
    except (NoValue, *SYMPY_GIVES_UP):
        return inner
    slope = Derivative(form, ((Symbol(inner.variable), 1),))
    return form if decide_plain(slope, inner.body, declaration, Policy()).equal else inner
