"""``grader check``: check a notebook on the student's own machine, without reference and hidden checks."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli import EXIT_ATTENTION
from grader.cli.typed import as_command
from grader.errors import AuthoringError, SubmissionError
from grader.loading.notebooks import read_document
from grader.loading.sets import find_root, set_names
from grader.loading.submissions import Received, read_bytes
from grader.pipeline.grading import grade_received, open_bench
from grader.pipeline.keys import describe
from grader.rendering import render_submission
from grader.result import CheckResult, Outcome, State, SubmissionResult
from grader.scoring import score_submission

MARKS = {Outcome.PASSED: ("✓", "green"), Outcome.FAILED: ("✗", "red"), Outcome.NOT_RUN: ("·", "dim")}


def check(
    notebook: Annotated[Path, typer.Argument(help="your notebook")],
    *,
    problem_set: Annotated[str, typer.Option(help="the problem set, if the notebook does not say")] = "",
    report: Annotated[Path | None, typer.Option(help="where to write the HTML report; beside the notebook")] = None,
    root: Annotated[Path | None, typer.Option(help="the folder of the bundle, if not above the notebook")] = None,
) -> int:
    """Run what needs no reference solution: is every answer there, can it be read, do its properties hold.

    This is not the grade; hidden checks are run when it is handed in. Exit status 1: something does not pass yet.
    """
    console = Console(highlight=False)
    data = read_bytes(notebook)
    name = problem_set or read_document(data, notebook.name).problem_set
    course = find_root((root or notebook.parent).resolve())
    if not name:
        names = set_names(course)
        if len(names) != 1:
            raise SubmissionError(f"{notebook}: say which problem set it is, with --problem-set ({', '.join(names)})")
        name = names[0]
    with open_bench(course, name, key=secrets.token_bytes(16), isolation="L1", reference=False) as bench:
        received = Received(notebook.stem, notebook.name, data, origin=str(notebook))
        graded = grade_received(bench, received, key="")
        result = graded.result.model_copy(update={"official": False})
        description = describe(bench.problem_set)
    page = report or notebook.with_name(f"{notebook.stem}-check.html")
    page.write_text(render_submission(result, score_submission(result), description), encoding="utf-8")
    if result.state is not State.GRADED:
        raise (
            SubmissionError(result.message)
            if result.state is State.REJECTED_INPUT
            else AuthoringError("; ".join((result.message, *result.flags)))
        )
    _show(console, result)
    console.print(f"report: {page}", markup=False, soft_wrap=True)
    failing = any(
        one.outcome not in (Outcome.PASSED, Outcome.NOT_RUN) for problem in result.problems for one in problem.checks
    )
    return EXIT_ATTENTION if failing else 0


def _show(console: Console, result: SubmissionResult) -> None:
    hidden = 0
    for problem in result.problems:
        console.print(f"\n{problem.title}", style="bold", markup=False)
        for answer in problem.answers:
            if not answer.given:
                console.print(f"  · {answer.name}: not given yet", style="dim", markup=False)
            elif answer.refused:
                console.print(f"  ✗ {answer.refused}", style="red", markup=False, soft_wrap=True)
            elif answer.latex:
                console.print(f"  ✓ {answer.name}: read as {answer.latex}", markup=False, soft_wrap=True)
            else:
                console.print(f"  ✓ {answer.name}: found", markup=False)
        for one in problem.checks:
            if one.outcome is Outcome.NOT_RUN:
                hidden += 1
                continue
            _show_check(console, one)
    console.print(
        f"\nThis is a self-check, not the grade: {hidden} hidden checks were not run here.", style="bold", markup=False
    )


def _show_check(console: Console, one: CheckResult) -> None:
    mark, style = MARKS.get(one.outcome, ("?", "yellow"))
    console.print(f"  {mark} {one.claim}", style=style, markup=False, soft_wrap=True)
    if one.message:
        console.print(f"      {one.message}", markup=False, soft_wrap=True)


command = as_command(check)
