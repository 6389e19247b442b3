r"""Unknown functions with vectors as values: ``w^\top \phi(x)`` and ``k(x)^\top (K + \lambda I)^{-1} y``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from grader.mathematics.array_signs import parts_of
from grader.mathematics.canonical import Key, canonical
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.substituting import mapped, substitute
from grader.mathematics.tree import Apply, Derivative, Fold, Gradient, Indexed, Multiply, Node, Symbol

REAL = Kind("real")
FAMILY = Kind("sequence", member=REAL)


@dataclass
class _Values:
    """The vectors that stand for values of functions, by function and arguments."""

    declaration: Declaration
    functions: set[str]
    names: dict[Key, str] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)

    def without(self, node: Node, bound: tuple[str, ...]) -> Node:
        """The formula with a vector, or a member of a family of them, for each value."""
        if isinstance(node, Apply) and node.function in self.functions:
            return self._named(node, bound)
        if isinstance(node, Fold):
            outer = [one and self.without(one, bound) for one in (node.lower, node.upper, node.domain)]
            body = self.without(node.body, (*bound, node.index))
            return replace(node, body=body, lower=outer[0], upper=outer[1], domain=outer[2])
        return mapped(node, lambda child: self.without(child, bound))

    def _named(self, node: Apply, bound: tuple[str, ...]) -> Node:
        used = list(dict.fromkeys(one.name for one in parts_of(node) if isinstance(one, Symbol) and one.name in bound))
        whole: Node = node
        for place, name in enumerate(used):
            whole = substitute(whole, name, Symbol(f"#{place}"))
        key = canonical(whole, self.declaration)
        name = self.names.setdefault(key, f"value{len(self.names) + 1}_{node.function}")
        self.kinds[name] = FAMILY if used else REAL
        return Indexed(name, tuple(map(Symbol, used))) if used else Symbol(name)


def with_vector_values(
    student: Node, reference: Node, declaration: Declaration
) -> tuple[Node, Node, dict[str, Kind]] | None:
    """Both sides with vectors for the values of functions that stand as vectors do; None where there are none.

    Returns:
        The two sides, and the kinds of the names in them as far as they are known: numbers, or families of them.
    """
    parts = [part for side in (student, reference) for part in parts_of(side)]
    functions = {name for part in parts for name in _vector_functions(part)}
    unknown = {name for name in functions if declaration.symbols.get(name, REAL).name == "function"}
    if not unknown or any(isinstance(part, Derivative | Gradient) for part in parts):
        return None
    values = _Values(declaration, unknown)
    sides = [values.without(side, ()) for side in (student, reference)]
    return sides[0], sides[1], values.kinds


def _vector_functions(part: Node) -> Iterator[str]:
    """Functions of which a value is transposed, or stands directly behind something small that is."""
    match part:
        case Apply(function="transpose", arguments=(Apply(function=name),)):
            yield name
        case Multiply(factors=factors):
            for before, after in pairwise(factors):
                row = isinstance(before, Apply) and before.function == "transpose"
                letter = before.arguments[0] if row and isinstance(before, Apply) else None
                if isinstance(letter, Symbol | Indexed) and letter.name[0].islower() and isinstance(after, Apply):
                    yield after.function
