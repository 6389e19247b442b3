"""Grades a set's sample class, and notebooks made from the released one, for the tests of the problem library."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import ClassVar

import pytest

from grader.loading.submissions import Received, receive
from grader.pipeline.grading import Bench, grade_received, open_bench
from grader.problem import Class, Function
from grader.problem.kinds import Answer
from grader.releasing import release_cells
from grader.result import CheckResult, Outcome, State, SubmissionResult
from grader.scoring import score_submission

ROOT = Path(__file__).parents[1]
Grade = Callable[[str], SubmissionResult]
Lost = Mapping[str, str]
"""For a check that is not passed: the mistake that must be named, ``-`` for none, or the outcome."""

SETTLED = (Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED)
NONSENSE = ("None", "'no number'", "[1, [2, 3]]", "object()", "{'a': 1}", "float('nan')")


def grade_sample(bench: Bench, student: str) -> SubmissionResult:
    """One sample's result."""
    name = bench.problem_set.name
    return grade_received(bench, receive(ROOT / "submissions" / name, student, name), key="").result


def checks_of(result: SubmissionResult) -> dict[str, CheckResult]:
    """The checks by ``problem/check``."""
    return {f"{problem.problem}/{check.check}": check for problem in result.problems for check in problem.checks}


def lost_in(result: SubmissionResult) -> dict[str, str]:
    """What was not passed: the mistake that was named, ``-`` for none, or the outcome if it is not ``failed``."""
    return {
        name: (check.mistake or "-") if check.outcome is Outcome.FAILED else check.outcome.value
        for name, check in checks_of(result).items()
        if check.outcome is not Outcome.PASSED
    }


def passed_in(result: SubmissionResult) -> set[str]:
    """What was passed."""
    return {name for name, check in checks_of(result).items() if check.outcome is Outcome.PASSED}


def notebook(bench: Bench, answers: Mapping[str, str]) -> Received:
    """The released notebook with these answers: LaTeX where a formula is asked for in Markdown, else code."""
    cells = release_cells(bench.problem_set)
    for cell in cells:
        name = cell["metadata"]["grader"].get("answer")
        if name not in answers:
            continue
        if cell["cell_type"] == "markdown":
            cell["source"] = "".join(cell["source"]).replace(r"$$\dots$$", f"$$\n{answers[name]}\n$$")
        else:
            cell["source"] = f"# answer: {name}\n{answers[name]}"
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return Received("student-99", f"{bench.problem_set.name}.ipynb", json.dumps(content).encode())


def grade_answers(bench: Bench, answers: Mapping[str, str]) -> dict[str, CheckResult]:
    """The checks of a notebook with these answers only, by ``problem/check``."""
    return checks_of(grade_received(bench, notebook(bench, answers), key="").result)


def diagnose(bench: Bench, wrong: list[tuple[str, str, str, str]]) -> dict[tuple[str, str], CheckResult]:
    """For each (answer, what is typed, check, mistake) that check's result; several share a notebook."""
    waiting = list(wrong)
    found: dict[tuple[str, str], CheckResult] = {}
    while waiting:
        first = {answer: (answer, typed, check, mistake) for answer, typed, check, mistake in reversed(waiting)}
        waiting = [entry for entry in waiting if entry not in first.values()]
        checks = grade_answers(bench, {answer: typed for answer, (_, typed, _, _) in first.items()})
        for answer, typed, check, _ in first.values():
            found[answer, typed] = checks[check]
    return found


def nonsense_for(name: str, answer: Answer, value: str) -> str:
    """A function, or a class whose methods all do, that gives this value whatever it is asked; else nothing."""
    if isinstance(answer, Function):
        return f"def {name}(*arguments, **options):\n    return {value}"
    if not isinstance(answer, Class):
        return ""
    methods = "".join(
        f"\n    def {method}(self, *arguments):\n        return {value}"
        for method in ("train", "eval", "forward", "backward")
    )
    return (
        f"class {name}:\n    running_mean = running_var = {value}\n\n"
        f"    def __init__(self, *arguments, **options):\n        pass\n{methods}"
    )


