"""Whether complex numbers are near each other: by the size of their difference, or to digits of the expected size."""

from __future__ import annotations

import math
from typing import Any

from flint import acb, arb, ctx, fmpq

from grader.errors import Beyond, Imprecise
from grader.mathematics.agreeing import evaluate
from grader.mathematics.balls import ComplexBalls
from grader.mathematics.looks import Style
from grader.mathematics.pairs import Pair
from grader.mathematics.tallying import witness_at
from grader.mathematics.verdict import Mode, Verdict

PRECISIONS = (128, 512)
SLACK = 1e-12


def complex_within(pair: Pair, mode: Mode) -> Verdict:
    """Whether two complex constants are near each other as the mode says.

    An absolute or relative tolerance bounds the size of the difference; to so many digits, both parts may be off by
    half a unit in the last of these digits of the expected number's size.
    """
    point = pair.point(Style("plain"))
    for precision in PRECISIONS:
        with ctx.workprec(precision):
            system = ComplexBalls(precision)
            try:
                student, reference = (evaluate(node, point, system)[0] for node in (pair.student, pair.reference))
                if student.undefined or reference.undefined:
                    return Verdict("undecided", "one side has no value", layer="tolerance")
                if _near(_number(student.value), _number(reference.value), mode):
                    return Verdict("equal", "within the tolerance", layer="tolerance")
                witness = witness_at(pair, point, student, reference)
                return Verdict("different", "beyond the tolerance", witness, "tolerance")
            except (Imprecise, ZeroDivisionError):
                continue
            except Beyond as error:
                return Verdict("undecided", f"cannot find {error}", layer="tolerance")
    return Verdict("undecided", "too close to the tolerance to tell", layer="tolerance")


def _number(value: Any) -> acb:
    if not isinstance(value, (acb, arb, fmpq, int)):
        raise Beyond("a tolerance of what is no number")
    return acb(value)


def _near(first: acb, second: acb, mode: Mode) -> bool:
    gap = first - second
    size = abs(second)
    if mode.digits is not None:
        # a size that is a power of ten, as of e^{i pi/3}, has a ball on both sides of it
        exponent = math.floor(float((size.log() / arb(10).log()).mid()) + SLACK)
        half = fmpq(10) ** (exponent - mode.digits + 1) / 2
        return _at_most(abs(gap.real), arb(half)) and _at_most(abs(gap.imag), arb(half))
    bounds = [] if mode.absolute is None else [arb(fmpq(mode.absolute.numerator, mode.absolute.denominator))]
    if mode.relative is not None:
        bounds.append(size * arb(fmpq(mode.relative.numerator, mode.relative.denominator)))
    return any(_at_most(abs(gap), bound) for bound in bounds)


def _at_most(size: arb, bound: arb) -> bool:
    if size <= bound:
        return True
    if size > bound:
        return False
    raise Imprecise("a tolerance")
