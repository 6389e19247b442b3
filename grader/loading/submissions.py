"""Finds and reads what each student handed in: bytes first, under caps, never following a link."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import SubmissionError
from grader.loading.notebooks import MAX_BYTES, SUFFIXES

MAX_FILES = 200
PACKED = (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar")
RECEIPTS = ".receipts.json"
MAX_TOTAL_BYTES = 128 << 20
EXTRA_SUFFIXES = (".py", ".csv", ".txt", ".json", ".npy", ".npz", ".png", ".jpg", ".jpeg", ".md", ".pt", ".tsv")


@dataclass(frozen=True)
class Received:
    """The bytes of one hand-in: the file to grade, what lies beside it, and when it came.

    ``received`` is the time of receipt as its source told it (UTC, ISO 8601); a file's own time is never believed.
    """

    student: str
    name: str
    data: bytes
    files: tuple[tuple[str, bytes], ...] = ()
    received: str = ""
    origin: str = ""
    flags: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over everything received; what is graded is what was hashed."""
        digest = hashlib.sha256(self.data)
        for name, data in self.files:
            digest.update(b"\0" + name.encode("utf-8", "surrogateescape") + b"\0")
            digest.update(hashlib.sha256(data).digest())
        return digest.hexdigest()


def student_folders(folder: Path) -> list[str]:
    """The names in a folder of submissions, one for each student, in natural order.

    Raises:
        SubmissionError: when the folder is missing, unreadable or empty.
    """
    try:
        entries = [entry.name for entry in os.scandir(folder) if not entry.name.startswith((".", "_"))]
    except FileNotFoundError as error:
        raise SubmissionError(f"{folder}: no such folder; put each student's notebook into a folder of it") from error
    except OSError as error:
        raise SubmissionError(f"{folder}: cannot be read: {error.strerror}") from error
    names = [name for name in entries if (folder / name).is_dir() or name.lower().endswith(SUFFIXES)]
    names = [name for name in names if not (name.endswith((".py", ".md")) and (folder / name).is_file())]
    if not names:
        raise SubmissionError(f"{folder}: no submission found; a folder for each student was expected")
    return sorted(names)


def strays(folder: Path) -> list[str]:
    """Files in a folder of submissions that are none, in natural order; hidden ones do not count."""
    names = sorted(entry.name for entry in os.scandir(folder) if not entry.name.startswith((".", "_")))
    return [name for name in names if not (folder / name).is_dir() and not name.lower().endswith(".ipynb")]


