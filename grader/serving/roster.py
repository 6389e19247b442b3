"""Who may hand in what from where: the course's own list, never the word of a message."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from grader.errors import AuthoringError

REQUIRED = ("student", "problem_set", "repository", "url")
SCHEMES = ("https", "http", "git", "ssh", "file")


@dataclass(frozen=True)
class Enrolled:
    """One student's repository for one problem set; ``url`` is what is fetched, ``branch`` what counts."""

    student: str
    problem_set: str
    repository: str
    url: str
    branch: str = "main"
    forge: str = "github"


def read_roster(path: Path) -> Mapping[str, Enrolled]:
    """A roster by repository, from a CSV with student, problem_set, repository, url and, if wanted, branch and forge.

    Raises:
        AuthoringError: naming the line and what is wrong there.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError) as error:
        raise AuthoringError(f"{path}: cannot be read: {error}") from error
    found: dict[str, Enrolled] = {}
    students: set[tuple[str, str]] = set()
    for line, row in enumerate(rows, 2):
        missing = [
            name for name in ("student", "problem_set", "repository", "url") if not (row.get(name) or "").strip()
        ]
        if missing:
            raise AuthoringError(f"{path}:{line}: {missing[0]} is missing")
        parts = urlsplit(row["url"].strip())
        if parts.scheme not in SCHEMES or row["url"].startswith("-"):
            raise AuthoringError(f"{path}:{line}: a URL ({', '.join(SCHEMES)}) was expected, got {row['url']!r}")
        one = Enrolled(
            student=row["student"].strip(),
            problem_set=row["problem_set"].strip(),
            repository=row["repository"].strip(),
            url=row["url"].strip(),
            branch=(row.get("branch") or "main").strip(),
            forge=(row.get("forge") or "github").strip(),
        )
        if one.repository in found or (one.student, one.problem_set) in students:
            raise AuthoringError(f"{path}:{line}: {one.repository!r} or {one.student!r} is there twice")
        found[one.repository] = one
        students.add((one.student, one.problem_set))
    return found
