"""Decides answers of the form O(n log n) and "roughly 3 n^2": the same class of growth, the same leading terms.

All growing variables grow without bound, independently of each other. One sum bounds another when each of its terms
is bounded by it in every direction of growth: ``n d`` is O(n^2 + d^2), and ``n^2 d`` is not O(n d^2 + n^2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

from flint import ctx, fmpq, fmpq_mat

from grader.errors import Beyond, Imprecise, NoValue
from grader.mathematics.asymptotics import (
    Expansion,
    Exponent,
    add,
    bounded_by,
    compare,
    negligible,
    scaled,
)
from grader.mathematics.balls import RealBalls
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.expanding import PRECISION, Expanding
from grader.mathematics.kinds import Declaration
from grader.mathematics.looks import Style
from grader.mathematics.roles import REAL, roles_of
from grader.mathematics.sampling import Point
from grader.mathematics.showing import in_words
from grader.mathematics.substituting import names_in, substitute
from grader.mathematics.tree import Apply, Growth, Node, Number, Power, Relation, Symbol, children
from grader.mathematics.verdict import Mode, Verdict, Witness

PLACES = 3
SHOWN = (10, 100)
"""Values of the growing variables at which a witness compares the sides; in several variables, their squares too."""

SAME = {"O": "upper", "Theta": "upper", "Omega": "lower", "o": "strict"}
Direction = Mapping[str, int]

PATH = "#t"
PATHS = (Fraction(1), Fraction(2), Fraction(3), Fraction(1, 2))
PATH_VARIABLES = 3


def settle(
    student: Node, reference: Node, declaration: Declaration, mode: Mode, *, seed: int = 0, paths: bool = True
) -> Verdict | None:
    """Decide two formulas up to ``leading-order`` or ``growth``; None when either's growth is not found.

    With ``paths``, what mixes variables is also looked at while they grow together along a path.
    """
    kinds = [one.kind if isinstance(one, Growth) else "" for one in (student, reference)]
    if all(kinds) and SAME[kinds[0]] != SAME[kinds[1]]:
        words = {"upper": "an upper bound", "lower": "a lower bound", "strict": "a strict upper bound"}
        reason = f"{words[SAME[kinds[1]]]} is asked for, {words[SAME[kinds[0]]]} is given"
        return Verdict("different", reason, Witness((), kinds[0], kinds[1], "the kind of bound"), "growth")
    bodies = [one.body if isinstance(one, Growth) else one for one in (student, reference)]
    if any(isinstance(one, Relation) for one in bodies):
        return None
    if any(map(_in_exponent, bodies)):
        return Verdict("undecided", "cannot compute a class of growth in an exponent", layer="growth")
    growing = growing_variables(bodies, declaration, mode)
    with ctx.workprec(PRECISION):
        try:
            first, second = _expansions(bodies, declaration, growing, seed)
            found = (_same_class if mode.name == "growth" else _same_leading)(first, second)
        except NoValue:
            return _along_paths(bodies, declaration, mode, growing, seed) if paths else None
    verdict, reason = found
    if verdict == "equal":
        return Verdict("equal", reason, None, "growth")
    return Verdict("different", reason, _witness(bodies, declaration, growing, seed), "growth")


def _in_exponent(node: Node) -> bool:
    """Whether a class stands where a constant factor matters: 2^{O(n)} holds 8^n, O(2^n) does not."""
    parts = (node.exponent,) if isinstance(node, Power) else node.arguments if isinstance(node, Apply) else ()
    return any(map(_holds_class, parts)) or any(map(_in_exponent, children(node)))


def _holds_class(node: Node) -> bool:
    return isinstance(node, Growth) or any(map(_holds_class, children(node)))


def _along_paths(
    bodies: Sequence[Node], declaration: Declaration, mode: Mode, growing: Sequence[str], seed: int
) -> Verdict | None:
    """Formulas that differ while their variables grow along one path, such as d = n^2, differ; else nothing is known.

    Each variable is a power of one that grows, so that what mixes variables, as d^n does, is of one variable only.
    """
    names = [name for name in growing if any(name in names_in(body) for body in bodies)]
    if not 1 < len(names) <= PATH_VARIABLES or any(declaration.symbols.get(name, REAL).sizes for name in names):
        return None
    for powers in sorted(product(PATHS, repeat=len(names)), key=lambda one: (sum(one), one)):
        sides = list(bodies)
        for name, power in zip(names, powers, strict=True):
            path = Symbol(PATH) if power == 1 else Power(Symbol(PATH), Number(power))
            sides = [substitute(side, name, path) for side in sides]
        try:
            first, second = _expansions(sides, declaration, (PATH,), seed)
            verdict, reason = (_same_class if mode.name == "growth" else _same_leading)(first, second)
        except NoValue:
            continue
        if verdict == "different":
            words = ", ".join(f"{name} = t^{power}" for name, power in zip(names, powers, strict=True))
            found = _witness(sides, declaration, (PATH,), seed)
            values = tuple((name.removeprefix("#"), value) for name, value in found.values)
            return Verdict("different", reason, replace(found, values=values, note=words), "growth")
    return None


def growing_variables(nodes: Sequence[Node], declaration: Declaration, mode: Mode) -> tuple[str, ...]:
    """What grows: the variables that the mode names, else all whole numbers that occur, else all symbols."""
    free = roles_of(nodes, declaration).free
    if mode.variables:
        return mode.variables
    whole = ("positive-integer", "nonnegative-integer", "integer", "index")
    counts = tuple(name for name in free if name in declaration.symbols and declaration.symbols[name].name in whole)
    return counts or tuple(name for name in free if declaration.symbols.get(name) is None or _scalar(declaration, name))


def _scalar(declaration: Declaration, name: str) -> bool:
    return declaration.symbols[name].scalar


def _expansions(
    nodes: Sequence[Node], declaration: Declaration, growing: Sequence[str], seed: int
) -> tuple[Expansion, Expansion]:
    roles = roles_of(nodes, declaration)
    places = tuple(Point(declaration, roles, Style("generic", number), f"{seed}") for number in range(PLACES))
    expand = Expanding(frozenset(growing), places)
    first, second = (expand(node) for node in nodes)
    return first, second


def _positive(part: Expansion) -> list[Exponent]:
    """The terms of a sum that is positive in the end.

    Raises:
        Beyond: when a negative term is not certainly outweighed, or the sum is lost in its error.
    """
    found = [term.exponent for term in part.terms if term.coefficient.sign > 0]
    lost = [*part.error, *(term.exponent for term in part.terms if term.coefficient.sign < 0)]
    if not found:
        if part.error and not part.terms:
            raise Beyond("a sum that is lost in its error")
        raise Beyond("a growth that is not positive")
    for one in lost:
        if not any(negligible(one, other) for other in found) and not _strictly_inside(one, found):
            raise Beyond("a sum in which terms may cancel")
    return found


def _flipped(part: Expansion) -> Expansion:
    """A sum that is negative in the end, turned positive: its size is what grows."""
    negative = [term for term in part.terms if term.coefficient.sign < 0]
    if negative and all(
        term.coefficient.sign < 0 or any(negligible(term.exponent, one.exponent) for one in negative)
        for term in part.terms
    ):
        one = part.terms[0].coefficient
        return scaled(part, one.each(lambda _: fmpq(-1)))
    return part


def _same_class(student: Expansion, reference: Expansion) -> tuple[str, str]:
    mine, theirs = _positive(_flipped(student)), _positive(_flipped(reference))
    below = _all_bounded(mine, theirs)
    above = _all_bounded(theirs, mine)
    if below and above:
        if add(student, _negated(reference)).terms:
            return "equal", "the same class of growth; constant factors and lower-order terms do not matter"
        return "equal", "the same class of growth"
    if above:
        return "different", "too loose: it grows faster than the expected class"
    if below:
        return "different", "too small: it grows more slowly than the expected class"
    return "different", "another class of growth: neither bounds the other"


def _negated(part: Expansion) -> Expansion:
    if not part.terms:
        return part
    return scaled(part, part.terms[0].coefficient.each(lambda _: fmpq(-1)))


def _all_bounded(terms: Sequence[Exponent], bounds: Sequence[Exponent]) -> bool:
    """Whether each term is O(the sum of the bounds); `Beyond` when that cannot be told."""
    return all(_bounded(one, bounds) for one in terms)


def _bounded(term: Exponent, bounds: Sequence[Exponent]) -> bool:
    if any(bounded_by(term, one) for one in bounds):
        return True
    signs = [compare(term, one) for one in bounds]
    if any(all(sign.get(name, 0) > 0 for sign in signs) for name in _variables([term, *bounds])):
        return False
    if _strictly_inside(term, bounds):
        return True
    if _escapes(term, bounds):
        return False
    if all(_pure(one) is not None for one in (term, *bounds)):
        return True
    raise Beyond("growths of which neither certainly bounds the other")


def _variables(terms: Sequence[Exponent]) -> set[str]:
    return {factor[0] for term in terms for scale, _ in term for factor, _ in scale}


def _pure(term: Exponent) -> dict[str, Fraction] | None:
    """Powers of the variables, when a term is a product of them."""
    found: dict[str, Fraction] = {}
    for scale, amount in term:
        power = amount.rational
        if len(scale) != 1 or scale[0][0][1] != 1 or scale[0][1] != 1 or power is None:
            return None
        found[scale[0][0][0]] = power
    return found


def _powers(term: Exponent) -> dict[str, Fraction]:
    """Powers of the variables, logarithms left out; `Beyond` when there are exponentials."""
    found: dict[str, Fraction] = {}
    for scale, amount in term:
        power = amount.rational
        if len(scale) != 1 or scale[0][1] != 1 or scale[0][0][1] < 1 or power is None:
            raise Beyond("exponentials of several variables")
        if scale[0][0][1] == 1:
            found[scale[0][0][0]] = power
    return found


def _strictly_inside(term: Exponent, bounds: Sequence[Exponent]) -> bool:
    """Whether a term is smaller than the largest bound by a power, in every direction of growth."""
    return _largest_lead(term, bounds) < 0


def _escapes(term: Exponent, bounds: Sequence[Exponent]) -> bool:
    """Whether a term is larger than every bound by a power, in some direction of growth."""
    return _largest_lead(term, bounds) > 0


def _largest_lead(term: Exponent, bounds: Sequence[Exponent]) -> Fraction:
    """The largest ``min_j (term - bound_j) . y`` over directions ``y >= 0`` of total one, by vertex enumeration."""
    names = sorted(_variables([term, *bounds]))
    if len(names) > 4 or len(bounds) > 12:
        raise Beyond("growths in so many variables")
    mine = _powers(term)
    rows = [
        [mine.get(name, Fraction(0)) - one.get(name, Fraction(0)) for name in names] for one in map(_powers, bounds)
    ]
    count = len(names)
    best: Fraction | None = None
    walls = [("bound", at) for at in range(len(rows))] + [("axis", at) for at in range(count)]
    for chosen in combinations(walls, count):
        point = _vertex(chosen, rows, count)
        if point is None or any(one < 0 for one in point[:count]):
            continue
        lead = min(sum((a * y for a, y in zip(row, point, strict=False)), Fraction(0)) for row in rows)
        best = lead if best is None or lead > best else best
    if best is None:
        raise Beyond("a direction of growth that is not found")
    return best


def _vertex(chosen: Sequence[tuple[str, int]], rows: Sequence[Sequence[Fraction]], count: int) -> list[Fraction] | None:
    """The direction ``y`` of total one, and ``t``, with ``row . y = t`` or ``y_i = 0`` for each chosen wall."""
    system: list[list[Fraction | int]] = [[*([1] * count), 0]]
    for kind, at in chosen:
        if kind == "bound":
            system.append([*rows[at], -1])
        else:
            system.append([*(int(place == at) for place in range(count)), 0])
    entries = [fmpq(one.numerator, one.denominator) for row in system for one in row]
    right = fmpq_mat(count + 1, 1, [int(place == 0) for place in range(count + 1)])
    try:
        found = fmpq_mat(count + 1, count + 1, entries).solve(right)
    except ZeroDivisionError:
        return None
    return [Fraction(int(found[place, 0].p), int(found[place, 0].q)) for place in range(count + 1)]


def _same_leading(student: Expansion, reference: Expansion) -> tuple[str, str]:
    if student.rough or reference.rough:
        raise Beyond("leading terms that are known up to a constant only")
    scale = [term.exponent for term in reference.terms]
    gap = add(student, _negated(reference))
    large = [term.exponent for term in gap.terms if not _vanishes_beside(term.exponent, scale)]
    if any(not _vanishes_beside(one, scale) for one in gap.error):
        raise Beyond("leading terms that are lost in the error")
    if not large:
        return "equal", "the same leading terms"
    try:
        same = _same_class(student, reference)[0] == "equal"
    except Beyond:
        same = False
    if same:
        return "different", "the same class of growth, but a leading term has another constant factor"
    return "different", "another leading term"


def _vanishes_beside(term: Exponent, bounds: Sequence[Exponent]) -> bool:
    if any(negligible(term, one) for one in bounds):
        return True
    try:
        return _strictly_inside(term, bounds)
    except Beyond:
        return False


def _witness(nodes: Sequence[Node], declaration: Declaration, growing: Sequence[str], seed: int) -> Witness:
    """Two points, the second farther out, and the ratio of the sides at each."""
    roles = roles_of(nodes, declaration)
    best: Witness | None = None
    largest = 0.0
    for chosen in range(max(1, len(growing)) + 1):
        ratios, shown = [], None
        for size in SHOWN:
            fixed = {
                name: fmpq(size if chosen == len(growing) or at == chosen else 10) for at, name in enumerate(growing)
            }
            try:
                point = Point(declaration, roles, Style("plain", 0), f"{seed}", fixed)
                values = [Evaluator(RealBalls(PRECISION), point).scalar(node) for node in nodes]
                ratios.append(float(values[0]) / float(values[1]))
            except (NoValue, Imprecise, ZeroDivisionError, OverflowError, ValueError):
                break
            names = tuple((name, in_words(value)) for name, value in point.values.items())
            shown = (names, in_words(values[0]), in_words(values[1]))
        if shown is None or len(ratios) != len(SHOWN):
            continue
        drift = abs(ratios[1] / ratios[0] - 1) if ratios[0] else 1.0
        if best is None or drift > largest:
            note = (
                f"the ratio of the two goes from {ratios[0]:.4g} to {ratios[1]:.4g} as {_grown(growing, chosen)} grows"
            )
            best, largest = Witness(*shown, note), drift
    return best or Witness((), "", "", "the leading terms differ")


def _grown(growing: Sequence[str], chosen: int) -> str:
    return growing[chosen] if chosen < len(growing) else " and ".join(growing)
