"""``grader collect``: put a download of Moodle, Canvas or Gradescope into the folder that is graded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from grader.cli import EXIT_ATTENTION
from grader.cli.typed import as_command
from grader.errors import EnvironmentFault, SubmissionError
from grader.loading.archives import read_archive, safe_name
from grader.loading.collecting import NOTEBOOKS, Collected, collect, match_roster, passed_over
from grader.loading.setfiles import find_root, read_set_file
from grader.loading.submissions import EXTRA_SUFFIXES, read_bytes, read_receipts
from grader.loading.tables import read_table

MAX_ARCHIVE = 1 << 30


def collect_set(
    source: Annotated[Path, typer.Argument(help="the zip or tar that was downloaded, or its folder")],
    *,
    problem_set: Annotated[str, typer.Option("--set", help="the problem set")],
    roster: Annotated[
        Path | None, typer.Option(help="CSV: student, and columns by which the source names them")
    ] = None,
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Copy each hand-in to submissions/SET/STUDENT/, by the roster's names; who is not in it is named, not guessed."""
    course = find_root((root or Path.cwd()).resolve())
    read_set_file(course, problem_set)
    files = _files(source)
    found = collect(files)
    if roster is not None:
        matched, unknown = match_roster(found, _roster(roster))
    else:
        matched, unknown = {}, []
        for one in found:
            name = safe_name(one.owner.replace("/", " "), str(source))
            if name in matched:
                unknown.append(one)
            else:
                matched[name] = one
    folder = course / "submissions" / problem_set
    for student, one in matched.items():
        _store(folder / student, problem_set, one)
    receipts = {student: one.received for student, one in matched.items() if one.received}
    if receipts:
        _receipts(folder / ".receipts.json", receipts)
    typer.echo(f"{len(matched)} hand-ins in {folder}")
    for one in unknown:
        typer.echo(f"not matched to one student: {one.owner!r} ({one.source} {one.identifier})", err=True)
    bare = {student: one for student, one in matched.items() if not one.has_notebook}
    for student, one in bare.items():
        held = ", ".join(sorted(one.files)[:5])
        typer.echo(f"no notebook from {student!r}: {held} was handed in; it is graded as one to look at", err=True)
    over = passed_over(files)
    if over:
        typer.echo(f"passed over, since no name in it tells whose it is: {', '.join(over[:8])}", err=True)
    return EXIT_ATTENTION if unknown or bare else 0


def _files(source: Path) -> dict[str, bytes]:
    if source.is_dir():
        paths = [path for path in sorted(source.rglob("*")) if path.is_file() and not path.is_symlink()]
        return {path.relative_to(source).as_posix(): read_bytes(path, limit=64 << 20) for path in paths}
    return read_archive(read_bytes(source, limit=MAX_ARCHIVE), source.name)


def _roster(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line, row in read_table(path, "student"):
        student = row.get("student", "")
        if not student or "/" in student or student.startswith("."):
            raise SubmissionError(f"{path}:{line}: {student!r} cannot be the name of a student's folder")
        if student in found:
            raise SubmissionError(f"{path}:{line}: {student!r} is there twice")
        found[student] = list(row.values())
    if not found:
        raise SubmissionError(f"{path}: names no student")
    return found


def _store(place: Path, problem_set: str, one: Collected) -> None:
    notebooks = sorted(name for name in one.files if name.lower().endswith(NOTEBOOKS))
    exact = [name for name in notebooks if name.rpartition("/")[2] == f"{problem_set}.ipynb"]
    ranked = exact or [name for name in notebooks if name.endswith(".ipynb")] or notebooks
    try:
        place.mkdir(parents=True, exist_ok=True)
        for old in place.iterdir():
            if old.is_file():
                old.unlink()
        for name, data in one.files.items():
            plain = name.rpartition("/")[2]
            if not ranked or name == ranked[-1] or plain.lower().endswith(EXTRA_SUFFIXES):
                (place / plain).write_bytes(data)
    except OSError as error:
        raise EnvironmentFault(f"{place}: cannot be written: {(error.strerror or '').lower()}") from error


def _receipts(path: Path, receipts: dict[str, str]) -> None:
    known = read_receipts(path.parent)
    path.write_text(json.dumps({**known, **receipts}, indent=1) + "\n", encoding="utf-8")


command = as_command(collect_set)
