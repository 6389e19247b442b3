"""Review files: one row for each open item, filled in by hand in a spreadsheet or an editor, and read back strictly."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence

from grader.errors import SubmissionError
from grader.result import Mark
from grader.reviewing import OpenItem, check_mark, overtaken, stands, text_digest
from grader.spreadsheets import neutral, restored

COLUMNS = (
    *("student", "problem", "subject", "item", "asked", "points", "text", "reason", "mark", "comment", "marked_by"),
    *("seen", "about"),
)
TAKEN_BACK = "-"
"""What is written as the mark of an item that shall be open again."""


def to_csv(items: Sequence[OpenItem], marks: Mapping[tuple[str, str, str], Mark]) -> str:
    """The open items as CSV; text that a spreadsheet would take for a formula gets a quote before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in items:
        row = _row(item, marks)
        writer.writerow([neutral(str(row[name])) for name in COLUMNS])
    return out.getvalue()


def to_json(items: Sequence[OpenItem], marks: Mapping[tuple[str, str, str], Mark]) -> str:
    """The open items as JSON, one object for each."""
    return json.dumps([_row(item, marks) for item in items], indent=1, ensure_ascii=False) + "\n"


def read_marks(
    text: str,
    items: Mapping[tuple[str, str, str], OpenItem],
    *,
    marked_by: str,
    known: Mapping[tuple[str, str, str], Mark] | None = None,
    overwrite: bool = False,
) -> list[Mark]:
    """The marks of a file as `to_csv` or `to_json` wrote it; rows without a mark are left open.

    Args:
        text: the file.
        items: what is open.
        marked_by: who decides, where the row does not say.
        known: the marks that count now; a row whose item was marked since the file was written is refused.
        overwrite: take such rows all the same.

    Raises:
        SubmissionError: naming the row, and what was expected there; then no mark is taken from the file at all.
    """
    try:
        rows = _read_json(text) if text.lstrip("\ufeff \t\r\n").startswith("[") else _read_csv(text)
    except csv.Error as error:
        raise SubmissionError(f"not valid CSV: {error}") from error
    marks: list[Mark] = []
    _refuse_unknown(rows, items)
    for number, row in rows:
        key = _key(row)
        word = row.get("mark", "").strip().replace(",", ".")
        if not word:
            continue
        mark = _mark(number, row, word, items[key], marked_by)
        try:
            check_mark(mark, items)
        except SubmissionError as error:
            raise SubmissionError(f"row {number}: {error}") from error
        if not overwrite:
            _refuse_stale(number, row, mark, items[key], (known or {}).get(key))
        marks.append(mark)
    return marks


def _key(row: Mapping[str, str]) -> tuple[str, str, str]:
    return (row["student"], row["subject"], row.get("item", ""))


def _refuse_unknown(
    rows: Sequence[tuple[int, Mapping[str, str]]], items: Mapping[tuple[str, str, str], OpenItem]
) -> None:
    seen: dict[tuple[str, str, str], int] = {}
    for number, row in rows:
        key = _key(row)
        if key in seen:
            raise SubmissionError(f"row {number}: the same item as row {seen[key]}")
        seen[key] = number
        if key not in items:
            words = " / ".join(part for part in key if part)
            raise SubmissionError(f"row {number}: there is nothing open called {words}")


def _mark(number: int, row: Mapping[str, str], word: str, item: OpenItem, marked_by: str) -> Mark:
    if word != TAKEN_BACK and not re.fullmatch(r"-?\d{1,6}(\.\d{1,4})?", word):
        raise SubmissionError(f"row {number}: a number was expected as the mark, got {word[:40]!r}")
    return Mark(
        student=item.student,
        subject=item.subject,
        item=item.item,
        earned=None if word == TAKEN_BACK else float(word),
        marked_by=row.get("marked_by", "") or marked_by,
        comment=row.get("comment", ""),
        about=item.about,
    )


def _refuse_stale(number: int, row: Mapping[str, str], mark: Mark, item: OpenItem, known: Mark | None) -> None:
    """A row was filled in by somebody who saw another mark, or another text, than there is now."""
    where = f"row {number}: {item.student!r}, {item.subject}{f' / {item.item}' if item.item else ''}"
    written = row.get("about", "")
    if written not in ("", item.about):
        same_text = written.partition("+")[0] == item.about.partition("+")[0]
        what = "what is asked was changed" if same_text else "the student handed in another text"
        raise SubmissionError(
            f"{where}: {what} since this file was written; export it again, or import with --overwrite"
        )
    if known is None or (known.earned, known.comment) == (mark.earned, mark.comment):
        return
    if row.get("seen", "") != _seen(known):
        raise SubmissionError(
            f"{where}: marked {known.earned:g} by {known.marked_by} ({known.made}) since this file was written; "
            "export it again, or import with --overwrite"
        )


def _seen(mark: Mark | None) -> str:
    """By which an import tells whether somebody marked the item since the file was written."""
    if mark is None:
        return "open"
    # letters in front, or a spreadsheet would take some digests for numbers
    return text_digest(f"{mark.earned} {mark.marked_by} {mark.comment} {mark.made}").replace("text-", "mark-")


def _row(item: OpenItem, marks: Mapping[tuple[str, str, str], Mark]) -> dict[str, str]:
    mark = marks.get(item.key)
    reason = item.reason
    shown = mark
    if mark is not None and not stands(mark, item.about):
        which = "before the question changed: look again" if overtaken(mark, item.about) else "for an earlier hand-in"
        words = f"marked {mark.earned:g} by {mark.marked_by} {which}"
        reason, shown = f"{words}; {reason}" if reason else words, None
    return {
        "student": item.student,
        "problem": item.problem,
        "subject": item.subject,
        "item": item.item,
        "asked": item.asked,
        "points": f"{item.points:g}",
        "text": item.text,
        "reason": reason,
        "mark": "" if shown is None or shown.earned is None else f"{shown.earned:g}",
        "comment": "" if shown is None else shown.comment,
        "marked_by": "" if shown is None else shown.marked_by,
        "seen": _seen(mark),
        "about": item.about,
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
        (number, {name: restored(value) if isinstance(value, str) else "" for name, value in row.items() if name})
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
