"""``grader validate``: test a problem set with everything its authors wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli.typed import as_command
from grader.loading.sets import find_root, set_names
from grader.pipeline.grading import open_bench
from grader.pipeline.validating import validate_set


def validate(
    problem_set: Annotated[str, typer.Argument(help="a problem set; all of them if left out")] = "",
    *,
    problem: Annotated[list[str] | None, typer.Option(help="only this problem; may be repeated")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="name also what is fine")] = False,
    isolation: Annotated[str, typer.Option(help="the isolation level to run at")] = "",
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Solutions earn everything, mistakes lose what they declare and are recognised, accepted forms are accepted."""
    course = find_root((root or Path.cwd()).resolve())
    console = Console(highlight=False)
    faults = tested = 0
    for name in [problem_set] if problem_set else set_names(course):
        with open_bench(course, name, key=b"validation", isolation=isolation or "L1") as bench:
            for finding in validate_set(bench, problems=tuple(problem or ())):
                tested += 1
                faults += not finding.fine
                if verbose and finding.fine:
                    console.print(f"fine  {name}/{finding.title}", markup=False)
                for fault in finding.faults:
                    console.print(f"FAULT {name}/{finding.title}: {fault}", markup=False, soft_wrap=True)
    console.print(f"{tested} tested, {faults} with faults")
    return 1 if faults else 0


command = as_command(validate)
