"""Releases a problem set: seals what may be sealed, and writes the bundle for students."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.errors import AuthoringError, EnvironmentFault
from grader.loading.sets import load_set
from grader.pipeline.grading import Bench, open_bench
from grader.problem import ProblemSet
from grader.releasing.bundle import bundle_files
from grader.releasing.notebook import solutions_json
from grader.sealing import seal, to_plain
from grader.values import Formula


def write_bundle(root: Path, name: str, out: Path) -> list[Path]:
    """Write everything that students get into ``out``; the files that were written.

    Raises:
        AuthoringError: when an answer cannot be sealed or a problem file cannot be stripped.
        EnvironmentFault: when a file cannot be written.
    """
    problem_set = load_set(root, name)
    seals: Mapping[str, Mapping[str, str]] = {}
    if sealed_answers(problem_set):
        with open_bench(root, name, key=b"release", isolation="L1", preload=("numpy", "sympy")) as bench:
            seals = seal_answers(bench)
    written = []
    try:
        for path, data in bundle_files(root, problem_set, seals).items():
            target = out / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            written.append(target)
    except OSError as error:
        raise EnvironmentFault(f"{out}: cannot be written: {(error.strerror or str(error)).lower()}") from error
    return written


def write_solutions(root: Path, name: str, out: Path) -> Path:
    """Write the sheet with solutions, for after the deadline; it is never part of the bundle.

    Raises:
        AuthoringError: when a solution is missing.
        EnvironmentFault: when the file cannot be written.
    """
    problem_set = load_set(root, name)
    solutions = {
        problem: (root / "reference" / name / problem / "solution.py").read_text(encoding="utf-8")
        for problem in problem_set.problems
    }
    path = out / f"{name}-solutions.ipynb"
    try:
        out.mkdir(parents=True, exist_ok=True)
        path.write_text(solutions_json(problem_set, solutions), encoding="utf-8")
    except OSError as error:
        raise EnvironmentFault(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from error
    return path


def sealed_answers(problem_set: ProblemSet) -> dict[str, str]:
    """The answers that their author lets students check, and the problem of each."""
    return {
        answer: name
        for name, problem in problem_set.problems.items()
        for answer, kind in problem.answers.items()
        if kind.formula and kind.sealed  # type: ignore[attr-defined]
    }


def seal_answers(bench: Bench) -> dict[str, Mapping[str, str]]:
    """The seal of every answer that may be checked by students, from the reference.

    Raises:
        AuthoringError: when one cannot be sealed, with the reason.
    """
    seals = {}
    for answer, problem in sealed_answers(bench.problem_set).items():
        formula = getattr(bench.answers(problem, bench.references[problem].solution), answer)
        if not isinstance(formula, Formula):
            raise AuthoringError(f"{answer}: only a formula can be sealed")
        seals[answer] = to_plain(seal(formula.text, formula.declaration, name=answer))
    return seals
