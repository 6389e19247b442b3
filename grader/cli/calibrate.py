"""``grader calibrate``: propose tolerances for a problem from how much its reference's numbers differ."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli.typed import as_command
from grader.errors import AuthoringError
from grader.execution.calibrating import merged
from grader.execution.gpu import find_inventory
from grader.execution.leasing import Leases
from grader.loading.setfiles import find_root
from grader.pipeline.calibrating import calibrate
from grader.pipeline.grading import open_bench


def calibrate_command(
    problem: Annotated[str, typer.Argument(help="a problem, as SET/PROBLEM")],
    *,
    gpu: Annotated[bool, typer.Option(help="run on a GPU as well, if one computes here")] = True,
    isolation: Annotated[str, typer.Option(help="the isolation level to run at")] = "",
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Run the reference over seeds, types, threads and devices, and propose rtol and atol for each check."""
    set_name, _, name = problem.partition("/")
    if not name:
        raise AuthoringError(f"say which problem, as SET/PROBLEM; got {problem!r}")
    course = find_root((root or Path.cwd()).resolve())
    with Leases(find_inventory()) as leases:
        working = leases.working() if gpu else ()
        with open_bench(course, set_name, key=b"validation", isolation=isolation or "L1") as bench:
            proposals = list(calibrate(bench, name, gpu=working[0].uuid if working else None))
    console = Console(highlight=False, soft_wrap=True)
    for found in merged(proposals):
        tolerances = f"rtol={found.rtol:.0e}, atol={found.atol:.0e}"
        band = f"mean {found.band[0]:.4g}, deviation {found.band[1]:.2g}" if found.band else ""
        words = "; ".join(part for part in (found.worst and f"most in {found.worst}", found.note, band) if part)
        console.print(f"{found.check}  {found.asked}  {tolerances}  {words}".rstrip(), markup=False)
    return 0


command = as_command(calibrate_command)