class SampleClassTests:
    """What holds for every set's sample class; a set's own tests inherit it and say what is expected."""

    name: ClassVar[str]
    points: ClassVar[float]
    expected: ClassVar[Mapping[str, tuple[float, Lost]]]
    """The points of a student, and what was lost."""

    @pytest.fixture(scope="class")
    @classmethod
    def bench(cls) -> Iterator[Bench]:
        with open_bench(ROOT, cls.name, key=b"test", isolation="L1") as opened:
            yield opened

    @pytest.fixture(scope="class")
    @classmethod
    def graded(cls, bench: Bench) -> Grade:
        return cache(partial(grade_sample, bench))

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give a test that asks for a `student` each of those of whom an outcome is expected."""
        if "student" in metafunc.fixturenames and not metafunc.definition.get_closest_marker("parametrize"):
            metafunc.parametrize("student", self.expected)

    def test_a_sample_has_the_outcomes_that_a_careful_assistant_gives(self, graded: Grade, student: str) -> None:
        points, lost = self.expected[student]
        result = graded(student)

        score = score_submission(result, points=self.points)

        assert result.state is State.GRADED
        assert lost_in(result) == lost
        assert (score.earned, score.points) == (points, self.points)

    def test_a_total_is_provisional_while_something_is_open(self, graded: Grade, student: str) -> None:
        result = graded(student)

        open_items = [item for problem in result.problems for item in problem.rubric if item.earned is None]
        unsettled = [check for check in checks_of(result).values() if check.outcome not in SETTLED]

        assert score_submission(result).provisional == bool(open_items or unsettled)

    def test_every_named_mistake_comes_with_a_hint(self, graded: Grade) -> None:
        named = [check for student in self.expected for check in checks_of(graded(student)).values() if check.mistake]

        assert len(named) > 50
        assert all(len(check.hint) > 30 for check in named)


class SeedTests(SampleClassTests):
    """And what holds where the seeds list wrong and right answers."""

    wrong: ClassVar[list[tuple[str, str, str, str]]]
    """What the seeds list as wrong: answer, what is typed, check, and the mistake that must be named."""
    right: ClassVar[list[tuple[str, str, str]]]
    """Further forms that the seeds accept: answer, what is typed, check."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        super().pytest_generate_tests(metafunc)
        if "mistake" in metafunc.fixturenames:
            metafunc.parametrize(("answer", "typed", "check", "mistake"), self.wrong)
        elif "typed" in metafunc.fixturenames:
            metafunc.parametrize(("answer", "typed", "check"), self.right)

    @pytest.fixture(scope="class")
    @classmethod
    def diagnoses(cls, bench: Bench) -> dict[tuple[str, str], CheckResult]:
        return diagnose(bench, cls.wrong)

    @pytest.fixture(scope="class")
    @classmethod
    def forms(cls, bench: Bench) -> dict[tuple[str, str], CheckResult]:
        return diagnose(bench, [(answer, typed, check, "") for answer, typed, check in cls.right])

    def test_a_wrong_answer_of_the_seeds_is_told_apart(
        self, diagnoses: dict[tuple[str, str], CheckResult], answer: str, typed: str, check: str, mistake: str
    ) -> None:
        result = diagnoses[answer, typed]

        assert (result.check, result.outcome) == (check.partition("/")[2], Outcome.FAILED)
        assert result.mistake == mistake
        assert result.hint or not mistake

    def test_a_right_answer_in_another_form_is_right(
        self, forms: dict[tuple[str, str], CheckResult], answer: str, typed: str, check: str
    ) -> None:
        result = forms[answer, typed]

        assert (result.check, result.outcome, result.message) == (check.partition("/")[2], Outcome.PASSED, "")

    def test_only_explanations_wait_for_a_person(self, graded: Grade) -> None:
        first = graded("student-01")

        waiting = [item.points for problem in first.problems for item in problem.rubric if item.earned is None]

        assert sum(waiting) == self.points - self.expected["student-01"][0]

    @pytest.mark.parametrize("nonsense", NONSENSE)
    def test_nonsense_is_failed_and_never_a_fault_of_ours(self, bench: Bench, nonsense: str) -> None:
        asked = {name: one for each in bench.problem_set.problems.values() for name, one in each.answers.items()}
        code = {name: nonsense_for(name, answer, nonsense) for name, answer in asked.items()}

        checks = grade_answers(bench, {name: text for name, text in code.items() if text})

        assert {check.outcome for check in checks.values()} <= {Outcome.FAILED, Outcome.SKIPPED}


class UnfinishedTests(SeedTests):
    """And what holds where student-06 handed in half of it and student-07 nothing."""

    unfinished: ClassVar[frozenset[str]]
    """What student-06 has done; everything else is blank."""

    def test_an_unfinished_notebook_earns_what_is_done(self, graded: Grade) -> None:
        assert passed_in(graded("student-06")) == self.unfinished

    def test_a_blank_notebook_earns_nothing(self, graded: Grade) -> None:
        score = score_submission(graded("student-07"))

        assert passed_in(graded("student-07")) == set()
        assert (score.earned, score.provisional) == (0, False)
