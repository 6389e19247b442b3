"""One SQLite file per problem set: results are added in one transaction each and never changed."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from grader.errors import EnvironmentFault, SubmissionError
from grader.recording.joining import base_of, copy_gained, refuse_damaged
from grader.result import Decision, Mark, SetDescription, State, SubmissionResult

VERSION = 2
"""Of the records: 2 has digests of what checks ask, which earlier versions of grader refuse to read."""

_SCHEMA = """
create table about (name text primary key, value text not null) strict;
create table result (
    number integer primary key,
    student text not null,
    digest text not null,
    key text not null,
    state text not null,
    graded text not null,
    body text not null
) strict;
create index result_student on result (student, number);
create table reply (
    digest text not null,
    problem text not null,
    key text not null,
    body blob not null,
    primary key (digest, problem, key)
) strict;
create table mark (
    number integer primary key,
    student text not null,
    answer text not null,
    item text not null,
    earned real,
    marked_by text not null,
    comment text not null,
    made text not null
) strict;
create table decision (
    number integer primary key,
    kind text not null,
    subject text not null,
    body text not null,
    made_by text not null,
    reason text not null,
    made text not null
) strict;
create table event (
    number integer primary key,
    made text not null,
    what text not null,
    body text not null
) strict;
"""

# derived from the rest, so it is no part of the format: a ledger without it gets it when it is opened
_PAGES = """
create table if not exists page (
    student text primary key,
    standing text not null,
    content text not null,
    size integer not null,
    written integer not null,
    summary text not null
) strict
"""


@dataclass(frozen=True)
class KeptPage:
    """What is known of a page that was written: from what, and the file that it became.

    ``standing`` is a digest of what decides about the result, ``content`` one of the settled result itself; ``size``
    and ``written`` (nanoseconds) are those of the file; ``summary`` is JSON.
    """

    student: str
    standing: str
    content: str
    size: int
    written: int
    summary: str


class Ledger:
    """The results of one problem set; open it with a ``with``.

    A result is an attempt: the newest of a student counts, the others stay. Values that checks asked for are kept by
    the digest of the submission, marks and decisions by people as they were made.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file.

        Raises:
            EnvironmentFault: when it cannot be written, is damaged, or comes from a newer grader.
        """
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=10, isolation_level=None)
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma synchronous = full")
            self._prepare()
        except (sqlite3.Error, OSError) as error:
            raise self._fault(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _prepare(self) -> None:
        version = self._version()
        if version > VERSION:
            raise EnvironmentFault(
                f"{self.path}: this ledger was written by a newer grader (format {version}, this one knows {VERSION}); "
                "update grader, or move the file away to grade everything again"
            )
        if version < VERSION:
            with self._writing():  # tables and their version at once, and only one of those who open it now makes them
                if not self._connection.execute("select 1 from sqlite_master where name = 'about'").fetchone():
                    self._make()
                # the tables are the same; what reads the records of version 2 reads those of 1
                self._connection.execute(f"pragma user_version = {VERSION}")
        if not self._connection.execute("select 1 from sqlite_master where name = 'page'").fetchone():
            with self._writing():
                self._connection.execute(_PAGES)
        if not self._knows_what_was_asked():
            with self._writing():
                if not self._knows_what_was_asked():
                    self._connection.execute("alter table mark add column about text not null default ''")

    def _version(self) -> int:
        return int(self._connection.execute("pragma user_version").fetchone()[0])

    def _make(self) -> None:
        for statement in _SCHEMA.split(";"):
            if statement.strip():
                self._connection.execute(statement)
        self._connection.execute("insert into about values ('key', ?)", (secrets.token_hex(32),))

    def _knows_what_was_asked(self) -> bool:
        return "about" in {row[1] for row in self._connection.execute("pragma table_info(mark)")}

    @property
    def key(self) -> bytes:
        """The course's secret, from which hidden inputs are drawn; it never leaves this file."""
        return bytes.fromhex(self._about("key"))

    def _about(self, name: str) -> str:
        rows = self._read("select value from about where name = ?", (name,))
        return str(rows[0][0]) if rows else ""

    def _read(self, words: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(words, values).fetchall()
        except sqlite3.Error as error:
            raise self._fault(error) from error

    def latest(self) -> dict[str, SubmissionResult]:
        """The newest result of every student, in order of their names."""
        return {result.student: result for result in self.newest()}

    def newest(self, students: Iterable[str] | None = None) -> Iterator[SubmissionResult]:
        """The newest result of every student, or of these, one after the other.

        In the place of a damaged record stands an `infra-error`, so that nobody is missing; it is graded again.
        """
        numbers = self.numbers()
        for student in numbers if students is None else students:
            if student not in numbers:
                continue
            rows = self._read("select body, digest, graded from result where number = ?", (numbers[student],))
            try:
                yield SubmissionResult.model_validate_json(rows[0][0])
            except ValidationError:
                yield self._damaged(student, *rows[0][1:])

    def _damaged(self, student: str, digest: str, graded: str) -> SubmissionResult:
        return SubmissionResult(
            student=student,
            problem_set=self.path.parent.name,
            state=State.INFRA_ERROR,
            digest=digest,
            key="",
            graded=graded,
            message="what was recorded of this submission is damaged; grade it again",
        )

    def numbers(self) -> dict[str, int]:
        """The number of the newest result of every student, in order of their names; no number is given twice."""
        return dict(self._read("select student, max(number) from result group by student order by student"))

    def keys(self) -> dict[str, tuple[str, str]]:
        """The key and state of the newest result of every student whose record can be read."""
        rows = self._read(
            "select student, key, state from result where number in (select max(number) from result group by student) "
            "and json_valid(body)"
        )
        return {student: (key, state) for student, key, state in rows}

    def history(self, student: str) -> list[SubmissionResult]:
        """All results of one student, oldest first."""
        rows = self._read("select body from result where student = ? order by number", (student,))
        return [SubmissionResult.model_validate_json(body) for (body,) in rows]

    def add(self, result: SubmissionResult, replies: Mapping[str, Mapping[str, bytes]] | None = None) -> None:
        """Record a result, and the values that its checks asked for, by problem; all or nothing.

        Raises:
            EnvironmentFault: when the disk is full or the file cannot be written; nothing recorded before is lost.
        """
        body = result.model_dump_json()
        with self._writing():
            self._connection.execute(
                "insert into result (student, digest, key, state, graded, body) values (?, ?, ?, ?, ?, ?)",
                (result.student, result.digest, result.key, result.state.value, result.graded, body),
            )
            for problem, kept in (replies or {}).items():
                self._connection.executemany(
                    "insert or replace into reply values (?, ?, ?, ?)",
                    [(result.digest, problem, key, frame) for key, frame in kept.items()],
                )

    def take_in(self, path: Path) -> int:
        """Add the results and values that a copy of this ledger has gained; how many results; all or nothing.

        A result that is here already is left out, and so is one that is older than the student's newest here.

        Raises:
            EnvironmentFault: when the file cannot be read or is no copy of this one.
        """
        try:
            self._connection.execute("attach database ? as gained", (f"{path}",))
            try:
                known = self.description
                base = base_of(self._connection, path, whole=self.path, key=self._about("key"), newest=VERSION)
                refuse_damaged(self._connection, path, base, problem_set=known.name if known else "")
                with self._writing():
                    return copy_gained(self._connection, base)
            finally:
                self._connection.execute("detach database gained")
        except sqlite3.Error as error:
            raise EnvironmentFault(
                f"{path}: cannot be merged: {error}; if it is damaged, remove {path.parent} and grade this share again"
            ) from error

    def replies(self, digest: str, problem: str) -> dict[str, bytes]:
        """The values that were recorded for one problem of one submission."""
        rows = self._read("select key, body from reply where digest = ? and problem = ?", (digest, problem))
        return {key: bytes(frame) for key, frame in rows}

    def describe(self, description: SetDescription) -> None:
        """Keep what reports say about the set, so that rendering needs no problem file."""
        with self._writing():
            self._connection.execute(
                "insert or replace into about values ('description', ?)", (description.model_dump_json(),)
            )

    @property
    def description(self) -> SetDescription | None:
        """What reports say about the set; None before the first submission was graded."""
        text = self._about("description")
        return SetDescription.model_validate_json(text) if text else None

    def add_mark(self, mark: Mark) -> None:
        """Record what a person decided about one open item; the newest counts, the others stay."""
        self.add_marks([mark])

    def add_marks(self, marks: Sequence[Mark], *, since: int | None = None) -> None:
        """Record marks, all or nothing.

        Args:
            marks: what was decided.
            since: `last_mark` when that was decided, if nobody may have marked one of the items in between.

        Raises:
            SubmissionError: naming who did.
        """
        with self._writing():
            if since is not None:
                self._refuse_overtaken({(one.student, one.subject, one.item) for one in marks}, since)
            self._connection.executemany(
                "insert into mark (student, answer, item, earned, marked_by, comment, made, about) "
                "values (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (one.student, one.subject, one.item, one.earned, one.marked_by, one.comment, one.made or now(),
                     one.about)
                    for one in marks
                ],
            )  # fmt: skip

    def _refuse_overtaken(self, keys: set[tuple[str, str, str]], since: int) -> None:
        rows = self._read("select student, answer, item, marked_by from mark where number > ?", (since,))
        for student, subject, item, marked_by in rows:
            if (student, subject, item) in keys:
                raise SubmissionError(
                    f"{student!r}, {subject}: {marked_by} marked this at the same time; nothing was recorded, try again"
                )

    def last_mark(self) -> int:
        """The number of the newest mark; 0 before there is one."""
        return int(self._read("select coalesce(max(number), 0) from mark")[0][0])

    def marks(self) -> list[Mark]:
        """All marks, oldest first."""
        rows = self._read(
            "select student, answer, item, earned, marked_by, comment, made, about from mark order by number"
        )
        names = ("student", "subject", "item", "earned", "marked_by", "comment", "made", "about")
        return [Mark(**dict(zip(names, row, strict=True))) for row in rows]

    def add_decision(self, decision: Decision) -> None:
        """Record what was decided for a whole group of answers, or about a check."""
        with self._writing():
            self._connection.execute(
                "insert into decision (kind, subject, body, made_by, reason, made) values (?, ?, ?, ?, ?, ?)",
                (
                    decision.kind,
                    decision.subject,
                    decision.model_dump_json(),
                    decision.made_by,
                    decision.reason,
                    decision.made or now(),
                ),
            )

    def decisions(self) -> list[Decision]:
        """All decisions, oldest first."""
        rows = self._read("select body, made from decision order by number")
        return [Decision.model_validate_json(body).model_copy(update={"made": made}) for body, made in rows]

    def events(self) -> list[tuple[str, str, str]]:
        """The audit log, oldest first: time, what, and plain data as JSON."""
        return [
            (made, what, body) for made, what, body in self._read("select made, what, body from event order by number")
        ]

    def comparisons(self, edition: str) -> dict[str, bool | None]:
        """Which pairs of answers were found equal before (None: it could not be decided) by this edition of grader."""
        text = self._about("comparisons")
        kept = json.loads(text) if text else {}
        known: dict[str, bool | None] = kept.get("known", {}) if kept.get("edition") == edition else {}
        return known

    def keep_comparisons(self, edition: str, known: Mapping[str, bool | None]) -> None:
        """Keep what `comparisons` gives back, in place of what another edition found."""
        text = json.dumps({"edition": edition, "known": known})
        with self._writing():
            self._connection.execute("insert or replace into about values ('comparisons', ?)", (text,))

    def pages(self) -> dict[str, KeptPage]:
        """What is known of the pages that were written, by student; the class page's is that of no student, ``""``."""
        rows = self._read("select student, standing, content, size, written, summary from page")
        return {row[0]: KeptPage(*row) for row in rows}

    def keep_pages(self, pages: Iterable[KeptPage]) -> None:
        """Keep what `pages` gives back, all or nothing."""
        with self._writing():
            self._connection.executemany(
                "insert or replace into page values (?, ?, ?, ?, ?, ?)", [astuple(page) for page in pages]
            )

    def note(self, what: str, body: str) -> None:
        """Add a line to the audit log."""
        with self._writing():
            self._connection.execute("insert into event (made, what, body) values (?, ?, ?)", (now(), what, body))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A transaction: all or nothing.

        Raises:
            EnvironmentFault: when the file cannot be written or is damaged.
        """
        try:
            self._connection.execute("begin immediate")
            yield
            self._connection.execute("commit")
        except BaseException as error:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            if isinstance(error, sqlite3.Error):
                raise self._fault(error) from error
            raise

    def _fault(self, error: Exception) -> EnvironmentFault:
        advice = {
            "database or disk is full": "free some space and run it again; what is graded is kept",
            "file is not a database": "the file is damaged; move it away and grade again",
            "database disk image is malformed": "the file is damaged; move it away and grade again",
            "disk I/O error": "check that there is room on the disk, and that the folder can be written",
            "database is locked": "another run writes to it; try again when that is done",
            "attempt to write a readonly database": "this user may not write it",
        }.get(str(error), "check that the folder exists and can be written")
        return EnvironmentFault(f"{self.path}: cannot be used as a ledger: {error}; {advice}")


def now() -> str:
    """The time in UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
