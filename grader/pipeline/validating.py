"""Tests a problem set with everything its authors wrote: the solution, its proof, accepted forms, known mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from grader.assertions import assert_close, assert_equivalent
from grader.checking import Answers, Judged, check_problem, formula_text
from grader.checking.answers import read_formula
from grader.errors import AuthoringError, CheckFailed, GraderError, NotDecided
from grader.loading.references import Mistake
from grader.pipeline.grading import Bench, Judging
from grader.pipeline.live import LiveSubmission
from grader.problem import Answer, Problem
from grader.result import CheckResult, Outcome, ProblemResult
from grader.submission import Place, Submission
from grader.values import Session, received
from grader.wire import Reply, Request, SymbolicText

VERSIONS = 2
"""How many versions of a problem that draws its numbers are tested, beside the one for all."""


@dataclass(frozen=True)
class Finding:
    """One thing that was tested (``solution``, ``proof``, ``accepted``, ``mistake``, ``coverage``), and its faults.

    ``version`` counts the versions of a problem that draws its numbers; 0 is the one for all.
    """

    problem: str
    what: str
    name: str
    faults: tuple[str, ...] = ()
    version: int = 0

    @property
    def fine(self) -> bool:
        """Whether nothing was found."""
        return not self.faults

    @property
    def title(self) -> str:
        """What was tested, as ``problem: mistake forgot_relu``."""
        version = f" (version {self.version})" if self.version else ""
        return f"{self.problem}: {self.what}{f' {self.name}' if self.name else ''}{version}"


def validate_set(bench: Bench, *, problems: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Test every problem of a set, one finding for each thing tested; one that draws numbers in several versions."""
    for name in problems or tuple(bench.problem_set.problems):
        yield from validate_problem(bench, name)
        if bench.problem_set.problems[name].variant is not None:
            for number in range(1, VERSIONS + 1):
                with bench.version(f"version {number}", b"validation") as own:
                    yield from (replace(finding, version=number) for finding in validate_problem(own, name))


def validate_problem(bench: Bench, name: str) -> Iterator[Finding]:
    """Test one problem: solution, proof, accepted forms, each mistake, and whether some mistake fails each check."""
    problem = bench.problem_set.problems[name]
    known = bench.references[name]
    yield _finding(name, "solution", "", lambda: _earns_all(bench, name, known.solution))
    yield _finding(name, "proof", "", lambda: _proof(bench, name, problem, known.solution))
    for form, submission in known.accepted.items():
        yield _finding(name, "accepted", form, partial(_earns_all, bench, name, submission))
    for mistake in known.mistakes:
        yield _finding(name, "mistake", mistake.name, partial(_loses, bench, name, mistake))
    yield Finding(name, "coverage", "", tuple(_uncovered(problem, known.mistakes)))


def _finding(problem: str, what: str, name: str, test: Callable[[], list[str]]) -> Finding:
    try:
        return Finding(problem, what, name, tuple(test()))
    except GraderError as error:
        return Finding(problem, what, name, (str(error),))


def judge(bench: Bench, name: str, submission: Submission) -> ProblemResult:
    """Grade one of the author's submissions as if it were a student's."""
    problem = bench.problem_set.problems[name]
    last = len(submission.cells) - 1
    places = {answer: Place(last) for answer in problem.answers}
    handed_in = Submission(submission.student, submission.problem_set, submission.digest, submission.cells, places)
    known = bench.references[name]
    with LiveSubmission(bench.worker, handed_in, bench.limits, seed=1) as live:
        runs = live.run()
        broken = [run for run in runs if run.error is not None]
        if broken and broken[0].error is not None:
            raise AuthoringError(f"it does not run: {broken[0].error.type_name}: {broken[0].error.message}")
        return check_problem(
            Judged(
                problem=problem,
                name=name,
                session=Judging(live),
                places=places,
                reference=lambda: bench.answers(name, known.solution),
                suspects=bench.suspects(name),
                key=b"validation",
                student="reference",
                problem_set=bench.problem_set.name,
                reference_again=bench.session(name, known.solution).again,
            )
        )


def _earns_all(bench: Bench, name: str, submission: Submission) -> list[str]:
    result = judge(bench, name, submission)
    return [_words(check) for check in result.checks if check.outcome not in (Outcome.PASSED, Outcome.NOT_RUN)]


def _loses(bench: Bench, name: str, mistake: Mistake) -> list[str]:
    result = judge(bench, name, mistake.submission)
    known = {check.check for check in result.checks}
    faults = [f"loses names {check!r}, there is no such check" for check in mistake.loses if check not in known]
    failed = {check.check for check in result.checks if check.outcome is Outcome.FAILED}
    for check in result.checks:
        if check.check in mistake.loses and check.check not in failed and check.outcome is not Outcome.NOT_RUN:
            faults.append(f"should fail {check.check}, but it is {check.outcome.value}: {check.message}")
        if check.check not in mistake.loses and check.check in failed:
            faults.append(f"also {_words(check)}")
        if check.outcome in (Outcome.ERROR, Outcome.TIMEOUT, Outcome.MEMORY, Outcome.UNDECIDED):
            faults.append(_words(check))
    named = {check.mistake for check in result.checks if check.mistake}
    if failed and mistake.name not in named:
        instead = f"; taken for {', '.join(sorted(named))}" if named else ""
        faults.append(f"is not recognised by name{instead}")
    return faults


def _words(check: CheckResult) -> str:
    return f"{check.check} is {check.outcome.value}: {check.detail or check.message}"


def _uncovered(problem: Problem, mistakes: tuple[Mistake, ...]) -> Iterator[str]:
    failed = {check for mistake in mistakes for check in mistake.loses}
    for check in problem.checks:
        if check.name not in failed and check.device != "gpu":
            yield f"no mistake fails {check.name}, so nothing shows that it can fail"


class _Proof:
    """A session whose answers are what ``proof()`` returned."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def ask(self, request: Request, *, callbacks: Mapping[int, Callable[..., object]] | None = None) -> Reply:
        del callbacks
        return Reply(value=self._values.get(str(request.target)))


def _proof(bench: Bench, name: str, problem: Problem, solution: Submission) -> list[str]:
    session = bench.session(name, solution)
    reply = session.ask(Request(operation="get", target="proof", keep=True))
    if reply.raised is not None:
        return []
    reply = session.ask(Request(operation="call", target="proof"))
    if reply.raised is not None:
        return [f"proof() raised {reply.raised.type_name}: {reply.raised.message}"]
    value = reply.value
    if value is None:
        return []
    if not isinstance(value, dict):
        formulas = [answer for answer, kind in problem.answers.items() if kind.formula]
        if len(formulas) != 1:
            return ["proof() must return {answer: value}, since this problem asks for several formulas"]
        value = {formulas[0]: value}
    faults = []
    stated = bench.answers(name, solution)
    for answer, derived in value.items():
        fault = _compared(answer, problem.answers.get(str(answer)), stated, derived, session)
        faults += [fault] if fault else []
    return faults


def _compared(name: str, answer: Answer | None, stated: Answers, derived: Any, session: Session) -> str:
    try:
        if answer is None or not answer.formula:
            own = getattr(stated, name)
            if isinstance(derived, SymbolicText):
                derived = float(derived.text)
            assert_close(own, np.asarray(received(derived, session, name)), rtol=1e-6, atol=1e-9)
            return ""
        formula = read_formula(name, answer, formula_text(derived, name))
        assert_equivalent(getattr(stated, name), formula)
    except (CheckFailed, NotDecided, AuthoringError, ValueError, TypeError) as error:
        return f"proof() and the stated {name} disagree: {error}"
    return ""
