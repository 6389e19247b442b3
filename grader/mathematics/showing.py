"""Points and values in plain text, as a witness shows them."""

from __future__ import annotations

from collections.abc import Iterable

from flint import acb, arb, fmpq

from grader.mathematics import arrays
from grader.mathematics.arithmetic import Dual, plain
from grader.mathematics.arrays import Array, Value
from grader.mathematics.functions import known
from grader.mathematics.places import Members
from grader.mathematics.roles import INTERNAL
from grader.mathematics.sampling import Point
from grader.mathematics.tree import Apply, Indexed, Node, Symbol, children
from grader.mathematics.unknown_functions import RandomFunction


def describe(point: Point, nodes: Iterable[Node]) -> tuple[tuple[str, str], ...]:
    """The values that a witness names: every symbol that occurs, and every member that was drawn."""
    names = {name: None for node in nodes for name in ordered_names(node)}
    shown: list[tuple[str, str]] = []
    for name in names:
        value = point.values.get(name)
        if value is not None:
            shown.append((name, in_words(value)))
        elif name in point.functions:
            shown.append((name, _polynomial(point.functions[name], point.kind(name).arity)))
    for (name, indices), value in sorted(point.members.items()):
        if name in names:
            shown.append((f"{name}[{', '.join(map(str, indices))}]", in_words(value)))
    listed = {name for name, _ in shown}
    for size, number in point.sizes.items():
        if size not in listed and any(size in point.kind(name).sizes for name in names):
            shown.append((size, str(number)))
    return tuple(shown[:40])


def _polynomial(function: RandomFunction, arity: int) -> str:
    degree = len(function.coefficients) - 1
    terms = [f"{value}*u^{degree - place}" for place, value in enumerate(function.coefficients)]
    names = [f"x{place + 1}" for place in range(arity)]
    inner = [
        f"{value * (place + 1)}*{name}"
        for place, (value, name) in enumerate(zip(function.directions, names, strict=False))
    ]
    wave = f" + sin({function.wave}*u)" if function.wave else ""
    return f"({', '.join(names)}) -> {' + '.join(terms)}{wave}, u = {' + '.join(inner)}"


def ordered_names(node: Node) -> list[str]:
    """Every name that occurs, in order of appearance."""
    found = [node.name] if isinstance(node, (Symbol, Indexed)) else []
    if isinstance(node, Apply) and node.function not in known() and node.function not in INTERNAL:
        found.append(node.function)
    for child in children(node):
        found += ordered_names(child)
    return list(dict.fromkeys(found))


def in_words(value: Value | Members, digits: int = 20) -> str:
    """A value as plain text."""
    if isinstance(value, Members):
        return "{" + ", ".join(str(plain(one)) for one in value.elements) + "}"
    if isinstance(value, Array):
        rows = ("[" + ", ".join(in_words(entry, digits) for entry in row) + "]" for row in value.rows)
        return f"[{', '.join(rows)}]"
    if isinstance(value, arrays.Multiple):
        return f"{in_words(value.scale, digits)} times the identity"
    value = value.value if isinstance(value, Dual) else value
    if isinstance(value, acb):
        real, imaginary = _decimal(value.real, digits), _decimal(value.imag, digits)
        return real if value.imag == 0 else f"{real} + {imaginary} i"
    return _decimal(value, digits) if isinstance(value, arb) else _fraction(value)


def _decimal(value: arb, digits: int) -> str:
    return str(value.str(digits, radius=False))


def _fraction(value: fmpq) -> str:
    if isinstance(value, fmpq) and value.height_bits() > 4_000:
        return _decimal(arb(value), 30)
    return str(value)
