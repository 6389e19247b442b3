"""What undeclared names must be for their formulas to make sense: random variables in E[X], matrices in tr(ABC).

Where nothing is declared, every name is a real number by the documented rule. A formula such as ``E[XY]`` or
``tr(ABC)`` would then compare numbers and accept what is wrong of random variables and of matrices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from string import ascii_uppercase
from types import MappingProxyType

from grader.mathematics.conforming import ONE, Shapes
from grader.mathematics.functions import GREEK, known
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.reading.turning import MATRICES
from grader.mathematics.substituting import mapped
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Covariance,
    Divide,
    Expectation,
    Fold,
    Indexed,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Probability,
    Symbol,
    Variance,
    children,
)

ARRAY_FUNCTIONS = frozenset(
    {"transpose", "trace", "det", "inverse", "pinv", "frobenius", "hadamard", "kronecker", "rank"}
)
_KEEPING = frozenset({"transpose", "inverse", "pinv", "softmax"})
TWO = 2
FAMILY = Kind("sequence", member=Kind("real"))
MATRIX_LETTERS = frozenset(ascii_uppercase)
EMPTY: Mapping[str, str] = MappingProxyType({})
WIDTH = "width"
SIZES = frozenset("nmdkpDN")
"""Letters that a number of rows has."""

COUNTED = "="
"""What the name of a size begins with that a symbol gives."""
IDENTITY = "I"
"""Undeclared beside matrices, this is the identity matrix."""


def refined(declaration: Declaration, nodes: Sequence[Node]) -> Declaration:
    """The declaration with the kinds that the formulas call for; the same one where they call for none."""
    symbols = dict(declaration.symbols)
    for name in _random(nodes):
        kind = symbols.get(name)
        if kind is not None:
            family = kind.name == "sequence"
            symbols[name] = Kind("sequence", member=Kind("random")) if family else Kind("random")
    renamed = _by_entries(nodes, declaration) if any(map(_has_arrays, nodes)) else {}
    nodes = [_with_names(node, renamed) for node in nodes]
    arrays = _arrays(nodes, declaration)
    symbols |= arrays
    renamed = {name: whole for name, whole in renamed.items() if whole in arrays}
    if arrays and symbols.get(IDENTITY) == arrays.get(IDENTITY):
        symbols.pop(IDENTITY, None)
    symbols |= _layers(nodes, declaration)
    for name in renamed:
        del symbols[name]
    aliases = {**declaration.aliases, **renamed}
    same = symbols == dict(declaration.symbols)
    return declaration if same else replace(declaration, symbols=symbols, aliases=aliases)


def _with_names(node: Node, renamed: Mapping[str, str]) -> Node:
    if isinstance(node, Indexed) and node.name in renamed:
        node = replace(node, name=renamed[node.name])
    return mapped(node, lambda child: _with_names(child, renamed)) if renamed else node


def _random(nodes: Sequence[Node]) -> Iterator[str]:
    inside = list(dict.fromkeys(name for node in nodes for name in _averaged(node)))
    outside = {name for node in nodes for name in _outside(node)}
    capital = [name for name in inside if name[0].isupper() and name not in GREEK]
    yield from capital
    if not capital:
        yield from (name for name in inside if name not in outside and name not in GREEK)


def _averaged(node: Node) -> Iterator[str]:
    """Every name inside an expectation, a variance or a covariance."""
    if isinstance(node, (Expectation, Variance, Covariance)):
        yield from _names(node)
    else:
        for child in children(node):
            yield from _averaged(child)


def _outside(node: Node) -> Iterator[str]:
    if isinstance(node, (Expectation, Variance, Covariance, Probability)):
        return
    if isinstance(node, (Symbol, Indexed)):
        yield node.name
    for child in children(node):
        yield from _outside(child)


def _names(node: Node) -> Iterator[str]:
    if isinstance(node, (Symbol, Indexed)):
        yield node.name
    below = node.indices if isinstance(node, Indexed) else ()
    for child in children(node):
        if child not in below:
            yield from _names(child)


def _arrays(nodes: Sequence[Node], declaration: Declaration) -> dict[str, Kind]:
    if not (any(map(_has_arrays, nodes)) or len({order for node in nodes for order in _orders(node)}) > 1):
        return {}
    plain = {name for name, kind in declaration.symbols.items() if kind == Kind("real")}
    plain |= _entries(nodes, declaration)
    scalars = {name for node in nodes for name in _divisors(node)}
    turned = {name for node in nodes for name in _turned(node)}
    matrices = {name for name in plain - scalars if (name[0].isupper() and len(name) == 1) or name in MATRICES}
    matrices |= {name for name in turned & plain - scalars if name.partition("_")[0] in MATRIX_LETTERS}
    vectors = turned & plain - scalars - matrices
    while True:
        more = {name for node in nodes for name in _beside(node, matrices | vectors)} & plain - scalars
        if more <= matrices | vectors:
            break
        vectors |= more - matrices
    shapes = _conforming(nodes, matrices, vectors)
    if len({shapes.root(f"{name} rows") for name in matrices} | {ONE}) == 1 and matrices:
        return {}
    counts = [name for node in nodes for name in _counts(node, matrices | vectors)]
    counts += [name for name, _ in _orders_of_determinants(nodes, matrices)]
    sizes = {shapes.root(f"{COUNTED}{name}"): name for name in counts}

    def named(size: str) -> str:
        root = shapes.root(size)
        return ONE if root == ONE else sizes.setdefault(root, f"size_{len(sizes) + 1}")

    found = {name: Kind("matrix", (named(f"{name} rows"), named(f"{name} columns"))) for name in sorted(matrices)}
    for name in sorted({name for node in nodes for name in _roots(node)} & matrices):
        found[name] = Kind("spd", found[name].sizes[:1])
    return found | {name: Kind("vector", (named(f"{name} rows"),)) for name in sorted(vectors)}


def _conforming(nodes: Sequence[Node], matrices: set[str], vectors: set[str]) -> Shapes:
    """The shapes under which the last formula conforms, and those before it where that asks for nothing special."""
    shapes: Shapes | None = None
    reached: set[str] = set()
    for node in reversed(nodes):
        mentioned = set(_names(node))
        if not (matrices | vectors) & mentioned:
            continue
        wider = Shapes(matrices | vectors, vectors, dict(shapes.parents) if shapes is not None else {})
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
        for name, count in _uses(node):
            used.setdefault(name, set()).add(count)
    families = {name for name, kind in declaration.symbols.items() if kind == FAMILY}
    vectors = {name for name in families if used.get(name) == {0, 1} and name.islower()}
    return vectors | {
        name for name, counts in used.items() if counts == {0, TWO} and name in families and name[0].isupper()
    }


def _uses(node: Node) -> Iterator[tuple[str, int]]:
    """Every name with how many indices it carries each time it occurs."""
    match node:
        case Symbol(name=name):
            yield name, 0
        case Indexed(name=name, indices=indices):
            yield name, len(indices)
    for child in children(node):
        yield from _uses(child)


def _layers(nodes: Sequence[Node], declaration: Declaration) -> dict[str, Kind]:
    r"""Families as matrices and vectors where one of capitals is transposed: ``(W^{l+1})^T \delta^{l+1}``.

    All layers are of one width: that is the case in which a missing transpose does not show in the sizes.
    """
    families = {name for name, kind in declaration.symbols.items() if kind == FAMILY}
    turned = {name for node in nodes for name in _turned_members(node)} & families
    capitals = {name for name in turned if name.partition("_")[0] in MATRIX_LETTERS}
    if not capitals or any(name in MATRIX_LETTERS for node in nodes for name in _divisors(node) if name in families):
        return {}
    single = {name for node in nodes for name, count in _uses(node) if count == 1}
    found = {name: Kind("matrix", (WIDTH, WIDTH)) for name in families & single if name[0] in MATRIX_LETTERS}
    found |= {name: Kind("vector", (WIDTH,)) for name in (families & single) - found.keys()}
    return {name: Kind("sequence", member=kind) for name, kind in found.items()}


def _turned_members(node: Node) -> Iterator[str]:
    """Families of which a member is transposed."""
    if isinstance(node, Apply) and node.function == "transpose" and isinstance(node.arguments[0], Indexed):
        yield node.arguments[0].name
    for child in children(node):
        yield from _turned_members(child)


def _by_entries(nodes: Sequence[Node], declaration: Declaration) -> dict[str, str]:
    """Families ``a`` of which entries ``a_{ij}`` stand beside a matrix ``A``: they are that matrix's entries."""
    families = {name for name, kind in declaration.symbols.items() if kind == FAMILY and name.islower()}
    uses = [use for node in nodes for use in _uses(node)]
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
    whole = [part for node in nodes for part in _all(node)]
    taken = {name for part in whole if isinstance(part, Apply) and part.function == "det" for name in _names(part)}
    found = {
        part.exponent.name
        for part in whole
        if isinstance(part, Power) and isinstance(part.exponent, Symbol) and part.exponent.name in SIZES
    }
    if len(taken & matrices) == len(found) == 1:
        yield next(iter(found)), next(iter(taken & matrices))


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _all(child)


