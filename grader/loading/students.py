"""The students of a course, from a list that the course keeps."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from grader.errors import AuthoringError
from grader.loading.tables import read_table


def read_students(path: Path, problem_set: str) -> tuple[str, ...]:
    """The students of a CSV with a column ``student``, in order; where it names problem sets, those of this one.

    The list for `grader serve` can be used as it is.

    Raises:
        AuthoringError: naming the line and what is wrong there.
    """
    found: dict[str, str] = {}
    for line, row in read_table(path, "student"):
        student = unicodedata.normalize("NFC", row.get("student", ""))
        if not student:
            raise AuthoringError(f"{path}:{line}: student is missing; each row names one")
        if (row.get("problem_set") or problem_set) != problem_set:
            continue
        plain = student.casefold()
        if plain in found:
            raise AuthoringError(f"{path}:{line}: {student!r} is there twice")
        found[plain] = student
    if not found:
        raise AuthoringError(f"{path}: names no student of {problem_set}")
    return tuple(found.values())
