"""A class in shares: graded apart, merged once, and the same as graded in one go."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.cli import cli
from grader.errors import EnvironmentFault, GraderError, SubmissionError
from grader.recording.ledger import VERSION, Ledger
from grader.recording.locks import grading_lock
from grader.recording.shards import Shard, merge, open_shard
from grader.result import Decision, SetDescription, State, SubmissionResult
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


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "1/0", "-1/4", "a/b", "1/4/2", "", "٣/٤"])
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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("grade", "demo", "--only", "sometimes"), "one of passed, failed, error, timeout"),
        (("grade", "demo", "--workers", "-3"), "-3 is not in the range"),
        (("grade", "demo", "--shard", "1/0"), "as in 3/16"),
        (("grade", "demo", "--shard", "1/2", "--student", "student-01"), "leave out --student"),
        (("regrade", "demo", "--preview", "--only", "nosuch"), "demo has no such problem; it has mean, scaling"),
        (("merge", "nosuch"), "unknown problem set 'nosuch'"),
    ],
)
def test_a_wrong_option_is_answered_with_what_was_expected(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    course = make_course(tmp_path)
    hand_in(course, "student-01", RIGHT_MEAN, RIGHT_SCALE)
    with Ledger(course / "reports" / "demo" / "ledger.sqlite"):
        pass

    done = call(*arguments, "--root", str(course))

    assert done.exit_code != 0
    assert words in f"{done.output} {done.exception}"


def test_nothing_to_merge_is_said(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger, pytest.raises(SubmissionError, match="no shares"):
        merge(tmp_path, ledger)


def share(reports: Path, number: int, count: int, *students: str, message: str = "") -> Path:
    """A share in which these students were graded."""
    with open_shard(reports, Shard(number, count)) as opened:
        for student in students:
            opened.add(result(student, message=message))
    return reports / "shards" / f"{number}-of-{count}" / "ledger.sqlite"


def statement(path: Path, words: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(words)


@pytest.mark.parametrize("length", [0, 1, 50, 512, 4096, 9000])
def test_a_share_cut_off_stays_and_the_others_are_merged(tmp_path: Path, length: int) -> None:
    cut = share(tmp_path, 1, 2, *(f"student-{number}" for number in range(20)), message="x" * 500)
    share(tmp_path, 2, 2, "other")
    cut.write_bytes(cut.read_bytes()[:length])

    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        merged = merge(tmp_path, ledger)

        assert list(ledger.latest()) == ["other"]
    assert merged.results == {"2-of-2": 1}
    assert merged.missing == ()
    assert "1-of-2" in merged.faults[0]
    assert "grade this share again" in merged.faults[0]
    assert cut.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("update result set body = '{half'", "what it holds of 'student-01' is damaged"),
        ("pragma user_version = 99", "written by a newer grader"),
        ("update about set value = '00' where name = 'key'", "was not made from"),
        ("delete from about where name = 'base'", "was not made from"),
    ],
)
def test_a_share_that_cannot_be_trusted_is_not_merged(tmp_path: Path, words: str, message: str) -> None:
    path = share(tmp_path, 1, 1, "student-01")
    statement(path, words)

    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        with pytest.raises(EnvironmentFault, match=message):
            merge(tmp_path, ledger)
        assert ledger.latest() == {}
    assert path.exists()


def test_a_share_of_another_set_is_not_merged(tmp_path: Path) -> None:
    share(tmp_path, 1, 1, "student-01")

    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.describe(SetDescription(name="another", title="Another"))
        with pytest.raises(EnvironmentFault, match="holds results of 'demo', and the ledger is that of 'another'"):
            merge(tmp_path, ledger)


def test_a_folder_that_is_no_share_is_named(tmp_path: Path) -> None:
    path = share(tmp_path, 1, 2, "student-01")
    path.parent.rename(path.parent.with_name("7-of-2"))

    with (
        Ledger(tmp_path / "ledger.sqlite") as ledger,
        pytest.raises(EnvironmentFault, match="7-of-2: shares are called"),
    ):
        merge(tmp_path, ledger)


def test_a_student_in_two_shares_has_the_newest_result(tmp_path: Path) -> None:
    share(tmp_path, 1, 2, "student-01", message="earlier")
    with open_shard(tmp_path, Shard(2, 2)) as opened:
        opened.add(result("student-01", graded="2026-11-21T10:00:05+00:00", message="later"))

    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        merge(tmp_path, ledger)

        assert ledger.latest()["student-01"].message == "later"
        assert len(ledger.history("student-01")) == 2


def test_what_the_ledger_learned_meanwhile_is_not_set_back(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.describe(SetDescription(name="demo", title="before"))
        ledger.add(result("student-01"))
    share(tmp_path, 1, 1, "student-02")

    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.describe(SetDescription(name="demo", title="now"))
        ledger.add(result("student-03"))
        decided = Decision(kind="void", subject="p::c", made_by="ta", reason="meanwhile")
        ledger.add_decision(decided)
        merge(tmp_path, ledger)

        assert ledger.description.title == "now"  # type: ignore[union-attr]
        assert [one.reason for one in ledger.decisions()] == ["meanwhile"]
        assert list(ledger.latest()) == ["student-01", "student-02", "student-03"]


@pytest.mark.parametrize("name", [" a space é", "😀", "a%20b?mode=rw#x", 'quote\'d "x"'])
def test_folders_may_be_called_anything(tmp_path: Path, name: str) -> None:
    reports = tmp_path / name
    share(reports, 1, 1, "student-01")

    with Ledger(reports / "ledger.sqlite") as ledger:
        assert merge(reports, ledger).results == {"1-of-1": 1}


def test_a_share_on_another_disk_may_be_linked(tmp_path: Path) -> None:
    path = share(tmp_path, 1, 1, "student-01")
    path.parent.rename(tmp_path / "scratch")
    path.parent.symlink_to(tmp_path / "scratch")

    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        assert merge(tmp_path, ledger).results == {"1-of-1": 1}
    assert not path.parent.exists()
    assert (tmp_path / "scratch" / "ledger.sqlite").exists()


MERGING = """
import sys
from pathlib import Path

