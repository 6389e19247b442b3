"""Both texts of a comparison read together: values with units where both are such, else each as a formula."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from grader.mathematics.final_answers.measured import Measured, Part, is_closed_number, letters_of, measured_answer
from grader.mathematics.final_answers.mixed_numbers import as_sum
from grader.mathematics.kinds import Declaration
from grader.mathematics.reading import Reading, Refusal, read
from grader.mathematics.tree import Add, Quantity
from grader.mathematics.units import dimension_of

_MONEY = re.compile(r"\s*\\?\$\s*([0-9][0-9,]*(?:\.[0-9]+)?)\s*\.?\s*")


def read_both(
    texts: Sequence[str],
    declaration: Declaration,
    declared: Collection[str],
    *,
    syntax: str,
    known: tuple[Reading | Refusal, Reading | Refusal] | None = None,
) -> tuple[Reading | Refusal, Reading | Refusal]:
    """The two texts as formulas; numbers with units as values, where both texts are numbers and one has a unit.

    Args:
        texts: the student's text and the expected one.
        declaration: the symbols, declared or inferred.
        declared: names that the question itself declares, which are no units.
        syntax: as for `read`.
        known: the two as formulas, if they were read with this declaration before.
    """
    values = _values(texts, declaration, declared, syntax)
    if values is not None:
        return values
    return known or (read(texts[0], declaration, syntax=syntax), read(texts[1], declaration, syntax=syntax))


def _values(
    texts: Sequence[str], declaration: Declaration, declared: Collection[str], syntax: str
) -> tuple[Reading, Reading] | None:
    found = [measured_answer(text) for text in texts]
    for place, one in enumerate(found):
        money = _MONEY.fullmatch(texts[place]) if one is None else None
        other = found[1 - place]
        if money is not None and other is not None and dimension_of(other.parts[0].unit)[0] == (("dollars", 1),):
            found[place] = Measured((Part(money[1], "dollar"),), "", plain=True)
    if not any(found) or any(_clashes(one, declared) for one in found if one is not None):
        return None
    labels = {one.label for one in found if one is not None and one.label}
    if len(labels) > 1 or (None in found and labels):
        return None
    one, other = found
    if (one is None and other is not None and not other.plain) or (other is None and one is not None and not one.plain):
        return None
    if one is not None and other is not None:
        alike = letters_of(one.parts) == letters_of(other.parts)
        if (
            alike
            and not (one.upright or other.upright)
            and dimension_of(one.parts[0].unit) != dimension_of(other.parts[0].unit)
        ):
            return None
    readings = [_reading(text, value, declaration, syntax) for text, value in zip(texts, found, strict=True)]
    first, second = readings
    return None if first is None or second is None else (first, second)


def _clashes(value: Measured, declared: Collection[str]) -> bool:
    """Whether a declared name is called like a unit, or parts of a value are not one measure, largest unit first."""
    sizes = [dimension_of(part.unit) for part in value.parts]
    ordered = all(one[0] == other[0] and one[1] > other[1] for one, other in pairwise(sizes))
    return not ordered or any(name in part.unit for part in value.parts for name in declared)


def _reading(text: str, value: Measured | None, declaration: Declaration, syntax: str) -> Reading | None:
    if value is None:
        found = read(text, declaration, syntax=syntax)
        closed = isinstance(found, Reading) and (is_closed_number(text) or _is_angle(text))
        return found if closed and isinstance(found, Reading) else None
    parts = []
    for number, unit in value.parts:
        read_number = read(as_sum(number.replace("{,}", "")), declaration, syntax=syntax)
        if isinstance(read_number, Refusal):
            return None
        parts.append(Quantity(read_number.node, unit))
    node = parts[0] if len(parts) == 1 else Add(tuple(parts))
    return Reading(text, node, "latex" if "\\" in text else "text", ("the answer is read as a number with its unit",))


def _is_angle(text: str) -> bool:
    """Whether a text is a number of degrees."""
    plain = re.sub(r"\^\s*(?:\{\s*\\circ\s*\}|\\circ)|°|\\degree\b|\bdeg(?:rees?)?\b", "", text)
    return plain != text and is_closed_number(plain)
