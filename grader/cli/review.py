"""``grader review``: settle what a person has to decide, in a file or in the terminal."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from grader.errors import EnvironmentFault, SubmissionError
from grader.loading.setfiles import find_root
from grader.pipeline.deciding import check_decision, with_definition
from grader.pipeline.grouping import find_formula, refuse_versions
from grader.pipeline.reports import class_summaries, write_reports
from grader.pipeline.settling import described
from grader.recording.ledger import Ledger
from grader.rendering.markup import visible
from grader.rendering.outputs import plain_text
from grader.result import Decision, Mark
from grader.reviewfiles import read_marks, to_csv, to_json
from grader.reviewing import OpenItem, blind_order, newest, open_items, stands

KINDS = ("accept", "hint", "ignore", "void", "withdraw")

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
        text = to_json(items, marks) if path.suffix == ".json" else to_csv(items, marks)
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
        except OSError as error:
            raise EnvironmentFault(f"{path}: cannot be written: {(error.strerror or '').lower()}") from error
    typer.echo(f"{len(items)} open items: {path}")
    return 0


@app.command("import")
def take(
    problem_set: Set,
    file: Annotated[Path, typer.Argument(help="the file that was filled in")],
    *,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="take rows also where somebody marked since the file was written")
    ] = False,
    by: Who = "",
    root: Root = None,
) -> int:
    """Take the marks of a review file; a row that is wrong is named, and then nothing is taken.

    A row whose item was marked by somebody else, or handed in anew, since the file was written is refused.
    """
    folder = _folder(problem_set, root)
    try:
        # newline="": a line end inside of a text comes back as it was
        with file.open(encoding="utf-8-sig", newline="") as opened:
            text = opened.read()
    except (OSError, UnicodeDecodeError) as error:
        raise SubmissionError(f"{file}: cannot be read: {error}") from error
    with Ledger(folder / "ledger.sqlite") as ledger:
        since = ledger.last_mark()
        items = {item.key: item for item in _open(ledger)}
        before = newest(ledger.marks())
        try:
            marks = read_marks(text, items, marked_by=by or getpass.getuser(), known=before, overwrite=overwrite)
            new = [mark for mark in marks if _differs(mark, before.get((mark.student, mark.subject, mark.item)))]
            ledger.add_marks(new, since=since)
        except SubmissionError as error:
            raise SubmissionError(f"{file}: {error}; no mark was taken from this file") from error
        write_reports(folder, ledger)
        marked = newest(ledger.marks())
        left = sum(item.key not in marked or not stands(marked[item.key], item.about) for item in items.values())
    typer.echo(f"{len(new)} marks taken, {len(marks) - len(new)} as before, {left} items still open")
    return 0


@app.command("decide")
def decide(  # noqa: PLR0913 - each is an option of the command
    problem_set: Set,
    check: Annotated[str, typer.Argument(help="PROBLEM::CHECK, or a group as the class page names it")],
    kind: Annotated[str, typer.Argument(help=", ".join(KINDS))],
    *,
    answer: Annotated[str, typer.Option(help="the answer that is compared; the group's if left out")] = "",
    formula: Annotated[str, typer.Option(help="every answer equal to this one; the group's if left out")] = "",
    points: Annotated[float, typer.Option(help="what it earns, for accept")] = 0.0,
    hint: Annotated[str, typer.Option(help="what students are told")] = "",
    reason: Annotated[str, typer.Option(help="why; kept with the decision")] = "",
    by: Who = "",
    root: Root = None,
) -> int:
    """Decide for a whole group: all answers that are mathematically equal to a formula, or a check as a whole.

    ``withdraw`` takes back what was decided before about the check, or about the formula that is given.
    """
    folder = _folder(problem_set, root)
    if kind not in KINDS:
        raise SubmissionError(f"unknown decision {kind!r}; known are {', '.join(KINDS)}")
    if not reason:
        raise SubmissionError("a decision needs a --reason")
    with Ledger(folder / "ledger.sqlite") as ledger:
        before = {one.student: one.score.total for one in class_summaries(folder, ledger)}
        version = ""
        if "::" not in check:
            group = find_formula(class_summaries(folder, ledger), check)
            check, answer, formula = f"{group.problem}::{group.check}", group.answer, group.raw
            version = group.version
        elif formula:
            refuse_versions(class_summaries(folder, ledger), check)
        decision = Decision(kind=kind, subject=check, answer=answer, formula=formula, points=points, hint=hint,
                            made_by=by or getpass.getuser(), reason=reason, version=version)  # fmt: skip
        check_decision(decision, described(ledger))
        ledger.add_decision(with_definition(decision, described(ledger)))
        after = {one.student: one.score.total for one in write_reports(folder, ledger).summaries}
    changed = [student for student, total in after.items() if before.get(student) != total]
    typer.echo(f"recorded; the total of {len(changed)} of {len(after)} submissions changed, none was executed")
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
    with Ledger(folder / "ledger.sqlite") as ledger:
        marked = newest(ledger.marks())
        items = [
            item
            for item in blind_order(_open(ledger), ledger.key)
            if everything or item.key not in marked or not stands(marked[item.key], item.about)
        ]
        _Marking(console, ledger, items, by or getpass.getuser()).run()
        report = write_reports(folder, ledger)
    console.print(f"{report.page}", markup=False)
    return 0


class _Marking:
    """One sitting at the terminal: where it is, the comment for the next mark, and what can be undone."""

    def __init__(self, console: Console, ledger: Ledger, items: Sequence[OpenItem], who: str) -> None:
        self._console = console
        self._ledger = ledger
        self._items = items
        self._who = who
        self._place = 0
        self._comment = ""
        self._since = ledger.last_mark()
        self._done: list[tuple[int, Mark | None]] = []

    def run(self) -> None:
        """Ask until everything is decided, or ``q`` or the end of the input."""
        while True:
            word = self._ask()
            if word == "q":
                return
            if word == "u":
                self._undo()
            elif self._place == len(self._items):
                return
            elif word == "c":
                self._comment = self._line("comment > ")
            elif word == "s":
                self._place += 1
            else:
                self._mark(word)

    def _ask(self) -> str:
        if self._place == len(self._items):
            return self._line("everything is decided; u = undo, Enter = end > ").lower() if self._done else "q"
        item = self._items[self._place]
        text = visible(plain_text(item.text)) or "(nothing written)"
        self._console.print(Panel(Text(text), title=f"{self._place + 1} of {len(self._items)}"))
        self._console.print(Text(f"{item.asked}  [{item.points:g}]"))
        if item.reason:
            self._console.print(Text(visible(plain_text(item.reason)), style="dim"))
        return self._line("points, y = all, n = none, c = comment, s = skip, u = undo, q = quit > ").lower()

    def _line(self, prompt: str) -> str:
        try:
            return input(prompt).strip()
        except EOFError:
            return "q"

    def _mark(self, word: str) -> None:
        item = self._items[self._place]
        earned = {"y": item.points, "n": 0.0}.get(word, _number(word))
        if earned is None or not min(item.points, 0) <= earned <= max(item.points, 0):
            self._console.print(Text(f"a number from 0 to {item.points:g} was expected, or one of the letters"))
            return
        earlier = newest(self._ledger.marks()).get(item.key)
        mark = Mark(student=item.student, subject=item.subject, item=item.item, earned=earned, marked_by=self._who,
                    comment=self._comment, about=item.about)  # fmt: skip
        try:
            self._ledger.add_marks([mark], since=self._since)
        except SubmissionError as error:
            self._console.print(Text(str(error), style="yellow"))
        else:
            self._done.append((self._place, earlier))
        self._since = self._ledger.last_mark()
        self._comment = ""
        self._place += 1

    def _undo(self) -> None:
        if not self._done:
            self._console.print(Text("there is nothing to undo in this sitting"))
            return
        self._place, earlier = self._done.pop()
        item = self._items[self._place]
        back = Mark(student=item.student, subject=item.subject, item=item.item, marked_by=self._who)
        self._ledger.add_mark(back if earlier is None else earlier.model_copy(update={"made": ""}))
        self._since = self._ledger.last_mark()


def _number(word: str) -> float | None:
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return None


def _differs(mark: Mark, before: Mark | None) -> bool:
    return before is None or (before.earned, before.comment) != (mark.earned, mark.comment)


def _open(ledger: Ledger) -> list[OpenItem]:
    return list(open_items(ledger.newest(), newest(ledger.marks())))


def _folder(problem_set: str, root: Path | None) -> Path:
    folder = find_root((root or Path.cwd()).resolve()) / "reports" / problem_set
    if not (folder / "ledger.sqlite").exists():
        raise SubmissionError(f"{folder}: holds no ledger; `grader grade {problem_set}` makes one")
    return folder


command = typer.main.get_command(app)
