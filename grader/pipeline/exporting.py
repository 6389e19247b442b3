"""Exports a graded class: picks the results and scores, and hands them to the format that is asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import EnvironmentFault, SubmissionError
from grader.exporting.folders import moodle_feedback_zip, moodle_folder, pages_zip
from grader.exporting.gradescope import gradescope_results
from grader.exporting.junit import write_junit
from grader.exporting.sheets import Filled, fill_canvas, fill_moodle_worksheet, moodle_gradebook
from grader.loading.tables import read_table
from grader.pipeline.equality import Equalities
from grader.pipeline.reports import class_summaries, current_pages
from grader.pipeline.settling import described, each_settled, set_worth
from grader.recording.ledger import Ledger
from grader.rendering import file_name, grades_csv
from grader.scoring import score_submission

FORMATS = ("csv", "json", "gradescope", "canvas", "moodle", "moodle-worksheet", "moodle-feedback", "junit", "html-zip")


@dataclass(frozen=True)
class Exported:
    """What was written, and remarks on what could not be exported."""

    paths: tuple[Path, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What an export is told beside its format.

    ``sheet`` is the gradebook or worksheet to fill in (``canvas``, ``moodle-worksheet``), ``column`` the assignment's
    title (``canvas``, ``moodle``), ``roster`` a CSV with the column ``student`` and those that the format needs.
    ``scaled`` converts points to the sheet's own maximum.
    """

    sheet: Path | None = None
    column: str = ""
    roster: Path | None = None
    scaled: bool = False


def export_class(ledger: Ledger, form: str, out: Path, asked: Asked | None = None) -> Exported:
    """Write a class in one of `FORMATS`, as it is recorded now; a file appears whole or not at all.

    Args:
        ledger: what was graded.
        form: the format.
        out: a file, or for ``gradescope`` a folder.
        asked: what the format needs beside.

    Raises:
        SubmissionError: when the format is unknown, an input is missing, or a student has no place in it.
        EnvironmentFault: when a file cannot be written.
    """
    asked = asked or Asked()
    if form not in FORMATS:
        raise SubmissionError(f"unknown format {form!r}; known are {', '.join(FORMATS)}")
    if not ledger.numbers():
        raise SubmissionError(f"{ledger.path}: nothing is graded yet")
    try:
        if form == "gradescope":
            return Exported(tuple(_gradescope(ledger, out)))
        out.parent.mkdir(parents=True, exist_ok=True)
        scratch = out.with_name(f".{out.name}.{os.getpid()}.part")
        try:
            remarks = _write(ledger, form, scratch, asked)
            scratch.replace(out)
        finally:
            scratch.unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentFault(f"{error.filename or out}: {(error.strerror or str(error)).lower()}") from error
    return Exported((out,), remarks)


def _write(ledger: Ledger, form: str, out: Path, asked: Asked) -> tuple[str, ...]:
    folder = ledger.path.parent
    description = described(ledger)
    match form:
        case "json":
            _json(ledger, out)
        case "junit":
            with Equalities(description, ledger) as known:
                write_junit(out, description.name, each_settled(ledger, known))
        case "html-zip":
            with out.open("wb") as file:
                pages_zip(file, ((file_name(student), page) for student, page in current_pages(folder, ledger)))
        case "moodle-feedback":
            participants = _participants(_needed(asked.roster, "--roster"))
            for student in ledger.numbers():
                moodle_folder(student, participants)
            with out.open("wb") as file:
                moodle_feedback_zip(file, current_pages(folder, ledger), participants)
        case _:
            return _table(ledger, form, out, asked)
    return ()


