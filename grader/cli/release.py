"""``grader release``: write what students get."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.typed import as_command
from grader.loading.sets import find_root
from grader.pipeline.releasing import write_bundle, write_solutions


def release(
    problem_set: Annotated[str, typer.Argument(help="a problem set")],
    *,
    out: Annotated[Path | None, typer.Option(help="the folder to write to; build/<set> if left out")] = None,
    solutions: Annotated[bool, typer.Option("--solutions", help="the sheet with solutions instead")] = False,
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Write the notebook that students fill in, the data, and what they need to check it on their own machine.

    The bundle has no reference, no hidden check and no expected value in it.
    """
    course = find_root((root or Path.cwd()).resolve())
    folder = out or course / "build" / problem_set
    if solutions:
        typer.echo(str(write_solutions(course, problem_set, folder)))
        return 0
    for path in write_bundle(course, problem_set, folder):
        typer.echo(str(path))
    return 0


command = as_command(release)
