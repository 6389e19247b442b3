"""``grader review``: settle what a person has to decide, in a file or in the terminal."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from grader.errors import SubmissionError
from grader.loading.sets import find_root
from grader.pipeline.reports import write_reports
from grader.recording.ledger import Ledger
from grader.result import Decision, Mark
from grader.reviewfiles import read_marks, to_csv, to_json
from grader.reviewing import OpenItem, blind_order, newest, open_items

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

Root = Annotated[Path | None, typer.Option(help="the course folder, if not this one")]
Set = Annotated[str, typer.Argument(help="a problem set that was graded")]
Who = Annotated[str, typer.Option(help="who decides; your user name if left out")]


@app.command("export")
def export(
    problem_set: Set,
    *,
    out: Annotated[Path | None, typer.Option(help="the file to write; .csv or .json")] = None,
    root: Root = None,
) -> int:
    """Write one row for each open item, with empty marks to fill in."""
    folder = _folder(problem_set, root)
    path = out or folder / "review.csv"
    with Ledger(folder / "ledger.sqlite") as ledger:
        items = _open(ledger)
        marks = newest(ledger.marks())
        path.write_text(to_json(items, marks) if path.suffix == ".json" else to_csv(items, marks), encoding="utf-8")
    typer.echo(f"{len(items)} open items: {path}")
    return 0


@app.command("import")
def take(
    problem_set: Set,
    file: Annotated[Path, typer.Argument(help="the file that was filled in")],
    *,
    by: Who = "",
    root: Root = None,
) -> int:
    """Take the marks of a review file; a row that is wrong is named, and then nothing is taken."""
    folder = _folder(problem_set, root)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SubmissionError(f"{file}: cannot be read: {error}") from error
    with Ledger(folder / "ledger.sqlite") as ledger:
        known = {item.key: item for item in _open(ledger)}
        try:
            marks = read_marks(text, known, marked_by=by or getpass.getuser())
        except SubmissionError as error:
            raise SubmissionError(f"{file}: {error}; no mark was taken from this file") from error
        before = newest(ledger.marks())
        new = [mark for mark in marks if _differs(mark, before.get((mark.student, mark.subject, mark.item)))]
        for mark in new:
            ledger.add_mark(mark)
        write_reports(folder, ledger)
    typer.echo(f"{len(new)} marks taken, {len(marks) - len(new)} as before, {len(known) - len(marks)} items still open")
    return 0


@app.command("decide")
def decide(  # noqa: PLR0913 - each is an option of the command
    problem_set: Set,
    check: Annotated[str, typer.Argument(help="PROBLEM::CHECK")],
    kind: Annotated[str, typer.Argument(help="accept, hint, ignore or void")],
    *,
    answer: Annotated[str, typer.Option(help="the answer that is compared")] = "",
    formula: Annotated[str, typer.Option(help="every answer equal to this one")] = "",
    points: Annotated[float, typer.Option(help="what it earns, for accept")] = 0.0,
    hint: Annotated[str, typer.Option(help="what students are told")] = "",
    reason: Annotated[str, typer.Option(help="why; kept with the decision")] = "",
    by: Who = "",
    root: Root = None,
) -> int:
    """Decide for a whole group: all answers that are mathematically equal to a formula, or a check as a whole."""
    folder = _folder(problem_set, root)
    if kind not in ("accept", "hint", "ignore", "void"):
        raise SubmissionError(f"unknown decision {kind!r}; known are accept, hint, ignore and void")
    if not reason:
        raise SubmissionError("a decision needs a --reason")
    if kind != "void" and not (answer and formula):
        raise SubmissionError(f"{kind} needs --answer and --formula")
    with Ledger(folder / "ledger.sqlite") as ledger:
        description = ledger.description
        known = [
            f"{problem.problem}::{name}" for problem in (description.problems if description else ())
            for name in problem.claims
        ]  # fmt: skip
        if check not in known:
            raise SubmissionError(f"unknown check {check!r}; known are {', '.join(known[:12])}")
        made_by = by or getpass.getuser()
        ledger.add_decision(
            Decision(kind=kind, subject=check, answer=answer, formula=formula, points=points, hint=hint,
                     made_by=made_by, reason=reason)
        )  # fmt: skip
        report = write_reports(folder, ledger)
    typer.echo(f"recorded; {len(report.summaries)} submissions scored again, none executed")
    return 0


@app.command("mark")
def mark_open(
    problem_set: Set,
    *,
    by: Who = "",
    everything: Annotated[bool, typer.Option("--all", help="also what is marked already")] = False,
    root: Root = None,
) -> int:
    """Decide one item after the other in the terminal, keyboard only: points, y, n, c, s, u, q."""
    folder = _folder(problem_set, root)
    console = Console()
    who = by or getpass.getuser()
    with Ledger(folder / "ledger.sqlite") as ledger:
        marked = newest(ledger.marks())
        items = [item for item in blind_order(_open(ledger), ledger.key) if everything or item.key not in marked]
        _ask_all(console, ledger, items, who)
        report = write_reports(folder, ledger)
    console.print(f"{report.page}", markup=False)
    return 0


def _ask_all(console: Console, ledger: Ledger, items: list[OpenItem], who: str) -> None:
    place = 0
    comment = ""
    while place < len(items):
        item = items[place]
        console.print(Panel(Text(item.text or "(nothing written)"), title=f"{place + 1} of {len(items)}"))
        console.print(Text(f"{item.asked}  [{item.points:g}]"))
        if item.reason:
            console.print(Text(item.reason, style="dim"))
        try:
            word = input("points, y = all, n = none, c = comment, s = skip, u = undo, q = quit > ").strip().lower()
        except EOFError:
            return
        if word == "q":
            return
        if word == "u":
            place = max(0, place - 1)
            last = items[place]
            ledger.add_mark(Mark(student=last.student, subject=last.subject, item=last.item, marked_by=who))
            continue
        if word == "c":
            comment = input("comment > ").strip()
            continue
        earned = {"y": item.points, "n": 0.0}.get(word, _number(word))
        if word == "s":
            place += 1
        elif earned is not None and min(item.points, 0) <= earned <= max(item.points, 0):
            ledger.add_mark(
                Mark(student=item.student, subject=item.subject, item=item.item, earned=earned, marked_by=who,
                     comment=comment)
            )  # fmt: skip
            place += 1
        else:
            console.print(Text(f"a number from 0 to {item.points:g} was expected, or one of the letters"))
            continue
        comment = ""


def _number(word: str) -> float | None:
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return None


def _differs(mark: Mark, before: Mark | None) -> bool:
    return before is None or (before.earned, before.comment) != (mark.earned, mark.comment)


def _open(ledger: Ledger) -> list[OpenItem]:
    return list(open_items(ledger.latest().values()))


def _folder(problem_set: str, root: Path | None) -> Path:
    folder = find_root((root or Path.cwd()).resolve()) / "reports" / problem_set
    if not (folder / "ledger.sqlite").exists():
        raise SubmissionError(f"{folder}: holds no ledger; `grader grade {problem_set}` makes one")
    return folder


command = typer.main.get_command(app)
