"""An answer that is given twice: ``1/2 (0.5)``, ``0.25 or 25%``; the exact one of two that agree is read."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from grader.errors import Unreadable
from grader.mathematics.reading.tokens import Token
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Divide,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Quantity,
    children,
)

_LARGEST_EXPONENT = 64
_MOST_TOKENS = 60
_WIDEST = 4
"""Characters of white space before a bracket; ``\\left(`` is farther."""
_OPERATORS = frozenset("EPOoVNU")
_SIGNS = frozenset({"=", "~=", "or", ":"})

_IRRATIONAL = {"pi": Fraction(math.pi), "e": Fraction(math.e)}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "log": math.log,
    "exp": math.exp,
    "power": math.pow,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "atan": math.atan,
    "asin": math.asin,
    "acos": math.acos,
}
_ABOUT = frozenset({"approx", "approximately", "about", "roughly", "or"})

Read = Callable[[Sequence[Token]], Node]


def without_restated(tokens: list[Token], read: Read, notes: list[str]) -> list[Token]:
    """The tokens without the second of two values that agree; a bracket that may be more than a product is refused.

    Raises:
        Unreadable: for ``3x (2)``, whose bracket may be a factor or the number of the equation.
    """
    if len(tokens) > _MOST_TOKENS:
        return tokens
    end = tokens[-1]
    place = _bracket_at_end(tokens)
    if place is not None:
        inside = tokens[place + 1 : -2]
        marked = bool(inside) and (
            (inside[0].kind == "op" and inside[0].text in _SIGNS)
            or (inside[0].kind == "word" and inside[0].text in _ABOUT)
        )
        second = inside[1:] if marked else inside
        second = second[1:] if marked and second and second[0].text in {"sentence", ".", "~="} else second
        kept = _exact_of(tokens[:place], second, end, read)
        if kept is not None:
            notes.append("a value that is given twice is read once")
            return kept
        number = len(second) == 1 and second[0].kind == "number" and second[0].text.isdigit()
        if number and not marked:
            raise Unreadable(
                tokens[place].start,
                f"({second[0].text}) at the end may be a factor or the number of the equation",
                "write a product with *, or leave the number out",
            )
    place = _top_level_or(tokens)
    if place is not None:
        kept = _exact_of(tokens[:place], tokens[place + 1 : -1], end, read)
        if kept is not None:
            notes.append("a value that is given twice is read once")
            return kept
    return tokens


def _bracket_at_end(tokens: Sequence[Token]) -> int | None:
    """Where a bracket opens that a space parts from a value before it and that ends the formula."""
    if len(tokens) < 4 or (tokens[-2].kind, tokens[-2].text) != ("close", "("):
        return None
    depth = 0
    for place in range(len(tokens) - 2, 0, -1):
        depth += (tokens[place].kind == "close") - (tokens[place].kind == "open")
        if depth == 0:
            before = tokens[place - 1]
            value = before.kind == "number" or before.text == "%" or (before.kind, before.text) == ("close", "{")
            single = len(before.text) == 1 or before.text == "pi"
            named = before.kind == "word" and single and before.text not in _OPERATORS
            blank = tokens[place].space and tokens[place].start - before.end <= _WIDEST
            return place if blank and (value or named or before.text == "(") else None
    return None


def _top_level_or(tokens: Sequence[Token]) -> int | None:
    depth, found = 0, None
    for place, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and (token.kind, token.text) == ("op", "or"):
            if found is not None:
                return None
            found = place
    return found


def _exact_of(first: Sequence[Token], second: Sequence[Token], end: Token, read: Read) -> list[Token] | None:
    """The tokens of the exact one of two values that are the same as far as their digits go, or None."""
    sides: list[tuple[Fraction, Fraction]] = []
    rounded = False
    for side in (first, second):
        if not side:
            return None
        try:
            node = read([*side, end._replace(start=side[-1].end, end=side[-1].end)])
            value, rounded = _value(node), rounded or _is_rounded(node)
        except Unreadable:
            return None
        if value is None:
            return None
        sides.append((value, Fraction(0) if _is_rounded(node) else _half_a_digit(side)))
    (one, coarse), (other, fine) = sides
    if abs(one - other) > max(coarse, fine) or (rounded and not max(coarse, fine)):
        return None
    return [*(first if one == other or coarse <= fine else second), end]


def _is_rounded(node: Node) -> bool:
    """Whether a value is known to the digits of a float only: what has roots, logarithms or pi in it."""
    own = isinstance(node, Apply | Constant) or (isinstance(node, Power) and not isinstance(node.exponent, Number))
    return own or any(map(_is_rounded, children(node)))


def _half_a_digit(tokens: Sequence[Token]) -> Fraction:
    """Half a unit of the last digit typed after a point; zero for what is exact."""
    typed = [token.text for token in tokens if token.kind == "number" and "." in token.text]
    if len(typed) != 1 or not all(part.isdigit() for part in typed[0].split(".", 1) if part):
        return Fraction(0)
    scale = 100 if any(token.text in {"%", "percent"} for token in tokens) else 1
    return Fraction(1, 2 * scale * 10 ** len(typed[0].partition(".")[2]))


def _value(node: Node) -> Fraction | None:
    """The value of a calculation with plain numbers, or None."""
    match node:
        case Number(value=value):
            return value
        case Negate(body=body):
            inner = _value(body)
            return None if inner is None else -inner
        case Quantity(value=body, unit="percent" | "%"):
            inner = _value(body)
            return None if inner is None else inner / 100
        case Add(terms=many) | Multiply(factors=many):
            values = [_value(one) for one in many]
            known = [value for value in values if value is not None]
            if len(known) != len(values):
                return None
            total = known[0]
            for value in known[1:]:
                total = total + value if isinstance(node, Add) else total * value
            return total
        case Divide(numerator=above, denominator=below):
            top, bottom = _value(above), _value(below)
            return top / bottom if top is not None and bottom else None
        case Constant(name=name):
            return _IRRATIONAL.get(name)
        case Apply(function=name, arguments=arguments) if name in _FUNCTIONS:
            return _applied(name, [_value(one) for one in arguments])
        case Power(base=base, exponent=exponent):
            whole, count = _value(base), _value(exponent)
            if whole is not None and count is not None and whole > 0 and count.denominator != 1:
                return _applied("power", [whole, count])
            if whole is None or count is None or count.denominator != 1 or abs(count) > _LARGEST_EXPONENT:
                return None
            small = whole.numerator.bit_length() + whole.denominator.bit_length() <= _LARGEST_EXPONENT
            return whole ** int(count) if small and (whole or count > 0) else None
        case _:
            return None


def _applied(name: str, values: Sequence[Fraction | None]) -> Fraction | None:
    """The value of a function to the digits of a float, which is more than anybody types; None where it has none."""
    try:
        return Fraction(_FUNCTIONS[name](*(float(one) for one in values if one is not None)))
    except (ValueError, OverflowError, ZeroDivisionError, TypeError):
        return None
