"""Loads a problem set: the authors' own Python files, with errors that name file and line."""

from __future__ import annotations

import importlib.util
import re
import sys
import traceback
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from grader.errors import AuthoringError
from grader.loading.definitions import definitions
from grader.loading.setfiles import read_set_file, set_digest
from grader.loading.translations import read_po
from grader.problem import Problem, ProblemSet
from grader.problem.translating import in_language, told
from grader.problem.variants import for_all

BUNDLE = "bundle.json"
"""The file that marks a folder as released: its problems have their public checks only."""

KEY = "variants.key"
"""The file in ``reference/<set>`` from which each student's numbers are drawn; without it all have the same."""


def load_set(root: Path, name: str) -> ProblemSet:
    """A problem set with all its problems.

    Raises:
        AuthoringError: naming the file, the line and what was expected.
    """
    described = read_set_file(root, name)
    translations = read_po(root / "problems" / name / "locale" / f"{described.language}.po")
    problems: dict[str, Problem] = {}
    for problem in described.problems:
        problems[problem] = load_problem(root, name, problem, translations)
    _refuse_shared_names(root / "problems" / name, problems)
    return ProblemSet(
        name=name,
        title=told(described.title, translations),
        problems=problems,
        digest=set_digest(root, name),
        introduction=told(described.introduction, translations),
        isolation=described.isolation,
        settings=described.model_dump(),
        files=_data(root, name, described.files),
        translations=translations,
    )


def _data(root: Path, name: str, listed: list[str]) -> dict[str, bytes]:
    folder = root / "problems" / name
    # a bundle has the data beside the notebook, where it is used
    places = (folder, root) if (root / BUNDLE).exists() else (folder,)
    found = {}
    for title in listed:
        fine = re.fullmatch(r"\w[\w./-]*", title) and ".." not in title
        path = next((place / title for place in places if fine and (place / title).is_file()), None)
        if path is None:
            raise AuthoringError(f"{folder / 'set.toml'}: files names {title!r}, which is no file below {folder}")
        found[title] = path.read_bytes()
    return found


def load_problem(root: Path, name: str, problem: str, translations: Mapping[str, str] | None = None) -> Problem:
    """One problem of a set, in the language of ``translations`` where they are given.

    Raises:
        AuthoringError: naming the file, the line and what was expected.
    """
    path = root / "problems" / name / f"{problem}.py"
    module = _import(path, f"grader_problems.{name}.{problem}")
    found = getattr(module, "problem", None)
    if not isinstance(found, Problem):
        raise AuthoringError(f"{path}: a module-level `problem = Problem(...)` was expected, got {found!r:.60}")
    if not found.checks and found.points == 0 and not (root / BUNDLE).exists():
        raise AuthoringError(f"{path}: problem {found.title!r} has no check and no Text answer")
    asked = definitions(_text(path), _text(root / "reference" / name / problem / "solution.py"))
    found.checks = [replace(check, definition=asked.get(check.name, "")) for check in found.checks]
    try:
        return for_all(in_language(found, translations or {}))
    except AuthoringError as error:
        raise AuthoringError(f"{path}: {error}") from error


def _text(path: Path) -> str:
    """What a file says; nothing where there is none, or no text."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def read_secret(root: Path, name: str) -> bytes:
    """What a set's versions are drawn from; empty where everybody gets the same.

    Raises:
        AuthoringError: when the file is not as `grader release` writes it.
    """
    path = root / "reference" / name / KEY
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return b""
    except (OSError, ValueError) as error:
        raise AuthoringError(f"{path}: 64 hexadecimal digits were expected, as `grader release` writes them") from error
    if len(secret) < 16:
        raise AuthoringError(f"{path}: too short to be secret; 64 hexadecimal digits were expected")
    return secret


def _import(path: Path, name: str) -> ModuleType:
    if not path.is_file():
        raise AuthoringError(f"{path}: no such problem file; set.toml names it")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise AuthoringError(f"{path}: cannot be imported")
    module = importlib.util.module_from_spec(spec)
    cached, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise AuthoringError(f"{path}:{_line(error, path)}: {type(error).__name__}: {error}") from error
    finally:
        sys.dont_write_bytecode = cached
    return module


def _line(error: Exception, path: Path) -> int:
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return frames[-1].lineno or 1 if frames else 1


def _refuse_shared_names(folder: Path, problems: Mapping[str, Problem]) -> None:
    owners: dict[str, str] = {}
    for name, problem in problems.items():
        for answer in problem.answers:
            if answer in owners:
                raise AuthoringError(
                    f"{folder / name}.py: answer {answer!r} is also asked by {owners[answer]}.py; "
                    "names must be unique in a set, since a notebook has one namespace"
                )
            owners[answer] = name
