"""Whether two formulas hold the same factors in another order, or another of them transposed, where arrays are written.

What was compared as numbers is not settled where one of the texts shows that they are none: by a transpose, by the
inverse of a capital, or by a diagonal matrix in a product.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from grader.mathematics.array_signs import is_identity, names_of, parts_of, turned_members
from grader.mathematics.functions import GREEK, known
from grader.mathematics.kinds import Declaration, Kind
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
    Relation,
    Symbol,
)

EYE = Constant("identity")
REAL = Kind("real")
MOST_ROWS = 64
NAME = re.compile(r"[A-Za-z]\w*")
COUNTS = frozenset("NMTZ")
"""Capitals for counts and constants that are inverted as numbers are."""

COLUMNS = frozenset("xyzuvwbghdrspfqe") | {"delta", "theta", "mu", "phi", "psi", "beta"}
"""Small letters that may be vectors beside a matrix."""

SCALARS = frozenset({"trace", "det", "norm", "frobenius", "nuclear", "abs", "rank"})
ENTRYWISE = "odot"

Atom: TypeAlias = tuple[str, bool]
"""The name of an array, and whether it is transposed."""

Row: TypeAlias = tuple[Atom, ...]
Key: TypeAlias = tuple[Row, tuple[Row, ...]]
"""The factors in their order, and the products of a row and a column among them, in any order."""


def in_another_order(student: Node, reference: Node, declaration: Declaration) -> bool:
    """Whether arrays that were compared as numbers stand in another order on one side."""
    sides = (student, reference)
    parts = [part for side in sides for part in parts_of(side)]
    bound = frozenset(part.index for part in parts if isinstance(part, Fold))
    orders = _Orders(declaration, frozenset(name for side in sides for name in turned_members(side, soft=False)), bound)
    if not any(map(orders.shows_arrays, parts)):
        return False
    first, second = ({_key(row) for row in orders.rows(side) if row} for side in sides)
    spellings = [{_letters(key) for key in keys} for keys in (first - second, second - first)]
    free = {name for name in declaration.symbols if orders.is_free(name)}
    return any(free & set(NAME.findall(" ".join(letters))) for letters in spellings[0] & spellings[1])


@dataclass(frozen=True)
class _Orders:
    declaration: Declaration
    turned: frozenset[str]
    """The families of which a member is transposed."""

    bound: frozenset[str]
    """The indices of sums: what carries one of them is a number, unless it is transposed somewhere."""

    def shows_arrays(self, part: Node) -> bool:
        """Whether a part is, or is a factor of, what only arrays are."""
        match part:
            case Apply(function="transpose", arguments=(body,)):
                return any(True for _ in names_of(body)) or _is_call(body)
            case Power(base=Symbol(name=name) | Indexed(name=name), exponent=exponent):
                below = isinstance(exponent, Negate) or (isinstance(exponent, Number) and exponent.value < 0)
                return below and _is_matrix(name) and name[0] not in COUNTS
            case Add(terms=terms):
                return any(one == EYE or is_identity(one) for one in terms) and any(map(self._is_of_two, terms))
            case Multiply(factors=factors):
                special = any(map(_is_diagonal, factors))
                names = [name for one in factors for name in names_of(one)]
                return special and any(_is_matrix(name) for name in names)
            case _:
                return False

    def _is_of_two(self, term: Node) -> bool:
        body = term.body if isinstance(term, Negate) else term
        factors = body.factors if isinstance(body, Multiply) else ()
        names = [one.name for one in factors if isinstance(one, Symbol | Indexed)]
        return len([name for name in names if _is_matrix(name)]) > 1

    def is_free(self, name: str) -> bool:
        """Whether nothing tells the size of what a name stands for."""
        kind = self.declaration.symbols.get(name, REAL)
        return not (kind.member or kind).sizes

    def rows(self, node: Node) -> list[Row]:
        """The arrays of each term of a formula, in their order."""
        match node:
            case Add(terms=parts) | Relation(operands=parts):
                return [row for part in parts for row in self.rows(part)][:MOST_ROWS]
            case Negate(body=body) | Divide(numerator=body) | Fold(body=body):
                return self.rows(body)
            case Multiply(factors=factors):
                return self._product(factors)
            case Apply(function="transpose", arguments=(body,)):
                return [_turned(row) for row in self.rows(body)]
            case Symbol(name=name):
                return [((name, False),)] if self._is_array(name) else [()]
            case Indexed(name=name, indices=indices):
                loose = self._is_array(name) and not any(self.bound & set(names_of(one)) for one in indices)
                return [((name, False),)] if loose or name in self.turned or _is_matrix(name) else [()]
            case Apply(function="hadamard", arguments=arguments):
                return self._entrywise(arguments)
            case Apply(function="dot", arguments=(first, second)):
                return self._product((Apply("transpose", (first,)), second))
            case Power(base=base) | Apply(function="inverse", arguments=(base,)):
                inner = self.rows(base)
                return [((f"power of {_spelled(inner)}", False),)] if any(inner) else [()]
            case Gradient():
                return [(("gradient", False),)]
            case Apply(function=name, arguments=arguments):
                return self._applied(name, arguments)
            case _:
                return [()]

    def _applied(self, name: str, arguments: Sequence[Node]) -> list[Row]:
        inner = [row for one in arguments for row in self.rows(one)]
        array = name not in known() or name == "diag" or any(inner)
        return [((f"{name} of {_spelled(inner)}", False),)] if array and name not in SCALARS else [()]

    def _entrywise(self, arguments: Sequence[Node]) -> list[Row]:
        """The rows of a product entry by entry, whose factors may stand in any order."""
        many = [self.rows(one) for one in arguments]
        if len(many[0]) * len(many[-1]) > MOST_ROWS:
            return [()]
        return [_joined(rows) for rows in product(*many)]

    def _product(self, factors: Sequence[Node]) -> list[Row]:
        many = [self.rows(one) for one in factors]
        count = 1
        for rows in many:
            count *= len(rows)
        if count > MOST_ROWS:
            return [()]
        return [tuple(atom for row in rows for atom in row) for rows in product(*many)]

    def _is_array(self, name: str) -> bool:
        letter = name.partition("_")[0]
        return (_is_matrix(name) and letter not in COUNTS) or letter in COLUMNS or (letter == "m" and "_" in name)


def _joined(rows: Sequence[Row]) -> Row:
    kept = sorted(filter(None, rows), key=repr)
    return tuple(atom for row in kept for atom in (*row, (ENTRYWISE, False))) if len(kept) > 1 else sum(kept, ())


def _is_matrix(name: str) -> bool:
    letter = name.partition("_")[0]
    return letter[0].isupper() and (len(letter) == 1 or letter in GREEK)


def _is_call(node: Node) -> bool:
    return isinstance(node, Apply) and node.function not in known()


def _is_diagonal(node: Node) -> bool:
    return isinstance(node, Apply) and node.function == "diag"


def _turned(row: Row) -> Row:
    return tuple((name, not turned) for name, turned in reversed(row))


def _spelled(rows: list[Row]) -> str:
    return " + ".join(sorted(repr(row) for row in rows))


def _key(row: Row) -> Key:
    """A row without the products of a row and a column in it, in the smaller of its two spellings."""
    scalars: list[Row] = []
    rest: list[Atom] = []
    for atom in row:
        if rest and _is_small(rest[-1]) and _is_small(atom) and not atom[1]:
            pair = ((rest.pop()[0], True), atom)
            scalars.append(min(pair, _turned(pair)))
        else:
            rest.append(atom)
    whole = tuple(rest)
    if len(whole) > 1 and all(map(_is_small, (whole[0], whole[-1]))) and whole[0][1] and not whole[-1][1]:
        whole = min(whole, _turned(whole))
    return whole, tuple(sorted(scalars))


def _is_small(atom: Atom) -> bool:
    return atom[0][0].islower() and not atom[0].startswith(("power", "diag", ENTRYWISE))


def _letters(key: Key) -> tuple[str, ...]:
    return tuple(sorted(_all(key)))


def _all(key: Key) -> Iterator[str]:
    for row in (key[0], *key[1]):
        yield from (name for name, _ in row)
