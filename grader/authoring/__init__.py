"""Skeletons that a new author starts from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from grader.errors import AuthoringError, EnvironmentFault

FILES = {
    "problem.txt": "problems/{set}/{problem}.py",
    "solution.txt": "reference/{set}/{problem}/solution.py",
    "mistake.txt": "reference/{set}/{problem}/mistakes/forgot_the_half.py",
    "accepted.txt": "reference/{set}/{problem}/accepted/as_students_type.py",
}


def write_skeleton(root: Path, problem_set: str, problem: str) -> list[Path]:
    """Write a problem that validates as it stands, for its author to change; the files that were written.

    Raises:
        AuthoringError: when a name is no identifier or the problem exists.
        EnvironmentFault: when a file cannot be written.
    """
    for name in (problem_set, problem):
        if not name.replace("-", "_").isidentifier() or name != name.lower():
            raise AuthoringError(f"{name!r}: a name in lower case with underscores was expected, e.g. relu_variance")
    targets = {source: root / path.format(set=problem_set, problem=problem) for source, path in FILES.items()}
    existing = [path for path in targets.values() if path.exists()]
    if existing:
        raise AuthoringError(f"{existing[0]}: exists already; choose another name")
    try:
        for source, path in targets.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            text = (files("grader.authoring") / source).read_text(encoding="utf-8")
            path.write_text(text.replace("PROBLEM", problem), encoding="utf-8")
        described = root / "problems" / problem_set / "set.toml"
        _register(described, problem_set, problem)
    except OSError as error:
        raise EnvironmentFault(f"{error.filename}: cannot be written: {(error.strerror or '').lower()}") from error
    return [*targets.values(), described]


def _register(path: Path, problem_set: str, problem: str) -> None:
    if not path.exists():
        path.write_text(f'title = "{problem_set}"\nproblems = [\n    "{problem}",\n]\n', encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    start = text.find("problems = [")
    end = text.find("]", start)
    if start < 0 or end < 0:
        raise AuthoringError(f"{path}: add {problem!r} to its list of problems by hand")
    inside = text[start + len("problems = [") : end].strip().rstrip(",")
    listed = f"{inside},\n    " if inside else ""
    path.write_text(
        f'{text[:start]}problems = [\n    {listed}"{problem}",\n]{text[end + 1 :]}'.replace(",\n    \n", ",\n"),
        encoding="utf-8",
    )
