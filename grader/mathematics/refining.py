"""What undeclared names must be for their formulas to make sense: random variables in E[X], matrices in tr(ABC).

Where nothing is declared, every name is a real number by the documented rule. A formula such as ``E[XY]`` or
``tr(ABC)`` would then compare numbers and accept what is wrong of random variables and of matrices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from grader.mathematics.array_signs import (
    MATRIX_LETTERS,
    added_constants,
    divisors,
    factors_of_logarithms,
    has_arrays,
    is_soft,
    letters_beside,
    members_behind_identities,
    members_behind_rows,
    names_of,
    orders_of_norms,
    parts_of,
    roots_in,
    turned_letters,
    turned_members,
    uses_of,
    weights_of_sums,
)
from grader.mathematics.conforming import ONE, Shapes
from grader.mathematics.forms import answer_of
from grader.mathematics.functions import GREEK
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.reading.turning import MATRICES
from grader.mathematics.sample_statistics import with_sample_variances
from grader.mathematics.shapes import Misfit, shape_of
from grader.mathematics.substituting import mapped
from grader.mathematics.tree import (
    Apply,
    Covariance,
    Expectation,
    Fold,
    Gradient,
    Indexed,
    Node,
    Number,
    Power,
    Probability,
    Relation,
    Symbol,
    Variance,
    children,
)

TWO = 2
FAMILY = Kind("sequence", member=Kind("real"))
EMPTY: Mapping[str, str] = MappingProxyType({})
WIDTH = "width"
SIZES = frozenset("nmdkpDN")
"""Letters that a number of rows has."""

COUNTS = frozenset("nmNMdkKtT")
"""Letters for counts, which are not random."""
GREEK_CAPITALS = frozenset(name for name in GREEK if name[0].isupper())
GREEK_MATRICES = MATRICES | {"Psi", "Omega"}
"""Greek capitals that are matrices beside others."""

COUNTED = "="
"""What the name of a size begins with that a symbol gives."""
IDENTITY = "I"
"""Undeclared beside matrices, this is the identity matrix."""


def refined(declaration: Declaration, nodes: Sequence[Node], *, matrices: bool = False) -> Declaration:
    """The declaration with the kinds that the formulas call for; the same one where they call for none.

    ``matrices`` says that capitals are matrices whatever the formulas show.
    """
    symbols = dict(declaration.symbols)
    nodes = with_sample_variances(nodes)
    for name in _random(nodes):
        kind = symbols.get(name)
        if kind is not None:
            family = kind.name == "sequence"
            symbols[name] = Kind("sequence", member=Kind("random")) if family else Kind("random")
    renamed = _by_entries(nodes, declaration) if any(map(has_arrays, nodes)) else {}
    nodes = [_with_names(node, renamed) for node in nodes]
    arrays = _arrays(nodes, declaration, matrices=matrices)
    if any(map(is_soft, nodes)) and any(_is_entrywise(node, _with(declaration, arrays)) for node in nodes):
        arrays = _arrays(nodes, declaration, matrices=matrices, soft=False)
    symbols |= arrays
    renamed = {name: whole for name, whole in renamed.items() if whole in arrays}
    if arrays and symbols.get(IDENTITY) == arrays.get(IDENTITY):
        symbols.pop(IDENTITY, None)
    symbols |= _layers(nodes, declaration)
    symbols |= dict.fromkeys(_lengths(nodes, symbols), Kind("positive-integer"))
    for name in renamed:
        del symbols[name]
    aliases = {**declaration.aliases, **renamed}
    same = symbols == dict(declaration.symbols)
    return declaration if same else replace(declaration, symbols=symbols, aliases=aliases)


def _lengths(nodes: Sequence[Node], symbols: Mapping[str, Kind]) -> Iterator[str]:
    """Symbols up to which the members of a family are counted that stands whole elsewhere: how many it has."""
    uses: dict[str, set[int]] = {}
    for name, count in (use for node in nodes for use in uses_of(node)):
        uses.setdefault(name, set()).add(count)
    for part in (part for node in nodes for part in parts_of(node)):
        if isinstance(part, Fold) and isinstance(part.upper, Symbol) and symbols.get(part.upper.name) == Kind("real"):
            members = {one.name for one in parts_of(part.body) if isinstance(one, Indexed)}
            if any(uses[name] == {0, 1} and symbols.get(name) == FAMILY for name in members):
                yield part.upper.name


def _is_entrywise(node: Node, declaration: Declaration) -> bool:
    """Whether a formula with a function entry by entry, or with a power of a vector, makes sense of numbers only."""
    shape = shape_of(answer_of(node), declaration)
    return isinstance(shape, Misfit) and (is_soft(node) or shape.message.startswith("a power of"))


def _with(declaration: Declaration, arrays: Mapping[str, Kind]) -> Declaration:
    return replace(declaration, symbols={**declaration.symbols, **arrays})


def _with_names(node: Node, renamed: Mapping[str, str]) -> Node:
    if isinstance(node, Indexed) and node.name in renamed:
        node = replace(node, name=renamed[node.name])
    return mapped(node, lambda child: _with_names(child, renamed)) if renamed else node


def _random(nodes: Sequence[Node]) -> Iterator[str]:
    """The random variables: capitals in means and in events; where there are none, small letters there."""
    inside = list(dict.fromkeys(name for node in nodes for name in _averaged(node)))
    outside = {name for node in nodes for name in outside_means(node)}
    capital = [name for name in inside if name[0].isupper() and name not in GREEK]
    varying = [name for name in inside if not name[0].isupper() and name not in outside and name not in GREEK]
    if varying and capital and outside.issuperset(capital):
        capital = []  # in `E[Ax + b] = A E[x] + b`, x varies
    bounds = {name for node in nodes for name in _bounds(node)}
    counted = COUNTS & bounds & outside - {"N"}  # how many are averaged; a sum of N variables may be of a random number
    capital = [name for name in capital if name not in counted] or capital
    yield from capital
    if not capital:
        small = [name for name in inside if name not in GREEK and name not in COUNTS]
        yield from [name for name in small if name not in outside] or small
    yield from (name for node in nodes for name in _in_events(node))


def _bounds(node: Node) -> Iterator[str]:
    """The names up to which sums and products run."""
    for part in parts_of(node):
        if isinstance(part, Fold) and isinstance(part.upper, Symbol):
            yield part.upper.name


def _in_events(node: Node) -> Iterator[str]:
    """What an event says something of: the capitals that it compares with other values, else the first name."""
    if isinstance(node, Probability):
        for part in parts_of(node):
            if isinstance(part, Relation):
                names = [name for one in part.operands for name in names_of(one) if name not in GREEK]
                yield from [name for name in names if name[0].isupper()] or names[:1]
    for child in children(node):
        yield from _in_events(child)


def _averaged(node: Node) -> Iterator[str]:
    """Every name inside an expectation, a variance or a covariance."""
    if isinstance(node, (Expectation, Variance, Covariance)):
        yield from names_of(node)
    else:
        for child in children(node):
            yield from _averaged(child)


def outside_means(node: Node) -> Iterator[str]:
    """Every name outside means, variances, covariances and probabilities."""
    if isinstance(node, (Expectation, Variance, Covariance, Probability)):
        return
    if isinstance(node, (Symbol, Indexed)):
        yield node.name
    for child in children(node):
        yield from outside_means(child)


def _losses(node: Node) -> Iterator[str]:
    """The names of which a gradient alone is taken: numbers."""
    for part in parts_of(node):
        if isinstance(part, Gradient) and isinstance(part.body, Symbol):
            yield part.body.name


def _arrays(nodes: Sequence[Node], declaration: Declaration, *, matrices: bool, soft: bool = True) -> dict[str, Kind]:
    if not matrices and not (
        any(map(has_arrays, nodes)) or len({order for node in nodes for order in orders_of_norms(node)}) > 1
    ):
        return {}
    plain = {name for name, kind in declaration.symbols.items() if kind == Kind("real")}
    plain |= _entries(nodes, declaration)
    rules = (divisors, weights_of_sums, added_constants, factors_of_logarithms)
    scalars = {name for node in nodes for rule in rules for name in rule(node)}
    scalars |= {name for node in nodes for name in _losses(node)}
    turned = {name for node in nodes for name in turned_letters(node, soft=soft)}
    capitals = {
        name
        for name in plain - scalars
        if (name[0].isupper() and len(name) == 1) or name.partition("_")[0] in GREEK_MATRICES
    }
    labelled = plain if matrices else turned & plain
    capitals |= {name for name in labelled - scalars if name.partition("_")[0] in MATRIX_LETTERS | GREEK_CAPITALS}
    families = _families_of_vectors(nodes, declaration, soft=soft)
    vectors = turned & plain - scalars - capitals
    while True:
        more = {
            name for node in nodes for name in letters_beside(node, capitals | vectors | families)
        } & plain - scalars
        if more <= capitals | vectors:
            break
        vectors |= more - capitals
    for order in (nodes, nodes[::-1]):
        shapes = _conforming(order, capitals, vectors, frozenset(families))
        flat = any(shapes.root(f"{name} rows") == ONE for name in vectors)
        if not flat and (not capitals or len({shapes.root(f"{name} rows") for name in capitals} | {ONE}) > 1):
            break
    else:
        if capitals and len({shapes.root(f"{name} rows") for name in capitals} | {ONE}) == 1:
            return {}
    counts = [name for node in nodes for name in _counts(node, capitals | vectors)]
    counts += [name for name, _ in _orders_of_determinants(nodes, capitals)]
    sizes = {shapes.root(f"{COUNTED}{name}"): name for name in counts}

    def named(size: str) -> str:
        root = shapes.root(size)
        return ONE if root == ONE else sizes.setdefault(root, f"size_{len(sizes) + 1}")

    found = {name: Kind("matrix", (named(f"{name} rows"), named(f"{name} columns"))) for name in sorted(capitals)}
    roots = {name for node in nodes for name in roots_in(node)}
    for name in sorted(capitals):
        if name in roots or (name in MATRICES and len(set(found[name].sizes)) == 1):
            found[name] = Kind("spd", found[name].sizes[:1])  # a covariance or a precision by custom
    found |= {name: Kind("vector", (named(f"{name} rows"),)) for name in sorted(vectors)}
    return found | {
        name: Kind("sequence", member=Kind("vector", (named(f"{name} rows"),))) for name in sorted(families)
    }


def _families_of_vectors(nodes: Sequence[Node], declaration: Declaration, *, soft: bool) -> set[str]:
    """Small letters with one index of which a member is transposed, or stands behind a transposed small letter."""
    uses: dict[str, set[int]] = {}
    for node in nodes:
        for name, count in uses_of(node):
            uses.setdefault(name, set()).add(count)
    families = {name for name, kind in declaration.symbols.items() if kind == FAMILY and uses.get(name) == {1}}
    turned = {name for node in nodes for name in turned_members(node, soft=soft)}
    behind = {name for node in nodes for name in (*members_behind_rows(node), *members_behind_identities(node))}
    return {name for name in families & (turned | behind) if name[0].islower() and name.partition("_")[0] not in GREEK}


def vectors_and_members(nodes: Sequence[Node]) -> set[str]:
    """Small letters that stand alone, and of which a member stands in an inner product with another vector."""
    uses: dict[str, set[int]] = {}
    for node in nodes:
        for name, count in uses_of(node):
            uses.setdefault(name, set()).add(count)
    turned = {name for node in nodes for name in (*turned_members(node), *members_behind_rows(node))}
    return {name for name in turned if uses.get(name) == {0, 1} and name.islower() and name not in GREEK}


def _conforming(
    nodes: Sequence[Node], matrices: set[str], vectors: set[str], families: frozenset[str] = frozenset()
) -> Shapes:
    """The shapes under which the last formula conforms, and those before it where that asks for nothing special."""
    shapes: Shapes | None = None
    reached: set[str] = set()
    for node in reversed(nodes):
        mentioned = set(names_of(node))
        if not (matrices | vectors | families) & mentioned:
            continue
        parents = dict(shapes.parents) if shapes is not None else {}
        wider = Shapes(matrices | vectors, vectors, parents, families=families)
        wider.of(node)
        for count, size in _ends(node, matrices | vectors):
            wider.unify(size, f"{COUNTED}{count}")
        for count, name in _orders_of_determinants(nodes, matrices):
            wider.unify(f"{name} rows", f"{COUNTED}{count}")
        if shapes is None or wider.keeps(shapes, reached):
            shapes = wider
        reached |= mentioned
    return shapes or Shapes(matrices | vectors, vectors)


def _entries(nodes: Sequence[Node], declaration: Declaration) -> set[str]:
    """Capitals that stand alone, and of which elsewhere entries with two indices are taken: matrices.

    Small letters that stand alone, and of which elsewhere members with one are taken, may be vectors.
    """
    used: dict[str, set[int]] = {}
    for node in nodes:
        for name, count in uses_of(node):
            used.setdefault(name, set()).add(count)
    families = {name for name, kind in declaration.symbols.items() if kind == FAMILY}
    vectors = {name for name in families if used.get(name) == {0, 1} and name.islower()}
    return vectors | {
        name for name, counts in used.items() if counts == {0, TWO} and name in families and name[0].isupper()
    }


def _layers(nodes: Sequence[Node], declaration: Declaration) -> dict[str, Kind]:
    r"""Families as matrices and vectors where one of capitals is transposed: ``(W^{l+1})^T \delta^{l+1}``.

    All layers are of one width: that is the case in which a missing transpose does not show in the sizes.
    """
    families = {name for name, kind in declaration.symbols.items() if kind == FAMILY}
    turned = {name for node in nodes for name in turned_members(node)} & families
    capitals = {name for name in turned if name.partition("_")[0] in MATRIX_LETTERS}
    if not capitals or any(name in MATRIX_LETTERS for node in nodes for name in divisors(node) if name in families):
        return {}
    single = {name for node in nodes for name, count in uses_of(node) if count == 1}
    found = {name: Kind("matrix", (WIDTH, WIDTH)) for name in families & single if name[0] in MATRIX_LETTERS}
    found |= {name: Kind("vector", (WIDTH,)) for name in (families & single) - found.keys()}
    return {name: Kind("sequence", member=kind) for name, kind in found.items()}


def _by_entries(nodes: Sequence[Node], declaration: Declaration) -> dict[str, str]:
    """Families ``a`` of which entries ``a_{ij}`` stand beside a matrix ``A``: they are that matrix's entries."""
    families = {name for name, kind in declaration.symbols.items() if kind == FAMILY and name.islower()}
    uses = [use for node in nodes for use in uses_of(node)]
    found = {name: {count for one, count in uses if one == name} for name in families}
    capitals = {name for name, count in uses if count == 0 and name in MATRIX_LETTERS}
    indexed = {name for name, count in uses if count}
    return {
        name: name.upper() for name, counts in found.items() if counts == {TWO} and name.upper() in capitals - indexed
    }


