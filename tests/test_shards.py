"""A class in shares: graded apart, merged once, and the same as graded in one go."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.cli import cli
from grader.errors import EnvironmentFault, GraderError, SubmissionError
from grader.recording.ledger import Ledger, grading_lock
from grader.recording.shards import Shard, merge, open_shard
from grader.result import State, SubmissionResult
from tests.courses import RIGHT_MEAN, RIGHT_SCALE, hand_in, make_course


def result(student: str, *, graded: str = "2026-11-21T10:00:00+00:00", message: str = "") -> SubmissionResult:
    return SubmissionResult(
        student=student, problem_set="demo", state=State.GRADED, digest="d", key="k", graded=graded, message=message
    )


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def test_a_class_graded_in_shares_is_the_class(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    students = [f"student-{number:02}" for number in range(5)]
    for student in students:
        hand_in(course, student, RIGHT_MEAN, RIGHT_SCALE)
    reports = course / "reports" / "demo"

    for number in (1, 2):
        done = call("grade", "demo", "--root", str(course), "--shard", f"{number}/2", "--workers", "1")
        assert done.exit_code == 0, done.output
    assert not (reports / "class.html").exists()
    merged = call("merge", "demo", "--root", str(course))
    again = call("grade", "demo", "--root", str(course))

    assert merged.exit_code == 0, merged.output
    assert (reports / "class.html").exists()
    assert not (reports / "shards").exists()
    assert "5 unchanged" in again.output
    with Ledger(reports / "ledger.sqlite") as ledger:
        assert list(ledger.latest()) == students
        assert all(ledger.replies(one.digest, "scaling") for one in ledger.newest())


def test_every_student_is_in_one_share_and_stays_there() -> None:
    students = [f"student-{number}" for number in range(300)]

    shares = [[student for student in students if Shard(number, 7).has(student)] for number in range(1, 8)]

    assert sorted(student for share in shares for student in share) == sorted(students)
    assert min(map(len, shares)) > 20


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "1/0", "-1/4", "a/b", "1/4/2", ""])
def test_a_share_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SubmissionError, match="3/16"):
        Shard.parse(text)


def test_all_shares_draw_hidden_inputs_from_one_key(tmp_path: Path) -> None:
    with open_shard(tmp_path, Shard(1, 2)) as first, open_shard(tmp_path, Shard(2, 2)) as second:
        keys = {first.key, second.key}

    with Ledger(tmp_path / "ledger.sqlite") as whole:
        assert keys == {whole.key}


def test_a_merge_that_was_interrupted_is_repeated_without_doubles(tmp_path: Path) -> None:
    with open_shard(tmp_path, Shard(1, 1)) as shard:
        shard.add(result("student-01"))
    path = tmp_path / "shards" / "1-of-1" / "ledger.sqlite"

    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        assert ledger.take_in(path) == 1
        merged = merge(tmp_path, ledger)

        assert merged.results == {"1-of-1": 0}
        assert len(ledger.history("student-01")) == 1


def test_what_was_graded_later_stays_the_newest(tmp_path: Path) -> None:
    with open_shard(tmp_path, Shard(1, 1)) as shard:
        shard.add(result("student-01", message="old"))

    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.add(result("student-01", graded="2026-11-21T11:00:00+00:00", message="new"))
        merge(tmp_path, ledger)

        assert ledger.latest()["student-01"].message == "new"


def test_missing_shares_are_named(tmp_path: Path) -> None:
    with open_shard(tmp_path, Shard(2, 3)) as shard:
        shard.add(result("student-01"))

    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        assert merge(tmp_path, ledger).missing == ("1-of-3", "3-of-3")


def test_a_share_at_work_is_not_merged(tmp_path: Path) -> None:
    with open_shard(tmp_path, Shard(1, 1)) as shard:
        shard.add(result("student-01"))
        with Ledger(tmp_path / "ledger.sqlite") as ledger, pytest.raises(EnvironmentFault, match="at work"):
            merge(tmp_path, ledger)

    assert (tmp_path / "shards" / "1-of-1" / "ledger.sqlite").exists()


def test_two_runs_on_one_share_are_refused(tmp_path: Path) -> None:
    with (
        grading_lock(tmp_path / "shards" / "1-of-2"),
        pytest.raises(EnvironmentFault, match="at work"),
        open_shard(tmp_path, Shard(1, 2)),
    ):
        pass


def test_shares_of_another_cut_are_refused(tmp_path: Path) -> None:
    with open_shard(tmp_path, Shard(1, 2)):
        pass

    with pytest.raises(EnvironmentFault, match="merge them first"), open_shard(tmp_path, Shard(1, 3)):
        pass


def test_a_foreign_or_damaged_share_is_named_and_nothing_is_taken(tmp_path: Path) -> None:
    for content in (None, b"no database at all, but long enough to be looked at" * 20):
        path = tmp_path / "shards" / "1-of-1" / "ledger.sqlite"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if content is None:
            with Ledger(path) as foreign:
                foreign.add(result("student-01"))
        else:
            path.write_bytes(content)

        with Ledger(tmp_path / "ledger.sqlite") as ledger, pytest.raises(GraderError, match="1-of-1"):
            merge(tmp_path, ledger)
        with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
            assert connection.execute("select count(*) from result").fetchone() == (0,)


def test_nothing_to_merge_is_said(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger, pytest.raises(SubmissionError, match="no shares"):
        merge(tmp_path, ledger)
