"""Members that conditions compare with two numbers, ``y_i = 1`` and ``y_i = -1``: classes with no other value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.mathematics.array_signs import parts_of
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.tree import Indexed, Negate, Node, Number, Relation

FAMILY = Kind("sequence", member=Kind("real"))
FEWEST = 2


def of_classes(student: Node, reference: Node, declaration: Declaration) -> Declaration | None:
    """The declaration with such members as one of the numbers that they are compared with; None where there are none.

    One formula has to compare them with two numbers at least.
    """
    kinds: dict[str, Kind] = {}
    for side in (student, reference):
        found: dict[str, set[int]] = {}
        for name, value in _compared(side):
            found.setdefault(name, set()).add(value)
        for name, values in found.items():
            if len(values) >= FEWEST and declaration.symbols.get(name) == FAMILY:
                member = Kind("real", parameters=tuple(("value", str(value)) for value in sorted(values)))
                kinds[name] = Kind("sequence", member=member)
    return replace(declaration, symbols={**declaration.symbols, **kinds}) if kinds else None


def _compared(node: Node) -> Iterator[tuple[str, int]]:
    """The members that conditions compare with whole numbers, and these."""
    for one in parts_of(node):
        match one:
            case Relation(operators=("=",), operands=(Indexed(name=name), value)):
                number = value.body if isinstance(value, Negate) else value
                if isinstance(number, Number) and number.value.denominator == 1:
                    yield name, int(number.value) * (-1 if isinstance(value, Negate) else 1)
            case _:
                pass
