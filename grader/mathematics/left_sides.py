"""What stands before an equals sign: a step that can be computed, or a name with a sign or a number before it."""

from __future__ import annotations

from grader.mathematics.dependence import Held
from grader.mathematics.forms import LABELS, has_unknown
from grader.mathematics.kinds import Declaration
from grader.mathematics.roles import HELD
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import (
    Apply,
    Derivative,
    Divide,
    Gradient,
    Indexed,
    Integral,
    Limit,
    Logic,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Relation,
    Symbol,
)


def is_computed(node: Node, answer: Node, declaration: Declaration) -> bool:
    """Whether an integral, a limit or a derivative can be computed from the numbers that an answer speaks of.

    Before that answer it is no name, but a step that must hold.
    """
    names = names_in(node)
    match node:
        case Integral(lower=lower, upper=upper) if lower is None or upper is None:
            return False  # known up to a constant
        case Derivative(body=Symbol() | Indexed()):
            return False
        case Integral() | Limit() | Derivative():
            scalars = all(name in declaration.symbols and declaration.symbols[name].scalar for name in names)
            return scalars and names <= names_in(answer) and not has_unknown(node)
        case _:
            return False


def is_multiple_of_label(node: Node, answer: Node) -> bool:
    r"""Whether a left side is what only names an answer with a sign or a number before it, ``-\nabla f``, or a norm."""
    match node:
        case Negate(body=body) | Divide(numerator=body, denominator=Number()):
            return is_multiple_of_label(body, answer) or _is_unexplained(body, answer)
        case Multiply(factors=(number, body)) if not names_in(number):
            return is_multiple_of_label(body, answer) or _is_unexplained(body, answer)
        case Apply(function="norm", arguments=(Symbol() | Indexed() as body, *_)):
            return not names_in(body) & names_in(answer)
        case Apply(function="norm" | "abs", arguments=(Held() | Derivative() | Gradient() as body, *_)):
            return _is_unexplained(body, answer)
        case _:
            return False


def scales_unknown(student: Node, reference: Node) -> bool:
    r"""Whether ``2 f(x) =`` or ``-f'(x) =`` stands before the expected value: the function itself may be asked."""
    if not isinstance(student, Relation) or student.operators != ("=",) or isinstance(reference, Relation | Logic):
        return False
    left, right = student.operands
    unknown = has_unknown(left) and isinstance(left, Multiply | Negate | Divide | Power)
    return unknown and not has_unknown(right) and bool(names_in(left) & names_in(right))


def _is_unexplained(node: Node, answer: Node) -> bool:
    """Whether this is a mean, a slope or the like of what an answer does not mention."""
    names = {name for name in names_in(node) if not name.startswith(HELD)}
    # a gradient that does not say by what is one name, and one at a place the value of a function
    named = isinstance(node, LABELS) or any(" " in name for name in names)
    valued = isinstance(node, Held) and has_unknown(node)
    return (valued or (bool(names) and named)) and not names & names_in(answer)
