"""Exports a graded class: picks the results and scores, and hands them to the format that is asked for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import EnvironmentFault, SubmissionError
from grader.exporting.folders import moodle_feedback_zip, pages_zip
from grader.exporting.gradescope import gradescope_results
from grader.exporting.sheets import Filled, fill_canvas, fill_moodle_worksheet, moodle_gradebook
from grader.pipeline.reports import ClassReport, write_junit
from grader.pipeline.settling import settled_results
from grader.recording.ledger import Ledger
from grader.rendering import file_name, grades_csv, render_submission
from grader.result import Score, SetDescription, SubmissionResult, count_outcomes
from grader.scoring import score_submission

FORMATS = ("csv", "json", "gradescope", "canvas", "moodle", "moodle-worksheet", "moodle-feedback", "junit", "html-zip")


@dataclass(frozen=True)
class Exported:
    """What was written, and remarks on what could not be exported."""

    paths: tuple[Path, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Class:
    description: SetDescription
    results: tuple[SubmissionResult, ...]
    scores: Mapping[str, Score]


def export_class(
    ledger: Ledger, form: str, out: Path, *, sheet: Path | None = None, column: str = "", roster: Path | None = None
) -> Exported:
    """Write a class in one of `FORMATS`.

    Args:
        ledger: what was graded.
        form: the format.
        out: a file, or for ``gradescope`` a folder.
        sheet: the gradebook or worksheet to fill in, for ``canvas`` and ``moodle-worksheet``.
        column: the assignment's title, for ``canvas`` and ``moodle``.
        roster: a CSV with the columns ``student`` and those that the format needs.

    Raises:
        SubmissionError: when the format is unknown, an input is missing, or a student has no place in it.
        EnvironmentFault: when a file cannot be written.
    """
    if form not in FORMATS:
        raise SubmissionError(f"unknown format {form!r}; known are {', '.join(FORMATS)}")
    known = _load(ledger)
    remarks: tuple[str, ...] = ()
    try:
        match form:
            case "csv":
                out.write_text(grades_csv(known.description, known.results, known.scores), encoding="utf-8")
            case "json":
                out.write_text(_json(known), encoding="utf-8")
            case "gradescope":
                return Exported(_gradescope(known, out))
            case "junit":
                outcomes = count_outcomes(known.results)
                write_junit(out, ClassReport(out, known.results, known.scores, outcomes, known.description.name))
            case "html-zip":
                pages = {file_name(result.student): _page(known, result) for result in known.results}
                out.write_bytes(pages_zip(pages))
            case "moodle-feedback":
                pages = {result.student: _page(known, result) for result in known.results}
                out.write_bytes(moodle_feedback_zip(pages, _participants(_needed(roster, "--roster"))))
            case "moodle":
                usernames = {row["student"]: row["username"] for row in _rows(_needed(roster, "--roster"), "username")}
                item = column or known.description.title
                out.write_text(moodle_gradebook(known.results, known.scores, usernames, item), encoding="utf-8")
                held = [name for name, score in known.scores.items() if score.provisional]
                remarks = (f"provisional, so written as no grade: {', '.join(held)}",) if held else ()
            case _:
                text = _needed(sheet, "--sheet").read_text(encoding="utf-8-sig")
                filled = (
                    fill_canvas(text, column or known.description.title, known.scores)
                    if form == "canvas"
                    else fill_moodle_worksheet(text, known.scores)
                )
                out.write_text(filled.text, encoding="utf-8")
                remarks = _remarks(filled)
    except OSError as error:
        raise EnvironmentFault(f"{error.filename or out}: {(error.strerror or str(error)).lower()}") from error
    return Exported((out,), remarks)


def _load(ledger: Ledger) -> _Class:
    latest = settled_results(ledger)
    if not latest:
        raise SubmissionError(f"{ledger.path}: nothing is graded yet")
    description = ledger.description or SetDescription(name=ledger.path.parent.name, title=ledger.path.parent.name)
    scores = {
        name: score_submission(result, points=description.points or None, late=description.late)
        for name, result in latest.items()
    }
    return _Class(description, tuple(latest.values()), scores)


def _page(known: _Class, result: SubmissionResult) -> str:
    return render_submission(result, known.scores[result.student], known.description)


def _json(known: _Class) -> str:
    rows = [
        {
            "score": known.scores[result.student].model_dump(mode="json"),
            "total": known.scores[result.student].total,
            "result": result.model_dump(mode="json", exclude={"cells"}),
        }
        for result in known.results
    ]
    return json.dumps({"problem_set": known.description.name, "submissions": rows}, indent=1) + "\n"


def _gradescope(known: _Class, out: Path) -> tuple[Path, ...]:
    written = []
    for result in known.results:
        folder = out / file_name(result.student).removesuffix(".html")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "results.json"
        content = gradescope_results(result, known.scores[result.student])
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        written.append(path)
    return tuple(written)


def _participants(roster: Path) -> dict[str, tuple[str, str]]:
    return {row["student"]: (row["name"], row["participant"]) for row in _rows(roster, "name", "participant")}


def _rows(roster: Path, *columns: str) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(roster.read_text(encoding="utf-8-sig"))))
    wanted = ("student", *columns)
    if not rows or any(column not in rows[0] for column in wanted):
        raise SubmissionError(f"{roster}: the columns {', '.join(wanted)} were expected")
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
        words.append(f"no row in the sheet for: {', '.join(filled.unknown)}")
    if filled.missing:
        words.append(f"no submission for {len(filled.missing)} rows: {', '.join(filled.missing[:10])}")
    if filled.withheld:
        words.append(f"left empty, since their totals are provisional: {', '.join(filled.withheld)}")
    return tuple(words)