def same_students(names: list[str]) -> list[tuple[str, ...]]:
    """Names that stand for one student once case, spacing and Unicode form are ignored."""
    groups: dict[str, list[str]] = {}
    for name in names:
        plain = unicodedata.normalize("NFKC", name.removesuffix(".ipynb")).casefold().strip()
        groups.setdefault(plain, []).append(name)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def read_receipts(folder: Path) -> Mapping[str, str]:
    """When each hand-in was received, as its source told `grader collect`; empty where nothing was told."""
    try:
        content = json.loads((folder / RECEIPTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(when) for name, when in content.items()} if isinstance(content, dict) else {}


def receive(folder: Path, student: str, problem_set: str) -> Received:
    """The bytes that a student handed in; ``folder / student`` is a folder or a notebook.

    Raises:
        SubmissionError: naming what was found where a notebook was expected.
    """
    place = folder / student
    flags: list[str] = []
    if _is_link(place):
        raise SubmissionError(f"{place}: a symbolic link was handed in; a folder or a notebook was expected")
    if not place.is_dir():
        name = student.removesuffix(".ipynb")
        return Received(name, place.name, read_bytes(place), origin=str(place))
    chosen = _choose(place, problem_set, flags)
    files = tuple(_beside(place, chosen, flags))
    return Received(student, chosen.name, read_bytes(chosen), files, origin=str(chosen), flags=tuple(flags))


def read_bytes(path: Path, *, limit: int = MAX_BYTES) -> bytes:
    """A regular file's bytes, without following a link or waiting for a pipe.

    Raises:
        SubmissionError: naming what it is instead.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        cause = "it is a symbolic link" if error.errno == errno.ELOOP else (error.strerror or "unknown").lower()
        raise SubmissionError(f"{path}: cannot be read: {cause}") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise SubmissionError(f"{path}: a regular file was expected, this is {_file_type(status.st_mode)}")
    with os.fdopen(descriptor, "rb") as file:
        if status.st_nlink > 1:
            raise SubmissionError(f"{path}: the file has {status.st_nlink} hard links, so it may not be the student's")
        if status.st_size > limit:
            raise SubmissionError(
                f"{path}: {status.st_size / 2**20:.0f} MB is over the limit of {limit >> 20} MB; "
                "clear all outputs and save it again"
            )
        try:
            data = file.read(limit + 1)
        except OSError as error:
            raise SubmissionError(f"{path}: cannot be read: {error.strerror}") from error
    if len(data) > limit:
        raise SubmissionError(f"{path}: grew over the limit of {limit >> 20} MB while it was read")
    return data


def _choose(place: Path, problem_set: str, flags: list[str]) -> Path:
    try:
        names = sorted(entry.name for entry in os.scandir(place) if not entry.name.startswith("."))
    except OSError as error:
        raise SubmissionError(f"{place}: cannot be read: {error.strerror}") from error
    if not names:
        hidden = "holds only hidden files" if any(place.iterdir()) else "is empty"
        raise SubmissionError(f"{place}: the folder {hidden}; {problem_set}.ipynb was expected")
    for suffix in SUFFIXES:
        found = [name for name in names if name.lower().endswith(suffix)]
        exact = [name for name in found if name == problem_set + suffix]
        alike = [name for name in found if name.lower().startswith(problem_set.lower())]
        best = exact or alike or (found if suffix == ".ipynb" or len(found) == 1 else [])
        if best:
            if len(best) > 1:
                flags.append(f"several files could be the submission ({', '.join(best)}); {best[-1]} was graded")
            elif best[0] != problem_set + suffix:
                flags.append(f"the submission is called {best[0]!r}, {problem_set}.ipynb was expected")
            return place / best[-1]
    packed = any(name.lower().endswith(PACKED) for name in names)
    advice = "; unpack it, or take it in with `grader collect`" if packed else ""
    raise SubmissionError(
        f"{place}: no notebook found; {problem_set}.ipynb was expected, it holds {', '.join(names[:8])}{advice}"
    )


def _beside(place: Path, chosen: Path, flags: list[str]) -> Iterator[tuple[str, bytes]]:
    total, count = 0, 0
    for folder, folders, names in os.walk(place, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__pycache__")))
        for name in sorted(names):
            path = Path(folder) / name
            relative = path.relative_to(place).as_posix()
            if path == chosen or name.startswith("."):
                continue
            if name.lower().endswith(".ipynb"):
                flags.append(f"there is another notebook, {relative!r}; {chosen.name!r} was graded")
                continue
            if not name.lower().endswith(EXTRA_SUFFIXES):
                flags.append(f"{relative!r} was left out: files of this kind are not used")
                continue
            try:
                data = read_bytes(path)
            except SubmissionError as error:
                flags.append(f"{relative!r} was left out: {error}")
                continue
            total, count = total + len(data), count + 1
            if total > MAX_TOTAL_BYTES or count > MAX_FILES:
                raise SubmissionError(f"{place}: more than {MAX_FILES} files or {MAX_TOTAL_BYTES >> 20} MB")
            yield relative, data


def _is_link(path: Path) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except OSError as error:
        raise SubmissionError(f"{path}: cannot be read: {error.strerror}") from error


def _file_type(mode: int) -> str:
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device"}
    return kinds.get(stat.S_IFMT(mode), "something else")
