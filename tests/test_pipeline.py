"""A class is graded end to end, with real processes: outcomes, faults, interruptions and bad input."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import AuthoringError, EnvironmentFault
from grader.loading.submissions import receive
from grader.pipeline.batch import Progress, grade_class, plan
from grader.pipeline.grading import Bench, Graded, grade_received, open_bench
from grader.pipeline.reports import write_reports
from grader.pipeline.rescoring import rescore
from grader.pipeline.validating import validate_set
from grader.recording.ledger import Ledger
from grader.result import Outcome, State
from grader.scoring import score_submission
from tests.courses import RIGHT_MEAN, RIGHT_SCALE, hand_in, heed_interrupts, make_course


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def bench(course: Path) -> Iterator[Bench]:
    with open_bench(course, "demo", key=b"key", isolation="") as opened:
        yield opened


def grade(bench: Bench, course: Path, student: str, *cells: str) -> Graded:
    hand_in(course, student, *cells)
    return grade_received(bench, receive(course / "submissions" / "demo", student, "demo"), key="k")


def outcomes(graded: Graded) -> dict[str, str]:
    return {check.check: check.outcome.value for problem in graded.result.problems for check in problem.checks}


def test_right_answers_earn_everything(bench: Bench, course: Path):
    graded = grade(bench, course, "right", RIGHT_MEAN, RIGHT_SCALE)

    score = score_submission(graded.result)
    assert (score.total, score.points, score.provisional) == (5, 5, False)


def test_wrong_formula_gets_a_counterexample_and_the_known_mistake(bench: Bench, course: Path):
    graded = grade(bench, course, "wrong", 'mean = "a"', RIGHT_SCALE)

    check = graded.result.problem("mean").checks[0]
    assert check.outcome is Outcome.FAILED
    assert check.mistake == "largest"
    assert check.hint == "This is the largest value, not the mean."
    assert check.evidence["values"]


def test_blank_notebook_fails_without_running_into_errors(bench: Bench, course: Path):
    graded = grade(
        bench, course, "blank", "**Answer `mean`**: a formula in `a`\n\n$$\\dots$$", "def scale(x):\n    ..."
    )

    assert outcomes(graded) == {"mean_is_right": "failed", "keeps_the_shape": "failed", "doubles": "skipped"}
    assert graded.result.problem("mean").checks[0].message == "no answer `mean` was given"


def test_endless_loop_costs_only_what_depends_on_it(bench: Bench, course: Path):
    graded = grade(bench, course, "loop", RIGHT_MEAN, "while True:\n    pass", RIGHT_SCALE)

    assert outcomes(graded) == {"mean_is_right": "passed", "keeps_the_shape": "passed", "doubles": "passed"}
    assert graded.result.cells[1].limit == "time"


def test_answer_in_an_endless_cell_is_a_timeout_and_provisional(bench: Bench, course: Path):
    graded = grade(bench, course, "loop2", RIGHT_MEAN, f"while True:\n    pass\n{RIGHT_SCALE}")

    assert outcomes(graded) == {"mean_is_right": "passed", "keeps_the_shape": "timeout", "doubles": "skipped"}
    score = score_submission(graded.result)
    assert (score.total, score.open_points) == (2, 3)
    assert score.provisional


def test_function_that_ends_the_process_costs_its_own_check_only(bench: Bench, course: Path):
    graded = grade(bench, course, "exit", RIGHT_MEAN, "import os\ndef scale(x):\n    os._exit(0)")

    assert outcomes(graded) == {"mean_is_right": "passed", "keeps_the_shape": "failed", "doubles": "skipped"}
    assert "process ended" in graded.result.problem("scaling").checks[0].message


def test_function_that_never_answers_is_a_timeout(bench: Bench, course: Path):
    graded = grade(bench, course, "never", RIGHT_MEAN, "def scale(x):\n    while True: pass")

    assert outcomes(graded)["keeps_the_shape"] == "timeout"


def test_exception_names_the_students_own_line(bench: Bench, course: Path):
    graded = grade(bench, course, "raises", RIGHT_MEAN, "def scale(x):\n    return x.no_such_thing")

    check = graded.result.problem("scaling").checks[0]
    assert check.outcome is Outcome.FAILED
    assert "AttributeError" in check.message
    assert check.evidence["traceback"][-1][1:] == (2, "return x.no_such_thing")


def test_missing_package_is_our_fault_and_a_misspelled_one_is_not(bench: Bench, course: Path):
    lacking = grade(bench, course, "lacking", RIGHT_MEAN, "import tensorflow as tf\ndef scale(x):\n    return tf.x")
    misspelled = grade(bench, course, "misspelled", RIGHT_MEAN, "import nunpy as np\ndef scale(x):\n    return np.x")

    assert outcomes(lacking)["keeps_the_shape"] == "error"
    assert score_submission(lacking.result).provisional
    assert outcomes(misspelled)["keeps_the_shape"] == "failed"


def test_function_that_counts_its_calls_earns_nothing(bench: Bench, course: Path):
    counting = "calls = []\ndef scale(x):\n    calls.append(1)\n    return 2 * x if len(calls) < 3 else 0 * x"

    graded = grade(bench, course, "counting", RIGHT_MEAN, counting)

    assert outcomes(graded)["doubles"] == "failed"


def test_later_reuse_of_a_name_changes_no_answer(bench: Bench, course: Path):
    graded = grade(bench, course, "reuse", RIGHT_MEAN, f"# answer: scale\n{RIGHT_SCALE}", "scale = 3")

    assert outcomes(graded)["doubles"] == "passed"


def test_warnings_and_standard_error_cost_nothing(bench: Bench, course: Path):
    noisy = "import sys, warnings\nwarnings.warn('x')\nprint('passed', file=sys.stderr)"

    graded = grade(bench, course, "noisy", noisy, RIGHT_MEAN, RIGHT_SCALE)

    assert score_submission(graded.result).total == 5


def test_wrong_assignment_is_rejected_and_not_scored(bench: Bench, course: Path):
    hand_in(course, "other", RIGHT_MEAN, problem_set="ps01")
    place = course / "submissions" / "ps01"
    (place / "other" / "ps01.ipynb").rename(place / "other" / "demo.ipynb")

    graded = grade_received(bench, receive(place, "other", "demo"), key="k")

    assert graded.result.state is State.REJECTED_INPUT
    assert "wrong assignment: this notebook is for 'ps01'" in graded.result.message
    assert score_submission(graded.result, points=5).provisional


def test_set_validates(bench: Bench):
    assert [finding for finding in validate_set(bench) if not finding.fine] == []


def test_rescoring_executes_nothing_and_finds_the_same(bench: Bench, course: Path):
    graded = grade(bench, course, "again", 'mean = "a"', RIGHT_SCALE)
    executed = dict(graded.replies)

    again = rescore(bench, graded.result, lambda problem: executed[problem])

    assert not again.unanswered
    assert again.result.problems == tuple(
        problem.model_copy(
            update={
                "checks": tuple(
                    check.model_copy(update={"seconds": new.seconds})
                    for check, new in zip(problem.checks, other.checks, strict=True)
                )
            }
        )
        for problem, other in zip(graded.result.problems, again.result.problems, strict=True)
    )


def run_class(root: Path, **options: object) -> tuple[dict[str, object], list[Progress]]:
    steps: list[Progress] = []
    with Ledger(root / "reports" / "demo" / "ledger.sqlite") as ledger:
        planned = plan(root, "demo", ledger, **options)  # type: ignore[arg-type]
        grade_class(root, "demo", ledger, planned, workers=2, isolation="", progress=steps.append)
        report = write_reports(root / "reports" / "demo", ledger)
        found = {one.student: one.score.total for one in report.summaries}
    return found, steps


def test_class_is_graded_once_and_only_changes_are_graded_again(tmp_path: Path):
    root = make_course(tmp_path)
    hand_in(root, "student-01", RIGHT_MEAN, RIGHT_SCALE)
    hand_in(root, "student-02", 'mean = "a"', RIGHT_SCALE)
    hand_in(root, "student-10", RIGHT_MEAN)
    (root / "submissions" / "demo" / "student-11").mkdir()

    first, steps = run_class(root)
    again, none = run_class(root)
    hand_in(root, "student-02", RIGHT_MEAN, RIGHT_SCALE)
    changed, one = run_class(root)

    assert first == {"student-01": 5, "student-02": 3, "student-10": 2, "student-11": 0}
    assert [step.total for step in steps] == [4] * 4
    assert (again, [step.result.student for step in none]) == (first, ["student-11"])
    assert changed["student-02"] == 5
    assert {step.result.student for step in one} == {"student-02", "student-11"}
    assert (root / "reports" / "demo" / "class.html").exists()
    assert "student-10" in (root / "reports" / "demo" / "grades.csv").read_text()


def test_broken_problem_file_stops_with_its_line(tmp_path: Path):
    root = make_course(tmp_path)
    hand_in(root, "student-01", RIGHT_MEAN)
    (root / "problems" / "demo" / "mean.py").write_text("x = 1\n1 / 0\n")

    with pytest.raises(AuthoringError, match=r"mean.py:2: ZeroDivisionError"):
        run_class(root)


def grader_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "grader", *arguments]


def test_ledger_of_a_newer_version_is_refused(tmp_path: Path):
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("pragma user_version = 99")

    with pytest.raises(EnvironmentFault, match="written by a newer grader .format 99"):
        Ledger(tmp_path / "ledger.sqlite")


def test_damaged_ledger_is_named(tmp_path: Path):
    (tmp_path / "ledger.sqlite").write_bytes(b"not a database" * 100)

    with pytest.raises(EnvironmentFault, match="ledger.sqlite: cannot be used as a ledger.*move it away"):
        Ledger(tmp_path / "ledger.sqlite")


def test_interrupted_class_continues_where_it_stopped(tmp_path: Path):
    root = make_course(tmp_path)
    for number in range(6):
        hand_in(root, f"student-{number}", RIGHT_MEAN, "import time; time.sleep(1)", RIGHT_SCALE)
    ledger = root / "reports" / "demo" / "ledger.sqlite"
    process = subprocess.Popen(
        grader_command("grade", "demo", "--workers", "1"),
        cwd=root,
        stderr=subprocess.PIPE,
        preexec_fn=heed_interrupts,  # noqa: PLW1509 - only a signal is set
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not recorded(ledger):
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    before = recorded(ledger)

    finished = subprocess.run(grader_command("grade", "demo"), cwd=root, capture_output=True, text=True, check=False)

    assert process.returncode == 130
    assert 0 < before < 6
    assert recorded(ledger) == 6
    assert f"{before} unchanged" in finished.stdout


def recorded(path: Path) -> int:
    if not path.exists():
        return 0
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        try:
            return int(connection.execute("select count(distinct student) from result").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("grade", "nosuch"), 2, "unknown problem set 'nosuch'"),
        (("grade", "demo", "--student", "nobody"), 2, "no submission of 'nobody'"),
        (("grade", "missing.ipynb"), 2, "say which problem set it belongs to"),
        (("grade", "missing.ipynb", "--problem-set", "demo"), 2, "no such file"),
        (("grade", "demo", "--isolation", "L9"), 3, "unknown isolation level 'L9'"),
        (("render", "nosuch"), 2, "holds no ledger"),
        (("frobnicate",), 2, "No such command"),
    ],
)
def test_mistakes_on_the_command_line_get_one_line(course: Path, arguments: tuple[str, ...], status: int, words: str):
    hand_in(course, "student-01", RIGHT_MEAN)

    done = subprocess.run(grader_command(*arguments), cwd=course, capture_output=True, text=True, check=False)

    assert done.returncode == status
    assert words in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
