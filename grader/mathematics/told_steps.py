"""Steps of a calculation that only the question could refute: they put in unknown slopes or moments."""

from __future__ import annotations

from collections.abc import Iterable

from grader.mathematics.array_signs import parts_of
from grader.mathematics.functions import known
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.roles import HELD
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import (
    Apply,
    Covariance,
    Derivative,
    Expectation,
    Indexed,
    Node,
    Probability,
    Symbol,
    Variance,
    children,
)

MOMENTS = (Expectation, Variance, Covariance, Probability)
NUMBER = Kind("real")


def has_unknown_slopes(node: Node, declaration: Declaration) -> bool:
    r"""Whether derivatives of names of which nothing is declared occur, ``\partial L/\partial a``."""
    if declaration.conventions is None:
        return False
    return any(isinstance(one, Derivative) and _is_unknown(one.body, declaration) for one in parts_of(node))


def _is_unknown(body: Node, declaration: Declaration) -> bool:
    own = isinstance(body, Apply) and declaration.symbols.get(body.function, NUMBER).name == "function"
    return own or isinstance(body, Symbol | Indexed)


def intermediates(nodes: Iterable[Node]) -> frozenset[str]:
    r"""The names that calculations differentiate and differentiate by as well, as u in ``dy/du du/dx``."""
    slopes = [part for node in nodes for part in parts_of(node) if isinstance(part, Derivative)]
    by = {name.removeprefix(HELD) for one in slopes for variable, _ in one.variables for name in names_in(variable)}
    return frozenset(by & {name for one in slopes for name in _whole(one.body)})


def spoken(node: Node) -> frozenset[str]:
    """The names in a formula, those of functions of which nothing is known among them."""
    functions = {one.function for one in parts_of(node) if isinstance(one, Apply)} - known().keys()
    return names_in(node) | functions


def _whole(body: Node) -> frozenset[str]:
    return frozenset({body.function}) if isinstance(body, Apply) else names_in(body)


def gives_moments(before: Node, after: Node, declaration: Declaration) -> bool:
    """Whether a step puts numbers of its own in the place of means, variances or chances of an unknown distribution."""
    if not _has_moments(before) or _has_moments(after):
        return False
    kinds = [declaration.symbols.get(name, NUMBER) for name in names_in(before)]
    known = any((kind.member or kind).distribution or (kind.member or kind).parameters for kind in kinds)
    own = names_in(after) - names_in(before)
    return not known and (bool(own) or not names_in(after))


def is_made_of_moments(node: Node) -> bool:
    r"""Whether a formula consists of means, variances and numbers alone: ``E[X^2] - E[X]^2``."""
    if isinstance(node, MOMENTS):
        return True
    parts = children(node)
    return (
        bool(parts)
        and any(map(_has_moments, parts))
        and all(is_made_of_moments(part) or not names_in(part) for part in parts)
    )


def _has_moments(node: Node) -> bool:
    return any(isinstance(one, MOMENTS) for one in parts_of(node))
