"""What in a formula shows that the order of its capital letters matters, since they are matrices."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby, pairwise, product

from grader.mathematics.array_signs import MATRIX_LETTERS, is_identity, names_of, parts_of
from grader.mathematics.functions import known
from grader.mathematics.reading.turning import MATRICES
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Indexed,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
    children,
)

MAPS = frozenset("WABUV")
"""Capitals that are matrices with a number below as well."""

GENERIC = frozenset("AXQU")
"""Capitals that stand for matrices more often than for anything else that has an order."""

BESIDE = frozenset("ABCQRLSUW")
"""Capitals that do so beside one of them."""

APPLIED = frozenset("AWXUH")
COLUMNS = frozenset("xyzvu")
"""Capitals and small letters that are a matrix and a vector, one before the other."""

IMAGES = frozenset("xhzvyu")
"""Small letters that are vectors behind two capitals, as in ``BAx``."""

GREEK_MATRICES = MATRICES | {"Psi", "Omega"}
STARRED = "star"
MEMBER = "[]"
ACCENTS = frozenset({"tilde", "hat", "bar"})
LAYERS = frozenset("HWAUQKX")
"""Capitals whose members are matrices of layers or of heads."""

KERNEL = Power(Symbol("K"), Number(Fraction(2)))
"""The size of a square filter, in a product of sizes."""

WIDTHS = frozenset({"in", "out", "new", "old", "i", "o", "f", "k", "p"})
"""Labels of a W that may be the width of an image or of a filter."""

IDENTITY = "I"


def shows_matrices(node: Node) -> bool:
    """Whether capitals stand as they do when they are matrices: ``P^{-1}AP``, ``ABA``, ``D^{-1/2}A``, ``AB - BA``."""
    if isinstance(node, Multiply) and _is_product_of_matrices(node):
        return True
    if isinstance(node, Add) and (_has_commutator(node) or _has_part_of_term(node)):
        return True
    return any(map(shows_matrices, children(node)))


def rows_of_capitals(node: Node) -> list[str]:
    """The capitals of each product, in the order written, whatever the order of the products."""
    products = [part.factors for part in parts_of(node) if isinstance(part, Multiply)]
    rows = [[one for factor in factors for one in names_of(factor) if one[0].isupper()] for factors in products]
    return sorted(" ".join(row) for row in rows if len(row) > 1)


def _is_product_of_matrices(node: Multiply) -> bool:
    capitals = [one for one in node.factors if _is_capital(one)]
    letters = [getattr(one.base if isinstance(one, Power) else one, "name", "") for one in capitals]
    powers = [one.exponent for one in capitals if isinstance(one, Power)]
    last = node.factors[-1]
    mapped = isinstance(last, Symbol) and last.name in IMAGES and all(map(_is_capital, node.factors[-3:-1]))
    solved = any(_is_below_one(one) for one in powers) and isinstance(last, Symbol) and last.name in IMAGES | {"b"}
    if (solved and len(node.factors) == len(("A", "b"))) or any(_is_layer(*two) for two in pairwise(node.factors)):
        return True
    if mapped and len(node.factors) > len(("A", "x")) and len(set(letters)) > 1:
        return True
    if letters and any(map(_is_inverted_sum, node.factors)):
        return True
    if len(set(letters)) > 1:
        again = len([letter for letter, _ in groupby(letters)]) > len(set(letters))  # in `D D M` only as a square
        return again or any(_is_below_one(one) for one in powers)
    return False


def _is_inverted_sum(node: Node) -> bool:
    r"""Whether a factor is the inverse of a sum with a capital and the identity: ``(K + \sigma^2 I)^{-1}``."""
    if not (isinstance(node, Power) and isinstance(node.base, Add) and _is_below_one(node.exponent)):
        return False
    terms = node.base.terms
    return any(is_identity(one) or one == Constant("identity") for one in terms) and any(map(_is_capital, terms))


def _has_commutator(node: Add) -> bool:
    """Whether two terms hold the same capitals in another order, with opposite signs."""
    rows = [tuple(one.name for one in _factors(term) if isinstance(one, Symbol)) for term in node.terms]
    signs = [isinstance(term, Negate) for term in node.terms]
    for (one, other), (first, second) in zip(pairwise(rows), pairwise(signs), strict=True):
        turned = one != other and sorted(one) == sorted(other) and "".join(one).isupper()
        if turned and first is not second:
            return True
    return False


def _has_part_of_term(node: Add) -> bool:
    """Whether a capital, less a product of three with that capital at an end, stands there: ``P - KHP``."""
    whole = {term.name for term in node.terms if isinstance(term, Symbol) and _is_capital(term)}
    products = [_factors(term) for term in node.terms if isinstance(term, Negate)]
    long = [factors for factors in products if len(factors) == len("KHP") and all(map(_is_capital, factors))]
    return any(getattr(one, "name", "") in whole for factors in long for one in (factors[0], factors[-1]))


def _is_layer(before: Node, after: Node) -> bool:
    r"""Whether a capital stands before a function of a product of a capital and a small letter: ``W \sigma(Vx)``."""
    if not (_is_capital(before) and isinstance(after, Apply) and after.function in known()):
        return False
    products = [part.factors for part in parts_of(after) if isinstance(part, Multiply)]
    return any(
        _is_capital(one) and isinstance(other, Symbol) and other.name in IMAGES
        for factors in products
        for one, other in pairwise(factors)
    )


def _is_below_one(exponent: Node) -> bool:
    return isinstance(exponent, Negate) or (isinstance(exponent, Number) and exponent.value < 1)


def _factors(term: Node) -> tuple[Node, ...]:
    body = term.body if isinstance(term, Negate) else term
    return body.factors if isinstance(body, Multiply) else (body,)


def _is_capital(node: Node) -> bool:
    base = node.base if isinstance(node, Power) else node
    if not isinstance(base, Symbol):
        return False
    letter, _, label = base.name.partition("_")
    if letter in GREEK_MATRICES:
        return bool(label) or letter in MATRICES
    labelled = bool(label) and ((letter in MAPS and label.isdigit()) or label.startswith(STARRED) or label in ACCENTS)
    return (labelled or not label) and letter in MATRIX_LETTERS and base.name != IDENTITY


def capitals_within(node: Node) -> frozenset[str] | None:
    r"""The capitals within elementwise products: U in ``r \odot (Uh)``, none in ``U(r \odot h)``; None without one."""
    products = [part for part in parts_of(node) if isinstance(part, Apply) and part.function == "hadamard"]
    names = frozenset(name for part in products for name in names_of(part) if name[0].isupper())
    return names if products else None


def ordered_both_ways(*nodes: Node) -> set[str]:
    """Letters that are matrices more often than numbers and stand in both orders in products."""
    orders = {order for node in nodes for order in _orders(node)}
    both = (order for order in orders if order[0] != order[1] and order[::-1] in orders)
    return {name.removesuffix(MEMBER) for order in both for name in order}


def _orders(node: Node) -> Iterator[tuple[str, str]]:
    """Pairs of letters of which the first stands before the other in a product, one of them as a factor itself."""
    if isinstance(node, Multiply):
        for place, before in enumerate(node.factors):
            for after in node.factors[place + 1 :]:
                if _is_bare(before) or _is_bare(after):
                    yield from (two for two in product(_names(before), _names(after)) if _may_be_arrays(two))
    for child in children(node):
        yield from _orders(child)


def _is_bare(node: Node) -> bool:
    return isinstance(node.base if isinstance(node, Power) else node, Symbol | Indexed)


def _names(node: Node) -> list[str]:
    """The names of a factor, those of members marked; members and letters with an accent only as those of layers."""
    if node == KERNEL:
        return []
    members = {one.name for one in parts_of(node) if isinstance(one, Indexed)}
    entries = {one.name for one in parts_of(node) if isinstance(one, Indexed) and len(one.indices) > 1}
    found = dict.fromkeys(name for name in names_of(node) if name not in entries)
    kept = [name for name in found if not (name in members or name.partition("_")[2] in ACCENTS) or name[0] in LAYERS]
    return [f"{name}{MEMBER}" if name in members else name for name in kept]


def _is_weight(name: str) -> bool:
    """Whether a name is a labelled W, which is a matrix of weights unless it is a width."""
    letter, _, label = name.partition("_")
    return letter == "W" and bool(label) and label not in WIDTHS


def _may_be_arrays(names: tuple[str, str]) -> bool:
    """Whether two names may be two matrices, or a matrix and a vector."""
    if all(name.endswith(MEMBER) for name in names):
        return True
    names = (names[0].removesuffix(MEMBER), names[1].removesuffix(MEMBER))
    numbered = [
        name[1:].lstrip("_").isdigit() or name.partition("_")[2] in ACCENTS or _is_weight(name) for name in names
    ]
    letters = [name[0] if is_numbered else name for name, is_numbered in zip(names, numbered, strict=True)]
    if any(numbered):
        return all(letter in MAPS | LAYERS for letter in letters)
    if all(letter in LAYERS - BESIDE for letter in letters):
        return True
    mapped = any(letter in APPLIED for letter in letters) and any(letter in COLUMNS for letter in letters)
    generic = any(letter in GENERIC for letter in letters) and all(letter in BESIDE | GENERIC for letter in letters)
    return mapped or (generic and set(letters) != {"X", "U"})
