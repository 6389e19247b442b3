"""``grader new``: start a new problem from a skeleton."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.authoring import write_skeleton
from grader.cli.typed import as_command
from grader.errors import AuthoringError
from grader.loading.setfiles import find_root


def new(
    place: Annotated[str, typer.Argument(help="SET/PROBLEM, e.g. ps09/softmax")],
    *,
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Write a small problem that validates as it stands: change it step by step, and validate as you go."""
    problem_set, slash, problem = place.partition("/")
    if not slash or not problem:
        raise AuthoringError(f"{place!r}: SET/PROBLEM was expected, e.g. ps09/softmax")
    try:
        course = find_root((root or Path.cwd()).resolve())
    except AuthoringError:
        course = (root or Path.cwd()).resolve()
    for path in write_skeleton(course, problem_set, problem):
        typer.echo(str(path.relative_to(course)))
    typer.echo(f"next: grader validate {problem_set} --problem {problem}")
    return 0


command = as_command(new)
