"""``grader merge``: join the shares of a class that several machines graded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli import EXIT_ATTENTION
from grader.cli.typed import as_command
from grader.loading.setfiles import find_root, read_set_file
from grader.pipeline.reports import write_reports
from grader.recording.ledger import Ledger
from grader.recording.locks import grading_lock
from grader.recording.shards import merge as merge_shares


def merge(
    problem_set: Annotated[str, typer.Argument(help="a problem set that was graded with --shard")],
    *,
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Take the results of every share into the ledger, remove the shares, and write the reports.

    A share that is missing, damaged or still at work is named and can be merged later. Exit status 1 says that somebody
    must look: at a submission, or at such a share.
    """
    course = find_root((root or Path.cwd()).resolve())
    read_set_file(course, problem_set)
    folder = course / "reports" / problem_set
    with grading_lock(folder), Ledger(folder / "ledger.sqlite") as ledger:
        merged = merge_shares(folder, ledger)
        report = write_reports(folder, ledger)
    for name, count in merged.results.items():
        typer.echo(f"share {name}: {count} results")
    for fault in merged.faults:
        typer.echo(f"not merged: {fault}")
    for name in merged.missing:
        typer.echo(f"share {name}: not there; was it graded?")
    for words in report.overtaken:
        typer.echo(f"look at this decision again: {words}")
    typer.echo(str(report.page))
    attention = any(summary.score.provisional for summary in report.summaries)
    return EXIT_ATTENTION if attention or merged.missing or merged.faults else 0


command = as_command(merge)
