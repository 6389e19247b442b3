"""``grader regrade``: judge a class again from what was recorded, after a check was mended or a form accepted."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from grader.cli import EXIT_ATTENTION
from grader.cli.typed import as_command
from grader.errors import SubmissionError
from grader.loading.setfiles import find_root
from grader.pipeline.batch import grade_class, plan
from grader.pipeline.describing import describe
from grader.pipeline.grading import open_bench
from grader.pipeline.regrading import Change, apply, keep_higher, regrade
from grader.pipeline.reports import write_reports
from grader.recording.ledger import Ledger
from grader.recording.locks import grading_lock
from grader.reviewing import overtaken_decisions


def regrade_set(
    problem_set: Annotated[str, typer.Argument(help="a problem set that was graded")],
    *,
    preview: Annotated[bool, typer.Option("--preview", help="show what would change; write nothing")] = False,
    apply_changes: Annotated[bool, typer.Option("--apply", help="write the changes")] = False,
    never_lower: Annotated[bool, typer.Option("--never-lower", help="keep results that would be worth less")] = False,
    only: Annotated[list[str] | None, typer.Option(help="only this problem; may be repeated")] = None,
    by: Annotated[str, typer.Option(help="who decides; your user name if left out")] = "",
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Show who changes, from what to what, because of which check; with --apply, record it.

    Nothing of a student's is executed. A check that asks for a value that was never recorded names the submissions
    that have to run again; --apply runs those, and only those.
    """
    if preview == apply_changes:
        raise SubmissionError("say either --preview or --apply")
    course = find_root((root or Path.cwd()).resolve())
    folder = course / "reports" / problem_set
    if not (folder / "ledger.sqlite").exists():
        raise SubmissionError(f"{folder}: holds no ledger; `grader grade {problem_set}` makes one")
    console = Console(highlight=False)
    author = by or getpass.getuser()
    with grading_lock(folder), Ledger(folder / "ledger.sqlite") as ledger:
        with open_bench(course, problem_set, key=ledger.key, isolation="L1") as bench:
            unknown = [name for name in only or () if name not in bench.problem_set.problems]
            if unknown:
                known = ", ".join(bench.problem_set.problems)
                raise SubmissionError(f"--only {unknown[0]!r}: {problem_set} has no such problem; it has {known}")
            description = describe(bench.problem_set)
            changes = list(regrade(bench, ledger, problems=only or (), never_lower=never_lower))
        _show(console, changes)
        for words in overtaken_decisions(ledger.decisions(), description):
            console.print(f"look at this decision again: {words}", markup=False, soft_wrap=True)
        again = [change.student for change in changes if change.unanswered]
        if apply_changes:
            ledger.describe(description)
            for change in changes:
                if not change.unanswered:
                    apply(ledger, change, author=author)
            if again:
                _run_again(console, course, problem_set, ledger, again, author if never_lower else "")
            write_reports(folder, ledger)
    changed = [change for change in changes if change.differs or change.unanswered]
    return EXIT_ATTENTION if preview and changed else 0


def _run_again(
    console: Console, course: Path, name: str, ledger: Ledger, students: list[str], never_lower_by: str
) -> None:
    """Grade those whose recorded values do not answer the new checks; with an author's name, never for less."""
    before = {result.student: result for result in ledger.newest(students)}
    planned = plan(course, name, ledger, students=students, force=True)
    grade_class(course, name, ledger, planned, workers=2, isolation="", progress=lambda _step: None)
    kept = [student for student in before if never_lower_by and keep_higher(
        ledger, before[student], author=never_lower_by)]  # fmt: skip
    for student in kept:
        console.print(f"{student!r} ran again for less; the earlier result is kept", markup=False)


def _show(console: Console, changes: list[Change]) -> None:
    table = Table("student", "before", "after", "because of")
    for change in changes:
        if change.differs:
            why = ", ".join(f"{one.problem}::{one.check} {one.before} → {one.after}" for one in change.checks)
            table.add_row(change.student, f"{change.before:g}", f"{change.after:g}", why)
    if table.row_count:
        console.print(table)
    for change in changes:
        if change.kept:
            console.print(
                f"{change.student!r} would fall from {change.before:g} to {change.after:g}; kept", markup=False
            )
        for problem, why in change.unanswered:
            console.print(f"{change.student!r} must run again for {problem}: {why}", markup=False)
    count = sum(change.differs for change in changes)
    console.print(
        f"{len(changes)} judged again, {count} change, {sum(bool(c.unanswered) for c in changes)} must run again"
    )


command = as_command(regrade_set)
