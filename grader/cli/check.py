"""``grader check``: check a notebook on the student's own machine, without reference and hidden checks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli import EXIT_ATTENTION, EXIT_INTERRUPTED
from grader.cli.typed import as_command
from grader.errors import EnvironmentFault, SubmissionError
from grader.exporting.junit import write_junit
from grader.pipeline.annotations import annotate
from grader.pipeline.selfcheck import SelfCheck, check_notebook
from grader.rendering import render_submission
from grader.result import CheckResult, Outcome, State
from grader.scoring import score_submission

MARKS = {Outcome.PASSED: ("✓", "green"), Outcome.FAILED: ("✗", "red")}


def check(
    notebook: Annotated[Path, typer.Argument(help="your notebook")],
    *,
    problem_set: Annotated[str, typer.Option(help="the problem set, if the notebook does not say")] = "",
    report: Annotated[Path | None, typer.Option(help="where to write the HTML report; beside the notebook")] = None,
    junit: Annotated[Path | None, typer.Option(help="write the results as JUnit XML too")] = None,
    github: Annotated[bool, typer.Option("--github", help="in GitHub Actions: annotations and a step summary")] = False,
    root: Annotated[Path | None, typer.Option(help="the folder of the bundle, if not above the notebook")] = None,
    content: Annotated[
        Path | None, typer.Option(hidden=True, help="what the notebook holds, if it is not saved")
    ] = None,
) -> int:
    """Tell whether every answer is there and can be read, and run the checks that need no solution.

    This is not the grade; hidden checks are run when it is handed in. Exit status 1: something does not pass yet.
    """
    console = Console(highlight=False)
    try:
        found = check_notebook(notebook, problem_set=problem_set, root=root, content=content)
    except KeyboardInterrupt:
        typer.echo("interrupted; nothing was written", err=True)
        return EXIT_INTERRUPTED
    result = found.result
    score = score_submission(result)
    page = report or notebook.with_name(f"{notebook.stem}-check.html")
    try:
        page.write_text(render_submission(result, score, found.description), encoding="utf-8")
    except OSError as error:
        raise EnvironmentFault(f"{page}: cannot be written: {(error.strerror or '').lower()}") from error
    if junit is not None:
        write_junit(junit, found.description.name, [result])
    if github:
        annotate(notebook, found)
    if result.state is State.REJECTED_INPUT:
        raise SubmissionError(result.message)
    if result.state is State.INFRA_ERROR:
        raise EnvironmentFault("; ".join((result.message, *result.flags)))
    if not github:
        show(console, found)
    console.print(f"report: {page}", markup=False, soft_wrap=True)
    checks = [one for problem in result.problems for one in problem.checks]
    passing = all(one.outcome in (Outcome.PASSED, Outcome.NOT_RUN) for one in checks)
    missing = any(not answer.given or answer.refused for problem in result.problems for answer in problem.answers)
    return EXIT_ATTENTION if missing or not passing else 0


def show(console: Console, found: SelfCheck) -> None:
    """Print what was found, problem by problem."""
    for cell in found.result.cells:
        if cell.limit or cell.error:
            words = f"its limit of {cell.limit} was reached" if cell.limit else cell.error
            console.print(f"cell {cell.index + 1}: {words}", style="yellow", markup=False, soft_wrap=True)
    for problem in found.result.problems:
        console.print(f"\n{problem.title}", style="bold", markup=False)
        for answer in problem.answers:
            if not answer.given:
                console.print(f"  · {answer.name}: not given yet", style="dim", markup=False)
            elif answer.refused:
                console.print(f"  ✗ {answer.name}: {answer.refused}", style="red", markup=False, soft_wrap=True)
            elif answer.text:
                console.print(f"  ✓ {answer.name}: read as {answer.text}", markup=False, soft_wrap=True)
            else:
                console.print(f"  ✓ {answer.name}: found", markup=False)
        for one in problem.checks:
            _show_check(console, one)
    words = f"\nThis is a self-check, not the grade: {found.hidden} hidden checks were not run here."
    console.print(words, style="bold", markup=False)


def _show_check(console: Console, one: CheckResult) -> None:
    if one.outcome is Outcome.NOT_RUN:
        return
    mark, style = MARKS.get(one.outcome, ("?", "yellow"))
    console.print(f"  {mark} {one.claim}", style=style, markup=False, soft_wrap=True)
    if one.message:
        console.print(f"      {one.message}", markup=False, soft_wrap=True)


command = as_command(check)
