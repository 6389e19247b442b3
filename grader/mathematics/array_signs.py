"""What in a formula shows that letters of which nothing is said are vectors or matrices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from string import ascii_uppercase

from grader.mathematics.functions import GREEK, known
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Divide,
    Fold,
    Gradient,
    Indexed,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Symbol,
    children,
)

ARRAY_FUNCTIONS = frozenset(
    {"transpose", "trace", "det", "inverse", "pinv", "frobenius", "nuclear", "hadamard", "kronecker", "rank", "entry"}
)
WHOLE = frozenset({"softmax", "logsumexp", "max", "min", "mean", "median", "total", "argmax", "argmin"})
"""Functions of all entries of one argument: of a number they would say nothing."""
CONSTANTS = frozenset("cCmMkK")
PARAMETERS = frozenset({"theta", "beta", "alpha", "mu"})
"""Greek letters that are vectors directly behind a matrix."""

ENTRYWISE = frozenset({"hadamard", "kronecker", "outer", "elementwise_divide"})

_KEEPING = frozenset({"transpose", "inverse", "pinv", "softmax"})
TWO = Number(Fraction(2))
MATRIX_LETTERS = frozenset(ascii_uppercase)
IDENTITY = "I"
"""Undeclared beside matrices, this is the identity matrix."""


def names_of(node: Node) -> Iterator[str]:
    """Every name of a symbol or a family, those of indices left out."""
    if isinstance(node, (Symbol, Indexed)):
        yield node.name
    below = node.indices if isinstance(node, Indexed) else ()
    for child in children(node):
        if child not in below:
            yield from names_of(child)


def members_behind_identities(node: Node) -> Iterator[str]:
    r"""Families of which a member stands right behind a sum with the identity: ``(I - \eta A) x_k``."""
    if isinstance(node, Multiply):
        for before, after in pairwise(node.factors):
            terms = before.terms if isinstance(before, Add) else ()
            if any(one == Constant("identity") or is_identity(one) for one in terms) and isinstance(after, Indexed):
                yield after.name
    for child in children(node):
        yield from members_behind_identities(child)


def members_behind_rows(node: Node) -> Iterator[str]:
    """Families of which a member stands directly behind a transposed letter."""
    if isinstance(node, Multiply):
        for before, after in pairwise(node.factors):
            row = isinstance(before, Apply) and before.function == "transpose"
            letter = before.arguments[0] if row and isinstance(before, Apply) else None
            small = isinstance(letter, Symbol | Indexed) and letter.name[0].islower()
            if small and isinstance(after, Indexed):
                yield after.name
    for child in children(node):
        yield from members_behind_rows(child)


def uses_of(node: Node) -> Iterator[tuple[str, int]]:
    """Every name with how many indices it carries each time it occurs."""
    match node:
        case Symbol(name=name):
            yield name, 0
        case Indexed(name=name, indices=indices):
            yield name, len(indices)
    for child in children(node):
        yield from uses_of(child)


def turned_members(node: Node, *, soft: bool = True) -> Iterator[str]:
    """Families of which a member is transposed; ``soft``: or stands in a function entry by entry."""
    if isinstance(node, Apply) and node.function in ("transpose", "norm", "dot"):
        yield from (one.name for body in node.arguments for one in _bare(body) if isinstance(one, Indexed))
    if soft and isinstance(node, Apply) and node.function in ENTRYWISE:
        yield from (one.name for one in _entrywise(node) if isinstance(one, Indexed))
    for child in children(node):
        yield from turned_members(child, soft=soft)


def parts_of(node: Node) -> Iterator[Node]:
    """A formula and everything below it."""
    yield node
    for child in children(node):
        yield from parts_of(child)


def has_arrays(node: Node) -> bool:
    """Whether a formula has a function of arrays, or a sum of I and products of capitals."""
    if node == Constant("identity") or (isinstance(node, Apply) and node.function in ARRAY_FUNCTIONS):
        return True
    if isinstance(node, Apply) and node.function == "norm" and _has_image(node.arguments[0]):
        return True
    if isinstance(node, Apply) and node.function == "norm" and len(node.arguments) > 1 and node.arguments[1] != TWO:
        return isinstance(node.arguments[0], Symbol) or has_arrays(node.arguments[0])
    if isinstance(node, Apply) and node.function == "diag" and node.arguments and _is_capital(node.arguments[0]):
        return True
    if isinstance(node, Apply) and node.function in WHOLE and any(isinstance(one, Symbol) for one in _scaled(node)):
        return True
    if isinstance(node, Add) and any(map(is_identity, node.terms)) and any(map(_is_of_matrices, node.terms)):
        return True
    if isinstance(node, Multiply | Power | Apply) and any(map(_is_shifted, children(node))):
        return True
    return any(map(has_arrays, children(node)))


def is_soft(node: Node) -> bool:
    """Whether a function entry by entry, or of a whole array, occurs: it may be of numbers as well."""
    return any(isinstance(part, Apply) and part.function in ENTRYWISE | WHOLE for part in parts_of(node))


def _is_shifted(node: Node) -> bool:
    r"""Whether a capital and a multiple of I are added, as in ``(A - \lambda I)v``."""
    terms = node.terms if isinstance(node, Add) else ()
    capital = any(_is_capital(one.body if isinstance(one, Negate) else one) for one in terms)
    return capital and any(map(is_identity, terms))


def is_identity(term: Node) -> bool:
    """Whether a term of a sum is I, or a number times I."""
    match term:
        case Symbol(name=name):
            return name == IDENTITY
        case Negate(body=body):
            return is_identity(body)
        case Multiply(factors=(*others, Symbol(name=name))):
            return name == IDENTITY and not any(one[0].isupper() for other in others for one in names_of(other))
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


def roots_in(node: Node) -> Iterator[str]:
    """Names that are raised to a power that is not whole, as a matrix with positive eigenvalues may be."""
    match node:
        case Power(base=Symbol(name=name), exponent=exponent):
            amount = exponent.body if isinstance(exponent, Negate) else exponent
            if isinstance(amount, Divide) or (isinstance(amount, Number) and amount.value.denominator > 1):
                yield name
    for child in children(node):
        yield from roots_in(child)


def orders_of_norms(node: Node) -> Iterator[Node]:
    """The orders of norms of single letters: of numbers all of them are one."""
    if isinstance(node, Apply) and node.function == "norm" and isinstance(node.arguments[0], Symbol):
        yield node.arguments[1] if len(node.arguments) > 1 else Number(Fraction(2))
    for child in children(node):
        yield from orders_of_norms(child)


def _has_image(node: Node) -> bool:
    """Whether a capital stands directly before a small letter in a product, as in ``Xw - y``."""
    if isinstance(node, Multiply):
        for before, after in pairwise(node.factors):
            if isinstance(before, Symbol) and isinstance(after, Symbol):
                return before.name in MATRIX_LETTERS and len(after.name) == 1 and after.name.islower()
    return isinstance(node, (Add, Negate, Multiply)) and any(map(_has_image, children(node)))


def divisors(node: Node) -> Iterator[str]:
    """Names that stand alone below a fraction line or in an exponent, and up to which an index runs: numbers."""
    if isinstance(node, Fold):
        yield from (name for bound in (node.lower, node.upper) if bound is not None for name in names_of(bound))
    for part in (
        (node.denominator,) if isinstance(node, Divide) else (node.exponent,) if isinstance(node, Power) else ()
    ):
        yield from (name for name in _bare_names(part) if not has_arrays(part))
    for child in children(node):
        yield from divisors(child)


def _bare_names(node: Node) -> Iterator[str]:
    """The names of a formula that stand there themselves: not as members, in a norm or in a function of an array."""
    if isinstance(node, Indexed) or (isinstance(node, Apply) and node.function in ("norm", "transpose", "dot")):
        return
    if isinstance(node, Symbol):
        yield node.name
    for child in children(node):
        yield from _bare_names(child)


def added_constants(node: Node) -> Iterator[str]:
    """Letters for constants that are added to what a function of a whole array is of: numbers."""
    if isinstance(node, Apply) and node.function in WHOLE and len(node.arguments) == 1:
        found = {one.name for one in _bare(node.arguments[0]) if isinstance(one, Symbol) and one.name in CONSTANTS}
        matrices = has_arrays(node.arguments[0])
        yield from (name for name in found if name.islower() or not matrices)
    for child in children(node):
        yield from added_constants(child)


def factors_of_logarithms(node: Node) -> Iterator[str]:
    r"""Capitals that alone stand beside the logarithm of a number, as the D of ``\frac D2\log(2\pi)``: numbers."""
    if isinstance(node, Multiply):
        logs = [one for one in node.factors if isinstance(one, Apply) and one.function == "log"]
        names = {name for one in node.factors for name in names_of(one)}
        if logs and len(names) == 1 and not any(set(names_of(one)) for one in logs):
            yield from names
    for child in children(node):
        yield from factors_of_logarithms(child)


def weights_of_sums(node: Node) -> Iterator[str]:
    """Capitals before a sum of numbers that is added to a norm or to a number's square: numbers."""
    if isinstance(node, Add) and any(map(_is_measure, node.terms)):
        for term in node.terms:
            body = term.body if isinstance(term, Negate) else term
            if isinstance(body, Multiply) and any(isinstance(one, Fold) for one in body.factors):
                yield from (one.name for one in body.factors if isinstance(one, Symbol))
    for child in children(node):
        yield from weights_of_sums(child)


