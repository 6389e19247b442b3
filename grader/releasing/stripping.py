"""Takes out of a problem file what students must not have: hidden checks, those with the reference, and rubrics."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.errors import AuthoringError
from grader.problem import Problem, Text
from grader.problem.translating import one_line

RUBRIC_ITEM = "_RubricItem"

READ = "a person reads this"
"""What is said in place of a rubric, which says what the right words are."""


@dataclass(frozen=True)
class Kept:
    """What a stripped file says of a problem apart from its code.

    ``numbers`` are those of the version at hand, ``texts`` what each answer in words is worth. ``secrets`` may stand
    nowhere in the file.
    """

    numbers: Mapping[str, object] = field(default_factory=dict)
    texts: Mapping[str, float] = field(default_factory=dict)
    secrets: Sequence[str] = ()


def kept_of(problem: Problem, translations: Mapping[str, str] | None = None) -> Kept:
    """What is kept of a problem that was loaded, and what must not be, in the language of its file too."""
    rubrics = {name: answer for name, answer in problem.answers.items() if isinstance(answer, Text)}
    words = [item.text for answer in rubrics.values() for item in answer.rubric.values()]
    claims = [check.claim for check in problem.checks if check.takes_reference or check.hidden]
    public = {check.claim for check in problem.checks if not check.takes_reference and not check.hidden}
    return Kept(
        numbers=problem.numbers,
        texts={name: answer.points for name, answer in rubrics.items()},
        secrets=[text for text in _in_both_languages([*words, *claims], translations or {}) if text not in public],
    )


def _in_both_languages(texts: Sequence[str], translations: Mapping[str, str]) -> list[str]:
    known = set(texts)
    return [*texts, *(source for source, words in translations.items() if words in known)]


def strip_problem(source: str, name: str, kept: Kept | None = None) -> str:
    """The problem file with its public checks only, without comments and without code that nothing uses any more.

    A helper, constant or import that only hidden checks used goes with them, since it could tell what they do. So do
    the file's own docstring and where the question is from, which no student reads, and rubrics, of which the points
    are kept. What draws the numbers of a version gives way to the numbers of the version at hand.

    Raises:
        AuthoringError: when checks are not plain functions at the top level of the file, or a rubric is not written
            where the answer is declared, so that it cannot be done.
    """
    kept = kept or Kept()
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
            _settle(node.value, kept)
    tree.body = _used([*_imports(kept), *body])
    stripped: ast.Module = ast.fix_missing_locations(tree)
    left = {used for node in stripped.body for used in _free_names(node)} & hidden
    if left:
        raise AuthoringError(f"{name}: {min(left)} is hidden, but public code uses it")
    for part in ast.walk(stripped):
        if isinstance(part, ast.Attribute) and ast.unparse(part) == "problem.check" and not _decorates(stripped, part):
            raise AuthoringError(f"{name}:{part.lineno}: checks must be functions decorated with @problem.check(...)")
    _refuse_secrets(stripped, name, kept.secrets)
    return ast.unparse(stripped) + "\n"


def _settle(call: ast.expr | None, kept: Kept) -> None:
    if isinstance(call, ast.Call):
        call.keywords = [keyword for keyword in call.keywords if keyword.arg not in ("numbers", "variant", "source")]
        if kept.numbers:
            call.keywords.append(ast.keyword("numbers", ast.parse(repr(dict(kept.numbers)), mode="eval").body))
        for part in ast.walk(call):
            for key, value in zip(part.keys, part.values, strict=True) if isinstance(part, ast.Dict) else ():
                name = key.value if isinstance(key, ast.Constant) else None
                if isinstance(name, str) and name in kept.texts and isinstance(value, ast.Call):
                    _settle_rubric(value, kept.texts[name])


def _settle_rubric(call: ast.Call, points: float) -> None:
    rubric = ast.parse(f"{{'read': {RUBRIC_ITEM}({points!r}, {READ!r})}}", mode="eval").body
    call.args = []
    call.keywords = [keyword for keyword in call.keywords if keyword.arg != "rubric"]
    call.keywords.insert(0, ast.keyword("rubric", rubric))


def _imports(kept: Kept) -> list[ast.stmt]:
    return ast.parse(f"from grader import RubricItem as {RUBRIC_ITEM}").body if kept.texts else []


def _refuse_secrets(tree: ast.Module, name: str, secrets: Sequence[str]) -> None:
    texts = {
        one_line(part.value)
        for part in ast.walk(tree)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
    for secret in secrets:
        if one_line(secret) in texts:
            raise AuthoringError(
                f"{name}: {secret!r} is for those who grade, but would be released; write rubrics in the dictionary of "
                "answers, Text({...}), and let no public text repeat them or the claim of a hidden check"
            )


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
    return False


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