def _counts(node: Node, matrices: set[str], bounds: Mapping[str, str] = EMPTY) -> Iterator[str]:
    """Symbols up to which an index of an entry is counted."""
    yield from (name for name, _ in _ends(node, matrices, bounds))


def _ends(node: Node, matrices: set[str], bounds: Mapping[str, str] = EMPTY) -> Iterator[tuple[str, str]]:
    """Symbols up to which an index of an entry is counted, with the size of the matrix that each is."""
    match node:
        case Fold(index=index, lower=Number(value=lower), upper=Symbol(name=upper)) if lower == 1:
            bounds = {**bounds, index: upper}
        case Indexed(name=name, indices=(Symbol(name=row), Symbol(name=column))) if name in matrices:
            for index, end in ((row, "rows"), (column, "columns")):
                if index in bounds:
                    yield bounds[index], f"{name} {end}"
        case Indexed(name=name, indices=(Symbol(name=row),)) if name in matrices and row in bounds:
            yield bounds[row], f"{name} rows"
    for child in children(node):
        yield from _ends(child, matrices, bounds)


def _orders_of_determinants(nodes: Sequence[Node], matrices: set[str]) -> Iterator[tuple[str, str]]:
    """The count in ``c^n det(A)``, with the one matrix whose size it is."""
    whole = [part for node in nodes for part in parts_of(node)]
    taken = {name for part in whole if isinstance(part, Apply) and part.function == "det" for name in names_of(part)}
    found = {
        part.exponent.name
        for part in whole
        if isinstance(part, Power) and isinstance(part.exponent, Symbol) and part.exponent.name in SIZES
    }
    if len(taken & matrices) == len(found) == 1:
        yield next(iter(found)), next(iter(taken & matrices))
