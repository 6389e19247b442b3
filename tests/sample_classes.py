"""Grades a set's sample class, and notebooks made from the released one, for the tests of the problem library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from grader.loading.submissions import Received, receive
from grader.pipeline.grading import Bench, grade_received
from grader.releasing import release_cells
from grader.result import CheckResult, Outcome, SubmissionResult

ROOT = Path(__file__).parents[1]


def grade_sample(bench: Bench, student: str) -> SubmissionResult:
    """One sample's result."""
    name = bench.problem_set.name
    return grade_received(bench, receive(ROOT / "submissions" / name, student, name), key="").result


def checks_of(result: SubmissionResult) -> dict[str, CheckResult]:
    """The checks by ``problem/check``."""
    return {f"{problem.problem}/{check.check}": check for problem in result.problems for check in problem.checks}


def lost_in(result: SubmissionResult) -> dict[str, str]:
    """What was not passed: the mistake that was named, ``-`` for none, or the outcome if it is not ``failed``."""
    return {
        name: (check.mistake or "-") if check.outcome is Outcome.FAILED else check.outcome.value
        for name, check in checks_of(result).items()
        if check.outcome is not Outcome.PASSED
    }


def passed_in(result: SubmissionResult) -> set[str]:
    """What was passed."""
    return {name for name, check in checks_of(result).items() if check.outcome is Outcome.PASSED}


def notebook(bench: Bench, answers: Mapping[str, str]) -> Received:
    """The released notebook with these answers: LaTeX where a formula is asked for in Markdown, else code."""
    cells = release_cells(bench.problem_set)
    for cell in cells:
        name = cell["metadata"]["grader"].get("answer")
        if name not in answers:
            continue
        if cell["cell_type"] == "markdown":
            cell["source"] = "".join(cell["source"]).replace(r"$$\dots$$", f"$$\n{answers[name]}\n$$")
        else:
            cell["source"] = f"# answer: {name}\n{answers[name]}"
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return Received("student-99", f"{bench.problem_set.name}.ipynb", json.dumps(content).encode())


def grade_answers(bench: Bench, answers: Mapping[str, str]) -> dict[str, CheckResult]:
    """The checks of a notebook with these answers only, by ``problem/check``."""
    return checks_of(grade_received(bench, notebook(bench, answers), key="").result)


def diagnose(bench: Bench, wrong: list[tuple[str, str, str, str]]) -> dict[tuple[str, str], CheckResult]:
    """For each (answer, what is typed, check, mistake) that check's result; several share a notebook."""
    waiting = list(wrong)
    found: dict[tuple[str, str], CheckResult] = {}
    while waiting:
        first = {answer: (answer, typed, check, mistake) for answer, typed, check, mistake in reversed(waiting)}
        waiting = [entry for entry in waiting if entry not in first.values()]
        checks = grade_answers(bench, {answer: typed for answer, (_, typed, _, _) in first.items()})
        for answer, typed, check, _ in first.values():
            found[answer, typed] = checks[check]
    return found
