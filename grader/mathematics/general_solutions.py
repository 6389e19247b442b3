"""Values with a free whole number, as trigonometric equations have: ``pi/6 + 2 k pi`` whatever the letter is."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq

from grader.mathematics.kinds import Declaration
from grader.mathematics.plain import number_of
from grader.mathematics.stated import ONE, ZERO
from grader.mathematics.structure import degree_in
from grader.mathematics.substituting import names_in, substitute
from grader.mathematics.tree import Add, Apply, Constant, Divide, Multiply, Negate, Node, Number, children
from grader.mathematics.verdict import Decide, Verdict

LETTERS = frozenset("knmlj")
"""Letters for any whole number."""


def same_general_solutions(student: Node, reference: Node, declaration: Declaration, decide: Decide) -> Verdict | None:
    """The verdict on two values that each have a letter for a whole number which the other lacks; else None.

    They are the same if they grow by the same, up to a sign, and differ by a multiple of that; so are the rest by seven
    and ``7 k + 3``. Only what speaks of pi, or is such a rest, is taken for one.
    """
    if declaration.conventions is None:
        return None
    given, wanted = _parts(student, reference), _parts(reference, student)
    if given is None or wanted is None or (_turns(given[1]) is not _turns(wanted[1])):
        return None
    if not any(decide(given[1], step).equal for step in (wanted[1], Negate(wanted[1]))):
        return decide(given[1], wanted[1])
    steps = number_of(Divide(Add((given[0], Negate(wanted[0]))), wanted[1]), declaration)
    if not isinstance(steps, fmpq | arb):
        return decide(given[0], wanted[0])
    whole = Number(Fraction(round(float(steps))))
    return decide(given[0], Add((wanted[0], Multiply((whole, wanted[1])))))


def _parts(node: Node, other: Node) -> tuple[Node, Node] | None:
    """The value where the free whole number is zero, and by how much it grows with it; None of any other formula."""
    match node:
        case Apply(function="mod", arguments=(rest, Number() as divisor)):
            return rest, divisor
    letters = sorted((names_in(node) - names_in(other)) & LETTERS)
    if len(letters) != 1 or degree_in(node, letters[0]) != 1:
        return None
    at_zero = substitute(node, letters[0], ZERO)
    step = Add((substitute(node, letters[0], ONE), Negate(at_zero)))
    remainder = isinstance(other, Apply) and other.function == "mod"
    return (at_zero, step) if remainder or (_turns(step) and not names_in(step)) else None


def _turns(node: Node) -> bool:
    """Whether a formula speaks of pi."""
    return node == Constant("pi") or any(map(_turns, children(node)))
