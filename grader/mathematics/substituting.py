"""Putting a formula in the place of a symbol, bound names left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, TypeVar

from grader.mathematics.tree import Fold, Indexed, Integral, Limit, Node, Symbol, children

Kept = TypeVar("Kept", bound=Node)


def mapped(node: Kept, change: Callable[[Node], Node]) -> Kept:
    """The node with each node directly below it changed."""
    changed: dict[str, Any] = {}
    for one in fields(node):
        if one.name != "span":
            before = getattr(node, one.name)
            after = _mapped_value(before, change)
            if after is not before:
                changed[one.name] = after
    return replace(node, **changed) if changed else node


def _mapped_value(value: Any, change: Callable[[Node], Node]) -> Any:
    if isinstance(value, Node):
        return change(value)
    if isinstance(value, tuple):
        after = tuple(_mapped_value(one, change) for one in value)
        return value if all(a is b for a, b in zip(after, value, strict=True)) else after
    return value


def substitute(node: Node, name: str, replacement: Node) -> Node:
    """The formula with another in the place of a symbol."""
    if isinstance(node, Symbol):
        return replacement if node.name == name else node
    if isinstance(node, Fold) and node.index == name:
        return node
    if isinstance(node, (Integral, Limit)) and node.variable == name:
        return node
    return mapped(node, lambda child: substitute(child, name, replacement))


def names_in(node: Node) -> frozenset[str]:
    """Every free name of symbols and families."""
    inner = frozenset[str]().union(*(names_in(child) for child in children(node)))
    match node:
        case Symbol(name=name) | Indexed(name=name):
            return inner | {name}
        case Fold(index=name) | Integral(variable=name) | Limit(variable=name):
            return inner - {name}
        case _:
            return inner
