"""``grader release``: write what students get."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.typed import as_command
from grader.loading.setfiles import find_root
from grader.loading.sets import KEY, read_secret
from grader.loading.students import read_students
from grader.pipeline.releasing import LIST, write_bundle, write_bundles, write_solutions


def release(
    problem_set: Annotated[str, typer.Argument(help="a problem set")],
    *,
    out: Annotated[Path | None, typer.Option(help="the folder to write to; build/<set> if left out")] = None,
    roster: Annotated[
        Path | None, typer.Option(help="CSV with a column student: numbers of their own for each")
    ] = None,
    solutions: Annotated[bool, typer.Option("--solutions", help="the sheet with solutions instead")] = False,
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Write the notebook that students fill in, the data, and what they need to check it on their own machine.

    The bundle has no reference, no hidden check and no expected value in it. With --roster each student gets a folder
    with numbers of their own, where problems draw them; the same ones on every release.
    """
    course = find_root((root or Path.cwd()).resolve())
    folder = out or course / "build" / problem_set
    students = read_students(roster, problem_set) if roster else ()
    fresh = bool(students) and not read_secret(course, problem_set)
    if solutions:
        written = write_solutions(course, problem_set, folder, students)
    elif students:
        written = write_bundles(course, problem_set, folder, students, tell=_note)
    else:
        written = write_bundle(course, problem_set, folder, tell=_note)
    for path in written if len(students) < 2 else ():
        typer.echo(str(path))
    if len(students) > 1:
        typer.echo(f"{len(students)} versions in {folder}" + ("" if solutions else f"; {LIST} tells whose is which"))
    if fresh:
        typer.echo(f"reference/{problem_set}/{KEY} was made: keep it with the solutions, grading draws from it")
    return 0


def _note(remark: str) -> None:
    typer.echo(f"note: {remark}", err=True)


command = as_command(release)