def _has_arrays(node: Node) -> bool:
    if node == Constant("identity") or (isinstance(node, Apply) and node.function in ARRAY_FUNCTIONS):
        return True
    if isinstance(node, Apply) and node.function == "norm" and _has_image(node.arguments[0]):
        return True
    if isinstance(node, Add) and any(map(is_identity, node.terms)) and any(map(_is_of_matrices, node.terms)):
        return True
    return any(map(_has_arrays, children(node)))


def is_identity(term: Node) -> bool:
    """Whether a term of a sum is I, or a number times I."""
    match term:
        case Symbol(name=name):
            return name == IDENTITY
        case Negate(body=body):
            return is_identity(body)
        case Multiply(factors=(*others, Symbol(name=name))):
            return name == IDENTITY and not any(one[0].isupper() for other in others for one in _names(other))
        case _:
            return False


def _is_of_matrices(term: Node) -> bool:
    """Whether a term of a sum is a product of two capital letters, or holds a negative power of one."""
    match term:
        case Negate(body=body):
            return _is_of_matrices(body)
        case Multiply(factors=factors):
            return len([one for one in factors if _is_capital(one)]) > 1 or any(map(_is_of_matrices, factors))
        case Power(exponent=exponent):
            return _is_capital(term) and (isinstance(exponent, Negate) or getattr(exponent, "value", 1) < 0)
        case _:
            return False


