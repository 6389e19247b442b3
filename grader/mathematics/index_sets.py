r"""Index sets of which nothing is said, ``\sum_{j \in N(i)}`` and ``\max_{a \in \mathcal A}``, as any finite sets.

A set has elements of its own for each way it is written and for each value of what stands in its brackets or below it,
the same ones in both formulas. Its number of elements, ``|N(i)|``, is theirs. What is taken away from a set belongs to
it, and what is added to it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from grader.mathematics.array_signs import parts_of
from grader.mathematics.functions import GREEK, known
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.outcomes import Over
from grader.mathematics.substituting import mapped, names_in
from grader.mathematics.tree import (
    Apply,
    Expectation,
    FiniteSet,
    Fold,
    Indexed,
    Multiply,
    Node,
    Number,
    Probability,
    Relation,
    SetOperation,
    Symbol,
    children,
)
from grader.mathematics.verdict import Verdict

PLACES = Kind("sequence", member=Kind("set"))
VALUES = Kind("sequence", member=Kind("set", member=Kind("real")))
INDEX = Kind("index")
PREFIX = "set "
PRIME = "_prime"
PAIRED = "abc"
"""What the names of the sets end with that a sum over pairs, ``(i, j) \\in E``, is read with."""
BARS = frozenset({"abs", "cardinality"})

Pair = tuple[Node, Node, Declaration]


@dataclass(frozen=True)
class Sets:
    """Two formulas over finite sets; ``doubt`` says why a difference between them may be none."""

    student: Node
    reference: Node
    declaration: Declaration
    doubt: str = ""


def with_index_sets(student: Node, reference: Node, declaration: Declaration) -> Sets | None:
    r"""Both formulas over finite sets of which only their names are known; None where there are none.

    A set whose name is the capital of the index, as in ``x \in X``, holds all values of it, of which nothing else is
    said: such an index is then without a set.
    """
    given = (student, reference)
    if not any(isinstance(one, Fold) for side in given for one in parts_of(side)):
        return None
    written = frozenset(one.domain for side in given for one in parts_of(side) if isinstance(one, Fold) and one.domain)
    sides = tuple(_with_sets(side, declaration, written) for side in given)
    if not _may_count(given, declaration):
        sides = tuple(map(_with_repeated, sides))
    if sides == (student, reference):
        return None
    sides = tuple(_without_universe(side, _universes(sides)) for side in sides)
    bases = [frozenset(_bases(side)) for side in sides]
    if any(isinstance(one, Relation) and "in" in one.operators for side in sides for one in parts_of(side)):
        return None
    for rule in (_taken, _added):
        sides = rule(sides)
    names = {one.name for base in bases for one in base}
    bare = {name for side in sides for name in _bare(side)}
    kinds = {name: VALUES if name in bare else PLACES for name in names}
    indices = {one.name for base in bases for found in base for one in found.indices if isinstance(one, Symbol)}
    missing = dict.fromkeys(indices - declaration.symbols.keys(), INDEX)
    taken = dict.fromkeys({name for side in sides for name in _elements(side)} & declaration.symbols.keys(), INDEX)
    symbols = {**missing, **declaration.symbols, **taken, **kinds}
    sized = any(declaration.symbols[name].sizes for name in _names(sides) & declaration.symbols.keys())
    doubt = "the elements of a set may be vectors" if bare and sized else _doubt(sides, bases)
    return Sets(sides[0], sides[1], replace(declaration, symbols=symbols), doubt)


def _names(sides: Sequence[Node]) -> frozenset[str]:
    return frozenset().union(*map(names_in, sides))


def settled(verdict: Verdict, sets: Sets) -> Verdict:
    """The verdict on two formulas over finite sets, open where they are over different sets."""
    if verdict.verdict == "different" and sets.doubt:
        return Verdict("undecided", sets.doubt, layer="sets")
    return verdict


def _doubt(sides: Sequence[Node], bases: Sequence[frozenset[Indexed]]) -> str:
    folds = [any(isinstance(one, Fold) for one in parts_of(side)) for side in sides]
    if bases[0] != bases[1] and all(folds):
        return "the two are over different sets"
    sized = [any(_is_size(one) for one in parts_of(side)) for side in sides]
    names = [names_in(side) for side in sides]
    if sized[0] != sized[1] and names[sized[0]] - names[sized[1]]:
        return "the number of elements of a set may have a name of its own"
    return ""


def _is_size(node: Node) -> bool:
    return isinstance(node, Apply) and node.function == "cardinality"


def _with_sets(node: Node, declaration: Declaration, written: frozenset[Node]) -> Node:
    """The formula with each such set as a member of a family of sets, and the bars around one written as its size."""

    def change(part: Node) -> Node:
        inner = _as_relation(part) if isinstance(part, Fold) else part
        inner = mapped(inner, change)
        if isinstance(inner, Fold) and inner.domain is not None:
            return replace(inner, domain=_family(inner.domain, declaration) or inner.domain)
        if isinstance(inner, Apply) and inner.function in BARS:
            held = _family(inner.arguments[0], declaration)
            if held is not None and (inner.function == "cardinality" or inner.arguments[0] in written):
                return Apply("cardinality", (held,))
        return inner

    return change(node)


def _may_count(sides: Sequence[Node], declaration: Declaration) -> bool:
    """Whether some name may be how many terms a sum has that does not say it: no member, no index, no Greek letter."""
    names = {name for side in sides for name in names_in(side)}
    plain = {name for name in names if declaration.symbols.get(name, Kind("real")).name not in ("sequence", "index")}
    places = {
        part.name for side in sides for one in _places(side) for part in parts_of(one) if isinstance(part, Symbol)
    }
    return bool((plain - places).difference(GREEK))


def _places(node: Node) -> Iterator[Node]:
    """What stands in the places of members."""
    for one in parts_of(node):
        if isinstance(one, Indexed):
            yield from one.indices


def _with_repeated(node: Node) -> Node:
    r"""The formula with a sum whose terms lack its index, ``\sum_j e^{z_i}``, as often that as members have places."""
    inner = mapped(node, _with_repeated)
    match inner:
        case Fold(operator="sum", index=index, body=body, lower=None, upper=None, domain=None) if type(
            inner
        ) is Fold and index not in names_in(body):
            return Over("sum", body, index)
        case _:
            return inner


def _as_relation(fold: Fold) -> Fold:
    """A sum over pairs with the second set as one that depends on the first index: any set of pairs."""
    inner = fold.body
    if not (isinstance(inner, Fold) and isinstance(fold.domain, Symbol) and isinstance(inner.domain, Symbol)):
        return fold
    first, second = fold.domain.name, inner.domain.name
    if first[:-1] != second[:-1] or (first[-1:], second[-1:]) not in pairwise(PAIRED):
        return fold
    return replace(fold, body=replace(inner, domain=Indexed(second, (Symbol(fold.index),))))


def _family(node: Node, declaration: Declaration) -> Node | None:
    """A set as a member of a family; None where its form says more, or something else."""
    match node:
        case Indexed(name=name) if name.startswith(PREFIX):
            return None
        case Symbol(name=name) if declaration.symbols.get(name, Kind("real")).name != "set":
            base, _, label = name.partition("_")
            if len(label) == 1 and label.islower():
                return Indexed(f"{PREFIX}{base}", (Symbol(label),))
            return Indexed(f"{PREFIX}{name}", ())
        case Indexed(name=name, indices=indices):
            return Indexed(f"{PREFIX}{name}", indices)
        case Apply(function=name, arguments=arguments) if name not in known():
            return Indexed(f"{PREFIX}{name}", arguments)
        case Multiply(factors=(Symbol(name=name), Symbol() as place)):
            return Indexed(f"{PREFIX}{name}", (place,))
        case SetOperation(operands=many):
            held = [one if isinstance(one, FiniteSet) else _family(one, declaration) for one in many]
            held[1:] = [
                FiniteSet((one,)) if isinstance(one, Symbol) and len(one.name) == 1 and one.name.islower() else other
                for one, other in zip(many[1:], held[1:], strict=True)
            ]
            found = tuple(one for one in held if one is not None)
            return replace(node, operands=found) if len(found) == len(held) else None
        case _:
            return None


def _bases(node: Node, bound: tuple[str, ...] = ()) -> Iterator[Indexed]:
    """The sets that are written, with bound names in their brackets told only by where they are bound."""
    for one in parts_of(node):
        if isinstance(one, Indexed) and one.name.startswith(PREFIX):
            inside = {part.index for part in parts_of(node) if isinstance(part, Fold)} | set(bound)
            yield Indexed(one.name, tuple(Symbol("*") if names_in(at) & inside else at for at in one.indices))


def _universes(sides: Sequence[Node]) -> frozenset[str]:
    """The sets that hold all values of the one thing whose letter they have as a capital."""
    folds = [one for side in sides for one in parts_of(side) if isinstance(one, Fold)]
    over: dict[str, list[Fold]] = {}
    plain: set[str] = set()
    for fold in folds:
        match fold.domain:
            case Indexed(name=name, indices=()):
                over.setdefault(name, []).append(fold)
                plain.add(name)
            case Node() as domain:
                for one in parts_of(domain):
                    if isinstance(one, Indexed):
                        over.setdefault(one.name, []).append(fold)
                        plain.discard(one.name)
    found = {
        name
        for name in plain
        if all(_is_of(fold.index, name) or len(over) == 1 for fold in over[name])
        and any(_is_of(fold.index, name) for fold in over[name])
        and all(_picks(fold) for fold in over[name])
    }
    sized = {one.arguments[0] for side in sides for one in parts_of(side) if isinstance(one, Apply) and _is_size(one)}
    return frozenset() if sized and len(found) > 1 else frozenset(found)


def _is_of(index: str, name: str) -> bool:
    return index.removesuffix(PRIME).removesuffix(PRIME).upper() == name.removeprefix(PREFIX)


def _picks(fold: Fold) -> bool:
    """Whether an index stands in unknown functions, probabilities, conditions and below names only."""
    index = Symbol(fold.index)

    def free(node: Node) -> bool:
        unknown = isinstance(node, Apply) and node.function not in known()
        if isinstance(node, Indexed | Probability | Expectation | Relation) or unknown:
            return False
        return node == index or any(free(child) for child in children(node))

    return index.name in names_in(fold.body) and not free(fold.body)


def _without_universe(node: Node, names: frozenset[str]) -> Node:
    inner = mapped(node, lambda child: _without_universe(child, names))
    match inner:
        case Fold(domain=Indexed(name=name)) if name in names:
            return replace(inner, domain=None)
        case Apply(function="cardinality", arguments=(Indexed(name=name),)) if name in names:
            return Over("sum", Number(Fraction(1)), "#size")
        case _:
            return inner


def _rewritten(sides: Sequence[Node], change: Callable[[Indexed], Node]) -> tuple[Node, ...]:
    def each(node: Node) -> Node:
        inner = mapped(node, each)
        return change(inner) if isinstance(inner, Indexed) and inner.name.startswith(PREFIX) else inner

    return tuple(each(side) for side in sides)


def _taken(sides: Sequence[Node]) -> tuple[Node, ...]:
    """Each set with what is taken away from it somewhere, as that belongs to it."""
    bound = {one.index for side in sides for one in parts_of(side) if isinstance(one, Fold)}
    within: dict[Node, set[Node]] = {}
    for side in sides:
        for one in parts_of(side):
            match one:
                case SetOperation(operator="difference", operands=(Indexed() as base, FiniteSet(elements=many))):
                    within.setdefault(base, set()).update(one for one in many if not names_in(one) & bound)
                case _:
                    pass

    def change(base: Indexed) -> Node:
        many = tuple(sorted(within.get(base, ()), key=repr))
        return SetOperation("union", (base, FiniteSet(many))) if many else base

    return _rewritten(sides, change)


def _added(sides: Sequence[Node]) -> tuple[Node, ...]:
    """Each set of which one place stands in its brackets without that place, where it is added somewhere."""
    apart = {
        one.operands[0].name
        for side in sides
        for one in parts_of(side)
        if isinstance(one, SetOperation) and one.operator == "union" and isinstance(one.operands[0], Indexed)
        if one.operands[1:] == (FiniteSet(one.operands[0].indices),)
    }

    def change(base: Indexed) -> Node:
        return SetOperation("difference", (base, FiniteSet(base.indices))) if base.name in apart else base

    return _rewritten(sides, change)


def _bare(node: Node) -> Iterator[str]:
    """The sets whose elements are values themselves: an index over them stands elsewhere than below a name."""
    for fold in parts_of(node):
        if not isinstance(fold, Fold) or fold.domain is None or _picks(fold):
            continue
        if fold.index in names_in(fold.body):
            yield from (one.name for one in parts_of(fold.domain) if isinstance(one, Indexed))


def _elements(node: Node) -> Iterator[str]:
    """The names that are written as elements beside a set of which only its name is known."""
    for one in parts_of(node):
        if isinstance(one, SetOperation) and any(isinstance(part, Indexed) for part in one.operands):
            for part in one.operands:
                if isinstance(part, FiniteSet):
                    yield from (found.name for found in part.elements if isinstance(found, Symbol))
