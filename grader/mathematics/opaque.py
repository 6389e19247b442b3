"""Values of which nothing is known, as free numbers: what holds for all numbers holds for them.

Of ``f(x)`` with an unknown f, of a probability or of a mean, only that the same one has the same value is used. What is
equal so is equal. Where only unknown functions of bare symbols are replaced, what differs so differs as well: such a
function may have those values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from grader.mathematics.array_signs import parts_of
from grader.mathematics.canonical import Key, canonical
from grader.mathematics.finite_models import INFORMATION
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.shapes import SCALAR, shape_of
from grader.mathematics.substituting import mapped, substitute
from grader.mathematics.tree import (
    Apply,
    Covariance,
    Derivative,
    Expectation,
    Fold,
    Gradient,
    Indexed,
    Integral,
    Limit,
    Node,
    Number,
    Probability,
    Symbol,
    Variance,
)
from grader.mathematics.verdict import Verdict

REAL = Kind("real")
POSITIVE = Kind("positive")
MEANS = (Expectation, Variance, Covariance, Derivative)


@dataclass
class _Parts:
    """The names that stand for values, by what they are values of."""

    declaration: Declaration
    names: dict[Key, str] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    sure: bool = True

    def without(self, node: Node, bound: tuple[str, ...]) -> Node:
        """The formula with a name for each value."""
        if self._is_value(node):
            return self._named(node, bound)
        if isinstance(node, Derivative | Gradient | Integral | Limit):
            return node  # a value inside may change with what it is differentiated by
        if isinstance(node, Fold):
            outer = [one and self.without(one, bound) for one in (node.lower, node.upper, node.domain)]
            body = self.without(node.body, (*bound, node.index))
            return replace(node, body=body, lower=outer[0], upper=outer[1], domain=outer[2])
        return mapped(node, lambda child: self.without(child, bound))

    def _is_value(self, node: Node) -> bool:
        if isinstance(node, Probability) or _informs(node):
            return True
        unknown = isinstance(node, Apply) and self.declaration.symbols.get(node.function, REAL).name == "function"
        whole = node.body if isinstance(node, Expectation | Variance) else node  # a mean has the shape of what it is of
        return (unknown or isinstance(node, MEANS)) and shape_of(whole, self.declaration) == SCALAR

    def _named(self, node: Node, bound: tuple[str, ...]) -> Node:
        used = list(dict.fromkeys(one.name for one in parts_of(node) if isinstance(one, Symbol) and one.name in bound))
        whole = node
        for place, name in enumerate(used):
            whole = substitute(whole, name, Symbol(f"#{place}"))
        name = self.names.setdefault(canonical(whole, self.declaration), f"value {len(self.names) + 1}")
        kind = POSITIVE if isinstance(node, Probability) else REAL
        self.kinds[name] = Kind("sequence", member=kind) if used else kind
        bare = isinstance(node, Apply) and not _informs(node) and all(map(_is_bare, node.arguments))
        self.sure = self.sure and bare and not used
        return Indexed(name, tuple(map(Symbol, used))) if used else Symbol(name)


def _informs(node: Node) -> bool:
    """Whether this is an entropy or a divergence, which are tied to each other."""
    return isinstance(node, Apply) and node.function in INFORMATION


def _is_bare(node: Node) -> bool:
    return isinstance(node, Symbol | Number) or (isinstance(node, Indexed) and all(map(_is_bare, node.indices)))


def as_values(
    student: Node, reference: Node, declaration: Declaration, decide: Callable[[Node, Node, Declaration], Verdict]
) -> Verdict | None:
    """The verdict on two formulas of which some values are free numbers; None where that settles nothing."""
    parts = _Parts(declaration)
    sides = [parts.without(side, ()) for side in (student, reference)]
    if not parts.names:
        return None
    free = replace(declaration, symbols={**declaration.symbols, **parts.kinds})
    verdict = decide(sides[0], sides[1], free)
    if verdict.equal:
        return replace(verdict, reason=f"{verdict.reason}, whatever values its unknown parts have")
    return verdict if verdict.verdict == "different" and parts.sure else None