def _is_capital(node: Node) -> bool:
    base = node.base if isinstance(node, Power) else node
    return isinstance(base, Symbol) and base.name in MATRIX_LETTERS and base.name != IDENTITY


def _roots(node: Node) -> Iterator[str]:
    """Names that are raised to a power that is not whole, as a matrix with positive eigenvalues may be."""
    match node:
        case Power(base=Symbol(name=name), exponent=exponent):
            amount = exponent.body if isinstance(exponent, Negate) else exponent
            if isinstance(amount, Divide) or (isinstance(amount, Number) and amount.value.denominator > 1):
                yield name
    for child in children(node):
        yield from _roots(child)


def _orders(node: Node) -> Iterator[Node]:
    """The orders of norms of single letters: of numbers all of them are one."""
    if isinstance(node, Apply) and node.function == "norm" and isinstance(node.arguments[0], Symbol):
        yield node.arguments[1] if len(node.arguments) > 1 else Number(Fraction(2))
    for child in children(node):
        yield from _orders(child)


def _has_image(node: Node) -> bool:
    """Whether a capital stands directly before a small letter in a product, as in ``Xw - y``."""
    if isinstance(node, Multiply):
        for before, after in pairwise(node.factors):
            if isinstance(before, Symbol) and isinstance(after, Symbol):
                return before.name in MATRIX_LETTERS and len(after.name) == 1 and after.name.islower()
    return isinstance(node, (Add, Negate, Multiply)) and any(map(_has_image, children(node)))


def _divisors(node: Node) -> Iterator[str]:
    """Names that stand alone below a fraction line or in an exponent: numbers."""
    for part in (
        (node.denominator,) if isinstance(node, Divide) else (node.exponent,) if isinstance(node, Power) else ()
    ):
        yield from (name for name in _names(part) if not _has_arrays(part))
    for child in children(node):
        yield from _divisors(child)


def _turned(node: Node) -> Iterator[str]:
    """Small letters that are transposed or whose norm is taken."""
    if isinstance(node, Apply) and node.function in ("transpose", "norm"):
        yield from (one.name for one in _bare(node.arguments[0]))
    for child in children(node):
        yield from _turned(child)


def _beside(node: Node, arrays: set[str]) -> Iterator[str]:
    """Latin letters directly behind an array in a product, or added to one."""
    if isinstance(node, Multiply):
        for before, after in zip(node.factors, node.factors[1:], strict=False):
            if _is_array(before, arrays) and isinstance(after, Symbol) and after.name not in GREEK:
                yield after.name
    if isinstance(node, Add) and any(_is_array(one, arrays) for one in node.terms):
        yield from (symbol.name for one in node.terms for symbol in _bare(one) if symbol.name not in GREEK)
    for child in children(node):
        yield from _beside(child, arrays)


def _is_array(node: Node, arrays: set[str]) -> bool:
    match node:
        case Symbol(name=name):
            return name in arrays
        case Apply(function=name, arguments=(body,)) if name in _KEEPING or (
            name in known() and known()[name].elementwise
        ):
            return _is_array(body, arrays)
        case Negate(body=body) | Power(base=body) | Divide(numerator=body):
            return _is_array(body, arrays)
        case Multiply(factors=factors):
            return _is_array(factors[-1], arrays) and not _is_number(factors, arrays)
        case Add(terms=terms):
            return any(_is_array(one, arrays) for one in terms)
        case _:
            return False


def _is_number(factors: Sequence[Node], arrays: set[str]) -> bool:
    """Whether a product is that of a row and a column."""
    first = next((one for one in factors if _is_array(one, arrays)), None)
    small = isinstance(first, Apply) and first.function == "transpose" and isinstance(first.arguments[0], Symbol)
    return small and isinstance(first, Apply) and str(getattr(first.arguments[0], "name", "")).islower()


def _bare(node: Node) -> Iterator[Symbol]:
    match node:
        case Symbol():
            yield node
        case Negate(body=body):
            yield from _bare(body)
        case Multiply(factors=(Number(), Symbol() as symbol)):
            yield symbol
        case Add(terms=terms):
            for one in terms:
                yield from _bare(one)
