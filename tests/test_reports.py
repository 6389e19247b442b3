"""Pages are drawn when what they show has changed, and left alone otherwise."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.pipeline import reports
from grader.pipeline.exporting import Asked, export_class
from grader.pipeline.reports import class_summaries, natural, write_reports
from grader.pipeline.settling import set_worth
from grader.recording.ledger import Ledger
from grader.result import (
    AnswerRecord,
    CheckResult,
    Decision,
    Mark,
    Outcome,
    ProblemDescription,
    ProblemResult,
    SetDescription,
    State,
    SubmissionResult,
)
from grader.reviewing import open_items

DESCRIPTION = SetDescription(
    name="demo",
    title="A demo",
    problems=(
        ProblemDescription(problem="p", title="P", statement="Find $a$.", points=5,
                           claims={"one": "One.", "two": "Two."},
                           symbols={"f": {"a": "positive"}}, worth={"one": 2.0, "two": 3.0}),
    ),
)  # fmt: skip


def result(student: str, text: str = "a", two: Outcome = Outcome.PASSED) -> SubmissionResult:
    right = text == "a"
    one = CheckResult(check="one", claim="One.", points=2, earned=2.0 if right else 0.0, evidence={"answer": "f"},
                      outcome=Outcome.PASSED if right else Outcome.FAILED)  # fmt: skip
    other = CheckResult(check="two", claim="Two.", points=3, earned=3.0 * (two is Outcome.PASSED), outcome=two)
    answer = AnswerRecord(name="f", kind="Expression", given=True, raw=text, mathml="<math><mi>a</mi></math>")
    problem = ProblemResult(problem="p", title="P", answers=(answer,), checks=(one, other))
    return SubmissionResult(
        student=student, problem_set="demo", state=State.GRADED, digest="d", key="k", problems=(problem,)
    )


@pytest.fixture
def ledger(tmp_path: Path):
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        opened.describe(DESCRIPTION)
        opened.add(result("student-01"))
        opened.add(result("student-02", "2*a"))
        opened.add(result("student-10", "a+a", Outcome.UNDECIDED))
        yield opened


def stamps(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.html")}


def written_again(folder: Path, ledger: Ledger) -> list[str]:
    before = stamps(folder)
    write_reports(folder, ledger)
    after = stamps(folder)
    return sorted(name for name in after if after[name] != before.get(name))


def test_nothing_is_drawn_twice(tmp_path: Path, ledger: Ledger):
    first = write_reports(tmp_path, ledger)

    assert (first.rendered, [one.student for one in first.summaries]) == (3, ["student-01", "student-02", "student-10"])
    assert written_again(tmp_path, ledger) == []
    assert [one.score.total for one in first.summaries] == [5, 3, 0]


def test_new_result_draws_its_page_and_the_class_page(tmp_path: Path, ledger: Ledger):
    write_reports(tmp_path, ledger)
    ledger.add(result("student-02"))

    assert written_again(tmp_path, ledger) == ["class.html", "student-02.html"]
    assert "student-02,5,5,0,final" in (tmp_path / "grades.csv").read_text()


def test_mark_draws_one_page_and_decision_only_those_it_changes(tmp_path: Path, ledger: Ledger):
    write_reports(tmp_path, ledger)
    ledger.add_mark(Mark(student="student-10", subject="p::two", earned=3, marked_by="ta"))
    assert written_again(tmp_path, ledger) == ["class.html", "student-10.html"]

    ledger.add_decision(Decision(kind="accept", subject="p::one", answer="f", formula="2a", points=1, reason="r"))

    assert written_again(tmp_path, ledger) == ["class.html", "student-02.html", "student-10.html"]
    assert [one.score.total for one in class_summaries(tmp_path, ledger)] == [5, 4, 4]


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_text("half a pa"), os.utime])
def test_page_that_is_not_as_it_was_written_is_drawn_again(
    tmp_path: Path, ledger: Ledger, spoil: Callable[[Path], object]
):
    write_reports(tmp_path, ledger)
    right = (tmp_path / "student-01.html").read_bytes()
    spoil(tmp_path / "student-01.html")

    write_reports(tmp_path, ledger)

    assert (tmp_path / "student-01.html").read_bytes() == right


def test_change_of_style_or_description_draws_every_page(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
):
    write_reports(tmp_path, ledger)
    ledger.describe(DESCRIPTION.model_copy(update={"language": "de"}))
    assert len(written_again(tmp_path, ledger)) == 4

    monkeypatch.setattr(reports, "pages_edition", lambda: "another style")

    assert len(written_again(tmp_path, ledger)) == 4


def test_afresh_draws_everything(tmp_path: Path, ledger: Ledger):
    write_reports(tmp_path, ledger)

    assert write_reports(tmp_path, ledger, afresh=True).rendered == 3


def test_void_check_is_worth_nothing_until_it_is_withdrawn(tmp_path: Path, ledger: Ledger):
    ledger.add_decision(Decision(kind="void", subject="p::two", reason="wrong key"))

    assert set_worth(ledger) == 2
    report = write_reports(tmp_path, ledger)
    assert [(one.score.total, one.score.points, one.score.provisional) for one in report.summaries] == [
        (2, 2, False), (0, 2, False), (0, 2, False),
    ]  # fmt: skip
    assert "of 2 points" in (tmp_path / "class.html").read_text()
    ledger.add_decision(Decision(kind="withdraw", subject="p::two", reason="it was right"))
    assert set_worth(ledger) == 5
    assert [one.score.total for one in write_reports(tmp_path, ledger).summaries] == [5, 3, 0]


def test_result_of_an_older_set_is_named(tmp_path: Path, ledger: Ledger):
    newer = DESCRIPTION.problems[0].model_copy(update={"claims": {"one": "One.", "three": "Three."}})
    ledger.describe(DESCRIPTION.model_copy(update={"problems": (newer,)}))

    report = write_reports(tmp_path, ledger)

    assert all(one.outdated == ("P",) for one in report.summaries)
    assert "graded with older checks, grade again: P" in (tmp_path / "class.html").read_text()
    remarks = export_class(ledger, "csv", tmp_path / "out.csv").remarks
    assert remarks[0].startswith("graded with older checks")


def test_group_carries_its_name_and_what_was_decided(tmp_path: Path, ledger: Ledger):
    write_reports(tmp_path, ledger)
    ledger.add_decision(
        Decision(kind="ignore", subject="p::one", answer="f", formula="2a", made_by="ta", reason="seen")
    )

    write_reports(tmp_path, ledger)

    page = (tmp_path / "class.html").read_text()
    assert "ignore, ta: seen" in page


def test_archive_of_pages_is_what_was_written_and_what_is_missing_is_drawn(tmp_path: Path, ledger: Ledger):
    write_reports(tmp_path, ledger)
    pages = {path.name: path.read_bytes() for path in tmp_path.glob("student-*.html")}
    (tmp_path / "student-01.html").unlink()

    export_class(ledger, "html-zip", tmp_path / "out.zip")

    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == pages
    assert not list(tmp_path.glob(".*part"))


def test_export_that_fails_leaves_nothing(tmp_path: Path, ledger: Ledger):
    export_class(ledger, "json", tmp_path / "out.json")
    rows = json.loads((tmp_path / "out.json").read_text())["submissions"]
    assert [row["total"] for row in rows] == [5, 3, 0]

    with pytest.raises(SubmissionError, match="no such file"):
        export_class(ledger, "canvas", tmp_path / "out.csv", Asked(sheet=tmp_path / "nothing.csv"))
    assert not (tmp_path / "out.csv").exists()
    assert not list(tmp_path.glob(".*part"))


def test_mark_for_an_earlier_hand_in_does_not_count(tmp_path: Path, ledger: Ledger):
    (item,) = open_items(ledger.newest(["student-10"]))
    ledger.add_mark(Mark(student="student-10", subject="p::two", earned=3, marked_by="ta", about=item.about))
    assert write_reports(tmp_path, ledger).scores["student-10"].total == 3

    ledger.add(result("student-10", "a/2", Outcome.UNDECIDED))

    score = write_reports(tmp_path, ledger).scores["student-10"]
    assert (score.total, score.provisional) == (0, True)


def test_ledger_from_before_pages_were_kept_is_read(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as old:
        old.describe(DESCRIPTION)
        old.add(result("student-01"))
        old._connection.execute("drop table page")
        old._connection.execute("alter table mark drop column about")
        old._connection.execute("insert into mark values (1, 'student-01', 'p::two', '', 1, 'ta', '', '2026-01-01')")

    with Ledger(path) as again:
        assert write_reports(tmp_path, again).rendered == 1
        assert again.marks()[0].about == ""


def test_order_of_students_is_that_of_their_numbers():
    assert sorted(["s-10", "s-9", "s-2", "t"], key=natural) == ["s-2", "s-9", "s-10", "t"]