def _is_measure(node: Node) -> bool:
    """Whether a term is certainly a number: a norm, ``w^T w``, or a multiple or a power of one."""
    match node:
        case Apply(function=name):
            return name in ("norm", "frobenius", "nuclear", "trace", "det")
        case Power(base=body) | Negate(body=body):
            return _is_measure(body)
        case Multiply(factors=(*_, Apply(function="transpose", arguments=(one,)), other)) if one == other:
            return isinstance(one, Symbol) and one.name.islower()
        case Multiply(factors=factors):
            return any(map(_is_measure, factors)) and all(
                isinstance(one, Divide) or _is_measure(one) or not children(one) for one in factors
            )
        case _:
            return False


def turned_letters(node: Node, *, soft: bool = True) -> Iterator[str]:
    """Small letters that are transposed or whose norm is taken; ``soft``: or that stand in functions entry by entry."""
    if isinstance(node, Apply) and node.function in ("transpose", "norm"):
        yield from (one.name for one in _bare(node.arguments[0]) if isinstance(one, Symbol))
    if soft and isinstance(node, Apply) and node.function in ENTRYWISE:
        yield from (one.name for one in _entrywise(node) if isinstance(one, Symbol))
    if soft and isinstance(node, Apply) and node.function in WHOLE:
        yield from (one.name for one in _scaled(node) if isinstance(one, Symbol))
    if isinstance(node, Multiply) and any(map(_is_turned, node.factors)):
        # a gradient beside a row is a column, and so is what it is taken by
        yield from (name for factor in node.factors for name in _steered(factor))
    for child in children(node):
        yield from turned_letters(child, soft=soft)


