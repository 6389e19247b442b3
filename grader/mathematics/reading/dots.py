r"""What dots stand for: ``x_1 + x_2 + \dots + x_n`` as a sum over an index, when its terms settle the pattern."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from grader.mathematics.canonical import canonical
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.reading.bounds import ONE
from grader.mathematics.reading.shapes import is_shaped
from grader.mathematics.substituting import mapped, names_in, substitute
from grader.mathematics.tree import Add, Apply, Divide, Fold, Indexed, Multiply, Negate, Node, Number, Power, Symbol
from grader.mathematics.tree import children as below

_MOST_PARTS = 24
_MOST_PLACES = 4
_MOST_FACTORIAL = 9
_FIRST = (1, 0, 2, 3, 4, 5, -1, -2)
_NAMES = "kjilmrsuvpqabcdfgh"


@dataclass(frozen=True)
class Continued:
    """A fold in the place of the dots, and how many parts before and behind them it holds."""

    fold: Fold
    before: int
    behind: int


class _Pattern(NamedTuple):
    """A general term in ``index``, which runs from ``lower`` to ``upper``."""

    body: Node
    lower: Node
    upper: Node


def continued(
    operator: str, before: Sequence[Node], behind: Sequence[Node], kinds: Mapping[str, Kind]
) -> Continued | None:
    r"""The fold that the parts around some dots settle, or None when they settle none or more than one.

    The last part holds the bound: putting an index in the place of one of its symbols (or of a number) must give the
    parts before the dots one after the other, as ``c \beta^{t-1}`` gives ``c`` and ``c \beta``. A descending row is
    read from its other end. Of a sum or product, what stands before or behind the row is left outside.
    """
    if not before or not behind or len(before) + len(behind) > _MOST_PARTS:
        return None
    index = free_index((*before, *behind), kinds)
    if index is None:
        return None
    row = _Row(index, Declaration(kinds))
    for stop in range(len(behind), 0, -1):
        for start in range(len(before)):
            if start and not _may_begin_inside(before, start, operator):
                continue
            first, last = list(before[start:]), list(behind[:stop])
            found = row.ascending(first, last) or row.descending(first, last, operator)
            if found is not None:
                fold = Fold(operator, found.body, index, found.lower, found.upper)
                return Continued(fold, len(before) - start, stop)
    return None


def free_index(parts: Sequence[Node], kinds: Mapping[str, Kind]) -> str | None:
    """A letter for an index that neither the parts nor the question use."""
    names = frozenset[str]().union(*map(names_in, parts))
    return next((name for name in _NAMES if name not in names and name not in kinds), None)


def same_term(one: Node, other: Node, declaration: Declaration) -> bool:
    """Whether two parts of a row are the same, once small powers and factorials are carried out."""
    first: object = canonical(_settled(one), declaration)
    return bool(first == canonical(_settled(other), declaration))


def _may_begin_inside(before: Sequence[Node], start: int, operator: str) -> bool:
    """Whether parts left of a row may be none of it: always in a product, in a sum only before two of the row."""
    return operator == "product" or len(before) - start >= 2 or isinstance(before[start], Indexed)


class _Row:
    """Looks for the pattern of one row of parts."""

    def __init__(self, index: str, declaration: Declaration) -> None:
        self.index = index
        self.declaration = declaration

    def ascending(self, first: list[Node], last: list[Node]) -> _Pattern | None:
        """The pattern that the last part gives and all others fit."""
        fitting = [found for pattern in self._patterns(last[-1], first) if (found := self._fits(pattern, first, last))]
        fitting += self._counted(first, last)
        fitting += self._numbers(first, last)
        different = {self._key(self._shifted(one)) for one in fitting}
        return fitting[0] if len(different) == 1 else None

    def descending(self, first: list[Node], last: list[Node], operator: str) -> _Pattern | None:
        """The same from the other end; a product of matrices keeps the order in which it is written."""
        found = self.ascending(last[::-1], first[::-1])
        if found is None:
            return None
        if operator != "product" or not is_shaped(found.body, self.declaration.symbols):
            return found
        mirrored = Add((found.upper, found.lower, Negate(Symbol(self.index))))
        return _Pattern(substitute(found.body, self.index, mirrored), found.lower, found.upper)

    def _patterns(self, part: Node, first: list[Node]) -> Iterator[_Pattern]:
        """The last part with the index in the place of a symbol, or of a whole number if it has no symbol."""
        symbols = {name for name in names_in(part) if self._counts(name)}
        targets: list[Node] = [Symbol(name) for name in sorted(symbols)]
        targets += sorted({one for one in leaves(part) if isinstance(one, Number) and one.value >= 3}, key=repr)
        for target in targets:
            places = sum(one == target for one in leaves(part))
            if not 0 < places <= _MOST_PLACES or (isinstance(target, Number) and target.value.denominator != 1):
                continue
            for count in range(places, 0, -1):
                for chosen in itertools.combinations(range(places), count):
                    body = _replaced(part, target, Symbol(self.index), frozenset(chosen))
                    for lower in self._starts(first[0]):
                        yield _Pattern(body, lower, target)

    def _counts(self, name: str) -> bool:
        kind = self.declaration.symbols.get(name)
        return kind is None or kind.scalar

    def _starts(self, part: Node) -> Iterator[Node]:
        for value in _FIRST:
            yield Number(Fraction(value))
        for one in dict.fromkeys(_subtrees(part)):
            if isinstance(one, Symbol | Add) or (isinstance(one, Number) and one.value.denominator == 1):
                yield one

    def _fits(self, pattern: _Pattern, first: list[Node], last: list[Node]) -> _Pattern | None:
        body, lower, upper = pattern
        if lower == upper or _are_members(lower, upper):
            return None
        if not all(self._same(self._at(body, lower, step), part) for step, part in enumerate(first)):
            return None
        if not all(self._same(self._at(body, upper, -step), part) for step, part in enumerate(reversed(last))):
            return None
        settled = len(first) + len(last) > 2 or self._plain(body)
        return pattern if settled else None

    def _plain(self, body: Node) -> bool:
        """Whether one part at each end settles a row: the index itself, or members of families."""
        if body == Symbol(self.index):
            return True
        inside = [one for one in _subtrees(body) if isinstance(one, Indexed)]
        found = sum(one == Symbol(self.index) for member in inside for one in member.indices)
        calls = [one for one in _subtrees(body) if isinstance(one, Apply) and self._is_family(one)]
        found += sum(one.arguments[0] == Symbol(self.index) for one in calls)
        return bool(inside or calls) and found == sum(one == Symbol(self.index) for one in leaves(body))

    def _is_family(self, call: Apply) -> bool:
        """Whether a function of several things is called, of which the first is its index: ``f_1(x)``."""
        kind = self.declaration.symbols.get(call.function)
        return kind is not None and kind.name == "function" and len(call.arguments) == kind.arity > 1

    def _counted(self, first: list[Node], last: list[Node]) -> list[_Pattern]:
        """``1 + 2 + ... + n^2``: whole numbers one after the other, up to whatever stands last."""
        here = Symbol(self.index)
        if not isinstance(first[0], Number) or isinstance(last[-1], Number) or len(first) < 2:
            return []
        found = self._fits(_Pattern(here, first[0], last[-1]), first, last)
        return [found] if found is not None else []

    def _numbers(self, first: list[Node], last: list[Node]) -> list[_Pattern]:
        """Three numbers or more before the dots: in equal steps or with an equal ratio, up to a number of the row."""
        values = [number_of(one) for one in (*first, *last)]
        if any(value is None for value in values) or len(first) < 3:
            return []
        numbers = [value for value in values if value is not None]
        start, stop = numbers[0], numbers[-1]
        step = numbers[1] - start
        here = Symbol(self.index)
        found: list[_Pattern] = []
        zero = Number(Fraction(0))
        if step and (stop - start) % step == 0 and (stop - start) / step > 0:
            body = Add((Number(start), Multiply((Number(step), here))))
            found.append(_Pattern(body, zero, Number((stop - start) / step)))
        count = _power_of(stop / start, numbers[1] / start) if start and numbers[1] else None
        if count:
            powers = Multiply((Number(start), Power(Number(numbers[1] / start), here)))
            found.append(_Pattern(powers, zero, Number(Fraction(count))))
        return [one for pattern in found if (one := self._fits(pattern, first, last)) is not None]

    def _at(self, body: Node, start: Node, step: int) -> Node:
        place = start if step == 0 else Add((start, Number(Fraction(step))))
        return substitute(body, self.index, place)

    def _shifted(self, pattern: _Pattern) -> Node:
        """The pattern counted from 0, so that one row under two indices is one."""
        moved = substitute(pattern.body, self.index, Add((pattern.lower, Symbol(self.index))))
        return Add((moved, Apply("length", (Add((pattern.upper, Negate(pattern.lower))),))))

    def _same(self, one: Node, other: Node) -> bool:
        return same_term(one, other, self.declaration)

    def _key(self, node: Node) -> object:
        return canonical(_settled(node), self.declaration)


def _are_members(lower: Node, upper: Node) -> bool:
    """Whether two names with one base and labels of their own, w_2 and w_N, would be the ends of a range."""
    names = [one.name.partition("_") for one in (lower, upper) if isinstance(one, Symbol)]
    return len(names) > 1 and names[0][0] == names[1][0] and all(label for *_, label in names)


def number_of(node: Node) -> Fraction | None:
    """The value of a number with or without a sign, or of a quotient of two; None for anything else."""
    match node:
        case Number(value=value):
            return value
        case Negate(body=Number(value=value)):
            return -value
        case Divide(numerator=Number(value=above), denominator=Number(value=under)) if under:
            return above / under
        case _:
            return None


def _power_of(value: Fraction, ratio: Fraction) -> int | None:
    reached = Fraction(1)
    for count in range(64):
        if reached == value:
            return count
        reached *= ratio
    return None


def _subtrees(node: Node) -> Iterator[Node]:
    yield node
    for one in below(node):
        yield from _subtrees(one)


def leaves(node: Node) -> list[Node]:
    """Symbols and numbers in the order in which `mapped` meets them."""
    if isinstance(node, Symbol | Number):
        return [node]
    found: list[Node] = []

    def visit(child: Node) -> Node:
        found.extend(leaves(child))
        return child

    mapped(node, visit)
    return found


def with_leaves(node: Node, chosen: Mapping[int, Node]) -> Node:
    """The formula with other nodes in some places of its `leaves`, counted from 0."""
    met = itertools.count()

    def visit(here: Node) -> Node:
        return chosen.get(next(met), here) if isinstance(here, Symbol | Number) else mapped(here, visit)

    return visit(node)


def _replaced(node: Node, target: Node, replacement: Node, chosen: frozenset[int]) -> Node:
    """The formula with some of the places of one leaf, counted from 0, taken by another."""
    places = [at for at, one in enumerate(leaves(node)) if one == target]
    return with_leaves(node, {places[one]: replacement for one in chosen})


def _settled(node: Node) -> Node:
    """With powers 0 and 1, powers of 1 and small factorials carried out."""
    inner = mapped(node, _settled)
    match inner:
        case Power(base=base, exponent=exponent):
            power = _whole(exponent)
            if power == 0:
                return ONE
            return base if power == 1 or base == ONE else inner
        case Apply(function="factorial", arguments=(body,)):
            value = _whole(body)
            if value is not None and 0 <= value <= _MOST_FACTORIAL and value.denominator == 1:
                return Number(Fraction(math.factorial(int(value))))
        case _:
            pass
    return inner


def _whole(node: Node) -> Fraction | None:
    key = canonical(node, Declaration({}))
    return Fraction(key[1], key[2]) if key[0] == "number" else None
