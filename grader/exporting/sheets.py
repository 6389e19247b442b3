"""Gradebook sheets of other systems, filled in place: their rows, their order, their ids, only our column changed."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.errors import SubmissionError
from grader.result import Score
from grader.spreadsheets import on_one_line

_NUMBER = re.compile(r"\d+([.,]\d+)?")


@dataclass(frozen=True)
class Filled:
    """A sheet with our column filled in, and what could not be: students without a row, rows without a submission.

    ``withheld`` are those whose total is provisional; ``remarks`` say what else should be looked at.
    """

    text: str
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    withheld: tuple[str, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Sheet:
    """A table with the form in which it came: delimiter, line ends, and whether it begins with a byte order mark."""

    rows: list[list[str]]
    delimiter: str
    ends: str
    mark: str

    def text(self) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=self.delimiter, lineterminator=self.ends).writerows(self.rows)
        return self.mark + out.getvalue()


@dataclass(frozen=True)
class _Target:
    """Where in a sheet grades go: the first row of a student, the columns that name them, the column to fill.

    ``most`` is the sheet's own maximum, None where it tells none.
    """

    first: int
    keys: Sequence[int]
    column: int
    most: float | None


def number(value: float) -> str:
    """A score as every importer reads it: a point, no thousands separator, at most two decimals."""
    return f"{round(value, 2):.2f}".rstrip("0").rstrip(".")


def final_score(score: Score) -> float | None:
    """The total, or None while it is provisional: a provisional total is not exported as a grade."""
    return None if score.provisional else score.total


def fill_canvas(sheet: str, column: str, scores: Mapping[str, Score], *, scaled: bool = False) -> Filled:
    """Fill one assignment's column of a gradebook that Canvas exported.

    A student's row is found by ``SIS Login ID``, ``SIS User ID``, ``ID`` or, at last, the name; ids are kept as they
    are. ``column`` is the assignment's header or the title before its ``(id)``.

    Args:
        sheet: the gradebook.
        column: the assignment.
        scores: by student.
        scaled: convert to the points that the gradebook says are possible.

    Raises:
        SubmissionError: when it is no gradebook of Canvas, has no such column (the message lists those it has), or
            Canvas would not take that column back.
    """
    table = _read(sheet)
    rows = table.rows
    if not rows or len(rows[0]) < 4 or "Student" not in rows[0][0] or "ID" not in rows[0][1]:
        raise SubmissionError("this is no gradebook exported by Canvas: it must begin with the columns Student and ID")
    header = rows[0]
    places = [i for i, name in enumerate(header) if name == column or re.sub(r" \(\d+\)$", "", name) == column]
    if len(places) != 1:
        offered = ", ".join(name for name in header if re.search(r" \(\d+\)$", name)) or "none"
        raise SubmissionError(
            f"the gradebook has {len(places)} columns called {column!r}; its assignments are: {offered}"
        )
    keys = [header.index(name) for name in ("SIS Login ID", "SIS User ID", "ID", "Student") if name in header]
    first, most = 1, None
    while first < len(rows) and (not rows[first] or not rows[first][0].strip() or "Points Possible" in rows[first][0]):
        if rows[first] and "Points Possible" in rows[first][0]:
            possible = _cell(rows[first], places[0])
            if "read only" in possible:
                raise SubmissionError(f"Canvas takes no grades in {header[places[0]]!r}: its column is read only")
            most = _value(possible)
        first += 1
    return _fill(table, _Target(first, keys, places[0], most), scores, scaled=scaled)


def fill_moodle_worksheet(sheet: str, scores: Mapping[str, Score], *, scaled: bool = False) -> Filled:
    """Fill the offline grading worksheet that Moodle handed out, whatever language its headers are in.

    The identifier is the first column, as ``Participant 1234`` in some language. The column of grades is found by its
    place, right before the maximum grade, since its header is translated.

    Args:
        sheet: the worksheet.
        scores: by student.
        scaled: convert to the maximum that the worksheet states.

    Raises:
        SubmissionError: when no such columns can be told.
    """
    table = _read(sheet)
    rows = table.rows
    if len(rows) < 2 or not all(re.search(r"\d+\s*$", row[0]) for row in rows[1:] if row):
        raise SubmissionError("this is no offline worksheet of Moodle: its first column must be participant numbers")
    grade = _grade_column(rows)
    keys = [i for i in range(len(rows[0])) if i != grade and _identifies(rows, i)]
    most = next((_value(_cell(row, grade + 1)) for row in rows[1:] if row), None)
    return _fill(table, _Target(1, keys, grade, most), scores, scaled=scaled)


def moodle_gradebook(scores: Mapping[str, Score], roster: Mapping[str, str], item: str) -> str:
    """A CSV for Moodle's gradebook import: one unknown user would abort that import, so none is written.

    Args:
        scores: by student.
        roster: student to the ``username``, ``email`` or ``idnumber`` that Moodle knows.
        item: the name of the grade item.

    Raises:
        SubmissionError: naming every student who is not in the roster, or whose Moodle name is missing or there twice.
    """
    unknown = [student for student in scores if not roster.get(student, "").strip()]
    if unknown:
        raise SubmissionError(f"not in the roster: {', '.join(map(repr, unknown[:10]))}; nothing was written")
    known = [roster[student] for student in scores]
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        raise SubmissionError(f"the roster names {twice[0]!r} for two students; nothing was written")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["username", on_one_line(item)])
    for student, score in scores.items():
        total = final_score(score)
        writer.writerow([on_one_line(roster[student]), "-" if total is None else number(total)])
    return out.getvalue()


def _grade_column(rows: Sequence[Sequence[str]]) -> int:
    """The column of grades: in every language the one right before the maximum, whose cells are all one number."""
    for column in reversed(range(2, len(rows[0]))):
        cells = {row[column].strip() for row in rows[1:] if column < len(row)}
        grades = {_cell(row, column - 1).strip() for row in rows[1:]} - {"", "-"}
        if len(cells) == 1 and _NUMBER.fullmatch(min(cells)) and all(_NUMBER.fullmatch(one) for one in grades):
            return column - 1
    headers = ", ".join(map(repr, rows[0]))
    raise SubmissionError(f"no column of grades found: it stands right before the maximum grade; headers: {headers}")


def _identifies(rows: Sequence[Sequence[str]], column: int) -> bool:
    cells = [row[column].strip() for row in rows[1:] if column < len(row)]
    return len(set(cells)) == len(cells) and all(cells)


def _fill(table: _Sheet, target: _Target, scores: Mapping[str, Score], *, scaled: bool) -> Filled:
    left = dict(scores)
    known = {_plain(student): student for student in scores}
    rows = table.rows[target.first :]
    # a name that two rows have tells neither of them
    seen = Counter((key, _plain(_cell(row, key))) for row in rows for key in target.keys)
    missing, withheld, above = [], [], []
    if scaled and not target.most:
        raise SubmissionError("the sheet tells no maximum to scale to")
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        names = [(key, _plain(row[key])) for key in target.keys if key < len(row) and row[key].strip()]
        found = (known[name] for key, name in names if name in known and seen[key, name] == 1)
        student = next((one for one in found if one in left), None)
        if student is None:
            missing.append(names[-1][1] if names else "")
            continue
        score = left.pop(student)
        total = final_score(score)
        if total is None:
            withheld.append(student)
            continue
        if scaled and target.most and score.points:
            total *= target.most / score.points
        if target.most is not None and total > target.most + 1e-9:
            above.append(student)
        row.extend([""] * (target.column + 1 - len(row)))
        row[target.column] = number(total)
    remarks = _remarks_on_maximum(target.most, scores, above, scaled=scaled)
    return Filled(table.text(), tuple(left), tuple(missing), tuple(withheld), remarks)


def _plain(name: str) -> str:
    """A name in one of the two forms in which Unicode writes accents; file systems and systems for grades differ."""
    return unicodedata.normalize("NFC", name.strip())


def _remarks_on_maximum(
    most: float | None, scores: Mapping[str, Score], above: Sequence[str], *, scaled: bool
) -> tuple[str, ...]:
    worth = max((score.points for score in scores.values()), default=0.0)
    if most is None or scaled or most == worth:
        return ()
    words = f"the sheet's maximum is {number(most)} and the set is worth {number(worth)}; --scaled converts"
    lost = f"; above the maximum, so not taken as they are: {', '.join(map(repr, above[:10]))}" if above else ""
    return (words + lost,)


def _value(text: str) -> float | None:
    text = text.strip()
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _cell(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _read(sheet: str) -> _Sheet:
    mark = "\ufeff" if sheet.startswith("\ufeff") else ""
    sheet = sheet.removeprefix("\ufeff")
    first = sheet.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(sheet, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise SubmissionError(f"the sheet cannot be read as CSV: {error}") from error
    return _Sheet(rows, delimiter, "\r\n" if first.endswith("\r") else "\n", mark)
