"""Variances of arrays, as numpy takes them, beside means of arrays: the mean square of what is left of each entry."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.array_signs import parts_of
from grader.mathematics.substituting import mapped
from grader.mathematics.tree import Add, Apply, Negate, Node, Variance

TOTALS = ("mean", "total")


def with_sample_variances(nodes: Sequence[Node]) -> list[Node]:
    """The formulas with each variance written out, where a mean or a sum of a whole array stands in one of them."""
    arrays = any(
        isinstance(part, Apply) and part.function in TOTALS and len(part.arguments) == 1
        for node in nodes
        for part in parts_of(node)
    )
    return [_written_out(node) for node in nodes] if arrays else list(nodes)


def _written_out(node: Node) -> Node:
    inner = mapped(node, _written_out)
    if not isinstance(inner, Variance) or inner.given is not None:
        return inner
    rest = Add((inner.body, Negate(Apply("mean", (inner.body,)))))
    return Apply("mean", (Apply("hadamard", (rest, rest)),), span=node.span)
