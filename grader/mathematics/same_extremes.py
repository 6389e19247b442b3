r"""Two extremes over the same thing: ``\max_w f(w)`` and ``\max_w g(w)``, whatever w runs over.

The largest values are the same where f and g are one function. The places of the largest values are the same as well
where g is f with a positive factor and a constant, or its logarithm: what an increasing function leaves as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from grader.mathematics.array_signs import parts_of
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.refining import refined
from grader.mathematics.substituting import mapped, names_in
from grader.mathematics.tree import (
    Add,
    Apply,
    Covariance,
    Expectation,
    Fold,
    Gradient,
    Indexed,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Probability,
    Symbol,
    Variance,
)
from grader.mathematics.under_distributions import is_distribution
from grader.mathematics.verdict import Decide, Verdict

EXTREMES = frozenset({"max", "min", "argmax", "argmin"})
PLACES = frozenset({"argmax", "argmin"})
OPAQUE = (Probability, Expectation, Variance, Covariance, Gradient)
DIVERGENCES = frozenset({"kl", "cross_entropy", "entropy", "mean_under", "mutual_information", "conditional_entropy"})
ZERO = Number(Fraction(0))
TWO = Number(Fraction(2))
REAL = Kind("real")
COUNT = Kind("positive-integer")

DecideIn = Callable[[Declaration], Decide]


def same_extremes(student: Node, reference: Node, declaration: Declaration, decide_in: DecideIn) -> Verdict | None:
    """``equal`` where both are one extreme of what has it at the same places; None where that is not to be seen."""
    if not (isinstance(student, Fold) and isinstance(reference, Fold)):
        return None
    if {student.operator, reference.operator} == PLACES:
        student, reference = (_as_largest(side) for side in (student, reference))
    if student.operator != reference.operator or student.operator not in EXTREMES:
        return None
    if _range(student) != _range(reference):
        return None
    index = student.index
    if index != reference.index and index in names_in(reference.body):
        return None
    first, second = student.body, _renamed(reference.body, reference.index, index)
    plain = _with(declaration, student, (index,))
    inside = with_arrays(plain, (first, second), index)
    verdict = decide_in(inside)(first, second)
    if verdict.equal:
        return replace(verdict, reason=f"the {student.operator} of one formula: {verdict.reason}")
    if inside is not plain and student.operator not in PLACES:
        return Verdict("undecided", f"what the {student.operator} is over may be an array", layer="shapes")
    if student.operator not in PLACES:
        return None
    shown, functions = _with_functions((first, second), index)
    if any(_is_hidden_in(side, index) for side in shown):
        return None
    symbols = {**declaration.symbols, **functions}
    told = _increasing(shown[0], shown[1], student, replace(declaration, symbols=symbols), decide_in)
    reason = f"the {student.operator} of one formula and of {told}"
    return Verdict("equal", reason, layer=verdict.layer) if told else None


def _as_largest(fold: Fold) -> Fold:
    """The place of the smallest value as that of the largest of the negative."""
    return replace(fold, operator="argmax", body=Negate(fold.body)) if fold.operator == "argmin" else fold


def _increasing(first: Node, second: Node, fold: Fold, declaration: Declaration, decide_in: DecideIn) -> str:
    """In words, by what increasing function the second is made from the first; empty where that is not to be seen."""
    names = tuple(f"{fold.index}#{number}" for number in range(4))
    decide = decide_in(_with(declaration, fold, names))
    f, g = ([_renamed(side, fold.index, name) for name in names] for side in (first, second))
    # one is the other with a factor and a constant: all quotients of differences are that factor
    f_steps, g_steps = ([_minus(at[0], at[1]), _minus(at[2], at[3])] for at in (f, g))
    if any(decide(step, ZERO).verdict != "different" for step in (f_steps[0], g_steps[0])):
        return ""  # what does not move has no place of a largest value
    if decide(Multiply((f_steps[0], g_steps[1])), Multiply((g_steps[0], f_steps[1]))).verdict == "equal":
        factor = Multiply((f_steps[0], g_steps[0]))
        if decide(Apply("abs", (factor,)), factor).equal:
            return "it with a positive factor and a constant"
        return ""
    for one, other in ((f, g), (g, f)):
        if decide(Multiply((Apply("exp", (_minus(other[0], other[1]),)), one[1])), one[0]).verdict == "equal":
            return "its logarithm"
    return ""


def _minus(first: Node, second: Node) -> Node:
    return Add((first, Negate(second)))


def _range(fold: Fold) -> tuple[Node | None, ...]:
    return (fold.lower, fold.upper, fold.domain)


def _with(declaration: Declaration, fold: Fold, names: tuple[str, ...]) -> Declaration:
    """The declaration with these names as what the extreme is over."""
    kind = declaration.symbols.get(fold.index)
    if kind is None:
        parts = list(parts_of(fold.body))
        family = any(isinstance(part, Indexed) and part.name == fold.index for part in parts)
        counts = any(isinstance(part, Indexed) and Symbol(fold.index) in part.indices for part in parts)
        kind = Kind("sequence", member=REAL) if family else COUNT if counts else REAL
    return replace(declaration, symbols={**declaration.symbols, **dict.fromkeys(names, kind)})


def with_arrays(declaration: Declaration, sides: Sequence[Node], index: str) -> Declaration:
    """The declaration with a capital that an extreme is over as the array that it is beside other ones."""
    arrays = [name for name, kind in declaration.symbols.items() if kind.name in ("vector", "matrix")]
    known = declaration.symbols.get(index, REAL) != REAL
    if known or declaration.conventions is None or not arrays:
        return declaration
    symbols = {**declaration.symbols, **dict.fromkeys((*arrays, index), REAL)}
    whole = refined(replace(declaration, symbols=symbols), sides)
    return whole if whole.symbols[index].sizes else declaration


def _with_functions(sides: Sequence[Node], name: str) -> tuple[list[Node], dict[str, Kind]]:
    """Both sides with each probability that depends on a name as the square of a function of it, and their kinds.

    It is a function of the indices of sums and products that stand in it as well.
    """
    found: dict[Node, str] = {}
    kinds: dict[str, Kind] = {}
    bound = {part.index for side in sides for part in parts_of(side) if isinstance(part, Fold)}

    def shown(node: Node) -> Node:
        density = isinstance(node, Apply) and is_distribution(node.function) and _labelled(node.function, name)
        if density or (isinstance(node, Probability) and name in names_in(node)):
            function = found.setdefault(node, f"{name}#p{len(found)}")
            places = (*sorted(bound & names_in(node)), name)
            kinds[function] = Kind("function", arity=len(places))
            return Power(Apply(function, tuple(map(Symbol, places))), TWO)
        return mapped(node, shown)

    return [shown(side) for side in sides], kinds


def _labelled(word: str, name: str) -> bool:
    return word != name and name in word.split("_")[1:]


def _is_hidden_in(node: Node, name: str) -> bool:
    """Whether something depends on a name in a way that nothing computes: a mean, or the label in ``f_theta``."""
    for part in parts_of(node):
        closed = isinstance(part, OPAQUE) or (isinstance(part, Apply) and part.function in DIVERGENCES)
        if closed and name in names_in(part):
            return True
        label = part.function if isinstance(part, Apply) else part.name if isinstance(part, Symbol | Indexed) else ""
        if _labelled(label, name):
            return True
    return False


def _renamed(node: Node, name: str, to: str) -> Node:
    """The formula with another name for what the extreme is over."""
    if name == to:
        return node
    if isinstance(node, Symbol) and node.name == name:
        return replace(node, name=to)
    inner = mapped(node, lambda child: _renamed(child, name, to))
    return replace(inner, name=to) if isinstance(inner, Indexed) and inner.name == name else inner
