"""The folder that students get: notebook, data, and what a self-check needs, with nothing in it to find an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import AuthoringError
from grader.problem import Expression, ProblemSet
from grader.problem.translating import one_line, public_texts
from grader.releasing.notebook import notebook_json
from grader.releasing.stripping import kept_of, strip_problem
from grader.releasing.words import readme

FORMAT = 2


@dataclass(frozen=True)
class Bundle:
    """What ``bundle.json`` says: hidden checks by problem, and sealed answers."""

    problem_set: str
    hidden: Mapping[str, int] = field(default_factory=dict)
    seals: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def bundle_files(root: Path, problem_set: ProblemSet, seals: Mapping[str, Mapping[str, str]]) -> dict[str, bytes]:
    """Every file of the bundle, by its path in it.

    Raises:
        AuthoringError: when a problem file cannot be stripped, or a data file is missing.
    """
    folder = root / "problems" / problem_set.name
    hidden = {
        name: sum(check.takes_reference or check.hidden for check in problem.checks)
        for name, problem in problem_set.problems.items()
    }
    files = {
        f"{problem_set.name}.ipynb": notebook_json(problem_set),
        "bundle.json": json.dumps(
            {"format": FORMAT, "problem_set": problem_set.name, "hidden": hidden, "seals": seals}, indent=1
        ),
        f"problems/{problem_set.name}/set.toml": _public_settings(problem_set),
        "README.md": readme(
            problem_set.language,
            title=problem_set.title,
            name=problem_set.name,
            example=_example(problem_set),
            hidden=sum(hidden.values()),
        ),
    }
    for name, problem in problem_set.problems.items():
        path = folder / f"{name}.py"
        stripped = strip_problem(
            path.read_text(encoding="utf-8"), str(path), kept_of(problem, problem_set.translations)
        )
        files[f"problems/{problem_set.name}/{name}.py"] = stripped
    catalogue = _public_translations(problem_set)
    if catalogue:
        files[f"problems/{problem_set.name}/locale/{problem_set.language}.po"] = catalogue
    encoded = {name: text.encode() for name, text in files.items()}
    return {**encoded, **problem_set.files}


def read_bundle(folder: Path) -> Bundle | None:
    """What ``bundle.json`` in a folder says; None when it is no released bundle.

    Raises:
        AuthoringError: when it is not as `bundle_files` writes it.
    """
    path = folder / "bundle.json"
    if not path.exists():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise AuthoringError(f"{path}: made by another version of grader (format {content['format']}); update it")
        return Bundle(str(content["problem_set"]), dict(content["hidden"]), dict(content["seals"]))
    except (ValueError, KeyError, TypeError) as error:
        raise AuthoringError(f"{path}: damaged; unpack the bundle again") from error


def _public_settings(problem_set: ProblemSet) -> str:
    lines = [
        f"title = {_toml(problem_set.title)}",
        f"introduction = {_toml(problem_set.introduction)}",
        f"problems = {_toml(list(problem_set.problems))}",
        'isolation = "L1"',
        f"language = {_toml(problem_set.language)}",
        f"files = {_toml(list(problem_set.files))}",
    ]
    limits = problem_set.settings.get("limits", {})
    if isinstance(limits, Mapping) and limits:
        lines += ["", "[limits]", *(f"{name} = {value}" for name, value in limits.items())]
    return "\n".join(lines) + "\n"


def _example(problem_set: ProblemSet) -> str:
    """The answer that the first page shows how to write: a formula, where there is one."""
    formulas = [
        name
        for problem in problem_set.problems.values()
        for name, answer in problem.answers.items()
        if isinstance(answer, Expression)
    ]
    return next(iter([*formulas, *problem_set.owners]))


def _toml(value: object) -> str:
    # TOML writes texts and lists as JSON does, but takes no halves of a character and no bare DEL
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _public_translations(problem_set: ProblemSet) -> str:
    """The translations of what is released, in gettext's format; hints, rubrics and hidden claims are left out."""
    texts = [text for problem in problem_set.problems.values() for text in public_texts(problem.written or problem)]
    public = {one_line(text) for text in (problem_set.title, problem_set.introduction, *texts)}
    entries = [
        f"msgid {_quoted(source)}\nmsgstr {_quoted(words)}\n"
        for source, words in problem_set.translations.items()
        if one_line(words) in public
    ]
    return "\n".join(entries)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n")
    # a line may end in more ways than one, and an entry must stay on its line
    return '"' + "".join(escaped.splitlines()) + '"'
