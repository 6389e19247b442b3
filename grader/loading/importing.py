"""Tells which modules a piece of student's or author's code imports, without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from grader.loading.recognition import parse_cell


def imported_modules(sources: Iterable[str]) -> frozenset[str]:
    """The names of the modules that are imported anywhere in the sources, and of the packages that hold them.

    ``from a import b`` counts as ``a`` and as ``a.b``, which may be a module; what cannot be parsed imports nothing.
    """
    found: set[str] = set()
    for source in sources:
        tree = parse_cell(source)
        for node in ast.walk(tree) if tree is not None else ():
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    packages = {name.partition(".")[0] for name in found}
    return frozenset(found | packages)
