"""``grader release``: write what students get."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.typed import as_command
from grader.errors import EnvironmentFault
from grader.loading.sets import find_root, load_set
from grader.releasing import notebook_json


def release(
    problem_set: Annotated[str, typer.Argument(help="a problem set")],
    *,
    out: Annotated[Path | None, typer.Option(help="the folder to write to; build/<set> if left out")] = None,
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Write the notebook that students fill in."""
    course = find_root((root or Path.cwd()).resolve())
    loaded = load_set(course, problem_set)
    folder = out or course / "build" / problem_set
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{problem_set}.ipynb"
        path.write_text(notebook_json(loaded), encoding="utf-8")
    except OSError as error:
        raise EnvironmentFault(f"{folder}: cannot be written: {(error.strerror or '').lower()}") from error
    typer.echo(str(path))
    return 0


command = as_command(release)
