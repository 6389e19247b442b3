"""What people decide is kept with who, when and why, laid over the results, and can be taken back."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from grader.cli.review import command as review
from grader.errors import SubmissionError
from grader.pipeline.batch import grade_class, plan
from grader.pipeline.describing import describe
from grader.pipeline.grading import open_bench
from grader.pipeline.regrading import apply, regrade
from grader.pipeline.reports import write_reports
from grader.pipeline.settling import set_worth, settled_results
from grader.recording.ledger import Ledger
from grader.result import (
    AnswerRecord,
    CheckResult,
    Decision,
    Mark,
    Outcome,
    ProblemResult,
    RubricRecord,
    State,
    SubmissionResult,
)
from grader.reviewfiles import read_marks, to_csv, to_json
from grader.reviewing import blind_order, newest, open_items, overtaken_decisions, settled, standing_decisions
from grader.scoring import score_submission
from tests.courses import RIGHT_MEAN, RIGHT_SCALE, hand_in, make_course


def result(student: str = "student-01", text: str = "because") -> SubmissionResult:
    problem = ProblemResult(
        problem="p",
        title="P",
        answers=(AnswerRecord(name="why", kind="Text", given=True, raw=text),),
        checks=(CheckResult(check="c", claim="C holds.", points=3, outcome=Outcome.UNDECIDED, detail="hard"),),
        rubric=(
            RubricRecord(answer="why", item="a", text="says a", points=2),
            RubricRecord(answer="why", item="b", text="says b", points=1),
        ),
    )
    return SubmissionResult(
        student=student, problem_set="demo", state=State.GRADED, digest="d", key="k", problems=(problem,)
    )


def items(*results: SubmissionResult) -> dict[tuple[str, str, str], object]:
    return {item.key: item for item in open_items(results)}


def mark(item: str, earned: float | None, subject: str = "why", **more: str) -> Mark:
    return Mark(student="student-01", subject=subject, item=item, earned=earned, marked_by="ta", **more)


def test_score_is_provisional_until_nothing_is_open():
    one = result()
    some = newest([mark("a", 2)])
    every = newest([mark("a", 2), mark("b", 0), mark("", 3, "p::c")])

    totals = [score_submission(settled(one, marks)) for marks in ({}, some, every)]

    assert [(score.total, score.open_points, score.provisional) for score in totals] == [
        (0, 6, True), (2, 4, True), (5, 0, False),
    ]  # fmt: skip


def test_mark_can_be_taken_back_and_the_newest_counts():
    marks = newest([mark("a", 2), mark("a", None), mark("b", 0), mark("b", 1)])

    assert {key[2]: found.earned for key, found in marks.items()} == {"b": 1}


def test_rubric_item_changed_later_applies_backwards():
    dearer = result().model_copy(
        update={"problems": (result().problems[0].model_copy(
            update={"rubric": (RubricRecord(answer="why", item="a", text="says a", points=4),)}),)}
    )  # fmt: skip

    again = settled(dearer, newest([mark("a", 4)]))

    assert again.problems[0].rubric[0].earned == 4


def test_review_file_goes_out_and_comes_back():
    known = items(result(), result("student-02", "=HYPERLINK()"))
    rows = list(csv.DictReader(io.StringIO(to_csv(list(known.values()), {}))))  # type: ignore[arg-type]
    assert rows[3]["text"] == "'=HYPERLINK()"
    for row in rows:
        row["mark"] = row["points"]
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)

    marks = read_marks(out.getvalue(), known, marked_by="ta")  # type: ignore[arg-type]

    assert len(marks) == 6
    assert {(one.student, one.item, one.earned) for one in marks} >= {("student-02", "a", 2), ("student-01", "", 3)}


def test_json_review_file_goes_out_and_comes_back():
    known = items(result())
    content = json.loads(to_json(list(known.values()), {}))  # type: ignore[arg-type]
    content[0]["mark"] = 2

    (one,) = read_marks(json.dumps(content), known, marked_by="ta")  # type: ignore[arg-type]

    assert (one.item, one.earned, one.marked_by) == ("a", 2, "ta")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("mark", "seven"), "row 2: a number was expected as the mark, got 'seven'"),
        (("mark", "9"), "row 2: 'student-01', why / a: a mark from 0 to 2 was expected, got 9"),
        (("student", "nobody"), "row 2: there is nothing open called nobody / why / a"),
        (("item", "b"), "row 3: the same item as row 2"),
    ],
)
def test_row_edited_by_hand_is_named_and_nothing_is_taken(change: tuple[str, str], message: str):
    known = items(result())
    rows = list(csv.DictReader(io.StringIO(to_csv(list(known.values()), {}))))  # type: ignore[arg-type]
    rows[0]["mark"] = "1"
    rows[0][change[0]] = change[1]
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)

    with pytest.raises(SubmissionError, match=message):
        read_marks(out.getvalue(), known, marked_by="ta")  # type: ignore[arg-type]


def edited(known: dict, marks: dict | None = None, **cells: str) -> str:
    """A review file as it goes out, with cells of its first row changed."""
    rows = json.loads(to_json(list(known.values()), marks or {}))
    rows[0] |= cells
    return json.dumps(rows)


def test_row_that_somebody_marked_since_the_file_was_written_is_refused():
    known = items(result())
    file = edited(known, mark="1", comment="half")
    other = newest([mark("a", 2, made="2026-11-21T10:00:00+00:00")])

    with pytest.raises(
        SubmissionError, match=r"row 1: 'student-01', why / a: marked 2 by ta \(2026.*\) since this file was written"
    ):
        read_marks(file, known, marked_by="me", known=other)

    assert [one.earned for one in read_marks(file, known, marked_by="me", known=other, overwrite=True)] == [1]
    assert [one.earned for one in read_marks(edited(known, other, mark="1"), known, marked_by="me", known=other)] == [1]
    same = newest([mark("a", 1, comment="half")])
    assert len(read_marks(file, known, marked_by="me", known=same)) == 1


def test_row_about_an_earlier_hand_in_is_refused():
    file = edited(items(result(text="because")), mark="1")
    known = items(result(text="because of the sum"))

    with pytest.raises(SubmissionError, match="row 1: .* handed in another text since this file was written"):
        read_marks(file, known, marked_by="me")


def test_review_file_says_what_was_marked_for_an_earlier_hand_in():
    old = newest([mark("a", 2, about="text-of-before")])

    (row, *_) = json.loads(to_json(list(items(result()).values()), old))

    assert (row["mark"], row["reason"]) == ("", "marked 2 by ta for an earlier hand-in")


def test_dash_takes_a_mark_back():
    known = items(result())
    before = newest([mark("a", 2)])

    (one,) = read_marks(edited(known, before, mark="-"), known, marked_by="me", known=before)

    assert one.earned is None


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "'=x", "''@y", "-1", "a\nb", 'q"uote', "\u202ertl", "x" * 300, "é,;"]
)
def test_hostile_name_comes_back_as_it_was_and_is_no_formula(name: str):
    known = items(result(name, name))
    text = to_csv(list(known.values()), {})
    for row in csv.reader(io.StringIO(text)):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    rows = list(csv.DictReader(io.StringIO(text)))
    for row in rows:
        row["mark"] = "1"
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)

    assert {one.student for one in read_marks(out.getvalue(), known, marked_by="ta")} == {name}


@given(st.text(max_size=40))
def test_any_name_survives_a_review_file(name: str):
    known = items(result(name.replace("\r", "").replace("\0", "") or "x"))
    text = to_csv(list(known.values()), {})

    assert read_marks(text, known, marked_by="ta") == []


def test_withdrawn_decision_holds_no_more():
    first = Decision(kind="accept", subject="p::c", answer="f", formula="a")
    other = Decision(kind="hint", subject="p::c", answer="f", formula="b", hint="h")
    void = Decision(kind="void", subject="p::d")

    one = Decision(kind="withdraw", subject="p::c", answer="f", formula="a")
    whole = Decision(kind="withdraw", subject="p::c")

    assert standing_decisions([first, other, void, one]) == [other, void]
    assert standing_decisions([first, other, whole, void]) == [void]
    assert standing_decisions([one, first]) == [first]


@given(st.text(max_size=200))
def test_any_text_is_a_review_file_or_refused(text: str):
    try:
        read_marks(text, {}, marked_by="ta")
    except (SubmissionError, csv.Error) as error:
        assert str(error)


def test_order_of_review_follows_neither_names_nor_scores():
    many = [result(f"student-{number:02}") for number in range(20)]

    order = [item.student for item in blind_order(open_items(many), b"key") if item.item == "a"]
    other = [item.student for item in blind_order(open_items(many), b"other") if item.item == "a"]

    assert sorted(order) == [one.student for one in many]
    assert order not in (sorted(order), other)
    assert [item.subject for item in blind_order(open_items(many), b"key")][:20] == ["p::c"] * 20


@pytest.fixture(scope="module")
def class_graded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_course(tmp_path_factory.mktemp("course"))
    hand_in(root, "student-01", RIGHT_MEAN, RIGHT_SCALE)
    hand_in(root, "student-02", 'mean = "2*a"', RIGHT_SCALE)
    hand_in(root, "student-03", "**Answer `mean`**: $a+a$", RIGHT_SCALE)
    with Ledger(root / "reports" / "demo" / "ledger.sqlite") as ledger:
        planned = plan(root, "demo", ledger)
        grade_class(root, "demo", ledger, planned, workers=1, isolation="", progress=lambda _step: None)
        write_reports(root / "reports" / "demo", ledger)
    return root


@pytest.fixture
def graded(tmp_path: Path, class_graded_once: Path) -> Iterator[tuple[Path, Ledger]]:
    root = tmp_path / "course"
    shutil.copytree(class_graded_once, root)
    with Ledger(root / "reports" / "demo" / "ledger.sqlite") as ledger:
        yield root, ledger


def totals(ledger: Ledger) -> dict[str, float]:
    return {student: score_submission(one).total for student, one in settled_results(ledger).items()}


def test_one_decision_serves_all_equal_answers(graded: tuple[Path, Ledger]):
    _, ledger = graded
    assert totals(ledger) == {"student-01": 5, "student-02": 3, "student-03": 3}

    ledger.add_decision(
        Decision(kind="accept", subject="mean::mean_is_right", answer="mean", formula="a*2", points=1, made_by="ta",
                 reason="read as twice the mean")
    )  # fmt: skip

    assert totals(ledger) == {"student-01": 5, "student-02": 4, "student-03": 4}
    ledger.add_decision(Decision(kind="void", subject="scaling::doubles", made_by="ta", reason="the key was wrong"))
    assert totals(ledger) == {"student-01": 3, "student-02": 2, "student-03": 2}


def test_mended_reference_changes_whom_it_should_and_runs_nothing(graded: tuple[Path, Ledger]):
    root, ledger = graded
    solution = root / "reference" / "demo" / "mean" / "solution.py"
    solution.write_text(solution.read_text().replace("a / 2", "2 * a"))

    with open_bench(root, "demo", key=ledger.key, isolation="L1", preload=("sympy",)) as bench:
        changes = {change.student: change for change in regrade(bench, ledger)}
        careful = {change.student: change for change in regrade(bench, ledger, never_lower=True)}

    assert {name: (change.before, change.after) for name, change in changes.items()} == {
        "student-01": (5, 3), "student-02": (3, 5), "student-03": (3, 5),
    }  # fmt: skip
    assert [(one.check, one.before, one.after) for one in changes["student-02"].checks] == [
        ("mean_is_right", "failed", "passed")
    ]
    assert careful["student-01"].kept
    assert totals(ledger)["student-02"] == 3
    for change in careful.values():
        apply(ledger, change, author="ta")
    assert totals(ledger) == {"student-01": 5, "student-02": 5, "student-03": 5}
    assert [what for _, what, _ in ledger.events()] == ["regrade", "regrade"]
    assert plan(root, "demo", ledger).unchanged == ("student-01", "student-02", "student-03")


CHECK = "mean::mean_is_right"


def decide(root: Path, *arguments: str) -> None:
    done = CliRunner().invoke(
        review, ["decide", "demo", *arguments, "--reason", "told so", "--by", "ta", "--root", str(root)]
    )
    assert done.exit_code == 0, (done.output, done.exception)


def change_the_check(root: Path, ledger: Ledger, before: str, after: str) -> None:
    """Change the problem file and judge the class again."""
    problem = root / "problems" / "demo" / "mean.py"
    assert before in problem.read_text()
    problem.write_text(problem.read_text().replace(before, after))
    with open_bench(root, "demo", key=ledger.key, isolation="L1", preload=("sympy",)) as bench:
        ledger.describe(describe(bench.problem_set))
        for change in regrade(bench, ledger):
            apply(ledger, change, author="ta")


def test_decision_made_before_the_check_changed_waits_for_a_person(graded: tuple[Path, Ledger]):
    root, ledger = graded
    decide(root, CHECK, "accept", "--answer", "mean", "--formula", "a*2", "--points", "2")
    assert totals(ledger) == {"student-01": 5, "student-02": 5, "student-03": 5}

    change_the_check(root, ledger, "assert_equivalent(student.mean, reference.mean)",
                     "assert_equivalent(student.mean, reference.mean, case='once more')")  # fmt: skip

    scores = {student: score_submission(one) for student, one in settled_results(ledger).items()}
    report = write_reports(root / "reports" / "demo", ledger)
    page = (root / "reports" / "demo" / "class.html").read_text()
    assert {student: (score.total, score.provisional) for student, score in scores.items()} == {
        "student-01": (5, False), "student-02": (3, True), "student-03": (3, True),
    }  # fmt: skip
    assert report.overtaken == (
        "mean::mean_is_right, 'a*2': accept by ta (told so); made before the check changed, look again",
    )
    assert "Decisions to look at again" in page
    assert "accept with 2, ta: told so; made before the check changed, look again" in page


@pytest.mark.parametrize(("again", "total"), [("accept", 5), ("ignore", 3), ("withdraw", 3)])
def test_decision_made_again_holds(graded: tuple[Path, Ledger], again: str, total: float):
    root, ledger = graded
    same = ("--answer", "mean", "--formula", "2 a")
    decide(root, CHECK, "accept", *same, "--points", "2")
    change_the_check(root, ledger, "points=2", "points=2.0")

    decide(root, CHECK, again, *same, "--points", "2")

    score = score_submission(settled_results(ledger)["student-02"])
    assert (score.total, score.provisional) == (total, False)
    assert overtaken_decisions(ledger.decisions(), ledger.description) == []


def test_void_check_that_was_mended_is_open_for_everybody(graded: tuple[Path, Ledger]):
    root, ledger = graded
    decide(root, CHECK, "void")
    assert (totals(ledger)["student-01"], set_worth(ledger)) == (3, 3)

    change_the_check(root, ledger, 'Expression(a="positive")', 'Expression(a="positive integer")')

    scores = [score_submission(one) for one in settled_results(ledger).values()]
    assert [(score.total, score.points, score.provisional) for score in scores] == [(3, 5, True)] * 3
    assert set_worth(ledger) == 5


def test_decision_about_a_check_that_is_gone_is_named(graded: tuple[Path, Ledger]):
    root, ledger = graded
    decide(root, CHECK, "void")

    change_the_check(root, ledger, "def mean_is_right", "def mean_is_exact")

    (words,) = overtaken_decisions(ledger.decisions(), ledger.description)
    assert words == "mean::mean_is_right: void by ta (told so); the set has no such check any more"
    decide(root, CHECK, "withdraw")
    assert overtaken_decisions(ledger.decisions(), ledger.description) == []


def test_words_may_change_and_decisions_hold(graded: tuple[Path, Ledger]):
    root, ledger = graded
    decide(root, CHECK, "accept", "--answer", "mean", "--formula", "2 a", "--points", "2")

    change_the_check(root, ledger, "The mean is right as a function of a.", "The mean is right.")

    assert totals(ledger) == {"student-01": 5, "student-02": 5, "student-03": 5}


def with_check(one: SubmissionResult, **fields: object) -> SubmissionResult:
    (problem,) = one.problems
    (check,) = problem.checks
    changed = problem.model_copy(update={"checks": (check.model_copy(update=fields),)})
    return one.model_copy(update={"problems": (changed,)})


@pytest.mark.parametrize(
    ("outcome", "definition", "found", "earned"),
    [
        (Outcome.UNDECIDED, "check-1", Outcome.PASSED, 3),  # the same question: the mark counts
        (Outcome.UNDECIDED, "check-2", Outcome.PENDING, 0),  # another: it waits
        (Outcome.FAILED, "check-2", Outcome.PENDING, 0),  # nor is what a person gave lost to a new verdict
        (Outcome.PASSED, "check-2", Outcome.PASSED, 3),  # there is nothing to lose
    ],
)
def test_mark_is_for_the_check_that_it_was_made_about(outcome: Outcome, definition: str, found: Outcome, earned: float):
    before = with_check(result(), definition="check-1")
    (item,) = [one for one in open_items([before]) if not one.item]
    marks = newest([mark("", 3, "p::c", about=item.about)])
    after = with_check(
        result(), outcome=outcome, definition=definition, earned=3.0 if outcome is Outcome.PASSED else 0.0
    )

    (check,) = settled(after, marks).problems[0].checks

    assert (check.outcome, check.earned) == (found, earned)
    assert ("marked 3 by ta, before the check changed" in check.detail) == (found is Outcome.PENDING)


def test_failure_that_a_person_marked_otherwise_before_the_check_changed_can_be_marked_again():
    (item,) = [one for one in open_items([with_check(result(), definition="check-1")]) if not one.item]
    marks = newest([mark("", 3, "p::c", about=item.about)])
    after = with_check(result(), outcome=Outcome.FAILED, definition="check-2")

    (again,) = [one for one in open_items([after], marks) if not one.item]
    (row,) = [row for row in json.loads(to_json([again], marks)) if row["subject"] == "p::c"]
    marks = newest([*marks.values(), mark("", 2, "p::c", about=again.about)])

    assert row["reason"].startswith("marked 3 by ta before the question changed: look again; ")
    assert row["mark"] == ""
    assert settled(after, marks).problems[0].checks[0].earned == 2
    assert not [one for one in open_items([after]) if not one.item]


def test_mark_for_a_rubric_item_that_says_something_else_by_now_does_not_count():
    one = result()
    about = next(item.about for item in open_items([one]) if item.item == "a")
    (problem,) = one.problems
    items_now = tuple(item.model_copy(update={"text": f"{item.text} and why"}) for item in problem.rubric)
    after = one.model_copy(update={"problems": (problem.model_copy(update={"rubric": items_now}),)})
    marks = newest([mark("a", 2, about=about)])

    assert settled(one, marks).problems[0].rubric[0].earned == 2
    assert settled(after, marks).problems[0].rubric[0].earned is None


def test_check_that_asks_something_new_names_who_must_run_again(graded: tuple[Path, Ledger]):
    root, ledger = graded
    problem = root / "problems" / "demo" / "scaling.py"
    problem.write_text(problem.read_text().replace("np.ones((2, 3))", "np.zeros((2, 3))"))

    with open_bench(root, "demo", key=ledger.key, isolation="L1", preload=("numpy",)) as bench:
        changes = list(regrade(bench, ledger))

    assert all(change.unanswered == (("scaling", "call of 'scale' was not asked when the submission ran"),)
               for change in changes)  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "grader", "regrade", "demo", "--preview"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "'student-01' must run again for scaling" in done.stdout


def test_review_file_through_the_command_line(graded: tuple[Path, Ledger]):
    root, ledger = graded
    one = ledger.latest()["student-01"]
    problem = one.problems[0].model_copy(update={"rubric": result().problems[0].rubric})
    ledger.add(one.model_copy(update={"problems": (problem, *one.problems[1:])}))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "grader", "review", *arguments]
        return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)

    exported = run("export", "demo", "--out", "open.json")
    rows = json.loads((root / "open.json").read_text())
    for row in rows:
        row["mark"] = row["points"]
    (root / "open.json").write_text(json.dumps(rows))
    imported = run("import", "demo", "open.json", "--by", "ta")

    assert exported.stdout.startswith("2 open items")
    assert imported.stdout.startswith("2 marks taken, 0 as before, 0 items still open"), imported.stderr
    assert {(mark.item, mark.earned, mark.marked_by) for mark in ledger.marks()} == {("a", 2, "ta"), ("b", 1, "ta")}
    assert "unknown check" in run("decide", "demo", "x::y", "void", "--reason", "r").stderr
    rows[0]["mark"] = 0.5
    (root / "open.json").write_text(json.dumps(rows))
    late = run("import", "demo", "open.json", "--by", "other")
    assert "marked 2 by ta" in late.stderr
    assert "no mark was taken from this file" in late.stderr
    assert len(ledger.marks()) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mean::mean_is_right", "accept", "--answer", "mean", "--formula", "a(("), "the formula cannot be read"),
        (
            ("mean::mean_is_right", "accept", "--answer", "mean", "--formula", "a", "--points", "9"),
            "points from 0 to 2",
        ),
        (("mean::mean_is_right", "accept", "--answer", "x", "--formula", "a"), "no formula is called 'x'"),
        (("mean::mean_is_right", "accept"), "accept needs a group, or --answer and --formula"),
        (("abcdef01", "accept"), "no group of wrong formulas is called 'abcdef01'"),
    ],
)
def test_decision_that_makes_no_sense_is_refused(
    graded: tuple[Path, Ledger], capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
):
    root, ledger = graded

    with pytest.raises(SubmissionError, match=re.escape(words)):
        review.main(["decide", "demo", *arguments, "--reason", "r", "--root", str(root)], standalone_mode=False)
    assert ledger.decisions() == []


def test_group_is_decided_by_the_name_on_the_class_page(graded: tuple[Path, Ledger]):
    root, ledger = graded
    page = (root / "reports" / "demo" / "class.html").read_text()
    (identity,) = re.findall(r'<code class="name">([0-9a-f]{8})</code>', page)

    review.main(["decide", "demo", identity, "accept", "--points", "1", "--reason", "twice", "--root", str(root)],
                standalone_mode=False)  # fmt: skip

    assert totals(ledger) == {"student-01": 5, "student-02": 4, "student-03": 4}


def test_marking_in_the_terminal_can_be_undone(graded: tuple[Path, Ledger], monkeypatch: pytest.MonkeyPatch):
    root, ledger = graded
    one = ledger.latest()["student-01"]
    problem = one.problems[0].model_copy(update={"rubric": result().problems[0].rubric})
    ledger.add(one.model_copy(update={"problems": (problem, *one.problems[1:])}))
    typed = iter(["9", "y", "u", "c", "a word", "1.5", "u", "1", "n", ""])
    monkeypatch.setattr("builtins.input", lambda _prompt: next(typed))

    review.main(["mark", "demo", "--by", "ta", "--root", str(root)], standalone_mode=False)

    marked = {key[2]: (found.earned, found.comment) for key, found in newest(ledger.marks()).items()}
    assert marked == {"a": (1, ""), "b": (0, "")}


def test_two_people_at_one_item_are_told(graded: tuple[Path, Ledger]):
    _, ledger = graded
    since = ledger.last_mark()
    ledger.add_marks([mark("a", 2)], since=since)

    with pytest.raises(SubmissionError, match="ta marked this at the same time; nothing was recorded"):
        ledger.add_marks([mark("b", 1), mark("a", 1)], since=since)
    assert len(ledger.marks()) == 1
