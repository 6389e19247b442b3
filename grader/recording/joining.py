"""What a copy of a ledger has gained is looked through, and then taken in; the copy is attached as ``gained``."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pydantic import ValidationError

from grader.errors import EnvironmentFault
from grader.result import SubmissionResult


def base_of(connection: sqlite3.Connection, path: Path, *, whole: Path, key: str, newest: int) -> int:
    """The number of the last result that the copy had when it was made.

    Args:
        connection: of the ledger at ``whole``, with the copy at ``path`` attached.
        path: the copy.
        whole: the ledger.
        key: the ledger's secret, which a copy has too.
        newest: the newest format that is understood here.

    Raises:
        EnvironmentFault: when it is no copy of this ledger, or comes from a newer grader.
    """
    version = int(connection.execute("pragma gained.user_version").fetchone()[0])
    if version > newest:
        raise EnvironmentFault(
            f"{path}: was written by a newer grader (format {version}, this one knows {newest}); merge with that one"
        )
    about = dict(connection.execute("select name, value from gained.about").fetchall())
    if about.get("key") != key or "base" not in about:
        raise EnvironmentFault(f"{path}: was not made from {whole}, so it cannot be merged into it")
    return int(about["base"])


def refuse_damaged(connection: sqlite3.Connection, path: Path, base: int, *, problem_set: str) -> None:
    """Read every result that was gained since ``base``.

    Raises:
        EnvironmentFault: when one cannot be read, or is of another set than ``problem_set`` (if that is known).
    """
    for student, body in connection.execute("select student, body from gained.result where number > ?", (base,)):
        try:
            result = SubmissionResult.model_validate_json(body)
        except ValidationError as error:
            raise EnvironmentFault(
                f"{path}: what it holds of {student!r} is damaged, so nothing of it was merged; "
                f"remove {path.parent} and grade this share again"
            ) from error
        if problem_set and result.problem_set != problem_set:
            raise EnvironmentFault(
                f"{path}: holds results of {result.problem_set!r}, and the ledger is that of {problem_set!r}"
            )


def copy_gained(connection: sqlite3.Connection, base: int) -> int:
    """Copy the results since ``base`` with their values, and the set's description if it changed; how many results."""
    run = connection.execute
    run("create temp table if not exists taken (number integer primary key, digest text not null)")
    run("delete from temp.taken")
    run(
        "insert into temp.taken select number, digest from gained.result as theirs where number > ? "
        "and not exists (select 1 from main.result as ours where ours.student = theirs.student "
        "and (ours.graded > theirs.graded or ours.body = theirs.body))",
        (base,),
    )
    count = run(
        "insert into main.result (student, digest, key, state, graded, body) "
        "select student, digest, key, state, graded, body from gained.result "
        "where number in (select number from temp.taken) order by number"
    ).rowcount
    # only what came with these results: what the copy had from here may be older than what is here by now
    run("insert or replace into main.reply select * from gained.reply where digest in (select digest from temp.taken)")
    run(
        "insert or replace into main.about select name, value from gained.about where name = 'description' "
        "and value is not (select value from gained.about where name = 'base description')"
    )
    return count
