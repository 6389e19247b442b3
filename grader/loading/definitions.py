"""Tells what a check asks by a digest, which stays when only words, layout or other checks of its file change."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping, Sequence

PARTS = ("answers", "numbers", "variant")
"""What of `Problem(...)` a check's verdict rests on; a title or a statement is words."""

_Functions = ast.FunctionDef | ast.AsyncFunctionDef


def definitions(source: str, solution: str = "") -> dict[str, str]:
    """A short digest for each check of a problem file, by the check's name.

    It is made of the check's code and points, what of the file it uses, the answers that the problem declares, and the
    solution that it may compare with, as Python reads them. Docstrings, prompts, comments and a solution's `proof` do
    not count, and neither does our own code.

    Args:
        source: the problem file; it has been imported, so it is Python.
        solution: its ``solution.py``; empty where there is none.
    """
    tree = _without_words(ast.parse(source))
    names = dict(_named(tree))
    checks = {name: node for name, node in names.items() if isinstance(node, _Functions) and _points(node) is not None}
    helpers = {name: node for name, node in names.items() if name not in checks and name != "problem"}
    declared = [keyword.value for keyword in _problem(names) if keyword.arg in PARTS]
    shared = [*_closure(declared, helpers), _solution(solution)]
    own = {name: _closure([_points(node), *_bare(node)], helpers) for name, node in checks.items()}
    return {name: _digest([*texts, *shared]) for name, texts in own.items()}


def _named(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for node in tree.body:
        if isinstance(node, _Functions | ast.ClassDef):
            yield node.name, node
            continue
        for part in ast.walk(node):
            if isinstance(part, ast.alias):
                yield (part.asname or part.name.partition(".")[0]), node
            elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id, node


def _problem(names: Mapping[str, ast.stmt]) -> list[ast.keyword]:
    made = names.get("problem")
    calls = [node for node in ast.walk(made) if isinstance(node, ast.Call)] if made is not None else []
    return calls[0].keywords if calls else []


def _points(function: ast.stmt | None) -> ast.expr | None:
    """What a check is worth, as its decorator says; None for a function that is no check."""
    for call in getattr(function, "decorator_list", ()):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "check":
            return next((keyword.value for keyword in call.keywords if keyword.arg == "points"), ast.Constant(0))
    return None


def _bare(function: ast.stmt) -> list[ast.AST]:
    """A check's parameters and body."""
    return [function.args, *function.body] if isinstance(function, _Functions) else []


def _closure(nodes: Sequence[ast.AST | None], helpers: Mapping[str, ast.stmt]) -> list[str]:
    """The code of some nodes, and of all in the file that they name, directly or not."""
    found: dict[str, str] = {}
    waiting = [node for node in nodes if node is not None]
    texts = [ast.unparse(node) for node in waiting]
    while waiting:
        for part in ast.walk(waiting.pop()):
            if isinstance(part, ast.Name) and part.id in helpers and part.id not in found:
                found[part.id] = ast.unparse(helpers[part.id])
                waiting.append(helpers[part.id])
    return [*texts, *(found[name] for name in sorted(found))]


def _solution(source: str) -> str:
    try:
        tree = _without_words(ast.parse(source))
    except (SyntaxError, ValueError):
        # it is no Python, which is told where it is read
        return source
    tree.body = [node for node in tree.body if not (isinstance(node, _Functions) and node.name == "proof")]
    return ast.unparse(tree)


def _without_words(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.ClassDef | _Functions)
            and ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
        if isinstance(node, ast.Call):
            node.keywords = [keyword for keyword in node.keywords if keyword.arg != "prompt"]
    return tree


def _digest(texts: list[str]) -> str:
    return "check-" + hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
