"""Review files: one row for each open item, filled in by hand in a spreadsheet or an editor, and read back strictly."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence

from grader.errors import SubmissionError
from grader.result import Mark
from grader.reviewing import OpenItem, check_mark

COLUMNS = ("student", "problem", "subject", "item", "asked", "points", "text", "reason", "mark", "comment", "marked_by")


def to_csv(items: Sequence[OpenItem], marks: Mapping[tuple[str, str, str], Mark]) -> str:
    """The open items as CSV; text that a spreadsheet would take for a formula gets a quote before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in items:
        row = _row(item, marks)
        writer.writerow([_neutral(str(row[name])) for name in COLUMNS])
    return out.getvalue()


def to_json(items: Sequence[OpenItem], marks: Mapping[tuple[str, str, str], Mark]) -> str:
    """The open items as JSON, one object for each."""
    return json.dumps([_row(item, marks) for item in items], indent=1, ensure_ascii=False) + "\n"


def read_marks(text: str, items: Mapping[tuple[str, str, str], OpenItem], *, marked_by: str) -> list[Mark]:
    """The marks of a file as `to_csv` or `to_json` wrote it; rows without a mark are left open.

    Raises:
        SubmissionError: naming the row, and what was expected there; then no mark is taken from the file at all.
    """
    rows = _read_json(text) if text.lstrip().startswith("[") else _read_csv(text)
    marks: list[Mark] = []
    seen: dict[tuple[str, str, str], int] = {}
    for number, row in rows:
        key = (_plain(row["student"]), _plain(row["subject"]), _plain(row.get("item", "")))
        if key in seen:
            raise SubmissionError(f"row {number}: the same item as row {seen[key]}")
        seen[key] = number
        if key not in items:
            raise SubmissionError(
                f"row {number}: there is nothing open called {' / '.join(part for part in key if part)}"
            )
        word = row.get("mark", "").strip().replace(",", ".")
        if not word:
            continue
        if not re.fullmatch(r"'?-?\d{1,6}(\.\d{1,4})?", word):
            raise SubmissionError(f"row {number}: a number was expected as the mark, got {word[:40]!r}")
        mark = Mark(
            student=key[0],
            subject=key[1],
            item=key[2],
            earned=float(word.removeprefix("'")),
            marked_by=_plain(row.get("marked_by", "")) or marked_by,
            comment=_plain(row.get("comment", "")),
        )
        try:
            check_mark(mark, items)
        except SubmissionError as error:
            raise SubmissionError(f"row {number}: {error}") from error
        marks.append(mark)
    return marks


def _row(item: OpenItem, marks: Mapping[tuple[str, str, str], Mark]) -> dict[str, str]:
    mark = marks.get(item.key)
    return {
        "student": item.student,
        "problem": item.problem,
        "subject": item.subject,
        "item": item.item,
        "asked": item.asked,
        "points": f"{item.points:g}",
        "text": item.text,
        "reason": item.reason,
        "mark": "" if mark is None or mark.earned is None else f"{mark.earned:g}",
        "comment": "" if mark is None else mark.comment,
        "marked_by": "" if mark is None else mark.marked_by,
    }


def _read_csv(text: str) -> list[tuple[int, dict[str, str]]]:
    text = text.removeprefix("\ufeff")
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    missing = [name for name in ("student", "subject", "mark") if name not in (reader.fieldnames or ())]
    if missing:
        raise SubmissionError(f"the column {missing[0]!r} is missing; it has {', '.join(reader.fieldnames or ())}")
    return [
        (number, {name: value if isinstance(value, str) else "" for name, value in row.items() if name})
        for number, row in enumerate(reader, 2)
    ]


def _read_json(text: str) -> list[tuple[int, dict[str, str]]]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SubmissionError(f"not valid JSON: {error}") from error
    rows = []
    for number, row in enumerate(content, 1):
        if not isinstance(row, dict) or not {"student", "subject"} <= set(row):
            raise SubmissionError(f"entry {number}: an object with student, subject and mark was expected")
        rows.append((number, {str(name): "" if value is None else str(value) for name, value in row.items()}))
    return rows


def _neutral(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) else text


def _plain(text: str) -> str:
    return text[1:] if text.startswith("'") and _neutral(text[1:]) == text else text
