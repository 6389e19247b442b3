"""The durable queue of pushes: what is acknowledged is never lost, and no commit is graded twice."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from grader.errors import EnvironmentFault
from grader.recording.ledger import now

_SCHEMA = """
create table if not exists push (
    number integer primary key,
    repository text not null,
    commit_name text not null,
    received text not null,
    state text not null default 'queued',
    tries integer not null default 0,
    leased_until real not null default 0,
    detail text not null default '',
    published integer not null default 0,
    unique (repository, commit_name)
) strict;
create index if not exists push_state on push (state, number);
create table if not exists delivery (name text primary key, received text not null) strict;
"""

LEASE_SECONDS = 900.0
FAR_SECONDS = 2 * 86_400.0
"""Nothing waits for longer: what says so was written before the clock was set back."""

MOST_TRIES = 3


@dataclass(frozen=True)
class Queued:
    """One push as the queue knows it; ``received`` is our own time, which counts for deadlines."""

    number: int
    repository: str
    commit: str
    received: str
    state: str
    tries: int
    detail: str


class Pushes:
    """The queue in one SQLite file; any number of processes may use it at once.

    States: ``queued``, ``leased``, ``graded``, ``failed``, ``superseded`` (a newer commit came first), ``limited`` (too
    many that day; it is graded when the day is over, unless a newer one came). What is graded, failed or limited is
    told, and is kept as untold until that has been done.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file.

        Raises:
            EnvironmentFault: when it cannot be used.
        """
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma synchronous = full")
            self._connection.executescript(_SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise EnvironmentFault(f"{path}: cannot be used as a queue: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def add(self, repository: str, commit: str, *, delivery: str = "", per_day: int = 0) -> str:
        """Take a push in; the answer says what became of it.

        Returns:
            ``queued``, ``replayed`` (this delivery came before), ``known`` (this commit did), or ``limited``.
        """
        received = now()
        with self._writing():
            if delivery:
                done = self._connection.execute(
                    "insert or ignore into delivery values (?, ?)", (f"{repository} {delivery}", received)
                )
                if not done.rowcount:
                    return "replayed"
            # what a newer commit came before was never graded, so it has told nobody anything
            today = self._connection.execute(
                "select count(*) from push where repository = ? and received >= ? "
                "and state not in ('limited', 'superseded', 'queued')",
                (repository, received[:10]),
            ).fetchone()[0]
            state = "limited" if per_day and today >= per_day else "queued"
            done = self._connection.execute(
                "insert or ignore into push (repository, commit_name, received, state, leased_until) "
                "values (?, ?, ?, ?, ?)",
                (repository, commit, received, state, _next_day() if state == "limited" else 0.0),
            )
            if not done.rowcount:
                return "known"
            self._connection.execute(
                "update push set state = 'superseded' where repository = ? and state in ('queued', 'limited') "
                "and commit_name != ?",
                (repository, commit),
            )
            return state

    def lease(self, *, seconds: float = LEASE_SECONDS) -> Queued | None:
        """Take the next push to work on; one whose worker went silent is taken again."""
        moment = time.time()
        with self._writing():
            self._connection.execute(
                "update push set state = 'failed', detail = 'given up: its worker ended each time' "
                "where state = 'leased' and leased_until < ? and tries >= ?",
                (moment, MOST_TRIES),
            )
            row = self._connection.execute(
                "select number from push where state = 'queued' "
                "or (state in ('leased', 'limited') and leased_until not between ? and ?) order by number limit 1",
                (moment, moment + FAR_SECONDS),
            ).fetchone()
            if row is None:
                return None
            self._connection.execute(
                "update push set state = 'leased', tries = tries + 1, leased_until = ? where number = ?",
                (moment + seconds, row[0]),
            )
        return self._one(int(row[0]))

    def reclaim(self) -> None:
        """Take back what a server that is gone had leased; for a server that starts and is the only one."""
        with self._writing():
            self._connection.execute(
                "update push set leased_until = 0 where state = 'leased' "
                "or (published = 0 and state in ('graded', 'failed'))"
            )

    def finish(self, number: int, state: str, detail: str = "") -> None:
        """A push is done with, and nobody was told yet; saying it twice changes nothing more."""
        with self._writing():
            self._connection.execute(
                "update push set state = ?, detail = ?, tries = 0, leased_until = 0, published = 0 where number = ?",
                (state, detail[:500], number),
            )

    def untold(self, *, seconds: float = LEASE_SECONDS) -> Queued | None:
        """The next push that is decided and not told; it is not given to another until these seconds are over."""
        moment = time.time()
        with self._writing():
            row = self._connection.execute(
                "select number from push where published = 0 and (state = 'limited' or "
                "(state in ('graded', 'failed') and leased_until not between ? and ?)) order by number limit 1",
                (moment, moment + FAR_SECONDS),
            ).fetchone()
            if row is None:
                return None
            self._connection.execute(
                "update push set tries = tries + (state != 'limited'), published = (state = 'limited'), "
                "leased_until = case state when 'limited' then leased_until else ? end where number = ?",
                (moment + seconds, row[0]),
            )
        return self._one(int(row[0]))

    def told(self, number: int) -> None:
        """Whoever should know of a push does."""
        with self._writing():
            self._connection.execute("update push set published = 1 where number = ?", (number,))

    def tell_later(self, number: int, *, after: float, why: str) -> None:
        """It could not be told; try again after so many seconds."""
        with self._writing():
            self._connection.execute(
                "update push set leased_until = ?, detail = ? where number = ? and published = 0",
                (time.time() + after, why[:500], number),
            )

    def release(self, number: int, *, after: float = 0.0, why: str = "", counted: bool = True) -> None:
        """Give a push back, to be taken again after so many seconds; unless ``counted`` as if never taken."""
        with self._writing():
            self._connection.execute(
                "update push set leased_until = ?, state = 'leased', detail = ?, tries = tries - ? where number = ?",
                (time.time() + after, why[:500], 0 if counted else 1, number),
            )

    def newest(self, repository: str) -> Queued | None:
        """The last push of a repository that was not refused."""
        row = self._connection.execute(
            "select number from push where repository = ? and state != 'limited' order by number desc limit 1",
            (repository,),
        ).fetchone()
        return self._one(int(row[0])) if row else None

    def counts(self) -> dict[str, int]:
        """How many pushes are in each state."""
        return dict(self._connection.execute("select state, count(*) from push group by state order by state"))

    def recent(self, count: int = 50) -> Sequence[Queued]:
        """The last pushes, newest first."""
        rows = self._connection.execute("select number from push order by number desc limit ?", (count,)).fetchall()
        return [one for row in rows if (one := self._one(int(row[0]))) is not None]

    def _one(self, number: int) -> Queued | None:
        row = self._connection.execute(
            "select number, repository, commit_name, received, state, tries, detail from push where number = ?",
            (number,),
        ).fetchone()
        return Queued(*row) if row else None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._connection.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")


def _next_day() -> float:
    """The end of the day by UTC, as the days of `received` are counted."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=1)).timestamp()