def _is_turned(node: Node) -> bool:
    return isinstance(node, Apply) and node.function == "transpose"


def _steered(node: Node) -> Iterator[str]:
    """The letter that a gradient, or a transposed one, is taken by: the one below nabla, or the function's argument."""
    if isinstance(node, Apply) and node.function == "transpose":
        node = node.arguments[0]
    if isinstance(node, Gradient):
        by = (node.variable,) if node.variable is not None else children(node.body)
        yield from (one.name for one in by if isinstance(one, Symbol))


def letters_beside(node: Node, arrays: set[str]) -> Iterator[str]:
    """Latin letters directly behind an array in a product, or added to one."""
    if isinstance(node, Multiply):
        for before, after in zip(node.factors, node.factors[1:], strict=False):
            if not isinstance(after, Symbol) or not _is_array(before, arrays):
                continue
            image = _is_map(before) and after.name in PARAMETERS
            if after.name not in GREEK or image:
                yield after.name
    if isinstance(node, Add) and any(_is_array(one, arrays) for one in node.terms):
        bare = (symbol for one in node.terms for symbol in _bare(one) if isinstance(symbol, Symbol))
        yield from (symbol.name for symbol in bare if symbol.name not in GREEK)
    for child in children(node):
        yield from letters_beside(child, arrays)


def _is_map(node: Node) -> bool:
    """Whether a factor is a capital, with a label or not, or a transposed one."""
    if isinstance(node, Apply) and node.function == "transpose":
        return _is_map(node.arguments[0])
    return isinstance(node, Symbol) and node.name.partition("_")[0] in MATRIX_LETTERS


def _is_array(node: Node, arrays: set[str]) -> bool:
    match node:
        case Symbol(name=name) | Indexed(name=name, indices=(_,)):
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
    row = isinstance(first, Apply) and first.function == "transpose"
    small = row and isinstance(first, Apply) and isinstance(first.arguments[0], Symbol | Indexed)
    return small and isinstance(first, Apply) and str(getattr(first.arguments[0], "name", "")).islower()


def _scaled(node: Apply) -> Iterator[Symbol | Indexed]:
    """The one letter, times or over numbers, that a function of a whole array is of."""
    if len(node.arguments) == 1:
        body = node.arguments[0]
        body = body.numerator if isinstance(body, Divide) else body
        body = body.body if isinstance(body, Negate) else body
        if isinstance(body, Multiply) and all(isinstance(one, Number) or _is_greek(one) for one in body.factors[:-1]):
            body = body.factors[-1]
        yield from (one for one in _bare(body) if not _is_greek(one))


def _is_greek(node: Node) -> bool:
    return isinstance(node, Symbol) and node.name in GREEK


def _entrywise(node: Apply) -> Iterator[Symbol | Indexed]:
    """Letters that stand bare in a function that is taken entry by entry, or in one within."""
    for argument in node.arguments:
        if isinstance(argument, Apply) and argument.function in known() and known()[argument.function].elementwise:
            yield from _entrywise(argument)
        if isinstance(argument, Divide):
            yield from (one for one in _bare(argument.numerator) if not _is_greek(one))
        yield from _bare(argument)


def _bare(node: Node) -> Iterator[Symbol | Indexed]:
    match node:
        case Symbol() | Indexed():
            yield node
        case Negate(body=body):
            yield from _bare(body)
        case Multiply(factors=(Number(), (Symbol() | Indexed()) as symbol)):
            yield symbol
        case Add(terms=terms):
            for one in terms:
                yield from _bare(one)
