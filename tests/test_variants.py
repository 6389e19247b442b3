"""Each student can have numbers of their own: drawn again from who they are, and never believed from a notebook."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import Expression, Number, Problem
from grader.cli.review import command as review
from grader.errors import AuthoringError, SubmissionError
from grader.loading.references import load_reference, renumbered
from grader.loading.sets import KEY, load_set, read_secret
from grader.loading.students import read_students
from grader.loading.submissions import Received
from grader.pipeline.describing import describe
from grader.pipeline.equality import Equalities
from grader.pipeline.grading import Bench, Graded, grade_received, open_bench
from grader.pipeline.grouping import Group, group_wrong_formulas
from grader.pipeline.releasing import course_secret, write_bundle, write_bundles, write_solutions
from grader.pipeline.rescoring import rescore
from grader.pipeline.settling import settled_results
from grader.pipeline.summarising import summarise
from grader.pipeline.validating import validate_set
from grader.problem import ProblemSet
from grader.problem.variants import for_all, for_student, identity, prelude, with_numbers
from grader.recording.ledger import Ledger
from grader.rendering import render_submission
from grader.result import Outcome, State
from grader.scoring import score_submission
from grader.sealing import Seal, recognise
from tests.courses import notebook

MULTIPLE = '''
"""A multiple of a number."""

from grader import Expression, Number, Problem
from grader.assertions import assert_equivalent, assert_holds


def draw(rng):
    """The factor, and a list that only the setup shows."""
    return {"factor": rng.integers(3, 500), "rest": [1, 2]}


problem = Problem(
    title="A multiple",
    statement="What is [[factor]] times $x$, and [[factor]] times 2?",
    answers={
        "multiple": Expression(x="positive", sealed="anyway", prompt="[[factor]] times x"),
        "twice": Number(),
    },
    setup="rest = [[rest]]",
    variant=draw,
)


@problem.check(points=2)
def multiple_is_right(student, reference):
    """The multiple is right."""
    assert_equivalent(student.multiple, reference.multiple)


@problem.check(points=1)
def double_is_right(student, reference, numbers):
    """The double is right."""
    assert_holds(numbers["factor"] > 2, "a factor of at least three was drawn")
    assert_equivalent(student.twice, reference.twice)
'''
STUDENTS = ("student-01", "student-02")


FILES = {
    "problems/demo/set.toml": 'title = "A demo"\nproblems = ["multiple"]\nisolation = "L1"\n',
    "problems/demo/multiple.py": MULTIPLE.lstrip(),
    "reference/demo/multiple/solution.py": '"""Multiply."""\n\nfrom sympy import Symbol\n\n'
    'multiple = factor * Symbol("x", positive=True)\ntwice = 2 * factor\n',
    "reference/demo/multiple/mistakes/added.py": '"""This adds."""\n\n'
    'loses = ("multiple_is_right", "double_is_right")\n\nmultiple = f"x + {factor}"\ntwice = factor + 2\n',
}


def make(root: Path) -> Path:
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return make(tmp_path / "course")


@pytest.fixture
def unsealed(course: Path) -> Path:
    problem = course / "problems" / "demo" / "multiple.py"
    problem.write_text(problem.read_text().replace(' sealed="anyway",', ""))
    return course


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    root = make(tmp_path_factory.mktemp("course"))
    course_secret(root, load_set(root, "demo"))
    with open_bench(root, "demo", key=b"key", isolation="L1", preload=("numpy", "sympy")) as opened:
        yield opened


def factor(problem_set: ProblemSet) -> int:
    value = problem_set.problems["multiple"].numbers["factor"]
    assert isinstance(value, int)
    return value


def hand_in(bench: Bench, student: str, numbers_of: str, *, claim: bool = True) -> Graded:
    """Grade a notebook that is right for the numbers of a student."""
    theirs = for_student(bench.problem_set, bench.secret, numbers_of)
    text = notebook(f'multiple = "{factor(theirs)} x"', f"twice = {2 * factor(theirs)}")
    content = json.loads(text)
    if claim:
        content["metadata"]["grader"]["variant"] = identity(theirs)
    return grade_received(bench, Received(student, "demo.ipynb", json.dumps(content).encode()), key="k")


def test_everybody_has_numbers_of_their_own_and_they_stay(unsealed: Path, tmp_path: Path):
    first, again = tmp_path / "first", tmp_path / "again"

    write_bundles(unsealed, "demo", first, STUDENTS)
    write_bundles(unsealed, "demo", again, ("student-02", "student-03", "student-01"))

    for student in STUDENTS:
        assert (first / student / "demo.ipynb").read_bytes() == (again / student / "demo.ipynb").read_bytes()
    rows = list(csv.DictReader((again / "variants.csv").read_text().splitlines()))
    assert [row["student"] for row in rows] == ["student-02", "student-03", "student-01"]
    assert len({row["version"] for row in rows}) == 3
    loaded = json.loads((first / "student-01" / "demo.ipynb").read_text())
    assert loaded["metadata"]["grader"]["variant"] == rows[2]["version"]


def test_bundle_has_the_numbers_of_one_student_and_nothing_to_draw_others(course: Path, tmp_path: Path):
    write_bundles(course, "demo", tmp_path / "out", STUDENTS)
    secret = read_secret(course, "demo")
    mine, other = (for_student(load_set(course, "demo"), secret, student) for student in STUDENTS)
    bundle = tmp_path / "out" / "student-01"
    text = "".join(path.read_text() for path in bundle.rglob("*") if path.is_file())
    released = load_set(bundle, "demo")
    problem = released.problems["multiple"]
    seal = Seal(**json.loads((bundle / "bundle.json").read_text())["seals"]["multiple"])
    declaration = problem.answers["multiple"].declaration  # type: ignore[attr-defined]

    assert f"What is {factor(mine)} times $x$" in text
    assert "rest = [1, 2]" in text
    assert "[[" not in problem.statement + problem.answers["multiple"].prompt + problem.setup
    assert problem.numbers == mine.problems["multiple"].numbers
    assert identity(released) == identity(mine)
    assert "rng" not in text
    assert secret.hex() not in text
    assert f"{factor(other)} times" not in text
    assert recognise(seal, f"x \\cdot {factor(mine)}", declaration) is True
    assert recognise(seal, f"x \\cdot {factor(other)}", declaration) is False


def test_grading_draws_the_numbers_from_who_hands_in(bench: Bench):
    for student in STUDENTS:
        graded = hand_in(bench, student, student)

        assert graded.result.state is State.GRADED
        assert [check.outcome for check in graded.result.problems[0].checks] == [Outcome.PASSED] * 2
        assert graded.result.variant == identity(for_student(bench.problem_set, bench.secret, student))
    assert not [place for place in bench._recordings if place[0] == "multiple"]


def test_notebook_of_another_student_is_left_to_a_person(bench: Bench):
    graded = hand_in(bench, "student-01", "student-02")

    score = score_submission(graded.result)
    assert {check.outcome for check in graded.result.problems[0].checks} == {Outcome.PENDING}
    assert (score.earned, score.open_points, score.provisional) == (0, 3, True)
    assert any("the notebook says version" in flag for flag in graded.result.flags)
    assert "was released with other numbers" in graded.result.problems[0].checks[0].message


def test_claim_of_a_notebook_changes_no_right_answer_and_its_lack_no_wrong_one(bench: Bench):
    own = for_student(bench.problem_set, bench.secret, "student-01")
    right = json.loads(notebook(f'multiple = "{factor(own)} x"', f"twice = {2 * factor(own)}"))
    right["metadata"]["grader"]["variant"] = "../../<script>"
    claimed = grade_received(bench, Received("student-01", "demo.ipynb", json.dumps(right).encode()), key="k")
    silent = hand_in(bench, "student-01", "student-02", claim=False)

    assert score_submission(claimed.result).total == 3
    assert {check.outcome for check in silent.result.problems[0].checks} == {Outcome.FAILED}


def test_mistake_is_known_in_every_version(bench: Bench):
    own = factor(for_student(bench.problem_set, bench.secret, "student-02"))
    text = notebook(f'multiple = "x + {own}"', f"twice = {own + 2}")
    graded = grade_received(bench, Received("student-02", "demo.ipynb", text.encode()), key="k")

    assert [check.mistake for check in graded.result.problems[0].checks] == ["added", "added"]


def test_judging_a_record_again_draws_the_same_numbers(bench: Bench):
    for student, numbers_of, total in (("student-01", "student-01", 3), ("student-01", "student-02", 0)):
        graded = hand_in(bench, student, numbers_of)

        again = rescore(bench, graded.result, lambda problem: graded.replies[problem])  # noqa: B023 - called at once

        assert not again.unanswered
        assert score_submission(again.result).total == total
        first, second = graded.result.problems[0], again.result.problems[0]
        assert [check.outcome for check in second.checks] == [check.outcome for check in first.checks]
        assert second.statement == first.statement
        assert again.result.variant == graded.result.variant


def test_report_shows_the_students_own_question(bench: Bench):
    graded = hand_in(bench, "student-01", "student-01")
    own, common = factor(for_student(bench.problem_set, bench.secret, "student-01")), factor(bench.problem_set)

    page = render_submission(graded.result, score_submission(graded.result), describe(bench.problem_set))

    assert f"What is {own} times" in page
    assert f"What is {common} times" not in page


def test_validation_tries_several_versions(course: Path):
    with open_bench(course, "demo", key=b"key", isolation="L1", preload=("numpy", "sympy")) as opened:
        findings = list(validate_set(opened))
    assert [finding.faults for finding in findings if not finding.fine] == []
    assert {finding.version for finding in findings} == {0, 1, 2}
    assert "multiple: mistake added (version 2)" in [finding.title for finding in findings]


def test_one_version_for_all_is_not_mixed_with_one_for_each(unsealed: Path, tmp_path: Path):
    write_bundle(unsealed, "demo", tmp_path / "all")
    [common] = write_solutions(unsealed, "demo", tmp_path / "sheets")
    write_bundles(unsealed, "demo", tmp_path / "each", STUDENTS)

    with pytest.raises(AuthoringError, match="each student of demo has a version of their own.*--roster"):
        write_bundle(unsealed, "demo", tmp_path / "late")
    with pytest.raises(AuthoringError, match="has a version of their own"):
        write_solutions(unsealed, "demo", tmp_path / "sheets")
    sheets = write_solutions(unsealed, "demo", tmp_path / "sheets", STUDENTS)
    own = for_student(load_set(unsealed, "demo"), read_secret(unsealed, "demo"), "student-02")
    assert [path.parent.name for path in sheets] == list(STUDENTS)
    assert f"factor = {factor(own)}" in sheets[1].read_text()
    assert f"factor = {factor(load_set(unsealed, 'demo'))}" in common.read_text()


def test_set_without_drawn_numbers_has_no_versions(course: Path, tmp_path: Path):
    problem = course / "problems" / "demo" / "multiple.py"
    problem.write_text(problem.read_text().replace("    variant=draw,\n", '    numbers={"factor": 7, "rest": [0]},\n'))

    with pytest.raises(AuthoringError, match=r"no problem of demo draws numbers.*without --roster"):
        write_bundles(course, "demo", tmp_path / "out", STUDENTS)
    assert not (course / "reference" / "demo" / KEY).exists()
    assert load_set(course, "demo").problems["multiple"].statement.startswith("What is 7 times")


@pytest.mark.parametrize(("text", "words"), [("xyz", "64 hexadecimal digits"), ("ab", "too short to be secret")])
def test_damaged_key_is_named(course: Path, text: str, words: str):
    (course / "reference" / "demo" / KEY).write_text(text)

    with pytest.raises(AuthoringError, match=words):
        read_secret(course, "demo")


def made(**more: object) -> Problem:
    return Problem(title="A", statement="[[n]]", answers={"a": Expression(x="real")}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (made(numbers={"m": 1}), r"\[\[n\]\] is no number of it; there are m"),
        (made(numbers={"n": object()}), "n: a number, a text or a list of them was expected, got object"),
        (made(numbers={"n": float("nan")}), "n: a finite number was expected, got nan"),
        (made(numbers={"n": 1, "a": 2}), "'a' is a number and an answer"),
        (made(numbers={"n": 1, "not a name": 2}), "a number needs a Python name, got 'not a name'"),
        (made(variant=lambda _rng: 3), "numbers must be a dictionary"),
        (made(variant=lambda rng: rng.nothing()), "drawing its numbers raised AttributeError"),
    ],
)
def test_numbers_that_are_not_plain_are_refused(problem: Problem, words: str):
    with pytest.raises(AuthoringError, match=words):
        for_all(problem)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name\na\n", "roster.csv: a CSV with the column student was expected; its first line names name"),
        ("student\na\nA\n", "roster.csv:3: 'A' is there twice"),
        ("student,problem_set\na,other\n", "names no student of demo"),
    ],
)
def test_roster_with_a_wrong_line_is_named(tmp_path: Path, text: str, words: str):
    (tmp_path / "roster.csv").write_text(text)

    with pytest.raises(AuthoringError, match=words):
        read_students(tmp_path / "roster.csv", "demo")


def test_roster_of_the_server_serves_for_releasing(tmp_path: Path):
    text = "student,problem_set,repository,url\nb,demo,x,https://x\na,other,y,https://y\na,demo,z,https://z\n"
    (tmp_path / "roster.csv").write_text(text)

    assert read_students(tmp_path / "roster.csv", "demo") == ("b", "a")


plain = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(), st.booleans())
plain = st.recursive(plain, lambda part: st.lists(part, max_size=3), max_leaves=5)


@given(st.dictionaries(st.sampled_from(["n", "alpha", "rows"]), plain, min_size=1))
def test_numbers_reach_solution_and_setup_as_they_were_drawn(numbers: dict[str, object]):
    problem = Problem(
        title="A",
        statement="text",
        answers={"a": Number()},
        setup="\n".join(f"again_{name} = [[{name}]]" for name in numbers),
    )

    version = with_numbers(problem, numbers)

    values: dict[str, object] = {}
    exec(prelude(version.numbers) + version.setup, values)  # noqa: S102 - our own text, which is what is tested
    assert {name: values[name] for name in numbers} == numbers
    assert {name: values[f"again_{name}"] for name in numbers} == numbers


def test_solution_of_another_version_differs_in_its_numbers_alone(course: Path):
    common = load_set(course, "demo").problems["multiple"]
    other = with_numbers(common, {"factor": 11, "rest": []})
    known = load_reference(course, "demo", "multiple", common.setup, common.numbers)

    changed = renumbered(known, common, other)

    assert [cell.source for cell in changed.solution.cells] == [
        "factor = 11\nrest = []\n", "rest = []", known.solution.cells[-1].source,
    ]  # fmt: skip
    assert changed.mistakes[0].hint == known.mistakes[0].hint
    assert changed.solution.digest != known.solution.digest


def wrong_groups(ledger: Ledger) -> list[Group]:
    """The groups of the class page, of one check."""
    description = ledger.description
    results = settled_results(ledger).values()
    summaries = [summarise(one, score_submission(one), description) for one in results]
    with Equalities(description) as known:
        groups = group_wrong_formulas(description, summaries, known, ledger.decisions())
    return [group for group in groups if group.check == "multiple_is_right"]


def test_decision_for_a_group_counts_for_those_with_the_same_numbers_only(bench: Bench):
    folder = bench.root / "reports" / "demo"
    same = "x + x/1000"
    cells = (f'multiple = "{same}"', "twice = 0")
    received = [Received(name, "demo.ipynb", notebook(*cells).encode()) for name in STUDENTS]
    first, second = (grade_received(bench, one, key="").result for one in received)
    third = first.model_copy(update={"student": "student-03"})
    with Ledger(folder / "ledger.sqlite") as ledger:
        ledger.describe(describe(bench.problem_set))
        for result in (first, second, third):
            ledger.add(result, {})
        groups = wrong_groups(ledger)
    decide = ["accept", "--points", "2", "--reason", "rounded", "--root", str(bench.root)]

    review(["decide", "demo", groups[0].identity, *decide], standalone_mode=False)
    with pytest.raises(SubmissionError, match="students have numbers of their own there; name a group"):
        review(
            ["decide", "demo", "multiple::multiple_is_right", *decide, "--answer", "multiple", "--formula", same],
            standalone_mode=False,
        )

    with Ledger(folder / "ledger.sqlite") as ledger:
        totals = {name: score_submission(one).total for name, one in settled_results(ledger).items()}
        after = wrong_groups(ledger)
    assert [group.students for group in groups] == [("student-01", "student-03"), ("student-02",)]
    assert totals == {"student-01": 2, "student-02": 0, "student-03": 2}
    assert [(group.students, group.decided) for group in after] == [(("student-02",), ())]
