"""Units of measured values: what each is worth in its own dimension, and values brought to those."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from grader.mathematics.substituting import mapped
from grader.mathematics.tree import Add, Constant, Divide, Multiply, Negate, Node, Number, Power, Quantity

BYTE = Fraction(1)
_PREFIXES = {"k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}
_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50}

UNITS: dict[str, tuple[str, Fraction]] = {
    **{f"{prefix}B": ("bytes", Fraction(size)) for prefix, size in (_PREFIXES | _BINARY).items()},
    **{f"{prefix}b": ("bytes", Fraction(size, 8)) for prefix, size in _PREFIXES.items()},
    **dict.fromkeys(("B", "byte", "bytes"), ("bytes", BYTE)),
    **dict.fromkeys(("bit", "bits"), ("bytes", Fraction(1, 8))),
    **dict.fromkeys(("s", "second", "seconds"), ("seconds", Fraction(1))),
    "ms": ("seconds", Fraction(1, 10**3)),
    "us": ("seconds", Fraction(1, 10**6)),
    "ns": ("seconds", Fraction(1, 10**9)),
    **dict.fromkeys(("min", "minutes"), ("seconds", Fraction(60))),
    **dict.fromkeys(("h", "hour", "hours"), ("seconds", Fraction(3600))),
    "Hz": ("hertz", Fraction(1)),
    "kHz": ("hertz", Fraction(10**3)),
    "MHz": ("hertz", Fraction(10**6)),
    "GHz": ("hertz", Fraction(10**9)),
    **{f"{prefix}FLOPs": ("", Fraction(size)) for prefix, size in _PREFIXES.items()},
    **dict.fromkeys(("FLOPs", "FLOPS", "FLOP"), ("", Fraction(1))),
    "m": ("metres", Fraction(1)),
    "cm": ("metres", Fraction(1, 100)),
    "mm": ("metres", Fraction(1, 1000)),
    "km": ("metres", Fraction(1000)),
    "kg": ("kilograms", Fraction(1)),
    "g": ("kilograms", Fraction(1, 1000)),
    "W": ("watts", Fraction(1)),
    "J": ("joules", Fraction(1)),
    "V": ("volts", Fraction(1)),
    "percent": ("", Fraction(1, 100)),
    "degrees": ("", Fraction(1)),
    "radians": ("", Fraction(1)),
}
"""Each unit's dimension and its size; percent, angles and counts of operations are numbers like any others."""

_NUMBERS = frozenset(unit for unit, (dimension, _) in UNITS.items() if not dimension)


def without_units(node: Node) -> tuple[Node, str]:
    """The value in the base of its dimension, and the dimension; empty when no unit was written.

    A percentage or an angle anywhere is a number. Any other unit counts where it stands around the whole value, or
    around each term of a sum, all in one dimension.
    """
    return _measured(whole_quantity(node))


def _measured(node: Node) -> tuple[Node, str]:
    match node:
        case Quantity(value=value, unit=unit) if unit not in _NUMBERS:
            dimension, size = UNITS.get(unit, (unit, Fraction(1)))
            inner = _pure(value)
            return (inner if size == 1 else Multiply((Number(size), inner))), dimension
        case Add(terms=terms):
            parts = [without_units(term) for term in terms]
            if len({dimension for _, dimension in parts}) == 1:
                return replace(node, terms=tuple(part for part, _ in parts)), parts[0][1]
        case Negate(body=body):
            inner, dimension = without_units(body)
            return replace(node, body=inner), dimension
        case Multiply(factors=factors):
            parts = [without_units(factor) for factor in factors]
            dimensions = [dimension for _, dimension in parts if dimension]
            if len(dimensions) == 1:
                return replace(node, factors=tuple(part for part, _ in parts)), dimensions[0]
        case Divide(numerator=top, denominator=bottom):
            (above, dimension), (below, divisor) = without_units(top), without_units(bottom)
            if divisor in ("", dimension):
                return replace(node, numerator=above, denominator=below), "" if divisor else dimension
        case _:
            pass
    return _pure(node), ""


def size_of(node: Node) -> Fraction:
    """What one of the unit is worth that a value was written in."""
    whole = whole_quantity(node)
    return UNITS.get(whole.unit, ("", Fraction(1)))[1] if isinstance(whole, Quantity) else Fraction(1)


def whole_quantity(node: Node) -> Node:
    """A product or quotient that ends in a value with a unit, as one value with that unit: ``4 * 58 / 10^6 MB``."""
    unit = _last_unit(node)
    return Quantity(_without_last(node), unit) if unit and not isinstance(node, Quantity) else node


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
        size = Fraction(1, 100) if node.unit == "percent" else UNITS[node.unit][1]
        return value if size == 1 else Multiply((Number(size), value))
    return mapped(node, _pure)
