"""A class in shares: each machine of a cluster grades one into a ledger of its own, and all are merged in the end.

Nothing is shared while grading but files that nobody writes to, so machines need no network between them, and a
shared folder without working locks will do.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import EnvironmentFault, SubmissionError
from grader.recording.ledger import Ledger
from grader.recording.locks import grading_lock

FOLDER = "shards"


@dataclass(frozen=True)
class Shard:
    """Share ``number`` (from 1) of ``count``."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """From ``3/16``.

        Raises:
            SubmissionError: saying what was expected.
        """
        found = re.fullmatch(r"(\d{1,5})/(\d{1,5})", text.strip(), re.ASCII)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise SubmissionError(f"--shard {text!r}: a share and how many there are was expected, as in 3/16")
        return cls(int(found[1]), int(found[2]))

    def has(self, student: str) -> bool:
        """Whether a student's submission is in this share; it stays there whoever else hands in."""
        digest = hashlib.blake2b(student.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.count == self.number - 1

    @property
    def name(self) -> str:
        """Its folder's name."""
        return f"{self.number}-of-{self.count}"


@dataclass(frozen=True)
class Merged:
    """What a merge took in: results by share, the shares that are missing, and why others could not be merged."""

    results: dict[str, int]
    missing: tuple[str, ...]
    faults: tuple[str, ...] = ()


@contextlib.contextmanager
def open_shard(reports: Path, shard: Shard) -> Iterator[Ledger]:
    """The ledger of one share, locked for this run: a copy of the set's own, to which results are added.

    Raises:
        EnvironmentFault: when another run is at work on this share, shares of another count lie there, or a file
            cannot be written.
    """
    others = [found for found in _shards(reports) if found.count != shard.count]
    if others:
        raise EnvironmentFault(
            f"{reports / FOLDER}: holds shares of a class cut into {others[0].count}, not {shard.count}; "
            "merge them first with `grader merge`"
        )
    folder = reports / FOLDER / shard.name
    with grading_lock(folder):
        path = folder / "ledger.sqlite"
        if not path.exists():
            _make_once(reports / "ledger.sqlite")
            _copy(reports / "ledger.sqlite", path)
        with Ledger(path) as ledger:
            yield ledger


def merge(reports: Path, ledger: Ledger) -> Merged:
    """Take every share's new results into the set's ledger and remove the shares; safe to repeat after a crash.

    A share that is still being graded, damaged or foreign stays where it is, and the others are merged.

    Raises:
        EnvironmentFault: when no share could be merged, saying why the first could not.
        SubmissionError: when there is nothing to merge.
    """
    found = _shards(reports)
    if not found:
        raise SubmissionError(f"{reports / FOLDER}: holds no shares; `grader grade SET --shard 1/2` makes one")
    merged: dict[str, int] = {}
    faults: list[EnvironmentFault] = []
    for shard in found:
        try:
            merged[shard.name] = _merge_one(reports / FOLDER / shard.name, ledger)
        except EnvironmentFault as fault:
            faults.append(fault)
    if not merged:
        raise faults[0]
    with contextlib.suppress(OSError):
        (reports / FOLDER).rmdir()
    missing = [
        Shard(number, count).name
        for count in sorted({shard.count for shard in found})
        for number in range(1, count + 1)
        if Shard(number, count) not in found
    ]
    return Merged(merged, tuple(missing), tuple(str(fault) for fault in faults))


def _merge_one(folder: Path, ledger: Ledger) -> int:
    with grading_lock(folder):
        count = ledger.take_in(folder / "ledger.sqlite")
        try:
            if folder.is_symlink():
                folder.unlink()
                return count
            # gone at once under its name, so that a crash here leaves no half share to be taken for one
            done = folder.with_name(f".merged-{folder.name}-{os.getpid()}")
            folder.rename(done)
            shutil.rmtree(done)
        except OSError as error:
            raise EnvironmentFault(
                f"{folder}: its {count} results are merged, but it cannot be removed: "
                f"{(error.strerror or str(error)).lower()}; remove it by hand"
            ) from error
    return count


def _shards(reports: Path) -> list[Shard]:
    """The shares that lie there, in order.

    Raises:
        EnvironmentFault: when a folder with a ledger is called as no share is.
    """
    found = []
    for path in sorted((reports / FOLDER).glob("*/ledger.sqlite")):
        if path.parent.name.startswith("."):
            continue
        name = re.fullmatch(r"(\d{1,5})-of-(\d{1,5})", path.parent.name, re.ASCII)
        if not name or not 1 <= int(name[1]) <= int(name[2]):
            raise EnvironmentFault(f"{path.parent}: shares are called like 3-of-16; rename it or move it away")
        found.append(Shard(int(name[1]), int(name[2])))
    return sorted(found, key=lambda shard: (shard.count, shard.number))


def _make_once(path: Path) -> None:
    """Make the set's ledger if there is none; of several machines at the same moment one wins, and all use its key."""
    if path.exists():
        return
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        fresh = Path(scratch) / "ledger.sqlite"
        with Ledger(fresh):
            pass
        try:
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
        except OSError as error:
            raise EnvironmentFault(
                f"{path}: cannot be made by several machines at once here: {(error.strerror or str(error)).lower()}; "
                "grade one submission first with `grader grade SET --student …`"
            ) from error


def _copy(source: Path, target: Path) -> None:
    """A consistent copy under its name at once, or nothing."""
    fresh = target.with_name(f"copying-{os.getpid()}.sqlite")
    try:
        with (
            contextlib.closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as old,
            contextlib.closing(sqlite3.connect(fresh)) as new,
        ):
            old.backup(new)
            new.execute("insert or replace into about select 'base', coalesce(max(number), 0) from result")
            new.execute(
                "insert or replace into about select 'base description', value from about where name = 'description'"
            )
            new.commit()
        for left in ("-wal", "-shm"):
            # of a file that was removed by hand; SQLite would take it for this one's
            target.with_name(f"{target.name}{left}").unlink(missing_ok=True)
        fresh.replace(target)
    except (sqlite3.Error, OSError) as error:
        fresh.unlink(missing_ok=True)
        raise EnvironmentFault(f"{source}: cannot be copied for a share: {error}") from error
