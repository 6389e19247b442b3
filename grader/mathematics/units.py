"""Units of measured values: what each is worth in its own dimension, and values brought to those."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction

from grader.mathematics.substituting import mapped
from grader.mathematics.tree import (
    Add,
    Constant,
    Divide,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Quantity,
    Symbol,
    children,
)
from grader.mathematics.unit_table import FURTHER, Powers

SMALL = 10
"""No larger power of a unit is taken as a dimension."""

_PREFIXES = {"k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}
_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50}

_BYTES: Powers = (("bytes", 1),)
_SECONDS: Powers = (("seconds", 1),)
_METRES: Powers = (("metres", 1),)
_KILOGRAMS: Powers = (("kilograms", 1),)
_NEWTONS: Powers = (("kilograms", 1), ("metres", 1), ("seconds", -2))
_JOULES: Powers = (("kilograms", 1), ("metres", 2), ("seconds", -2))
_WATTS: Powers = (("kilograms", 1), ("metres", 2), ("seconds", -3))
_VOLTS: Powers = (("amperes", -1), *_WATTS)
_RATE: Powers = (("bytes", 1), ("seconds", -1))

_DIMENSIONS: dict[str, tuple[Powers, Fraction]] = {
    **{f"{prefix}B": (_BYTES, Fraction(size)) for prefix, size in (_PREFIXES | _BINARY).items()},
    **{
        f"{prefix}{bit}": (_BYTES, Fraction(size, 8))
        for prefix, size in (_PREFIXES | _BINARY).items()
        for bit in ("b", "bit", "bits")
    },
    **{f"{prefix}bps": (_RATE, Fraction(size, 8)) for prefix, size in _PREFIXES.items()},
    **dict.fromkeys(("B", "byte", "bytes"), (_BYTES, Fraction(1))),
    **dict.fromkeys(("bit", "bits"), (_BYTES, Fraction(1, 8))),
    **dict.fromkeys(("s", "second", "seconds"), (_SECONDS, Fraction(1))),
    "ms": (_SECONDS, Fraction(1, 10**3)),
    "us": (_SECONDS, Fraction(1, 10**6)),
    "ns": (_SECONDS, Fraction(1, 10**9)),
    **dict.fromkeys(("min", "minutes"), (_SECONDS, Fraction(60))),
    **dict.fromkeys(("h", "hour", "hours"), (_SECONDS, Fraction(3600))),
    **dict.fromkeys(("day", "days"), (_SECONDS, Fraction(86400))),
    **dict.fromkeys(("week", "weeks"), (_SECONDS, Fraction(7 * 86400))),
    **{
        f"{prefix}Hz": ((("seconds", -1),), Fraction(size))
        for prefix, size in {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}.items()
    },
    **{
        f"{prefix}{word}": ((), Fraction(size))
        for prefix, size in {**_PREFIXES, "": 1, "E": 10**18}.items()
        for word in ("FLOP", "FLOPs", "FLOPS")
    },
    "m": (_METRES, Fraction(1)),
    "cm": (_METRES, Fraction(1, 100)),
    "mm": (_METRES, Fraction(1, 1000)),
    "km": (_METRES, Fraction(1000)),
    "kg": (_KILOGRAMS, Fraction(1)),
    "g": (_KILOGRAMS, Fraction(1, 1000)),
    **{
        f"{prefix}{unit}": (dimension, Fraction(size) * times)
        for unit, dimension, times in (("W", _WATTS, 1), ("Wh", _JOULES, 3600), ("J", _JOULES, 1), ("V", _VOLTS, 1))
        for prefix, size in {"": 1, "k": 10**3, "M": 10**6}.items()
    },
    "percent": ((), Fraction(1, 100)),
    "degrees": ((), Fraction(1)),
    "radians": ((), Fraction(1)),
}
"""Each unit's dimension and its size; percent, angles and counts of operations are numbers like any others."""

UNITS = frozenset(_DIMENSIONS)
"""Every unit by the sign under which values carry it."""

_LETTERS = {"N": (_NEWTONS, Fraction(1)), "A": ((("amperes", 1),), Fraction(1))}
"""Letters that are units only beside a value of their dimension."""

_NUMBERS = frozenset(
    unit for table in (_DIMENSIONS, FURTHER) for unit, (dimension, _) in table.items() if not dimension
)

_PART = re.compile(r"([*/]?)([A-Za-z]+)(?:\^(-?[0-9]))?")


def dimension_of(unit: str) -> tuple[Powers, Fraction]:
    """The dimension and the size of a unit, which may be a product or quotient: ``GB/s``, ``m^2``, ``kg*m/s^2``."""
    dimension: Powers = ()
    size = Fraction(1)
    for sign, name, exponent in _PART.findall(unit):
        powers, one = _DIMENSIONS.get(name) or FURTHER.get(name) or (((name, 1),), Fraction(1))
        times = int(exponent or 1) * (-1 if sign == "/" else 1)
        dimension, size = _together(dimension, powers, times), size * one**times
    return dimension, size


def _together(first: Powers, second: Powers, times: int = 1) -> Powers:
    found = Counter(dict(first))
    for name, exponent in second:
        found[name] += exponent * times
    return tuple(sorted((name, exponent) for name, exponent in found.items() if exponent))


