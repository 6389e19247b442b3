"""The students of a course, from a list that the course keeps."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

from grader.errors import AuthoringError


def read_students(path: Path, problem_set: str) -> tuple[str, ...]:
    """The students of a CSV with a column ``student``, in order; where it names problem sets, those of this one.

    The list for `grader serve` can be used as it is.

    Raises:
        AuthoringError: naming the line and what is wrong there.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AuthoringError(f"{path}: cannot be read: {error}") from error
    found: dict[str, str] = {}
    for line, row in enumerate(rows, 2):
        student = unicodedata.normalize("NFC", (row.get("student") or "").strip())
        if not student:
            raise AuthoringError(f"{path}:{line}: student is missing; a column student was expected")
        if (row.get("problem_set") or problem_set).strip() != problem_set:
            continue
        plain = student.casefold()
        if plain in found:
            raise AuthoringError(f"{path}:{line}: {student!r} is there twice")
        found[plain] = student
    if not found:
        raise AuthoringError(f"{path}: names no student of {problem_set}")
    return tuple(found.values())
