"""``grader grade``: grade a class, or one notebook."""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer

from grader.cli import EXIT_ATTENTION
from grader.cli.typed import as_command
from grader.errors import SubmissionError
from grader.leftovers import temporarily
from grader.loading.setfiles import find_root, read_set_file
from grader.loading.submissions import student_folders
from grader.pipeline.batch import Plan, grade_class, plan
from grader.pipeline.reports import ClassReport, write_reports
from grader.pipeline.settling import settled_results
from grader.recording.ledger import Ledger
from grader.recording.locks import grading_lock
from grader.recording.shards import Shard, open_shard
from grader.result import State, SubmissionResult


def grade(  # noqa: PLR0913 - a command has as many options as it needs
    target: Annotated[str, typer.Argument(help="a problem set, or a notebook with --problem-set")],
    *,
    problem_set: Annotated[str, typer.Option(help="the problem set of the notebook")] = "",
    student: Annotated[list[str] | None, typer.Option(help="only this student; may be repeated")] = None,
    workers: Annotated[int, typer.Option(min=0, help="how many at a time; 0 for one per core")] = 0,
    force: Annotated[bool, typer.Option("--force", help="grade again what has not changed")] = False,
    only: Annotated[str, typer.Option(help="not-run: grade what could not be run here before")] = "",
    isolation: Annotated[str, typer.Option(help="L3, L2 or L1: the least that will do; the set's own if empty")] = "",
    shard: Annotated[
        str, typer.Option(help="only this share of the class, as in 3/16; `grader merge` joins them")
    ] = "",
    junit: Annotated[Path | None, typer.Option(help="write the results as JUnit XML too")] = None,
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Grade every submission of a problem set, two or more at a time, and write the reports.

    Unchanged submissions are not graded again. Exit status 1 says that somebody must look at a submission.
    """
    course = find_root((root or Path.cwd()).resolve())
    signal.signal(signal.SIGTERM, _interrupt)
    if Path(target).suffix in (".ipynb", ".py", ".md"):
        return _grade_one(course, Path(target), problem_set, isolation, junit)
    if problem_set:
        raise SubmissionError(f"{target!r} is no notebook, so --problem-set does not apply")
    # before the ledger is made: an unknown set must leave nothing behind
    read_set_file(course, target)
    folder = course / "reports" / target
    workers = workers or _cores()
    if shard:
        if student or junit is not None:
            raise SubmissionError("--shard grades a share of the whole class; leave out --student and --junit")
        return _grade_shard(course, target, Shard.parse(shard), force, only, workers, isolation)
    with grading_lock(folder), Ledger(folder / "ledger.sqlite") as ledger:
        planned = plan(course, target, ledger, students=student or (), force=force, only=only)
        for warning in planned.warnings:
            typer.echo(f"note: {warning}", err=True)
        _run(course, target, ledger, planned, workers=workers, isolation=isolation)
        report = write_reports(folder, ledger)
        if junit is not None:
            _junit(junit, report.name, settled_results(ledger).values())
    return _summary(planned, report)


def _cores() -> int:
    """The cores that this process may use: a batch system or a container may have given us fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _grade_shard(course: Path, name: str, shard: Shard, force: bool, only: str, workers: int, isolation: str) -> int:
    entries = student_folders(course / "submissions" / name)
    mine = [student for entry in entries if shard.has(student := entry.removesuffix(".ipynb"))]
    with open_shard(course / "reports" / name, shard) as ledger:
        if mine:
            planned = plan(course, name, ledger, students=mine, force=force, only=only)
            _run(course, name, ledger, planned, workers=workers, isolation=isolation)
            done = len(planned.jobs) + len(planned.rejected)
            typer.echo(f"share {shard.number} of {shard.count}: {done} graded, {len(planned.unchanged)} unchanged")
        else:
            typer.echo(f"share {shard.number} of {shard.count}: no submission falls into it")
    typer.echo(f"when all shares are done: grader merge {name}")
    return 0


def _grade_one(course: Path, notebook: Path, problem_set: str, isolation: str, junit: Path | None) -> int:
    if not problem_set:
        raise SubmissionError(f"{notebook}: say which problem set it belongs to, with --problem-set")
    if not notebook.exists():
        raise SubmissionError(f"{notebook}: no such file")
    name = notebook.stem
    with temporarily("single") as place:
        # one submission of a class of its own, so that the course's ledger is not touched
        for part in ("problems", "reference"):
            (place / part).symlink_to(course / part)
        (place / "submissions" / problem_set).mkdir(parents=True)
        (place / "submissions" / problem_set / notebook.name).write_bytes(_read(notebook))
        folder = course / "reports" / problem_set / "single"
        with grading_lock(folder), Ledger(folder / f"{name}.sqlite") as ledger:
            planned = plan(place, problem_set, ledger, force=True)
            _run(place, problem_set, ledger, planned, workers=1, isolation=isolation)
            report = write_reports(folder, ledger, students=(name,))
            if junit is not None:
                _junit(junit, report.name, settled_results(ledger, [name]).values())
    return _summary(planned, report)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SubmissionError(f"{path}: cannot be read: {(error.strerror or '').lower()}") from error


def _run(course: Path, name: str, ledger: Ledger, planned: Plan, *, workers: int, isolation: str) -> None:
    if not planned.jobs and not planned.rejected:
        grade_class(course, name, ledger, planned, workers=workers, isolation=isolation, progress=lambda _: None)
        return
    bars: Any = importlib.import_module("grader.cli.bars")  # only a run with something to grade needs its library
    with bars.shown(len(planned.jobs) + len(planned.rejected)) as progress:
        grade_class(course, name, ledger, planned, workers=workers, isolation=isolation, progress=progress)


def _summary(planned: Plan, report: ClassReport) -> int:
    results = report.summaries
    done = len(planned.jobs) + len(planned.rejected)
    typer.echo(f"{done} graded, {len(planned.unchanged)} unchanged since they were graded")
    counts = {state.value: sum(result.state is state for result in results) for state in State}
    typer.echo(", ".join(f"{count} {state}" for state, count in counts.items() if count))
    if report.outcomes:
        typer.echo("checks: " + ", ".join(f"{count} {outcome}" for outcome, count in report.outcomes.items()))
    attention = [result for result in results if result.score.provisional]
    for result in attention[:20]:
        reasons = "; ".join(result.score.reasons)
        typer.echo(f"look at {result.student!r}: {reasons}")
    if len(attention) > 20:
        typer.echo(f"… and {len(attention) - 20} more; the class page lists them all")
    for words in report.overtaken:
        typer.echo(f"look at this decision again: {words}")
    typer.echo(f"{report.page}")
    if any(result.state is State.INFRA_ERROR for result in results):
        typer.echo("some submissions could not be graded because of a fault on our side", err=True)
    return EXIT_ATTENTION if attention else 0


def _junit(path: Path, name: str, results: Iterable[SubmissionResult]) -> None:
    importlib.import_module("grader.exporting.junit").write_junit(path, name, results)  # few ask for it


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


command = as_command(grade)
