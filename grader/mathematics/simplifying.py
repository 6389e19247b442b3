"""Layer 5: sympy, for sums without end, improper integrals, limits, and what else no other layer decides.

sympy alone may only ever say "equal". Where it finds a closed form and the other layers then refute equality, the
closed form is checked by an independent numerical summation, quadrature or limit at the witness's point first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import mpmath
import sympy

from grader.errors import NoValue
from grader.mathematics.closed_forms import Translator
from grader.mathematics.evaluating import infinite_sign
from grader.mathematics.kinds import Declaration
from grader.mathematics.plain import decide_plain
from grader.mathematics.substituting import mapped, names_in
from grader.mathematics.tree import Fold, Integral, Limit, Node
from grader.mathematics.verdict import Policy, Verdict

AGREEMENT = 1e-12
TRIES = (sympy.simplify, sympy.trigsimp, sympy.radsimp)


def simplify(student: Node, reference: Node, declaration: Declaration) -> Verdict | None:
    """What sympy can add: equal, or a difference that independent numbers confirm; None when it does not know."""
    try:
        found = _by_closed_forms(student, reference, declaration)
        return found or _by_simplifying(student, reference, declaration)
    except (NoValue, ArithmeticError, AttributeError, NotImplementedError, RecursionError, TypeError, ValueError):
        # sympy raises any of these on inputs beyond it; for us they all mean that it does not know.
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
    try:
        return {name: Fraction(text) for name, text in values}
    except ValueError:
        return None


def _confirmed(node: Node, form: Node, declaration: Declaration, values: Mapping[str, Fraction]) -> bool:
    """Whether an independent numerical value of a formula agrees with its closed form at a point."""
    if node == form:
        return True
    if not names_in(node) <= set(values):
        return False
    translator = Translator(declaration)
    point = {translator.symbol(name): sympy.Rational(v.numerator, v.denominator) for name, v in values.items()}
    with mpmath.workdps(25):
        wanted = mpmath.mpmathify(translator.there(form).subs(point).evalf(25))
        found = _numerically(translator.there(node).subs(point))
        return bool(abs(found - wanted) <= AGREEMENT * (1 + abs(wanted)))


def _numerically(expression: Any) -> Any:
    """The value of an expression by mpmath: sums by extrapolation, integrals by quadrature, limits by extrapolation."""
    if isinstance(expression, (sympy.Sum, sympy.Integral)) and len(expression.limits) == 1:
        symbol, low, high = expression.limits[0]
        term = _function(expression.function, symbol)
        if isinstance(expression, sympy.Sum):
            return mpmath.nsum(term, [_bound(low), _bound(high)])
        return mpmath.quad(term, _panels(_bound(low), _bound(high)))
    if isinstance(expression, sympy.Limit):
        body, symbol, place, _ = expression.args
        return _limit(_function(body, symbol), _bound(place))
    if expression.args and expression.has(sympy.Sum, sympy.Integral, sympy.Limit):
        parts = [sympy.Float(str(mpmath.nstr(_numerically(part), 22))) for part in expression.args]
        return mpmath.mpmathify(expression.func(*parts).evalf(25))
    return mpmath.mpmathify(expression.evalf(25))


def _function(body: Any, symbol: Any) -> Any:
    """A function of one number; `lambdify` would build code from names, which this project never does."""

    def value(at: Any) -> Any:
        return mpmath.mpmathify(body.subs(symbol, sympy.Float(str(mpmath.nstr(at, 30)), 30)).evalf(28))

    return value


def _bound(value: Any) -> Any:
    if value == sympy.oo:
        return mpmath.inf
    if value == -sympy.oo:
        return -mpmath.inf
    return mpmath.mpmathify(value.evalf(30))


def _panels(low: Any, high: Any) -> list[Any]:
    if mpmath.isinf(low) and mpmath.isinf(high):
        return [low, -1, 0, 1, high]
    return [low, high]


def _limit(function: Any, place: Any) -> Any:
    if mpmath.isinf(place):
        return mpmath.limit(function, place)
    sides = [mpmath.limit(lambda n, s=sign: function(place + s / mpmath.mpf(2) ** n), mpmath.inf) for sign in (1, -1)]
    if abs(sides[0] - sides[1]) > AGREEMENT * (1 + abs(sides[0])):
        return mpmath.nan
    return sides[0]
