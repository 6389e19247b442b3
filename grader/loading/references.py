"""Solutions, accepted forms and known mistakes: submissions that the author wrote, as overlays over the solution."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.errors import AuthoringError
from grader.problem import Problem
from grader.problem.variants import prelude
from grader.submission import Cell, Submission


@dataclass(frozen=True)
class Mistake:
    """A known mistake: ``hint`` is its docstring, ``loses`` the checks it fails, ``keeps`` the points it keeps."""

    name: str
    hint: str
    loses: tuple[str, ...]
    submission: Submission
    keeps: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Reference:
    """All that the author wrote about one problem's answer."""

    solution: Submission
    accepted: Mapping[str, Submission]
    mistakes: tuple[Mistake, ...]


def load_reference(
    root: Path, problem_set: str, problem: str, setup: str = "", numbers: Mapping[str, object] | None = None
) -> Reference:
    """The solution of a problem with its accepted forms and mistakes, none of them executed.

    ``setup`` is the code that the problem gives to students too; it stands before the solution. Before it stand the
    ``numbers`` that were drawn for the problem, as variables.

    Raises:
        AuthoringError: naming the file and what was expected.
    """
    folder = root / "reference" / problem_set / problem
    solution = _source(folder / "solution.py")

    def overlay(name: str, *more: str) -> Submission:
        cells = tuple(Cell("code", source) for source in [*_before(setup, numbers or {}), solution, *more])
        return Submission(name, problem_set, _digest(cells), cells, origin=str(folder))

    accepted = {}
    for path in sorted(folder.glob("accepted/*.py")):
        for title, source in _forms(_source(path)):
            accepted[f"{path.stem}: {title}" if title else path.stem] = overlay(f"{problem}/{path.stem}", source)
    mistakes = []
    for path in sorted(folder.glob("mistakes/*.py")):
        source = _source(path)
        hint, loses, keeps = _declared(source, path)
        mistakes.append(Mistake(path.stem, hint, loses, overlay(f"{problem}/{path.stem}", source), keeps))
    return Reference(overlay(f"{problem}/solution"), accepted, tuple(mistakes))


def renumbered(known: Reference, before: Problem, after: Problem) -> Reference:
    """What the author wrote, with the numbers of another version of the problem."""
    kept = len(_before(before.setup, before.numbers))

    def changed(submission: Submission) -> Submission:
        given = [Cell("code", source) for source in _before(after.setup, after.numbers)]
        cells = (*given, *submission.cells[kept:])
        return replace(submission, cells=cells, digest=_digest(cells))

    return Reference(
        changed(known.solution),
        {form: changed(submission) for form, submission in known.accepted.items()},
        tuple(replace(mistake, submission=changed(mistake.submission)) for mistake in known.mistakes),
    )


def _before(setup: str, numbers: Mapping[str, object]) -> list[str]:
    return ([prelude(numbers)] if numbers else []) + ([setup] if setup.strip() else [])


def _digest(cells: tuple[Cell, ...]) -> str:
    return hashlib.sha256("\0".join(cell.source for cell in cells).encode()).hexdigest()


def _source(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise AuthoringError(f"{path}: missing; it must hold a submission that earns every point") from error
    except (OSError, UnicodeDecodeError) as error:
        raise AuthoringError(f"{path}: cannot be read: {error}") from error


def _forms(source: str) -> list[tuple[str, str]]:
    pieces = re.split(r"^# ?%%(.*)$", source, flags=re.MULTILINE)
    head = "" if not _has_code(pieces[0]) else pieces[0]
    forms = [("", head)] if head else []
    forms += [
        (title.strip() or str(number), body)
        for number, (title, body) in enumerate(zip(pieces[1::2], pieces[2::2], strict=True), 1)
    ]
    return forms


def _has_code(source: str) -> bool:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return True
    return any(not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) for node in body)


def _declared(source: str, path: Path) -> tuple[str, tuple[str, ...], dict[str, float]]:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise AuthoringError(f"{path}:{error.lineno}: {error.msg}") from error
    hint = ast.get_docstring(tree)
    if not hint:
        raise AuthoringError(f"{path}: a docstring was expected: the hint for a student who made this mistake")
    values: dict[str, object] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in ("loses", "keeps"):
                try:
                    values[name] = ast.literal_eval(node.value)
                except ValueError as error:
                    raise AuthoringError(f"{path}:{node.lineno}: {name} must be a literal") from error
    loses, keeps = values.get("loses", ()), values.get("keeps", {})
    loses = (loses,) if isinstance(loses, str) else loses
    if not isinstance(loses, tuple | list) or not loses or not all(isinstance(check, str) for check in loses):
        raise AuthoringError(f'{path}: `loses = ("check_name",)` was expected: the checks that this mistake fails')
    if not isinstance(keeps, dict) or not all(isinstance(value, int | float) for value in keeps.values()):
        raise AuthoringError(f'{path}: keeps must map check names to points, e.g. {{"check_name": 0.5}}')
    return " ".join(hint.split()), tuple(loses), {str(key): float(value) for key, value in keeps.items()}