from grader.recording.ledger import VERSION, Ledger
from grader.recording.locks import grading_lock
from grader.recording.shards import merge

reports = Path(sys.argv[1])
with grading_lock(reports), Ledger(reports / "ledger.sqlite") as ledger:
    print("begin", flush=True)
    merge(reports, ledger)
"""


def test_a_merge_killed_anywhere_is_repeated_and_nobody_is_lost_or_doubled(tmp_path: Path) -> None:
    students = [f"student-{number:03}" for number in range(90)]
    for number in (1, 2, 3):
        share(tmp_path, number, 3, *students[number - 1 :: 3], message="x" * 40_000)

    for delay in (0.0, 0.01, 0.03, 0.06):
        with subprocess.Popen(
            [sys.executable, "-c", MERGING, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]
        ) as merging:
            assert merging.stdout is not None
            merging.stdout.readline()
            time.sleep(delay)
            merging.kill()
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        with suppress(SubmissionError):
            merge(tmp_path, ledger)

        assert list(ledger.latest()) == students
        assert all(len(ledger.history(student)) == 1 for student in students)


def test_a_damaged_record_is_nobody_missing_and_is_graded_again(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    for student in ("student-01", "student-02"):
        hand_in(course, student, RIGHT_MEAN, RIGHT_SCALE)
    path = course / "reports" / "demo" / "ledger.sqlite"
    call("grade", "demo", "--root", str(course))
    statement(path, "update result set body = substr(body, 1, 200) where student = 'student-01'")

    with Ledger(path) as ledger:
        states = {student: one.state for student, one in ledger.latest().items()}
    again = call("grade", "demo", "--root", str(course))

    assert states == {"student-01": State.INFRA_ERROR, "student-02": State.GRADED}
    assert "1 graded, 1 unchanged" in again.output


def test_a_ledger_that_breaks_while_it_is_open_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        statement(path, "drop table result")

        for asked in (ledger.latest, ledger.keys, lambda: ledger.add(result("student-01"))):
            with pytest.raises(EnvironmentFault, match=r"ledger\.sqlite: cannot be used as a ledger: no such table"):
                asked()


def test_a_ledger_of_an_earlier_format_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        ledger.add(result("student-01"))
    statement(path, "pragma user_version = 1")

    with Ledger(path) as ledger:
        assert list(ledger.latest()) == ["student-01"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("pragma user_version").fetchone() == (VERSION,)
