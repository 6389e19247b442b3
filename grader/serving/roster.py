"""Who may hand in what from where: the course's own list, never the word of a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from grader.errors import AuthoringError
from grader.loading.tables import read_table

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
        AuthoringError: naming the line and what is wrong there, or the columns that are there.
    """
    found: dict[str, Enrolled] = {}
    students: set[tuple[str, str]] = set()
    for line, row in read_table(path, *REQUIRED):
        missing = [name for name in REQUIRED if not row.get(name)]
        if missing:
            raise AuthoringError(f"{path}:{line}: {missing[0]} is missing")
        parts = urlsplit(row["url"])
        if parts.scheme not in SCHEMES or row["url"].startswith("-"):
            raise AuthoringError(f"{path}:{line}: a URL ({', '.join(SCHEMES)}) was expected, got {row['url']!r}")
        one = Enrolled(
            student=row["student"],
            problem_set=row["problem_set"],
            repository=row["repository"],
            url=row["url"],
            branch=row.get("branch") or "main",
            forge=row.get("forge") or "github",
        )
        if one.repository in found or (one.student, one.problem_set) in students:
            raise AuthoringError(f"{path}:{line}: {one.repository!r} or {one.student!r} is there twice")
        found[one.repository] = one
        students.add((one.student, one.problem_set))
    return found