def _table(ledger: Ledger, form: str, out: Path, asked: Asked) -> tuple[str, ...]:
    description = described(ledger)
    summaries = class_summaries(ledger.path.parent, ledger)
    title = asked.column or description.title
    old = [one.student for one in summaries if one.outdated]
    remarks = (f"graded with older checks, `grader grade` does them again: {_some(old)}",) if old else ()
    if form == "csv":
        # with a byte order mark, or Excel takes it for another encoding and breaks every accent
        out.write_text(grades_csv(description, summaries), encoding="utf-8-sig")
        return remarks
    scores = {one.student: one.score for one in summaries}
    if form == "moodle":
        usernames = {row["student"]: row["username"] for row in _rows(_needed(asked.roster, "--roster"), "username")}
        out.write_text(moodle_gradebook(scores, usernames, title), encoding="utf-8")
        held = [name for name, score in scores.items() if score.provisional]
        return (*remarks, f"provisional, so written as no grade: {_some(held)}") if held else remarks
    sheet = _needed(asked.sheet, "--sheet")
    try:
        # newline="": a sheet goes back with the line ends it came with
        with sheet.open(encoding="utf-8", newline="") as file:
            text = file.read()
    except UnicodeDecodeError as error:
        raise SubmissionError(f"{sheet}: not UTF-8 at byte {error.start}; export it as CSV in UTF-8") from error
    filled = (
        fill_canvas(text, title, scores, scaled=asked.scaled)
        if form == "canvas"
        else fill_moodle_worksheet(text, scores, scaled=asked.scaled)
    )
    with out.open("w", encoding="utf-8", newline="") as file:
        file.write(filled.text)
    return (*remarks, *_remarks(filled))


def _json(ledger: Ledger, out: Path) -> None:
    description = described(ledger)
    worth = set_worth(ledger)
    with Equalities(description, ledger) as known, out.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{{"problem_set": {json.dumps(description.name)}, "submissions": [')
        for place, result in enumerate(each_settled(ledger, known)):
            score = score_submission(result, points=worth, late=description.late)
            row = {
                "score": score.model_dump(mode="json"),
                "total": score.total,
                "result": result.model_dump(mode="json", exclude={"cells"}),
            }
            file.write((",\n" if place else "\n") + json.dumps(row))
        file.write("\n]}\n")


def _gradescope(ledger: Ledger, out: Path) -> Iterator[Path]:
    description = described(ledger)
    worth = set_worth(ledger)
    with Equalities(description, ledger) as known:
        for result in each_settled(ledger, known):
            folder = out / file_name(result.student).removesuffix(".html")
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / "results.json"
            score = score_submission(result, points=worth, late=description.late)
            path.write_text(json.dumps(gradescope_results(result, score), indent=1) + "\n", encoding="utf-8")
            yield path


def _participants(roster: Path) -> dict[str, tuple[str, str]]:
    return {row["student"]: (row["name"], row["participant"]) for row in _rows(roster, "name", "participant")}


def _rows(roster: Path, *columns: str) -> list[dict[str, str]]:
    wanted = ("student", *columns)
    rows = [{name: row.get(name, "") for name in wanted} for _, row in read_table(roster, *wanted)]
    students = [row["student"] for row in rows]
    twice = sorted({student for student in students if students.count(student) > 1})
    if twice:
        raise SubmissionError(f"{roster}: {twice[0]!r} is there twice")
    return rows


def _needed(path: Path | None, option: str) -> Path:
    if path is None:
        raise SubmissionError(f"this format needs {option}")
    if not path.is_file():
        raise SubmissionError(f"{path}: no such file")
    return path


def _remarks(filled: Filled) -> tuple[str, ...]:
    words = []
    if filled.unknown:
        words.append(f"no row in the sheet for: {_some(filled.unknown)}")
    if filled.missing:
        words.append(f"no submission for {len(filled.missing)} rows: {_some(filled.missing)}")
    if filled.withheld:
        words.append(f"left empty, since their totals are provisional: {_some(filled.withheld)}")
    return (*words, *filled.remarks)


def _some(names: Sequence[str], most: int = 20) -> str:
    shown = ", ".join(map(repr, names[:most]))
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