def called(dimension: Powers) -> str:
    """A dimension in words; empty for a plain number."""
    if dimension == (("seconds", -1),):
        return "hertz"
    above = [_raised(name, exponent) for name, exponent in dimension if exponent > 0]
    below = [_raised(name, -exponent) for name, exponent in dimension if exponent < 0]
    return " · ".join(above) + (" per " + " · ".join(below) if below else "")


def _raised(name: str, exponent: int) -> str:
    return name if exponent == 1 else f"{name}^{exponent}"


def without_units(node: Node) -> tuple[Node, str]:
    """The value in the base of its dimension, and the dimension in words; empty when no unit was written.

    A percentage or an angle anywhere is a number. Any other unit counts where it stands around the whole value, around
    a factor, or around each term of a sum, all in one dimension.
    """
    value, dimension = measured_value(whole_quantity(node))
    return value, called(dimension)


def measured_value(node: Node) -> tuple[Node, Powers]:
    """The value in the base of its dimension, and the dimension."""
    match node:
        case Quantity(value=value, unit=unit) if unit not in _NUMBERS:
            dimension, size = dimension_of(unit)
            inner = _pure(value)
            return (inner if size == 1 else Multiply((Number(size), inner))), dimension
        case Add(terms=terms):
            parts = [measured_value(whole_quantity(term)) for term in terms]
            if len({dimension for _, dimension in parts}) == 1:
                return replace(node, terms=tuple(part for part, _ in parts)), parts[0][1]
        case Negate(body=body):
            inner, dimension = measured_value(body)
            return replace(node, body=inner), dimension
        case Multiply(factors=factors):
            parts = [measured_value(factor) for factor in factors]
            if any(dimension for _, dimension in parts):
                whole: Powers = ()
                for _, dimension in parts:
                    whole = _together(whole, dimension)
                return replace(node, factors=tuple(part for part, _ in parts)), whole
        case Divide(numerator=top, denominator=bottom):
            (above, dimension), (below, divisor) = measured_value(top), measured_value(bottom)
            if dimension or divisor:
                return replace(node, numerator=above, denominator=below), _together(dimension, divisor, -1)
        case Power(base=base, exponent=Number(value=value)) if value.denominator == 1 and abs(value) < SMALL:
            inner, dimension = measured_value(base)
            if dimension:
                return replace(node, base=inner), _together((), dimension, int(value))
        case _:
            pass
    return _pure(node), ()


def with_letters(node: Node) -> Node:
    """A formula in which every symbol that is called like a unit is that unit: ``10 m/s`` where nothing is declared."""
    if isinstance(node, Symbol) and (node.name in UNITS or node.name in _LETTERS):
        return Quantity(Number(Fraction(1)), node.name)
    return mapped(node, with_letters)


def per_second(node: Node) -> Node:
    """A formula in which FLOPS, which students write for a count as well, is a rate."""
    if isinstance(node, Quantity) and node.unit.endswith("FLOPS"):
        return replace(node, unit=f"{node.unit}/s")
    return mapped(node, per_second)


def size_of(node: Node) -> Fraction:
    """What one of the unit is worth that a value was written in."""
    whole = whole_quantity(node)
    return dimension_of(whole.unit)[1] if isinstance(whole, Quantity) else Fraction(1)


def whole_quantity(node: Node) -> Node:
    """A product or quotient that ends in its only value with a unit, as one: ``4 * 58 / 10^6 MB``."""
    unit = _last_unit(node)
    if not unit or isinstance(node, Quantity):
        return node
    value = _without_last(node)
    return node if measures(value) else Quantity(value, unit)


def measures(node: Node) -> bool:
    """Whether a unit with a dimension stands anywhere in a formula."""
    return (isinstance(node, Quantity) and node.unit not in _NUMBERS) or any(map(measures, children(node)))


def _last_unit(node: Node) -> str:
    match node:
        case Quantity(unit=unit):
            return unit if unit not in _NUMBERS else ""
        case Multiply(factors=factors):
            return _last_unit(factors[-1])
        case Divide(denominator=last) | Power(exponent=last) | Negate(body=last):
            return _last_unit(last)
        case _:
            return ""


def _without_last(node: Node) -> Node:
    match node:
        case Quantity(value=value):
            return value
        case Multiply(factors=(*first, last)):
            return Multiply((*first, _without_last(last)))
        case Divide(numerator=top, denominator=last):
            return Divide(top, _without_last(last))
        case Power(base=base, exponent=last):
            return Power(base, _without_last(last))
        case Negate(body=last):
            return Negate(_without_last(last))
        case _:
            return node


def _pure(node: Node) -> Node:
    """With each percentage, angle and count of operations as the number it is."""
    if isinstance(node, Quantity) and node.unit in _NUMBERS:
        value = _pure(node.value)
        if node.unit == "degrees":
            return Divide(Multiply((value, Constant("pi"))), Number(Fraction(180)))
        size = Fraction(1, 100) if node.unit == "percent" else dimension_of(node.unit)[1]
        return value if size == 1 else Multiply((Number(size), value))
    return mapped(node, _pure)
