"""Two means of the same formula under the same distribution, with any numbers before them, whatever is random in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.same_extremes import with_arrays
from grader.mathematics.tree import Apply, Divide, Expectation, Fold, Multiply, Negate, Node, Number
from grader.mathematics.verdict import Decide, Verdict

NUMBERS = {"random": Kind("real")}
"""What a random variable is when formulas of its values are compared."""


def same_means(
    student: Node, reference: Node, declaration: Declaration, decide_in: Callable[[Declaration], Decide]
) -> Verdict | None:
    """``equal`` where both are means of one formula; None where they are not, or may be equal in another way."""
    found = [_inside(side) for side in (student, reference)]
    if found[0] is None or found[1] is None or found[0][1] != found[1][1]:
        return None
    if student == reference:
        return Verdict("equal", "the same mean of the same formula", layer="canonical")
    if isinstance(student, Fold):
        declaration = with_arrays(declaration, (found[0][0], found[1][0]), student.index)
    symbols = {name: _as_number(kind) for name, kind in declaration.symbols.items()}
    verdict = decide_in(replace(declaration, symbols=symbols))(found[0][0], found[1][0])
    return replace(verdict, reason=f"means of one formula: {verdict.reason}") if verdict.verdict == "equal" else None


def _as_number(kind: Kind) -> Kind:
    if kind.member is not None:
        return replace(kind, member=_as_number(kind.member))
    return NUMBERS.get(kind.name, kind)


def _inside(node: Node) -> tuple[Node, object] | None:
    """What a mean is of, times the numbers before it, and under what it is taken; None of anything else."""
    match node:
        case Expectation(body=body, given=given, over=over):
            return body, (given, over)
        case Apply(function="mean_under", arguments=(body, *drawn)):
            return body, tuple(drawn)
        case Fold(operator="max" | "min" | "argmax" | "argmin", body=body, lower=None, upper=None):
            return body, (node.operator, node.index, node.domain)
        case Negate(body=body):
            inner = None if isinstance(body, Fold) else _inside(body)
            return inner and (Negate(inner[0]), inner[1])
        case Multiply(factors=(*others, last)) if all(map(_is_number, others)):
            inner = None if isinstance(last, Fold) else _inside(last)
            return inner and (Multiply((*others, inner[0])), inner[1])
        case _:
            return None


def _is_number(node: Node) -> bool:
    return isinstance(node, Number) or (
        isinstance(node, Divide) and all(map(_is_number, (node.numerator, node.denominator)))
    )
