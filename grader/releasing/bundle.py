"""The folder that students get: notebook, data, and what a self-check needs, with nothing in it to find an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import AuthoringError
from grader.problem import ProblemSet
from grader.releasing.notebook import notebook_json
from grader.releasing.stripping import strip_problem

FORMAT = 1

README = """# {title}

1. Fill in `{name}.ipynb`. A formula goes into its Markdown cell as LaTeX, or into a code cell as text
   (`{example} = "..."`).
2. Check it on your own machine: `pip install grader`, then `grader check {name}.ipynb` in this folder. In the notebook
   itself, `%load_ext grader` and then `%check` do the same for the answers so far.
3. Hand in the notebook.

The self-check tells whether every answer is there and can be read, shows what was read, and runs the checks that need
no solution. It is not the grade: {hidden} checks are run only when your notebook is graded.
"""


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
        "README.md": README.format(
            title=problem_set.title,
            name=problem_set.name,
            example=next(iter(problem_set.owners)),
            hidden=sum(hidden.values()),
        ),
    }
    for name, problem in problem_set.problems.items():
        path = folder / f"{name}.py"
        stripped = strip_problem(path.read_text(encoding="utf-8"), str(path), problem.numbers)
        files[f"problems/{problem_set.name}/{name}.py"] = stripped
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
        f"title = {json.dumps(problem_set.title)}",
        f"introduction = {json.dumps(problem_set.introduction)}",
        f"problems = {json.dumps(list(problem_set.problems))}",
        'isolation = "L1"',
        f"files = {json.dumps(list(problem_set.files))}",
    ]
    limits = problem_set.settings.get("limits", {})
    if isinstance(limits, Mapping) and limits:
        lines += ["", "[limits]", *(f"{name} = {value}" for name, value in limits.items())]
    return "\n".join(lines) + "\n"
