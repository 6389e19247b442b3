"""Gradebook sheets of other systems, filled in place: their rows, their order, their ids, only our column changed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.errors import SubmissionError
from grader.result import Score, SubmissionResult


@dataclass(frozen=True)
class Filled:
    """A sheet with our column filled in, and what could not be: students without a row, rows without a submission."""

    text: str
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    withheld: tuple[str, ...]


def number(value: float) -> str:
    """A score as every importer reads it: a point, no thousands separator, at most two decimals."""
    return f"{round(value, 2):.2f}".rstrip("0").rstrip(".")


def final_score(score: Score) -> float | None:
    """The total, or None while it is provisional: a provisional total is not exported as a grade."""
    return None if score.provisional else score.total


def fill_canvas(sheet: str, column: str, scores: Mapping[str, Score]) -> Filled:
    """Fill one assignment's column of a gradebook that Canvas exported.

    A student's row is found by ``SIS Login ID``, ``SIS User ID``, ``ID`` or, at last, the name; ids are kept as they
    are. ``column`` is the assignment's header or the title before its ``(id)``.

    Raises:
        SubmissionError: when it is no gradebook of Canvas, or has no such column; the message lists those it has.
    """
    rows, dialect = _read(sheet)
    if not rows or "Student" not in rows[0][0] or len(rows[0]) < 4 or "ID" not in rows[0][1]:
        raise SubmissionError("this is no gradebook exported by Canvas: it must begin with the columns Student and ID")
    header = rows[0]
    places = [i for i, name in enumerate(header) if name == column or re.sub(r" \(\d+\)$", "", name) == column]
    if len(places) != 1:
        offered = ", ".join(name for name in header if re.search(r" \(\d+\)$", name)) or "none"
        raise SubmissionError(
            f"the gradebook has {len(places)} columns called {column!r}; its assignments are: {offered}"
        )
    keys = [header.index(name) for name in ("SIS Login ID", "SIS User ID", "ID", "Student") if name in header]
    first = 1
    while first < len(rows) and (not rows[first][0].strip() or "Points Possible" in rows[first][0]):
        first += 1
    return _fill(rows, dialect, first, keys, places[0], scores)


def fill_moodle_worksheet(
    sheet: str, scores: Mapping[str, Score], *, feedback: Mapping[str, str] | None = None
) -> Filled:
    """Fill the offline grading worksheet that Moodle handed out, whatever language its headers are in.

    The identifier is the first column, as ``Participant 1234`` in some language. The column of grades is found by its
    place, right before the maximum grade, since its header is translated; feedback goes into the last column.

    Raises:
        SubmissionError: when no such columns can be told.
    """
    rows, dialect = _read(sheet)
    if not rows or len(rows) < 2 or not all(re.search(r"\d+\s*$", row[0]) for row in rows[1:] if row):
        raise SubmissionError("this is no offline worksheet of Moodle: its first column must be participant numbers")
    header = rows[0]
    grade = _grade_column(rows)
    keys = [i for i, name in enumerate(header) if i != grade and _identifies(rows, i)]
    filled = _fill(rows, dialect, 1, keys, grade, scores)
    if feedback and len(header) > grade + 1:
        comment = len(header) - 1
        table, _ = _read(filled.text)
        for row in table[1:]:
            for key in keys:
                student = row[key]
                if student in feedback and not row[comment].strip():
                    row[comment] = neutral(feedback[student])
        filled = Filled(_write(table, dialect), filled.unknown, filled.missing, filled.withheld)
    return filled


def moodle_gradebook(
    results: Sequence[SubmissionResult], scores: Mapping[str, Score], roster: Mapping[str, str], item: str
) -> str:
    """A CSV for Moodle's gradebook import: one unknown user would abort that import, so none is written.

    Args:
        results: the class.
        scores: by student.
        roster: student to the ``username``, ``email`` or ``idnumber`` that Moodle knows.
        item: the name of the grade item.

    Raises:
        SubmissionError: naming every student who is not in the roster, or whose Moodle name is there twice.
    """
    unknown = [result.student for result in results if result.student not in roster]
    if unknown:
        raise SubmissionError(f"not in the roster: {', '.join(map(repr, unknown[:10]))}; nothing was written")
    known = list(roster.values())
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        raise SubmissionError(f"the roster names {twice[0]!r} for two students; nothing was written")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["username", item])
    for result in results:
        total = final_score(scores[result.student])
        writer.writerow([neutral(roster[result.student]), "-" if total is None else number(total)])
    return out.getvalue()


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula, on one line."""
    plain = " ".join(text.split())
    return f"'{plain}" if plain.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else plain


def _grade_column(rows: Sequence[Sequence[str]]) -> int:
    """The column of grades: in every language the one right before the maximum, whose cells are all one number."""
    for column in range(1, len(rows[0])):
        cells = {row[column].strip().replace(",", ".") for row in rows[1:] if column < len(row)}
        if len(cells) == 1 and re.fullmatch(r"\d+(\.\d+)?", min(cells)) and column >= 2:
            return column - 1
    headers = ", ".join(map(repr, rows[0]))
    raise SubmissionError(f"no column of grades found: it stands right before the maximum grade; headers: {headers}")


def _identifies(rows: Sequence[Sequence[str]], column: int) -> bool:
    cells = [row[column].strip() for row in rows[1:] if column < len(row)]
    return len(set(cells)) == len(cells) and all(cells)


def _fill(
    rows: list[list[str]], dialect: str, first: int, keys: Sequence[int], place: int, scores: Mapping[str, Score]
) -> Filled:
    left = dict(scores)
    missing, withheld = [], []
    for row in rows[first:]:
        if not any(cell.strip() for cell in row):
            continue
        names = [row[key].strip() for key in keys if key < len(row) and row[key].strip()]
        student = next((name for name in names if name in left), None)
        if student is None:
            missing.append(names[-1] if names else "")
            continue
        total = final_score(left.pop(student))
        if total is None:
            withheld.append(student)
            continue
        row.extend([""] * (place + 1 - len(row)))
        row[place] = number(total)
    return Filled(_write(rows, dialect), tuple(left), tuple(missing), tuple(withheld))


def _read(sheet: str) -> tuple[list[list[str]], str]:
    sheet = sheet.removeprefix("\ufeff")
    delimiter = ";" if sheet.split("\n", 1)[0].count(";") > sheet.split("\n", 1)[0].count(",") else ","
    return list(csv.reader(io.StringIO(sheet), delimiter=delimiter)), delimiter


def _write(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()
