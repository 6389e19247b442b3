r"""What letters are meant as that nobody declared, where two formulas of free numbers differ.

``\bar x`` beside members of x is their mean, ``\sigma`` a deviation and not negative, ``x_i`` beside a matrix X one of
its rows or of its columns, I beside a matrix that is written out the identity. A verdict on what is meant takes
the place of one on free numbers; where a meaning is only possible and makes both sides the same, a person is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from grader.mathematics.array_signs import is_identity, parts_of
from grader.mathematics.chain_rules import with_chains
from grader.mathematics.dependence import with_slopes_within
from grader.mathematics.determinants import with_determinants
from grader.mathematics.forms import answer_of
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.normal_densities import centered, is_density, normal, with_density
from grader.mathematics.orders import rows_of_capitals, shows_matrices
from grader.mathematics.refining import refined, vectors_and_members
from grader.mathematics.sample_statistics import with_sample_variances
from grader.mathematics.slopes_as_columns import with_columns
from grader.mathematics.substituting import mapped, names_in, substitute
from grader.mathematics.sum_ranges import with_ranges
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Divide,
    Expectation,
    Fold,
    Indexed,
    Matrix,
    Node,
    Number,
    Power,
    Symbol,
)
from grader.mathematics.vector_functions import with_vector_values
from grader.mathematics.verdict import Verdict

BAR = "_bar"
MEMBER = "_member"
DENSITY = "density"
IDENTITY = "I"
ONE = Number(Fraction(1))
EYE = Constant("identity")
REAL = Kind("real")
FAMILY = Kind("sequence", member=REAL)
FAMILY_OF_POSITIVE = Kind("sequence", member=Kind("positive"))
MEAN = "mu_"
"""What the name of a mean may begin with, of members of x or of y; without a label it is a parameter."""

MEMBERS = ["x", "y"]

COUNTS = ("n", "N", "m")
"""Letters for how many members there are."""

SYMMETRIC = frozenset("KSCGHLMPQR")
"""Capitals of matrices that courses often take as symmetric."""

ROUNDING = frozenset({"floor", "ceil"})

Compare: TypeAlias = Callable[[Node, Node, Declaration], Verdict]
"""Compares two formulas under a declaration."""


@dataclass(frozen=True)
class Meaning:
    """Both sides with what letters may be meant as.

    ``sure`` says that nothing else can be meant, so that the verdict on this is the verdict; otherwise only "the same"
    counts, as ``equal`` where ``usual`` says that courses mean this, and else as a question to a person.
    """

    reason: str
    student: Node
    reference: Node
    declaration: Declaration
    sure: bool = False
    usual: bool = True


def as_meant(student: Node, reference: Node, declaration: Declaration, compare: Compare) -> Verdict | None:
    """The verdict on what undeclared letters are meant as; None where they can be anything, or it does not help."""
    if declaration.conventions is None:
        return None
    for meaning in _meanings(student, reference, declaration):
        verdict = compare(meaning.student, meaning.reference, meaning.declaration)
        if verdict.equal and not meaning.usual:
            return Verdict("undecided", f"the two agree if {meaning.reason}", layer="ties")
        if verdict.equal or (meaning.sure and verdict.verdict == "different"):
            return replace(verdict, reason=f"{verdict.reason}, where {meaning.reason}")
    return None


def of_matrices(student: Node, reference: Node, declaration: Declaration, compare: Compare) -> Verdict | None:
    """The verdict on capitals as matrices where they stand as matrices do, and are none yet; None if it is the same."""
    sides = [answer_of(side) for side in (student, reference)]
    if any(kind.sizes for kind in declaration.symbols.values()):
        return None
    if not any(map(shows_matrices, (student, reference))):
        return None
    kinds = refined(declaration, sides, matrices=True)
    if any(kind.sizes for kind in kinds.symbols.values()):
        whole = [_with_identity(side) if IDENTITY not in kinds.symbols else side for side in (student, reference)]
        verdict = compare(whole[0], whole[1], replace(kinds, conventions=None))
    else:
        verdict = None
    if verdict is not None and verdict.verdict == "different":
        return replace(verdict, reason=f"{verdict.reason}, where capitals are matrices")
    if (verdict is not None and verdict.equal) or rows_of_capitals(student) == rows_of_capitals(reference):
        return None
    return Verdict("undecided", "the order of what may be matrices matters", layer="shapes")


def told_apart(student: Node, reference: Node, declaration: Declaration) -> tuple[Node, Node, Declaration]:
    r"""Both sides with vectors ``x_i`` told apart from a vector x beside them: ``\sum_i a_i x_i^T x``."""
    if declaration.conventions is None:
        return student, reference, declaration
    student, reference = with_sample_variances((student, reference))
    student, reference = (with_slopes_within(side) for side in (student, reference))
    student, reference = _with_written_sums(student, reference), _with_written_sums(reference, student)
    student, reference = with_ranges(student, reference), with_ranges(reference, student)
    valued = with_vector_values(student, reference, declaration)
    if valued is not None:
        loose = _loosened(declaration, _uses(*valued[:2]))
        loose = replace(loose, symbols={**loose.symbols, **valued[2]})
        return valued[0], valued[1], refined(loose, [answer_of(side) for side in valued[:2]])
    found = vectors_and_members((student, reference))
    if not found:
        return student, reference, declaration
    sides = [_with_members(side, found) for side in (student, reference)]
    symbols = {f"{name}{MEMBER}": FAMILY for name in found} | dict.fromkeys(found, REAL)
    loose = _loosened(declaration, _uses(student, reference))
    loose = replace(loose, symbols={**loose.symbols, **symbols})
    return sides[0], sides[1], refined(loose, sides)


def _with_written_sums(node: Node, other: Node) -> Node:
    """The formula with ``sum(x^2)`` and ``mean(x y)`` as a sum over the members that the other side adds up."""
    folds = [part for part in parts_of(other) if isinstance(part, Fold) and part.operator == "sum"]

    def change(part: Node) -> Node:
        inner = mapped(part, change)
        if not (isinstance(inner, Apply) and inner.function in ("total", "mean") and len(inner.arguments) == 1):
            return inner
        names = names_in(inner)
        fold = next((one for one in folds if any(_runs_over(one, name) for name in names)), None)
        if fold is None or (inner.function == "mean" and (fold.lower != ONE or fold.upper is None)):
            return inner
        body, index = inner.arguments[0], f"{fold.index}#"
        for name in (name for name in names if _runs_over(fold, name)):
            body = substitute(body, name, Indexed(name, (Symbol(index),)))
        whole = replace(fold, body=body, index=index)
        return Divide(whole, fold.upper) if inner.function == "mean" and fold.upper is not None else whole

    return change(node)


def _with_members(node: Node, names: set[str]) -> Node:
    inner = mapped(node, lambda child: _with_members(child, names))
    if isinstance(inner, Indexed) and inner.name in names:
        return replace(inner, name=f"{inner.name}{MEMBER}")
    return inner


def _meanings(student: Node, reference: Node, declaration: Declaration) -> Iterator[Meaning]:
    chained = with_chains(student, reference)
    if chained is not None:
        yield Meaning("the chain rule holds", *chained, declaration)
    for reason, change in (("gradients are columns", with_columns), ("N is a density", centered)):
        changed = change(student, reference, declaration)
        if changed is not None:
            yield Meaning(reason, *changed)
    squares = with_determinants(student, reference, declaration)
    if squares is not None:
        yield Meaning("bars are determinants", *squares, usual=False)
    first = (_means, _identities, _deviations, _rows, _whole_numbers)
    for meanings in (*first, _densities, _symmetric, _expectations, _alone, _counts):
        yield from meanings(student, reference, declaration)


def _means(student: Node, reference: Node, declaration: Declaration) -> Iterator[Meaning]:
    """A letter with a bar as the mean of the members that a sum runs over."""
    folds = [part for side in (student, reference) for part in parts_of(side) if _is_sum(part)]
    asked = names_in(answer_of(student)) | names_in(answer_of(reference))
    for name in sorted(asked, key=lambda name: (not name.endswith(BAR), name)):
        bases = [name.removesuffix(BAR)] if name.endswith(BAR) else MEMBERS if name.startswith(MEAN) else []
        found = ((one, base) for base in bases for one in folds if isinstance(one, Fold) and _runs_over(one, base))
        fold, base = next(found, (None, ""))
        kind, family = declaration.symbols.get(name, REAL), declaration.symbols.get(base, FAMILY)
        if fold is None or kind not in (REAL, family.member):
            continue
        count = next((Symbol(one) for one in COUNTS if one in names_in(student) | names_in(reference)), None)
        sides = [_counted(side, base, count) if count else side for side in (student, reference)]
        bounded = fold.upper is not None or count is None
        mean = _mean(base, fold if bounded else replace(fold, lower=ONE, upper=count))
        sides = [substitute(side, name, mean) for side in sides]
        bar = name.endswith(BAR)
        yield Meaning(f"{name} is the mean of {base}", sides[0], sides[1], declaration, sure=bar, usual=bar)


def _expectations(student: Node, reference: Node, declaration: Declaration) -> Iterator[Meaning]:
    """A mu beside means of one random variable as its mean."""
    random = [name for name, kind in declaration.symbols.items() if kind.name == "random"]
    if len(random) == 1 and "mu" in names_in(student) | names_in(reference) and declaration.symbols.get("mu") == REAL:
        mean = Expectation(Symbol(random[0]))
        sides = [substitute(side, "mu", mean) for side in (student, reference)]
        yield Meaning(f"mu is the mean of {random[0]}", sides[0], sides[1], declaration, usual=False)


def _alone(student: Node, reference: Node, declaration: Declaration) -> Iterator[Meaning]:
    """A letter that stands alone beside members ``x_i`` as a number of its own."""
    uses = _uses(student, reference)
    found = {name for name, counts in uses.items() if counts == {0, 1} and declaration.symbols.get(name) == FAMILY}
    if found:
        sides = [_with_members(side, found) for side in (student, reference)]
        symbols = {**dict.fromkeys(found, REAL), **{f"{name}{MEMBER}": FAMILY for name in found}}
        numbers = replace(declaration, symbols={**declaration.symbols, **symbols})
        yield Meaning(f"{' and '.join(sorted(found))} is a number", sides[0], sides[1], numbers)


def _counts(student: Node, reference: Node, declaration: Declaration) -> Iterator[Meaning]:
    """Sums that say no bounds as sums up to a count that the formulas name."""
    sums = [part for side in (student, reference) for part in parts_of(side) if isinstance(part, Fold)]
    names = names_in(student) | names_in(reference)
    count = next((Symbol(one) for one in COUNTS if one in names), None)
    if count is not None and sums and all((one.lower, one.upper, one.domain) == (None, None, None) for one in sums):
        sides = [_counted(side, "", count) for side in (student, reference)]
        yield Meaning(f"sums run up to {count.name}", sides[0], sides[1], declaration)


def _counted(node: Node, base: str, count: Node) -> Node:
    """The formula with every sum over members that says no bounds as one up to the number n of them."""
    inner = mapped(node, lambda child: _counted(child, base, count))
    if isinstance(inner, Fold) and (inner.lower, inner.upper, inner.domain) == (None, None, None):
        return replace(inner, lower=ONE, upper=count)
    return inner


def _mean(base: str, fold: Fold) -> Node:
    index = f"{base}#"
    total = replace(fold, operator="sum", index=index, body=Indexed(base, (Symbol(index),)))
    count = fold.upper if fold.lower == ONE and fold.upper is not None else replace(total, body=ONE)
    return Divide(total, count if count is fold.upper else replace(total, body=_one_each(base, index)))


def _one_each(base: str, index: str) -> Node:
    """The number one, in a form that names the family, so that a sum without bounds knows what to run over."""
    return Power(Indexed(base, (Symbol(index),)), Number(Fraction(0)))


def _runs_over(fold: Fold, base: str) -> bool:
    parts = parts_of(fold.body)
    return any(isinstance(one, Indexed) and one.name == base and one.indices == (Symbol(fold.index),) for one in parts)


def _identities(student: Node, reference: Node, declaration: Declaration) -> Iterator[Meaning]:
    """I as the identity beside a matrix that is written out, or as a term of a sum."""
    sides = [_with_identity(side) for side in (student, reference)]
    if sides == [student, reference]:
        return
    parts = [part for side in (student, reference) for part in parts_of(side)]
    if any(isinstance(part, Matrix) for part in parts):
        yield Meaning(f"{IDENTITY} is the identity", sides[0], sides[1], declaration, sure=True)
    elif any(isinstance(part, Add) and any(map(is_identity, part.terms)) for part in parts):
        whole = refined(_loosened(declaration, _uses(student, reference)), sides)
        yield Meaning(f"{IDENTITY} is the identity", sides[0], sides[1], whole)
        # members of families of matrices: what holds of numbers may hold of them
        ones = [_with_identity(side, ONE) for side in (student, reference)]
        yield Meaning(f"{IDENTITY} is the identity", ones[0], ones[1], declaration, usual=False)


def _with_identity(node: Node, unit: Node = EYE) -> Node:
    if node in (Symbol(IDENTITY), Constant("i")):
        return unit
    return mapped(node, lambda child: _with_identity(child, unit))


def _deviations(student: Node, reference: Node, declaration: Declaration) -> Iterator[Meaning]:
    """Each sigma as a deviation."""
    names = names_in(student) | names_in(reference)
    kinds = {REAL: Kind("positive"), FAMILY: Kind("sequence", member=Kind("positive"))}
    scales = {
        name: kinds[declaration.symbols[name]]
        for name in names
        if name.partition("_")[0] == "sigma" and declaration.symbols.get(name) in kinds
    }
    if scales:
        squared = {one for side in (student, reference) for one in _squared(side)}
        positive = replace(declaration, symbols={**declaration.symbols, **scales})
        words = f"{' and '.join(sorted(scales))} is not negative"
        yield Meaning(words, student, reference, positive, usual=bool(squared & scales.keys()))


def _squared(node: Node) -> Iterator[str]:
    for part in parts_of(node):
        match part:
            case Power(base=Symbol(name=name) | Indexed(name=name), exponent=Number(value=value)) if value == 2:
                yield name


def _rows(student: Node, reference: Node, declaration: Declaration) -> Iterator[Meaning]:
    """Members of x as the rows of a matrix X, or as its columns."""
    uses = _uses(student, reference)
    found = [name for name, counts in uses.items() if counts == {1} and uses.get(name.upper()) == {0}]
    found = [name for name in found if len(name) == 1 and name.islower()]
    if not found:
        return
    loose = _loosened(declaration, uses)
    for turned in (False, True):
        sides = [_with_rows(side, frozenset(found), turned=turned) for side in (student, reference)]
        whole = refined(loose, sides)
        if whole is not loose:
            word = "columns" if turned else "rows"
            yield Meaning(f"the members of {' and '.join(found)} are {word} of a matrix", sides[0], sides[1], whole)


def _uses(*sides: Node) -> dict[str, set[int]]:
    """Every name with how many indices it carries."""
    uses: dict[str, set[int]] = {}
    for part in (part for side in sides for part in parts_of(side)):
        if isinstance(part, Symbol | Indexed):
            uses.setdefault(part.name, set()).add(len(part.indices) if isinstance(part, Indexed) else 0)
    return uses


def _with_rows(node: Node, names: frozenset[str], *, turned: bool) -> Node:
    match node:
        case Indexed(name=name) if name in names:
            return replace(node, name=name.upper())
        case Symbol(name=name) if turned and name.lower() in names:
            return Apply("transpose", (node,))
        case _:
            return mapped(node, lambda child: _with_rows(child, names, turned=turned))


def _loosened(declaration: Declaration, uses: dict[str, set[int]]) -> Declaration:
    """The declaration before matrices and vectors were found in the formulas."""
    arrays = [name for name, kind in declaration.symbols.items() if (kind.member or kind).sizes]
    kinds = {name: FAMILY if uses.get(name, {0}) - {0} else REAL for name in arrays}
    return replace(declaration, symbols={**declaration.symbols, **kinds})


def _whole_numbers(student: Node, reference: Node, declaration: Declaration) -> Iterator[Meaning]:
    """Names in a quotient that is rounded as whole numbers: sizes, strides and counts."""
    rounded = [
        part
        for side in (student, reference)
        for part in parts_of(side)
        if isinstance(part, Apply) and part.function in ROUNDING and _divides(part)
    ]
    names = {name for part in rounded for name in names_in(part) if declaration.symbols.get(name) == REAL}
    if names:
        symbols = {**declaration.symbols, **dict.fromkeys(names, Kind("positive-integer"))}
        words = f"{' and '.join(sorted(names))} are whole numbers"
        yield Meaning(words, student, reference, replace(declaration, symbols=symbols), usual=False)


def _densities(student: Node, reference: Node, declaration: Declaration) -> Iterator[Meaning]:
    """Densities ``N(x; m, v)`` as positive values of an unknown function, and as those of numbers with a variance."""
    sides = (student, reference)
    found = [part for side in sides for part in parts_of(side) if is_density(part)]
    if not found:
        return
    kinds = {**declaration.symbols, DENSITY: Kind("function", arity=3)}
    unknown = [with_density(side, lambda x, m, v: Apply("exp", (Apply(DENSITY, (x, m, v)),))) for side in sides]
    yield Meaning("N is a density", unknown[0], unknown[1], replace(declaration, symbols=kinds))
    positive = dict(declaration.symbols)
    for name in {name for part in found if isinstance(part, Apply) for name in names_in(part.arguments[2])}:
        positive[name] = FAMILY_OF_POSITIVE if positive.get(name) == FAMILY else Kind("positive")
    written = [with_density(side, normal) for side in sides]
    numbers = replace(declaration, symbols=positive)
    yield Meaning("N is the normal density", written[0], written[1], numbers, sure=True)


def _symmetric(student: Node, reference: Node, declaration: Declaration) -> Iterator[Meaning]:
    """Square matrices with the letters of kernels, covariances, scatters and Hessians as symmetric ones."""
    names = names_in(student) | names_in(reference)
    squares = {
        name: Kind("symmetric", kind.sizes[:1])
        for name, kind in declaration.symbols.items()
        if name in names and kind.name == "matrix" and name[0] in SYMMETRIC and len(set(kind.sizes)) == 1
    }
    if squares:
        symmetric = replace(declaration, symbols={**declaration.symbols, **squares})
        yield Meaning(f"{' and '.join(sorted(squares))} is symmetric", student, reference, symmetric, usual=False)


def _divides(node: Node) -> bool:
    return any(isinstance(part, Divide) for part in parts_of(node))


def _is_sum(node: Node) -> bool:
    return isinstance(node, Fold) and node.operator in ("sum", "product")
