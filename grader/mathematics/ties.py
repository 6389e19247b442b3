r"""What a difference between free symbols does not prove: symbols that are tied by custom, by a sum or by a recurrence.

Nothing ties ``\bar x`` to ``x_i``, or ``\kappa(A)`` to norms of A, when all symbols may have any value; a course does.
Such a difference is left to a person, unless what ties them can be put in and makes both sides the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from grader.mathematics.arbitrary_constants import by_constants
from grader.mathematics.forms import ORDERS, answer_of
from grader.mathematics.general_solutions import LETTERS, same_general_solutions
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.moments import with_letters_for_moments, without_steps
from grader.mathematics.structure import infinite_sign
from grader.mathematics.substituting import mapped, names_in, substitute
from grader.mathematics.tree import (
    Add,
    Apply,
    Divide,
    Expectation,
    Fold,
    Indexed,
    Multiply,
    Node,
    Number,
    Power,
    Probability,
    Quantity,
    Relation,
    Symbol,
    Variance,
    children,
)
from grader.mathematics.under_distributions import is_under_distribution
from grader.mathematics.verdict import Decide, Verdict

SHARES = frozenset({"p", "pi", "q", "p_hat", "pi_hat"})
"""Families that may be meant to add up to one."""

SPECTRAL = frozenset({"kappa", "cond", "rho", "sigma_max", "sigma_min", "lambda_max", "lambda_min", "lambda", "sigma"})
"""Names that eigenvalues, singular values and what is made of them have."""

RATIOS = frozenset({"kappa", "cond", "rho"})
"""Those of them that are made of others."""

ARRAYS = frozenset({"trace", "det", "norm", "frobenius", "nuclear", "inverse", "transpose", "rank", "eigmax", "eigmin"})
BAR = "_bar"
PROBABILITIES = ("probability", "open-probability")


def untied(student: Node, reference: Node, declaration: Declaration, decide: Decide) -> Verdict | None:
    """The verdict where a difference proves nothing because symbols are tied; None where nothing ties them."""
    found = _by_recurrence(answer_of(student), answer_of(reference), decide)
    found = found or _by_unrolling(answer_of(student), answer_of(reference), decide)
    if found is None and declaration.conventions is not None:
        if declaration.conventions.proportional:
            return _undecided("one side is given up to a factor")
        found = _by_custom(student, reference) or _by_custom(reference, student)
        found = found or by_constants(answer_of(student), answer_of(reference), decide)
        found = found or _by_steps(answer_of(student), answer_of(reference), decide)
        found = found or _by_degrees(answer_of(student), answer_of(reference), decide)
        found = found or _by_turns(answer_of(student), answer_of(reference), declaration, decide)
        found = found or _by_moments(answer_of(student), answer_of(reference), decide)
        found = found or _by_classes(student, reference)
        found = found or _by_indices(answer_of(student), answer_of(reference), declaration)
        found = found or _by_function(answer_of(student), answer_of(reference), declaration)
    found = found or _by_real_roots(student, reference, decide)
    return found or _by_shares(student, reference, declaration, decide)


def unknown_order(student: Node, reference: Node, declaration: Declaration) -> bool:
    """Whether inequalities hold functions of which nothing is said: where they hold is not where those drawn do."""
    parts = [part for side in (student, reference) for part in _all(side)]
    ordered = any(isinstance(one, Relation) and set(one.operators) & ORDERS for one in parts)
    kinds = declaration.symbols
    named = (one.function for one in parts if isinstance(one, Apply) and one.function in kinds)
    return ordered and any(kinds[name].name == "function" for name in named)


def doubted(student: Node, reference: Node, declaration: Declaration) -> Verdict | None:
    """The verdict where that two formulas are equal proves nothing: means of which nothing that is random is known."""
    for part in (part for side in (student, reference) for part in _all(side)):
        if isinstance(part, Expectation | Variance) and names_in(part.body):
            kinds = [declaration.symbols.get(name, Kind("real")) for name in names_in(part.body)]
            if not any((kind.member or kind).name == "random" for kind in kinds):
                return _undecided("nothing says what is random in a mean")
    if _blocks(student) != _blocks(reference):
        return _undecided("the order of blocks of a matrix matters")
    return None


def _blocks(node: Node) -> list[tuple[Node, ...]]:
    """The products of blocks of a matrix with an inverse among them, each in the order written."""
    found = []
    for part in _all(node):
        factors = part.factors if isinstance(part, Multiply) else ()
        blocks = tuple(one for one in factors if _is_block(one.base if isinstance(one, Power) else one))
        if len(blocks) > 1 and any(isinstance(one, Power) for one in blocks):
            found.append(blocks)
    return sorted(found, key=repr)


def _is_block(node: Node) -> bool:
    return isinstance(node, Indexed) and node.name in ("Sigma", "Lambda")


def of_one_measure(student: Node, reference: Node) -> bool:
    """Whether a mean of which nothing says over what stands on one side, and one under a distribution on the other."""
    plain = [
        any(isinstance(one, Expectation) and one.over is None for one in _all(side)) for side in (student, reference)
    ]
    under = [is_under_distribution(side) for side in (student, reference)]
    return (plain[0] and under[1] and not plain[1]) or (plain[1] and under[0] and not plain[0])


def _undecided(reason: str) -> Verdict:
    return Verdict("undecided", reason, layer="ties")


def _by_custom(one: Node, other: Node) -> Verdict | None:
    """A mean with a bar beside a sum of members, or what belongs to a spectrum beside a function of a matrix."""
    parts = list(_all(other))
    named = _names(one) - _names(other)
    sums = {part.name for part in parts if isinstance(part, Indexed)} if any(map(_is_sum, parts)) else set()
    for name in named:
        base = name.removesuffix(BAR)
        if base != name and base in sums:
            return _undecided(f"{name} may be meant as the mean of {base}")
        arrays = any(isinstance(part, Apply) and part.function in ARRAYS for part in parts)
        ratio = name in RATIOS and bool(SPECTRAL & _names(other))
        if (ratio or (arrays and name in SPECTRAL)) and _belongs(one, name):
            return _undecided(f"{name} may be meant as belonging to the matrix")
    return None


def _by_degrees(student: Node, reference: Node, decide: Decide) -> Verdict | None:
    """The same number, on one side with a sign for degrees: what the other side counts is not told."""
    units = {part.unit for side in (student, reference) for part in _all(side) if isinstance(part, Quantity)}
    if units & {"radians", "rad"}:
        return None
    bare = [_without_degrees(side) for side in (student, reference)]
    if (bare[0] == student) is (bare[1] == reference) or not decide(bare[0], bare[1]).equal:
        return None
    return _undecided("the number is the expected one, but only one of the two is in degrees")


def _without_degrees(node: Node) -> Node:
    if isinstance(node, Quantity) and node.unit == "degrees":
        return node.value
    return mapped(node, _without_degrees)


def _by_classes(student: Node, reference: Node) -> Verdict | None:
    """Events ``y = 0`` and ``y = 1``, each on one side only: y may take no other values."""
    values: list[set[tuple[Node, Fraction]]] = []
    for side in (student, reference):
        events = [one for part in _all(side) if isinstance(part, Probability) for one in _all(part.event)]
        equations = [one.operands for one in events if isinstance(one, Relation) and one.operators == ("=",)]
        values.append({(left, right.value) for left, right in equations if isinstance(right, Number)})
    for left, value in values[0] - values[1]:
        for other, second in values[1] - values[0]:
            if left == other and sorted((value, second)) in ([0, 1], [-1, 1]):
                return _undecided("whether an event has a third case is not told")
    return None


def _by_indices(student: Node, reference: Node, declaration: Declaration) -> Verdict | None:
    """A family or a function that takes one index or argument on one side, and two on the other: its members."""
    counts: list[dict[str, set[int]]] = [{}, {}]
    for found, side in zip(counts, (student, reference), strict=True):
        for part in _all(side):
            if isinstance(part, Indexed):
                found.setdefault(part.name, set()).add(len(part.indices))
            elif isinstance(part, Apply) and part.function in declaration.symbols:
                found.setdefault(part.function, set()).add(len(part.arguments))
    for name in sorted(counts[0].keys() & counts[1].keys()):
        if {min(counts[0][name]), min(counts[1][name])} == {1, 2} and not counts[0][name] & counts[1][name]:
            return _undecided(f"{name} has an index on one side only")
    return None


def _by_function(student: Node, reference: Node, declaration: Declaration) -> Verdict | None:
    """A function of which nothing is said on one side, and none at all on the other: it may be just that formula."""
    kinds = declaration.symbols
    functions = [
        {name for name in _names(side) if name in kinds and kinds[name].name == "function"}
        for side in (student, reference)
    ]
    if bool(functions[0]) is bool(functions[1]):
        return None
    names = " and ".join(sorted(functions[0] | functions[1]))
    return _undecided(f"nothing says what {names} is")


def _belongs(node: Node, name: str) -> bool:
    """Whether a name stands before a matrix in brackets, or is a family that a sum or a product runs over."""
    for part in _all(node):
        match part:
            case Apply(function=function) if function == name:
                return True
            case Multiply(factors=factors) if Symbol(name) in factors:
                return any(factor != Symbol(name) and _capital(factor) for factor in factors)
            case Fold(body=body) if any(isinstance(one, Indexed) and one.name == name for one in _all(body)):
                return True
    return False


def _capital(node: Node) -> bool:
    return any(name[0].isupper() for name in names_in(node))


def _by_recurrence(student: Node, reference: Node, decide: Decide) -> Verdict | None:
    """A sum beside a formula with the next member of what it defines: the sum is put in for each member."""
    for one, other in ((student, reference), (reference, student)):
        sums = [part for part in _all(other) if _is_sum(part)]
        families = {part.name for part in _all(one) if isinstance(part, Indexed)} - _names(other)
        for name in sorted(families) if sums else ():
            step = _put_in(one, name, other)
            if step is None:
                continue
            endless = all(isinstance(part, Fold) and part.upper and infinite_sign(part.upper) for part in sums)
            if endless and decide(step, other).verdict == "equal":
                return Verdict("equal", f"the sum is what the recurrence says of {name}", layer="recurrence")
            return _undecided(f"{name} may be what the sum defines")
    return None


def _by_unrolling(student: Node, reference: Node, decide: Decide) -> Verdict | None:
    """A recurrence beside the same one with what it says of the next member put in: ``a + c G[t+1]``."""
    for one, other in ((student, reference), (reference, student)):
        families = {part.name for part in _all(one) if isinstance(part, Indexed)}
        for name in sorted(families & {part.name for part in _all(other) if isinstance(part, Indexed)}):
            step = _put_in(one, name, one)
            if step is not None and decide(step, other).equal:
                return _undecided(f"the two agree where {name} follows the recurrence")
    return None


def _put_in(node: Node, name: str, value: Node) -> Node | None:
    """A formula with each member of a family replaced by another formula at its index; None without one index."""
    indices = [part.indices for part in _all(node) if isinstance(part, Indexed) and part.name == name]
    letters = {letter for many in indices for one in many for letter in names_in(one)}
    if len(letters) != 1 or any(len(many) != 1 or isinstance(many[0], Symbol) for many in indices):
        return None
    (letter,) = letters
    if letter not in names_in(value):
        return None

    def change(part: Node) -> Node:
        if isinstance(part, Indexed) and part.name == name:
            return substitute(value, letter, part.indices[0])
        return mapped(part, change)

    return change(node)


def _by_steps(student: Node, reference: Node, decide: Decide) -> Verdict | None:
    """An update written without the number of its step on one side only."""
    sides = without_steps(student, reference), without_steps(reference, student)
    if sides == (student, reference) or not decide(*sides).equal:
        return None
    return _undecided("the two agree where what has no index is of the step before")


def _by_turns(student: Node, reference: Node, declaration: Declaration, decide: Decide) -> Verdict | None:
    """General solutions with one letter that differ by whole periods."""
    shared = sorted(names_in(student) & names_in(reference) & LETTERS)
    free = sorted(LETTERS - names_in(student) - names_in(reference))
    if len(shared) != 1 or not free:
        return None
    renamed = substitute(student, shared[0], Symbol(free[0]))
    found = same_general_solutions(renamed, reference, declaration, decide)
    same = found is not None and found.equal
    return _undecided(f"the two agree where {shared[0]} is any whole number") if same else None


def _by_moments(student: Node, reference: Node, decide: Decide) -> Verdict | None:
    r"""A variance or a mean on one side only, where the other may have ``\sigma^2`` or ``\mu`` for it."""
    sides = [with_letters_for_moments(side) for side in (student, reference)]
    changed = [side != before for side, before in zip(sides, (student, reference), strict=True)]
    spoken = bool(names_in(reference if changed[0] else student) & {"sigma", "mu"})
    if changed[0] is changed[1] or not spoken or not decide(sides[0], sides[1]).equal:
        return None
    return _undecided("the two agree where a letter stands for the mean or the variance")


def _by_real_roots(student: Node, reference: Node, decide: Decide) -> Verdict | None:
    """Powers of negative numbers with an odd denominator, ``(-8)^(1/3)``: the real root may be meant."""
    sides = [_with_real_roots(side) for side in (student, reference)]
    if sides == [student, reference] or not decide(sides[0], sides[1]).equal:
        return None
    return _undecided("the two agree where the real root is meant")


def _with_real_roots(node: Node) -> Node:
    inner = mapped(node, _with_real_roots)
    match inner:
        case Power(base=base, exponent=exponent) if not names_in(base):
            share = _fraction(exponent)
            if share.denominator % 2 and share.denominator > 1:
                root = Apply("root", (base, Number(Fraction(share.denominator))))
                return Power(root, Number(Fraction(share.numerator)))
    return inner


def _fraction(node: Node) -> Fraction:
    match node:
        case Number(value=value):
            return value
        case Divide(numerator=Number(value=top), denominator=Number(value=bottom)) if bottom:
            return top / bottom
        case _:
            return Fraction(1)


def _by_shares(student: Node, reference: Node, declaration: Declaration, decide: Decide) -> Verdict | None:
    """Whether two formulas agree once a family of probabilities adds up to one."""
    sums = [part for side in (student, reference) for part in _all(side) if isinstance(part, Fold)]
    for name in sorted(_names(student) | _names(reference)):
        kind = declaration.symbols.get(name, Kind("real"))
        meant = kind.member is not None and (kind.member.name in PROBABILITIES or name in SHARES)
        ranges = {(one.lower, one.upper, one.domain) for one in sums if _runs_over(one, name)} if meant else set()
        if len(ranges) != 1:
            continue
        fold = next(one for one in sums if _runs_over(one, name))
        sides = [_not_empty(_shared(side, name, fold), fold) for side in (student, reference)]
        if decide(sides[0], sides[1]).equal:
            return _undecided(f"the two agree where all {name} add up to one")
    return None


def _runs_over(node: Fold, name: str) -> bool:
    return any(
        isinstance(one, Indexed) and one.name == name and Symbol(node.index) in one.indices for one in _all(node)
    )


def _shared(node: Node, name: str, fold: Fold) -> Node:
    """The formula with each member of a family divided by their sum."""
    if isinstance(node, Indexed) and node.name == name and len(node.indices) == 1:
        index = f"{name}#"
        return Divide(node, replace(fold, operator="sum", body=Indexed(name, (Symbol(index),)), index=index))
    return mapped(node, lambda child: _shared(child, name, fold))


def _not_empty(node: Node, fold: Fold) -> Node:
    """The formula with one more term in a sum up to a symbol: nothing adds up to one."""
    if isinstance(fold.upper, Symbol):
        return substitute(node, fold.upper.name, Add((fold.upper, Number(Fraction(1)))))
    return node


def _is_sum(node: Node) -> bool:
    return isinstance(node, Fold) and node.operator in ("sum", "product")


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _all(child)


def _names(node: Node) -> set[str]:
    found = {one.function for one in _all(node) if isinstance(one, Apply)}
    return found | {one.name for one in _all(node) if isinstance(one, (Symbol, Indexed))}
