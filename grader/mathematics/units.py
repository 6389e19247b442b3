"""Units of measured values: what each is worth in its own dimension, and values brought to those."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.substituting import mapped
from grader.mathematics.tree import Divide, Multiply, Negate, Node, Number, Power, Quantity

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
    **{f"{prefix}FLOPs": ("operations", Fraction(size)) for prefix, size in _PREFIXES.items()},
    **dict.fromkeys(("FLOPs", "FLOPS", "FLOP"), ("operations", Fraction(1))),
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
    "degrees": ("degrees", Fraction(1)),
    "radians": ("radians", Fraction(1)),
}
"""Each unit's dimension and its size; percent is a number like any other."""


def without_units(node: Node) -> tuple[Node, str]:
    """The value in the base of its dimension, and the dimension; empty when no unit was written.

    A percentage anywhere is the hundredth; any other unit counts where it stands around the whole value.
    """
    node = whole_quantity(node)
    if isinstance(node, Quantity):
        dimension, size = UNITS.get(node.unit, (node.unit, Fraction(1)))
        value = _percent(node.value)
        return (value if size == 1 else Multiply((Number(size), value))), dimension
    return _percent(node), ""


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
            return unit if unit != "percent" else ""
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


def _percent(node: Node) -> Node:
    if isinstance(node, Quantity) and node.unit == "percent":
        return Multiply((Number(Fraction(1, 100)), _percent(node.value)))
    return mapped(node, _percent)
