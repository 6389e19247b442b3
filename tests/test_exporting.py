"""Exports are read back by readers stricter than the systems they are for."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.exporting.folders import moodle_feedback_zip
from grader.exporting.gradescope import gradescope_results
from grader.exporting.junit import write_junit
from grader.exporting.sheets import fill_canvas, fill_moodle_worksheet, number
from grader.pipeline.exporting import Asked, export_class
from grader.pipeline.summarising import summarise
from grader.recording.ledger import Ledger
from grader.rendering.spreadsheet import grades_csv
from grader.result import (
    CheckResult,
    Outcome,
    ProblemDescription,
    ProblemResult,
    RubricRecord,
    Score,
    SetDescription,
    State,
    SubmissionResult,
)
from grader.scoring import score_submission
from grader.summary import Summary


def check(outcome: Outcome, name: str = "one", **more: object) -> CheckResult:
    earned = 2.0 if outcome is Outcome.PASSED else 0.0
    return CheckResult(check=name, claim=f"{name} is right.", points=2, outcome=outcome, earned=earned, **more)


def result(student: str, *checks: CheckResult, rubric: tuple[RubricRecord, ...] = ()) -> SubmissionResult:
    problem = ProblemResult(problem="p", title="P", checks=checks, rubric=rubric)
    return SubmissionResult(
        student=student, problem_set="demo", state=State.GRADED, digest="d", key="k", problems=(problem,), seconds=1.5
    )


DESCRIPTION = SetDescription(
    name="demo", title="A demo",
    problems=(ProblemDescription(problem="p", title="P", statement="", points=4, claims={"one": "one is right."}),),
)  # fmt: skip
PASSED, FAILED, TIMEOUT = (check(outcome) for outcome in (Outcome.PASSED, Outcome.FAILED, Outcome.TIMEOUT))

GRADESCOPE_TOP = {
    "score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility",
    "stdout_visibility", "extra_data", "tests", "leaderboard",
}  # fmt: skip
GRADESCOPE_TEST = {
    "score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags", "visibility",
    "extra_data",
}  # fmt: skip
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}


def read_gradescope(content: dict[str, object]) -> None:
    assert set(content) <= GRADESCOPE_TOP
    assert "score" in content or all("score" in test for test in content["tests"])
    assert content["visibility"] in VISIBILITIES
    assert isinstance(content.get("execution_time", 0), float | int)
    for test in content["tests"]:
        assert set(test) <= GRADESCOPE_TEST
        assert test["status"] in {"passed", "failed"}
        assert 0 <= test["score"] <= test["max_score"]
        assert test["visibility"] in VISIBILITIES - {"hidden"}
    json.dumps(content, allow_nan=False)


def test_gradescope_has_a_total_only_when_it_is_final():
    final, open_ = result("a", PASSED, check(Outcome.FAILED, "two")), result("b", PASSED, check(Outcome.TIMEOUT, "two"))

    one = gradescope_results(final, score_submission(final))
    two = gradescope_results(open_, score_submission(open_))

    read_gradescope(one)
    read_gradescope(two)
    assert one["score"] == 2
    assert "score" not in two
    assert "provisional: 2 points are open" in two["output"]


def test_gradescope_tells_why_nothing_was_graded():
    rejected = SubmissionResult(
        student="a", problem_set="demo", state=State.REJECTED_INPUT, digest="", key="", message="a.ipynb: cut off."
    )

    content = gradescope_results(rejected, score_submission(rejected, points=4))

    read_gradescope(content)
    assert "cut off" in content["output"]
    assert "this is not a score" in content["output"]


def test_hidden_check_keeps_its_message_from_gradescope():
    secret = result("a", check(Outcome.FAILED, "two", hidden=True, message="SECRET"))

    assert "SECRET" not in json.dumps(gradescope_results(secret, score_submission(secret)))


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,PS 8 (4711),Final Score\n"
    ",,,,,Manual Posting,\n"
    "    Points Possible,,,,,4,(read only)\n"
    '"Lovelace, A",101,s1,alpha,"Section, one",,50\n'
    '"Noether, E",102,s2,beta,Section,3,60\n'
    "Test Student,999,,nobody,Section,,\n"
)


def test_canvas_gradebook_changes_in_one_column_only():
    scores = {"alpha": Score(earned=3.5, points=4), "beta": Score(earned=1, points=4, reasons=("open",)),
              "gamma": Score(earned=1, points=4)}  # fmt: skip

    filled = fill_canvas(CANVAS, "PS 8", scores)

    before, after = list(csv.reader(io.StringIO(CANVAS))), list(csv.reader(io.StringIO(filled.text)))
    changed = [(i, j) for i, row in enumerate(before) for j, cell in enumerate(row) if after[i][j] != cell]
    assert changed == [(3, 5)]
    assert after[3][5] == "3.5"
    assert (filled.unknown, filled.missing, filled.withheld) == (("gamma",), ("Test Student",), ("beta",))


def test_canvas_column_that_is_not_there_lists_those_that_are():
    with pytest.raises(SubmissionError, match=r"0 columns called 'PS 9'; its assignments are: PS 8 \(4711\)"):
        fill_canvas(CANVAS, "PS 9", {})
    with pytest.raises(SubmissionError, match="no gradebook exported by Canvas"):
        fill_canvas("a,b\n1,2\n", "PS 8", {})


@pytest.mark.parametrize(
    "header",
    [
        (
            "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
            "Last modified (submission),Last modified (grade),Feedback comments"
        ),
        (
            "Identifikator,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Maximale Bewertung,Bewertung änderbar,"
            "Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),Feedback als Kommentar"
        ),
        "Идентификатор,Имя,Почта,Статус,Оценка,Максимум,Изменяемо,Изменено,Изменено оценка,Отзыв",
    ],
)
def test_moodle_worksheet_is_filled_in_any_language(header: str):
    rows = "Teilnehmer/in 17,A L,alpha,Abgegeben,,100.00,Ja,-,-,\nTeilnehmer/in 18,E N,beta,Abgegeben,,100.00,Ja,-,-,\n"
    scores = {"alpha": Score(earned=3.25, points=4), "beta": Score(earned=1, points=4, reasons=("open",))}

    filled = fill_moodle_worksheet(f"\ufeff{header}\n{rows}", scores)

    assert filled.text.startswith("\ufeff")
    table = list(csv.reader(io.StringIO(filled.text.removeprefix("\ufeff"))))
    assert [row[4] for row in table[1:]] == ["3.25", ""]
    assert ",".join(table[0]) == header
    assert filled.withheld == ("beta",)


WORKSHEET = (
    "Identifier,Full name,Email address,Grade,Maximum Grade,Feedback comments\r\n"
    "Participant 17,A L,alpha,0.00,10.00,\r\nParticipant 18,E N,beta,0.00,10.00,\r\n"
)


def test_worksheet_whose_grades_are_all_the_same_is_filled_in_the_right_column():
    filled = fill_moodle_worksheet(WORKSHEET, {"alpha": Score(earned=3, points=4), "beta": Score(earned=4, points=4)})

    assert filled.text == WORKSHEET.replace("alpha,0.00", "alpha,3").replace("beta,0.00", "beta,4")
    assert "the sheet's maximum is 10 and the set is worth 4" in filled.remarks[0]


def test_points_are_scaled_to_the_maximum_of_the_sheet():
    filled = fill_moodle_worksheet(WORKSHEET, {"alpha": Score(earned=3, points=4)}, scaled=True)
    canvas = fill_canvas(
        CANVAS.replace(",4,(read", ",8,(read"), "PS 8", {"alpha": Score(earned=3.5, points=4)}, scaled=True
    )

    assert "alpha,7.5,10.00" in filled.text
    assert filled.remarks == ()
    assert '"Section, one",7,50' in canvas.text


def test_total_above_the_maximum_is_named():
    filled = fill_moodle_worksheet(WORKSHEET, {"alpha": Score(earned=12, points=12)})

    assert "above the maximum, so not taken as they are: 'alpha'" in filled.remarks[0]


def test_canvas_column_that_is_read_only_is_refused():
    with pytest.raises(SubmissionError, match="its column is read only"):
        fill_canvas(CANVAS.replace(",,,,,4,", ",,,,,(read only),").replace("Possible,,,,,4", "Possible,,,,(read only)"),
                    "PS 8", {})  # fmt: skip


@given(st.text(max_size=60))
def test_any_text_is_a_sheet_or_refused(text: str):
    for fill in (lambda: fill_canvas(text, "PS 8", {}), lambda: fill_moodle_worksheet(text, {})):
        try:
            fill()
        except SubmissionError as error:
            assert str(error)


@given(st.text(max_size=30), st.text(max_size=30))
def test_junit_is_well_formed_whatever_is_written_into_it(
    tmp_path_factory: pytest.TempPathFactory, name: str, words: str
):
    path = tmp_path_factory.mktemp("junit") / "out.xml"

    write_junit(path, name, [result(name, check(Outcome.FAILED, message=words, hint=words))])

    suite = ET.parse(path).getroot().find("testsuite")  # noqa: S314 - our own file
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")


def make_ledger(path: Path, *results: SubmissionResult) -> Ledger:
    ledger = Ledger(path / "ledger.sqlite")
    ledger.describe(DESCRIPTION)
    for one in results:
        ledger.add(one)
    return ledger


def test_moodle_import_is_checked_against_the_roster_before_anything_is_written(tmp_path: Path):
    roster = tmp_path / "roster.csv"
    with make_ledger(tmp_path, result("alpha", PASSED), result("beta", TIMEOUT)) as ledger:
        roster.write_text("student,username\nalpha,al\n")
        with pytest.raises(SubmissionError, match="not in the roster: 'beta'; nothing was written"):
            export_class(ledger, "moodle", tmp_path / "out.csv", Asked(roster=roster))
        assert not (tmp_path / "out.csv").exists()
        roster.write_text("student,username\nalpha,al\nalpha,al\n")
        with pytest.raises(SubmissionError, match="'alpha' is there twice"):
            export_class(ledger, "moodle", tmp_path / "out.csv", Asked(roster=roster))
        roster.write_text("student,username\nalpha,al\nbeta,be\n")
        done = export_class(ledger, "moodle", tmp_path / "out.csv", Asked(roster=roster))

    assert (tmp_path / "out.csv").read_text() == "username,A demo\nal,2\nbe,-\n"
    assert done.remarks == ("provisional, so written as no grade: 'beta'",)


def test_every_format_is_written(tmp_path: Path):
    with make_ledger(tmp_path, result("alpha", PASSED, check(Outcome.FAILED, "two"))) as ledger:
        for form in ("csv", "json", "gradescope", "junit", "html-zip"):
            for path in export_class(ledger, form, tmp_path / f"out-{form}").paths:
                assert path.exists()

        suite = ET.parse(tmp_path / "out-junit").getroot().find("testsuite")  # noqa: S314 - our own file
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    assert zipfile.ZipFile(tmp_path / "out-html-zip").namelist() == ["alpha.html"]
    read_gradescope(json.loads((tmp_path / "out-gradescope" / "alpha" / "results.json").read_text()))
    assert json.loads((tmp_path / "out-json").read_text())["submissions"][0]["total"] == 2


def test_unknown_format_and_missing_input_are_named(tmp_path: Path):
    with make_ledger(tmp_path, result("alpha", PASSED)) as ledger:
        with pytest.raises(SubmissionError, match="unknown format 'xls'; known are csv, json"):
            export_class(ledger, "xls", tmp_path / "out")
        with pytest.raises(SubmissionError, match="needs --sheet"):
            export_class(ledger, "canvas", tmp_path / "out")


def test_moodle_feedback_folders_are_taken_back():
    out = io.BytesIO()

    moodle_feedback_zip(out, [("alpha", b"<p>x</p>")], {"alpha": ("Ada_L/../x", "17")})

    (name,) = zipfile.ZipFile(out).namelist()
    folder, _, file = name.partition("/")
    parts = folder.split("_")
    assert (len(parts), parts[1], parts[2], parts[3]) == (4, "17", "assignsubmission", "file")
    assert file == "feedback.html"
    with pytest.raises(SubmissionError, match="no participant id of Moodle for 'beta'"):
        moodle_feedback_zip(io.BytesIO(), [("beta", b"")], {})


@given(st.text(min_size=1, max_size=30))
def test_gradebook_keeps_one_row_for_each_student(name: str):
    row = result(name, PASSED)

    text = grades_csv(DESCRIPTION, [summarise(row, score_submission(row), DESCRIPTION)])

    table = list(csv.reader(io.StringIO(text)))
    assert len(table) == 2
    assert not table[1][0].startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.floats(0, 1e4))
def test_numbers_have_a_point_and_no_thousands_separator(value: float):
    text = number(value)

    assert set(text) <= set("0123456789.")
    assert abs(float(text) - value) <= 0.005 + 1e-9


def test_name_in_the_other_form_of_unicode_is_the_same_student():
    composed, taken_apart = "J\u00f6rg", "Jo\u0308rg"
    sheet = f"Student,ID,Section,PS 8 (1)\nPoints Possible,,,4\n{composed},7,,\n"

    filled = fill_canvas(sheet, "PS 8", {taken_apart: Score(earned=3, points=4)})

    assert filled.text.splitlines()[-1] == f"{composed},7,,3"
    assert filled.unknown == ()


def test_name_that_two_rows_have_gives_neither_a_grade():
    sheet = "Student,ID,SIS Login ID,PS 8 (1)\nPoints Possible,,,4\nNoor,7,a,\nNoor,8,b,\nZoe,9,c,\n"

    filled = fill_canvas(sheet, "PS 8", {name: Score(earned=3, points=4) for name in ("Noor", "b", "Zoe")})

    assert filled.text.splitlines()[2:] == ["Noor,7,a,", "Noor,8,b,3", "Zoe,9,c,3"]
    assert filled.unknown == ("Noor",)
    assert filled.missing == ("Noor",)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", "＝"])
def test_gradebook_has_no_formula_and_one_line_for_each(start: str):
    name = f'{start}cmd|"/c calc"!A1'
    score = Score(earned=1, points=2, reasons=(f"{start}1+1",))
    one = Summary(student=name, state=State.GRADED, score=score)

    rows = list(csv.reader(io.StringIO(grades_csv(SetDescription(name="d", title="D"), [one]))))

    assert len(rows) == 2
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝")) for cell in rows[1])
