"""``grader export``: write a graded class in the format of another system."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.typed import as_command
from grader.errors import EnvironmentFault, SubmissionError
from grader.exporting.autograder import autograder_zip
from grader.loading.setfiles import find_root, read_set_file
from grader.pipeline.exporting import FORMATS, Asked, export_class
from grader.recording.ledger import Ledger


def export(
    problem_set: Annotated[str, typer.Argument(help="a problem set that was graded")],
    *,
    to: Annotated[str, typer.Option(help=", ".join((*FORMATS, "gradescope-autograder")))],
    out: Annotated[Path | None, typer.Option(help="the file to write, for gradescope a folder")] = None,
    sheet: Annotated[Path | None, typer.Option(help="the gradebook or worksheet to fill in")] = None,
    column: Annotated[str, typer.Option(help="the assignment's title there, if not the set's")] = "",
    roster: Annotated[Path | None, typer.Option(help="CSV: student, and username or name and participant")] = None,
    scaled: Annotated[bool, typer.Option("--scaled", help="convert points to the maximum of the sheet")] = False,
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Write a graded class in the format of another system; provisional totals are not exported as grades."""
    course = find_root((root or Path.cwd()).resolve())
    if to == "gradescope-autograder":
        return _autograder(course, problem_set, out)
    folder = course / "reports" / problem_set
    if not (folder / "ledger.sqlite").exists():
        raise SubmissionError(f"{folder}: holds no ledger; `grader grade {problem_set}` makes one")
    suffix = {"json": "json", "junit": "xml", "html-zip": "zip", "moodle-feedback": "zip"}.get(to, "csv")
    target = out or folder / ("gradescope" if to == "gradescope" else f"{to}.{suffix}")
    with Ledger(folder / "ledger.sqlite") as ledger:
        done = export_class(ledger, to, target, Asked(sheet, column, roster, scaled))
    for path in done.paths:
        typer.echo(str(path))
    for remark in done.remarks:
        typer.echo(f"note: {remark}", err=True)
    return 0


def _autograder(course: Path, problem_set: str, out: Path | None) -> int:
    read_set_file(course, problem_set)
    target = out or course / "build" / f"{problem_set}-autograder.zip"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(autograder_zip(course, problem_set))
    except OSError as error:
        raise EnvironmentFault(f"{target}: cannot be written: {(error.strerror or '').lower()}") from error
    typer.echo(str(target))
    return 0


command = as_command(export)
