"""What stands before two equations: names of one thing, or of two that are known to be others, as E[X] and Var(X)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from grader.mathematics.array_signs import parts_of
from grader.mathematics.forms import equations_in_order, occurs
from grader.mathematics.functions import known
from grader.mathematics.same_writing import alike
from grader.mathematics.substituting import mapped, names_in
from grader.mathematics.tree import (
    Apply,
    Covariance,
    Derivative,
    Expectation,
    Gradient,
    Indexed,
    Integral,
    Limit,
    Multiply,
    Node,
    Number,
    Probability,
    Relation,
    Symbol,
    Tuple,
    Variance,
)

SPAN = "span"
_ACCENTS = frozenset({"hat", "bar", "tilde", "dot"})
SLOPE = "slope"
VALUE = "value"


def other_labels(student: Node, reference: Node) -> tuple[Node, Node] | None:
    """What two equations name if they surely name two things, as ``P(A) = 1/2`` and ``P(B) = 1/2``; else None.

    Of a chain of equations one member that names the right thing is enough.
    """
    match student, reference:
        case Relation(operands=(first, *_) as sides), Relation(operands=(second, _)):
            if len(sides) == len("fg") and (
                _is_made_of(first, second) or _is_made_of(second, first) or _is_turned(first, second, sides[1])
            ):
                return first, second
            named = [one for one in sides[:-1] if _sort(one) is not None]
            others = bool(named) and named[0] is first and all(_are_others(one, second) for one in named)
            return (first, second) if others else None
        case _:
            return _other_in_list(student, reference)


def _other_in_list(student: Node, reference: Node) -> tuple[Node, Node] | None:
    """A left side in one of two lists of equations that is surely none of those in the other list."""
    lists = [
        [one.operands[0] for one in equations_in_order(side) if one.operators == ("=",)]
        for side in (student, reference)
    ]
    if not all(lists) or not all(_sort(one) is not None for many in lists for one in many):
        return None
    for one in lists[0]:
        if all(_are_others(one, other) for other in lists[1]):
            return one, lists[1][0]
    return None


def unlabelled(student: Node, reference: Node) -> tuple[Node, Node]:
    r"""Both answers without what they stand behind, where that names one thing: ``Var[y] = s`` and ``V(y_i) = s``.

    A plain name may be short for a mean, a slope or a chance before a formula, as ``\delta = a - y``.
    """
    match student, reference:
        case Relation(operands=(first, *_)), Relation(operators=("=",), operands=(second, right)):
            steps = student.operands[1:]
            sorts = _sort(first), _sort(second)
            one = sorts[0] is not None and sorts[0] == sorts[1] and not _are_others(first, second)
            short = isinstance(first, Symbol) and sorts[1] is not None and first.name not in names_in(reference)
            said = any(occurs(label, step) for label in (first, second) for step in (*steps, right))
            same = _is_one_letter(first, second, (*steps, right))
            if set(student.operators) != {"="} or said or not (one or same or (short and names_in(right))):
                return student, reference
            return steps[0] if len(steps) == 1 else Relation(student.operators[1:], steps), right
        case _:
            return student, reference


def _is_one_letter(first: Node, second: Node, rest: Sequence[Node]) -> bool:
    r"""Whether two left sides are one letter that stands nowhere else, with other indices: ``G`` and ``G_{t:t+2}``."""
    letters = [_letter(side) for side in (first, second)]
    if first == second or letters[0] != letters[1] or not letters[0]:
        return False
    used = {part.function for side in rest for part in parts_of(side) if isinstance(part, Apply)}
    used |= {name for side in rest for name in names_in(side)}
    places = [_places(side) for side in (first, second)]
    # what is said of the n-th member for every n may be said of the k-th
    renamed = all(places) and not places[0] & places[1] and bool((places[0] | places[1]) & used)
    return letters[0] not in {_with_accent(name)[0] for name in used} and not renamed


def _places(node: Node) -> set[str]:
    """The letters below a name."""
    if isinstance(node, Indexed):
        return {name for one in node.indices for name in names_in(one)}
    label = _with_accent(node.name)[1] if isinstance(node, Symbol) else ""
    return {label} - {"", SPAN}


def _with_accent(name: str) -> tuple[str, str]:
    r"""A name's letter with its accent, as in ``\hat m_t``, and what is below it."""
    base, _, label = name.partition("_")
    accent, _, rest = label.partition("_")
    return (f"{base}_{accent}", rest) if accent in _ACCENTS else (base, label)


