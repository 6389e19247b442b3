"""Layer 1: one form for all ways of writing the same: terms and factors sorted, numbers folded, bound names renamed.

Only steps that keep a formula defined exactly where it was are taken, so that equal forms are equal formulas.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from grader.mathematics.kinds import Declaration
from grader.mathematics.shapes import SCALAR, shape_of
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Constant,
    Divide,
    Fold,
    Indexed,
    Integral,
    Limit,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Probability,
    Relation,
    Symbol,
    children,
)

Key: TypeAlias = Any
"""A nested tuple that two formulas share when they are the same up to the order of writing."""

BITS_LIMIT = 20_000
COMMUTATIVE = frozenset({"max", "min", "gcd", "lcm", "dot", "hadamard", "kronecker_delta", "js"})
FLIPPED = {">": "<", ">=": "<="}
SYMMETRIC = frozenset({"=", "!="})
EVEN = frozenset({"abs", "norm", "frobenius", "nuclear", "cos", "cosh"})
"""Functions that a change of sign of their first argument does not change; bars around a matrix are a determinant."""

ONE: Key = ("number", 1, 1)


def canonical(node: Node, declaration: Declaration) -> Key:
    """The form of a formula; equal forms mean equal formulas, unequal forms mean nothing."""
    return _Form(declaration).form(node, {}, 0)


class _Form:
    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration

    def form(self, node: Node, bound: Mapping[str, int], depth: int) -> Key:
        match node:
            case Number(value=value):
                return _number(value)
            case Constant(name=name):
                return ("constant", name)
            case Symbol(name=name):
                return ("bound", bound[name]) if name in bound else ("symbol", name)
            case Indexed(name=name, indices=indices):
                return ("indexed", name, tuple(self.form(one, bound, depth) for one in indices))
            case Add(terms=terms):
                return self._sum([self.form(term, bound, depth) for term in terms])
            case Negate(body=body):
                return self._scaled(self.form(body, bound, depth), Fraction(-1))
            case Multiply():
                return self._product(node, bound, depth)
            case Divide(numerator=top, denominator=bottom):
                over = self.form(bottom, bound, depth)
                divisor = _value(over)
                above = self.form(top, bound, depth)
                if divisor:
                    return self._scaled(above, 1 / divisor)
                return self._times(above, ("over", over))
            case Power(base=base, exponent=exponent):
                return self._power(self.form(base, bound, depth), self.form(exponent, bound, depth))
            case Apply(function="sqrt", arguments=(body,)):
                return self._power(self.form(body, bound, depth), _number(Fraction(1, 2)))
            case Apply(function="exp", arguments=(body,)) if self._scalar(body):
                return self._power(("constant", "e"), self.form(body, bound, depth))
            case Apply(function=name, arguments=arguments):
                parts = [self.form(one, bound, depth) for one in arguments]
                if name in EVEN and (name != "abs" or self._scalar(arguments[0])):
                    parts[0] = self._upright(parts[0])
                return ("apply", name, tuple(sorted(parts, key=repr) if name in COMMUTATIVE else parts))
            case Fold(index=name) | Integral(variable=name) | Limit(variable=name):
                return self._binder(node, name, bound, depth)
            case Relation(operators=(operator,), operands=(left, right)) if operator in FLIPPED:
                return self.form(Relation((FLIPPED[operator],), (right, left)), bound, depth)
            case Relation(operators=(operator,), operands=operands) if operator in SYMMETRIC:
                sides = sorted((self.form(side, bound, depth) for side in operands), key=repr)
                return ("relation", operator, *sides)
            case Cases(branches=branches):
                return ("cases", *((self.form(v, bound, depth), c and self.form(c, bound, depth)) for v, c in branches))
            case _:
                return self._other(node, bound, depth)

    def _other(self, node: Node, bound: Mapping[str, int], depth: int) -> Key:
        plain = tuple(
            (name, value)
            for name, value in vars(node).items()
            if isinstance(value, (str, int, bool, type(None))) or (name == "operators")
        )
        shape = tuple(len(row) for row in getattr(node, "rows", ()))
        orders = tuple(order for _, order in getattr(node, "variables", ()))
        parts = tuple(self.form(child, bound, depth) for child in children(node))
        return (type(node).__name__, plain, shape, orders, parts)

    def _scalar(self, node: Node) -> bool:
        return isinstance(node, Probability) or shape_of(node, self.declaration) == SCALAR

    def _binder(self, node: Fold | Integral | Limit, name: str, bound: Mapping[str, int], depth: int) -> Key:
        inside = {**bound, name: depth}
        head: tuple[Key, ...]
        if isinstance(node, Fold):
            outer = tuple(part and self.form(part, bound, depth) for part in (node.lower, node.upper, node.domain))
            head = ("fold", node.operator, outer)
        elif isinstance(node, Integral):
            if node.lower is None or node.upper is None:
                return ("antiderivative", name, self.form(node.body, inside, depth + 1))
            ends = [self.form(end, bound, depth) for end in (node.lower, node.upper)]
            ordered = sorted(ends, key=repr)
            whole: Key = ("integral", tuple(ordered), self.form(node.body, inside, depth + 1))
            return whole if ordered == ends else self._scaled(whole, Fraction(-1))
        else:
            head = ("limit", node.direction, self.form(node.point, bound, depth))
        return (*head, self.form(node.body, inside, depth + 1))

    def _sum(self, parts: list[Key]) -> Key:
        total = Fraction(0)
        terms: dict[Key, Fraction] = {}
        for part in parts:
            for key, factor in part[1] if part[0] == "sum" else ((part, Fraction(1)),):
                value = _value(key)
                if value is not None:
                    total += value * factor
                    continue
                inner, scale = _split(key)
                terms[inner] = terms.get(inner, Fraction(0)) + scale * factor
        if total:
            terms[ONE] = total
        kept = {key: factor for key, factor in terms.items() if factor or key[0] != "symbol"}
        if not kept:
            return _number(Fraction(0))
        if len(kept) == 1:
            ((key, factor),) = kept.items()
            return self._scaled(key, factor)
        return ("sum", tuple(sorted(kept.items(), key=repr)))

    def _upright(self, key: Key) -> Key:
        """The same of a formula and of its negative."""
        return min(key, self._scaled(key, Fraction(-1)), key=repr)

    def _scaled(self, key: Key, factor: Fraction) -> Key:
        value = _value(key)
        if value is not None:
            return _number(value * factor)
        if factor == 1:
            return key
        if key[0] == "sum":
            return ("sum", tuple(sorted(((one, scale * factor) for one, scale in key[1]), key=repr)))
        inner, scale = _split(key)
        return inner if scale * factor == 1 else ("scaled", scale * factor, inner)

    def _product(self, node: Multiply, bound: Mapping[str, int], depth: int) -> Key:
        commuting = [factor for factor in node.factors if self._scalar(factor)]
        fixed = [factor for factor in node.factors if not self._scalar(factor)]
        result: Key = ONE
        for factor in commuting:
            result = self._times(result, self.form(factor, bound, depth))
        if fixed:
            scale = Fraction(1)
            ordered: list[Key] = []
            for factor in fixed:
                key, amount = _split(self.form(factor, bound, depth))
                scale *= amount
                ordered += key[1] if key[0] == "ordered" else (key,)
            matrix: Key = ("ordered", tuple(ordered)) if len(ordered) > 1 else ordered[0]
            return self._scaled(self._times(result, matrix), scale)
        return result

    def _times(self, first: Key, second: Key) -> Key:
        one, scale = _split(first)
        other, factor = _split(second)
        for key, amount in ((one, scale * factor * (_value(other) or 1)), (other, scale * factor * (_value(one) or 1))):
            if _value(other if key is one else one) not in (None, 0):
                return self._scaled(key, amount)
        powers: dict[Key, int] = {}
        for key in (one, other):
            for base, count in key[1] if key[0] == "product" else ((key, 1),):
                powers[base] = powers.get(base, 0) + count
        items = tuple(sorted(powers.items(), key=repr))
        product: Key = items[0][0] if len(items) == 1 and items[0][1] == 1 else ("product", items)
        return self._scaled(product, scale * factor)

    def _power(self, base: Key, exponent: Key) -> Key:
        number, count = _value(base), _value(exponent)
        if count == 1:
            return base
        if count is not None and count.denominator == 1:
            whole = int(count)
            if number is not None and (number or whole > 0) and _small(number, whole):
                return _number(number**whole)
            if whole % 2 == 0 and base[0] in ("sum", "scaled"):
                base = self._upright(base)
            if 0 < whole <= 64 and base[0] not in ("ordered", "sum", "scaled"):
                items = base[1] if base[0] == "product" else ((base, 1),)
                return ("product", tuple((key, power * whole) for key, power in items))
        return ("power", base, exponent)


def _small(number: Fraction, exponent: int) -> bool:
    size = max(number.numerator.bit_length(), number.denominator.bit_length())
    return size * abs(exponent) <= BITS_LIMIT


def _number(value: Fraction) -> Key:
    return ("number", value.numerator, value.denominator)


def _value(key: Key) -> Fraction | None:
    return Fraction(key[1], key[2]) if key[0] == "number" else None


def _split(key: Key) -> tuple[Key, Fraction]:
    if key[0] == "scaled":
        return key[2], key[1]
    value = _value(key)
    return (key, Fraction(1)) if value is None else (ONE, value)
