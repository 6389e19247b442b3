"""Takes out of a problem file what students must not have: checks that are hidden or compare with the reference."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from grader.errors import AuthoringError


def strip_problem(source: str, name: str, numbers: Mapping[str, object] | None = None) -> str:
    """The problem file with its public checks only, without comments and without code that nothing uses any more.

    A helper, constant or import that only hidden checks used goes with them, since it could tell what they do. What
    draws the numbers of a version gives way to ``numbers``, those of the version at hand.

    Raises:
        AuthoringError: when checks are not plain functions at the top level of the file, so that it cannot be done.
    """
    tree = ast.parse(source)
    hidden = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and _is_check(node, hidden=True)}
    needs = {
        node.name: _needs_of(node) for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in hidden
    }
    body = [node for node in tree.body if not (isinstance(node, ast.FunctionDef) and node.name in hidden)]
    for node in body:
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = [_without_needs(decorator, needs) for decorator in node.decorator_list]
    for node in body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and "problem" in _defines(node):
            _settle_numbers(node.value, numbers or {})
    tree.body = _used(body)
    stripped: ast.Module = ast.fix_missing_locations(tree)
    left = {used for node in stripped.body for used in _free_names(node)} & hidden
    if left:
        raise AuthoringError(f"{name}: {min(left)} is hidden, but public code uses it")
    for part in ast.walk(stripped):
        if isinstance(part, ast.Attribute) and ast.unparse(part) == "problem.check" and not _decorates(stripped, part):
            raise AuthoringError(f"{name}:{part.lineno}: checks must be functions decorated with @problem.check(...)")
    return ast.unparse(stripped) + "\n"


def _settle_numbers(call: ast.expr | None, numbers: Mapping[str, object]) -> None:
    if isinstance(call, ast.Call):
        call.keywords = [keyword for keyword in call.keywords if keyword.arg not in ("numbers", "variant")]
        if numbers:
            call.keywords.append(ast.keyword("numbers", ast.parse(repr(dict(numbers)), mode="eval").body))


def _is_check(node: ast.FunctionDef, *, hidden: bool) -> bool:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "problem.check":
            secret = any(argument.arg == "reference" for argument in node.args.args)
            for keyword in decorator.keywords:
                if keyword.arg == "hidden" and not (
                    isinstance(keyword.value, ast.Constant) and keyword.value.value is False
                ):
                    secret = True
            return secret == hidden
    return False


def _needs_of(node: ast.FunctionDef) -> list[str]:
    for decorator in node.decorator_list:
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
            if keyword.arg == "needs" and isinstance(keyword.value, ast.Tuple | ast.List):
                return [ast.unparse(part) for part in keyword.value.elts]
    return []


def _without_needs(decorator: ast.expr, hidden: Mapping[str, list[str]]) -> ast.expr:
    """The decorator with the prerequisites of a hidden check in its place, since these are what is left of it."""
    if isinstance(decorator, ast.Call):
        for keyword in decorator.keywords:
            if keyword.arg == "needs" and isinstance(keyword.value, ast.Tuple | ast.List):
                names = dict.fromkeys(
                    name for part in keyword.value.elts for name in _public(ast.unparse(part), hidden)
                )
                keyword.value.elts = [ast.Name(name, ast.Load()) for name in names]
    return decorator


def _public(name: str, hidden: Mapping[str, list[str]]) -> list[str]:
    if name not in hidden:
        return [name]
    # a check needs only what stands above it, so this ends
    return [one for needed in hidden[name] for one in _public(needed, hidden)]


def _used(body: list[ast.stmt]) -> list[ast.stmt]:
    """What the problem and its public checks reach, in the order written."""
    keep = {index for index, node in enumerate(body) if _is_root(node)}
    while True:
        names = {node.id for index in keep for node in ast.walk(body[index]) if isinstance(node, ast.Name)}
        more = {index for index, node in enumerate(body) if index not in keep and names & set(_defines(node))}
        if not more:
            break
        keep |= more
    kept = []
    for index, node in enumerate(body):
        if index in keep:
            kept.append(_narrowed(node, names) if isinstance(node, ast.Import | ast.ImportFrom) else node)
    return kept


def _is_root(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef):
        return _is_check(node, hidden=False)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return "problem" in _defines(node)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _defines(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [alias.asname or alias.name.partition(".")[0] for alias in names]
        case _:
            return [
                part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            ]


def _free_names(node: ast.stmt) -> set[str]:
    """Names that a statement uses and does not bind itself, neither as a variable nor as an argument."""
    names = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
    bound = {part.id for part in names if not isinstance(part.ctx, ast.Load)}
    bound |= {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}
    return {part.id for part in names} - bound


def _narrowed(node: ast.Import | ast.ImportFrom, names: Iterable[str]) -> ast.stmt:
    wanted = set(names)
    node.names = [alias for alias in node.names if (alias.asname or alias.name.partition(".")[0]) in wanted]
    return node


def _decorates(tree: ast.Module, wanted: ast.Attribute) -> bool:
    return any(
        wanted in ast.walk(decorator)
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
    )