def _letter(node: Node) -> str:
    """The letter that a left side consists of beside letters and ranges below it; empty where more is below it."""
    match node:
        case Symbol(name=name) | Indexed(name=name):
            base, label = _with_accent(name)
            indices = node.indices if isinstance(node, Indexed) and label != SPAN else ()
            counted = not all(isinstance(one, Symbol) for one in indices)
            plain = not label or label == SPAN or (len(label) == 1 and label.isalpha())
            return base if plain and not counted else ""
        case _:
            return ""


def _are_others(first: Node, second: Node) -> bool:
    """Whether two are surely not one thing.

    Names are taken as one with a letter as index or without, small or capital, since ``Var[y_i]`` is often written for
    ``Var[Y]``. A plain name may stand for anything, and so may another function of the same letters.
    """
    sorts = _sort(first), _sort(second)
    if None in sorts:
        return False
    if sorts[0] != sorts[1]:
        return SLOPE not in sorts or VALUE in sorts
    subjects = _subject(first), _subject(second)
    names = names_in(subjects[0]), names_in(subjects[1])
    if alike(*subjects) or not (names[0] and names[1]):
        return False
    if names[0] & names[1]:
        return names[0] == names[1]
    return all(_is_plain(subject) for subject in subjects)


def _is_made_of(one: Node, other: Node) -> bool:
    """Whether one is the derivative or the integral of an unknown function and the other its value."""
    match one, other:
        case ((Derivative(body=Apply(function=name)) | Integral(body=Apply(function=name))), Apply(function=second)):
            return name == second and name not in known()
        case _:
            return False


def _is_turned(one: Node, other: Node, right: Node) -> bool:
    """Whether two are products of the same capitals in another order, beside nothing but capitals: matrices."""
    match one, other:
        case Multiply(factors=first), Multiply(factors=second):
            names = names_in(one) | names_in(other) | names_in(right)
            capitals = all(name[0].isupper() for name in names) and bool(names_in(right))
            return capitals and first != second and sorted(map(repr, first)) == sorted(map(repr, second))
        case _:
            return False


def _sort(node: Node) -> str | None:
    match node:
        case Expectation():
            return "mean"
        case Variance():
            return "variance"
        case Covariance():
            return "covariance"
        case Probability():
            return "probability"
        case Limit():
            return "limit"
        case Integral(lower=lower, upper=upper) if lower is not None and upper is not None:
            return "integral"
        case Derivative() | Gradient():
            return SLOPE
        case Apply(function=name, arguments=arguments) if name not in known():
            return VALUE if arguments and all(isinstance(one, Number) for one in arguments) else None
        case _:
            return None


def _subject(node: Node) -> Node:
    """What a mean, a slope or a value is of, with nothing of how its names are written."""
    parts: tuple[Node | None, ...]
    match node:
        case Expectation(body=body, given=given) | Variance(body=body, given=given):
            parts = (body, given)
        case Covariance(first=first, second=second):
            # in either order, which a tuple of the two would tell apart
            return _folded(Apply("dot", (first, second)))
        case Probability(event=event, given=given):
            parts = (event, given)
        case Limit(body=body, point=point):
            parts = (body, point)
        case Integral(body=body, lower=lower, upper=upper):
            parts = (body, lower, upper)
        case Derivative(variables=variables):
            parts = tuple(part for name, order in variables for part in (name, Number(Fraction(order))))
        case Gradient(variable=variable):
            parts = (variable, None)
        case Apply(function=name, arguments=arguments):
            parts = (Symbol(name), *arguments)
        case _:
            parts = (node,)
    return _folded(Tuple(tuple(part for part in parts if part is not None)))


def _folded(node: Node) -> Node:
    match node:
        case Indexed(name=name, indices=indices) if all(isinstance(one, Number) for one in indices):
            return Symbol(f"{name.lower()}{indices}")
        case Symbol(name=name) | Indexed(name=name):
            base, _, label = name.lower().rpartition("_")
            return Symbol(base if base and len(label) == 1 and label.isalpha() else name.lower())
        case _:
            return mapped(node, _folded)


def _is_plain(subject: Node) -> bool:
    return all(isinstance(part, (Symbol, Number)) for part in getattr(subject, "elements", (subject,)))
