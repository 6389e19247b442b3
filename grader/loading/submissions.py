"""Finds and reads what each student handed in: bytes first, under caps, never following a link."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
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
        entries = _entries(folder)
    except FileNotFoundError as error:
        raise SubmissionError(f"{folder}: no such folder; put each student's notebook into a folder of it") from error
    except OSError as error:
        raise SubmissionError(f"{folder}: cannot be read: {error.strerror}") from error
    names = [name for name, is_folder in entries if is_folder or name.lower().endswith(SUFFIXES)]
    names = [name for name in names if not (name.endswith((".py", ".md")) and (folder / name).is_file())]
    if not names:
        raise SubmissionError(f"{folder}: no submission found; a folder for each student was expected")
    return names


def strays(folder: Path) -> list[str]:
    """Files in a folder of submissions that are none, in natural order; hidden ones do not count."""
    return [name for name, is_folder in _entries(folder) if not is_folder and not name.lower().endswith(".ipynb")]


def _entries(folder: Path) -> list[tuple[str, bool]]:
    """The names in a folder that are not hidden, in order, each with whether it is a folder (a link to one is too)."""
    with os.scandir(folder) as entries:
        return sorted((entry.name, _is_folder(entry)) for entry in entries if not entry.name.startswith((".", "_")))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, for one
        return False


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
    # names and not Path objects: with a thousand hand-ins, to find out that nothing changed must take no time
    place = os.path.join(folder, student)  # noqa: PTH118 - a fifth of the time that Path takes
    flags: list[str] = []
    kind = _kind(place)
    if stat.S_ISLNK(kind):
        raise SubmissionError(f"{place}: a symbolic link was handed in; a folder or a notebook was expected")
    if not stat.S_ISDIR(kind):
        return Received(student.removesuffix(".ipynb"), student, read_bytes(place), origin=place)
    folders, names = _listing(place)
    if not any(not name.startswith(".") for name in (*folders, *names)):
        hidden = "holds only hidden files" if folders or names else "is empty"
        raise SubmissionError(f"{place}: the folder {hidden}; {problem_set}.ipynb was expected")
    chosen = _choose(place, [name for name in sorted((*folders, *names)) if name[0] != "."], problem_set, flags)
    files = tuple(_beside(place, chosen, folders, names, flags))
    path = f"{place}{os.sep}{chosen}"
    return Received(student, chosen, read_bytes(path), files, origin=path, flags=tuple(flags))


def read_bytes(path: Path | str, *, limit: int = MAX_BYTES) -> bytes:
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
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise SubmissionError(f"{path}: a regular file was expected, this is {_file_type(status.st_mode)}")
        if status.st_nlink > 1:
            raise SubmissionError(f"{path}: the file has {status.st_nlink} hard links, so it may not be the student's")
        if status.st_size > limit:
            raise SubmissionError(
                f"{path}: {status.st_size / 2**20:.0f} MB is over the limit of {limit >> 20} MB; "
                "clear all outputs and save it again"
            )
        parts: list[bytes] = []
        while left := limit + 1 - sum(map(len, parts)):
            part = os.read(descriptor, min(left, status.st_size + 1))
            if not part:
                break
            parts.append(part)
        data = b"".join(parts)
    except OSError as error:
        raise SubmissionError(f"{path}: cannot be read: {error.strerror}") from error
    finally:
        os.close(descriptor)
    if len(data) > limit:
        raise SubmissionError(f"{path}: grew over the limit of {limit >> 20} MB while it was read")
    return data


def _listing(place: str) -> tuple[dict[str, bool], list[str]]:
    """The folders in a folder, each with whether it is only a link to one, and the names of all else."""
    try:
        with os.scandir(place) as entries:
            known = [(entry.name, _is_folder(entry), entry.is_symlink()) for entry in entries]
    except OSError as error:
        raise SubmissionError(f"{place}: cannot be read: {error.strerror}") from error
    folders = {name: linked for name, is_folder, linked in known if is_folder}
    return folders, [name for name, is_folder, _ in known if not is_folder]


def _choose(place: str, names: Sequence[str], problem_set: str, flags: list[str]) -> str:
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
            return best[-1]
    packed = any(name.lower().endswith(PACKED) for name in names)
    advice = "; unpack it, or take it in with `grader collect`" if packed else ""
    raise SubmissionError(
        f"{place}: no notebook found; {problem_set}.ipynb was expected, it holds {', '.join(names[:8])}{advice}"
    )


def _beside(
    place: str, chosen: str, folders: Mapping[str, bool], names: Sequence[str], flags: list[str]
) -> Iterator[tuple[str, bytes]]:
    total, count = 0, 0
    start = len(place) + len(os.sep)
    below = [_walk(f"{place}{os.sep}{name}") for name in _visible(folders) if not folders[name]]
    for folder, files in chain([(place, names)], *below):
        for name in sorted(files):
            path = f"{folder}{os.sep}{name}"
            relative = path[start:].replace(os.sep, "/")
            if relative == chosen or name.startswith("."):
                continue
            if name.lower().endswith(".ipynb"):
                flags.append(f"there is another notebook, {relative!r}; {chosen!r} was graded")
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


def _walk(place: str) -> Iterator[tuple[str, list[str]]]:
    """Each folder at and below a place, none through a link, with the names of its files."""
    for folder, folders, names in os.walk(place, followlinks=False):
        folders[:] = _visible(folders)
        yield folder, names


def _visible(folders: Iterable[str]) -> list[str]:
    return sorted(name for name in folders if not name.startswith((".", "__pycache__")))


def _kind(path: str) -> int:
    try:
        return os.lstat(path).st_mode
    except OSError as error:
        raise SubmissionError(f"{path}: cannot be read: {error.strerror}") from error


def _file_type(mode: int) -> str:
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device"}
    return kinds.get(stat.S_IFMT(mode), "something else")
