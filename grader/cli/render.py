"""``grader render``: rebuild every page from the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.typed import as_command
from grader.errors import SubmissionError
from grader.loading.setfiles import find_root
from grader.pipeline.reports import write_reports
from grader.recording.ledger import Ledger


def render(
    problem_set: Annotated[str, typer.Argument(help="a problem set that was graded")],
    *,
    afresh: Annotated[bool, typer.Option("--afresh", help="draw every page again, also those up to date")] = False,
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Bring all pages and the gradebook up to date with the ledger; nothing is executed.

    What is up to date already is left as it is; a page is drawn again when its result, a mark, a decision, the set's
    description, or grader's own templates and style have changed, or its file is not as it was written.
    """
    folder = find_root((root or Path.cwd()).resolve()) / "reports" / problem_set
    if not (folder / "ledger.sqlite").exists():
        raise SubmissionError(f"{folder}: holds no ledger; `grader grade {problem_set}` makes one")
    with Ledger(folder / "ledger.sqlite") as ledger:
        report = write_reports(folder, ledger, afresh=afresh)
    typer.echo(f"{report.rendered} of {len(report.summaries)} submissions rendered, the others are up to date")
    for words in report.overtaken:
        typer.echo(f"look at this decision again: {words}")
    typer.echo(str(report.page))
    return 0


command = as_command(render)
