"""``grader render``: rebuild every page from the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.typed import as_command
from grader.errors import SubmissionError
from grader.loading.sets import find_root
from grader.pipeline.reports import write_reports
from grader.recording.ledger import Ledger


def render(
    problem_set: Annotated[str, typer.Argument(help="a problem set that was graded")],
    *,
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Rebuild all pages and the gradebook from the ledger; nothing is executed."""
    folder = find_root((root or Path.cwd()).resolve()) / "reports" / problem_set
    if not (folder / "ledger.sqlite").exists():
        raise SubmissionError(f"{folder}: holds no ledger; `grader grade {problem_set}` makes one")
    with Ledger(folder / "ledger.sqlite") as ledger:
        report = write_reports(folder, ledger)
    typer.echo(f"{len(report.results)} submissions rendered")
    typer.echo(str(report.page))
    return 0


command = as_command(render)
