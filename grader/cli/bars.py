"""The progress of a class on standard error, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from grader.pipeline.batch import Progress as Step


@contextmanager
def shown(total: int) -> Iterator[Callable[[Step], None]]:
    """A bar for so many submissions; what it yields takes each step."""
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("grading", total=total, last="")
        yield lambda step: bar.update(task, completed=step.done, last=f"{step.result.student[:30]!r}")
