"""Runs the checks of a problem in order, maps what happens to an outcome, and looks for known mistakes."""

from __future__ import annotations

import hashlib
import hmac
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from grader.checking.answers import Answers, record_answer
from grader.checking.consistency import contradicting
from grader.errors import (
    AuthoringError,
    BoundaryError,
    CheckFailed,
    EnvironmentFault,
    LimitReached,
    NotDecided,
    Unanswerable,
)
from grader.problem import Check, Problem, Text
from grader.problem.variants import version_of
from grader.result import CheckResult, Outcome, ProblemResult, RubricRecord
from grader.submission import Place
from grader.values import Raising, Session
from grader.wire import Reply, Request


class Live(Session, Protocol):
    """A session that is told when a check begins, so that it can start afresh and set the clock."""

    def begin(self, check: str, seconds: float) -> None:
        """A check begins, and may take so many seconds."""
        ...

    def trouble(self, name: str) -> CheckResult | None:
        """What became of the cell that should give this answer, when it is not the student's to answer for."""
        ...

    def asked(self) -> Sequence[tuple[Request, Reply]]:
        """What was asked of the process itself so far, and what came."""
        ...

    def again(self, request: Request) -> Reply:
        """The reply to a request now, whatever was replied before."""
        ...


@dataclass(frozen=True)
class Suspect:
    """A known mistake: which checks it fails, and the answers of a submission that makes it (opened when needed)."""

    name: str
    hint: str
    loses: tuple[str, ...]
    answers: Callable[[], Answers]
    keeps: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """Where one submission's problem is judged: its session, places, references and random seed.

    ``reference`` is None where none is on the machine; checks that take it are then left out (``not_run``).
    ``unsteady`` names functions already known to contradict themselves, when a record is judged again. ``foreign`` says
    that the notebook claims to be of a version with other numbers.
    """

    problem: Problem
    name: str
    session: Live
    places: Mapping[str, Place]
    reference: Callable[[], Answers] | None
    suspects: Sequence[Suspect] = ()
    key: bytes = b""
    student: str = ""
    problem_set: str = ""
    devices: frozenset[str] = frozenset({"cpu"})
    reference_again: Callable[[Request], Reply] | None = None
    unsteady: frozenset[str] = frozenset()
    foreign: bool = False


def seed_of(key: bytes, *words: str) -> int:
    """A random seed that is the same on every regrade and unknown without the course's key."""
    digest = hmac.new(key, "\0".join(words).encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big")


def check_problem(judged: Judged) -> ProblemResult:
    """The result of one problem; whatever goes wrong becomes an outcome, never an exception.

    A value that a recorded submission does not hold is the one thing that is raised (`Unanswerable`).
    """
    problem = judged.problem
    results: dict[str, CheckResult] = {}
    names: dict[str, list[str]] = {}
    for check in problem.checks:
        names[check.name] = []
        results[check.name] = _run(check, judged, results, names[check.name])
    judged.session.begin("again", problem.seconds)
    unsteady = judged.unsteady | contradicting(judged.session.asked(), judged.session.again, judged.reference_again)
    for name, result in results.items():
        contradicted = sorted(unsteady.intersection(names[name]))
        if contradicted and result.outcome is Outcome.PASSED:
            message = f"`{contradicted[0]}` gave another result when it was called with the same arguments again"
            results[name] = result.model_copy(update={"outcome": Outcome.FAILED, "earned": 0.0, "message": message})
    if judged.foreign and problem.numbers:
        results = {name: _left_to_a_person(result) for name, result in results.items()}
    judged.session.begin("answers", problem.seconds)
    answers = []
    for name, answer in problem.answers.items():
        try:
            answers.append(record_answer(name, answer, judged.session, judged.places))
        except (BoundaryError, LimitReached):
            place = judged.places.get(name)
            answers.append(
                record_answer(name, answer, judged.session, {}).model_copy(update={"given": place is not None})
            )
    return ProblemResult(
        problem=judged.name,
        title=problem.title,
        answers=tuple(answers),
        checks=tuple(results.values()),
        rubric=tuple(_rubric(judged)),
        unsteady=tuple(sorted(unsteady)),
        statement=problem.statement if problem.variant is not None else "",
        version=version_of(problem),
    )


def _left_to_a_person(result: CheckResult) -> CheckResult:
    """What fails with the student's own numbers may be right with those that the notebook was released with."""
    if result.outcome is not Outcome.FAILED:
        return result
    words = (
        "this notebook says that it was released with other numbers than those of this student, and with those of this "
        "student it does not hold; a person will look at it"
    )
    changed = {"outcome": Outcome.PENDING, "earned": 0.0, "message": words, "detail": result.message}
    return result.model_copy(update={**changed, "evidence": {}, "mistake": "", "hint": ""})


def _rubric(judged: Judged) -> list[RubricRecord]:
    items = []
    for name, answer in judged.problem.answers.items():
        if isinstance(answer, Text):
            given = name in judged.places
            items += [
                RubricRecord(
                    answer=name,
                    item=item,
                    text=described.text,
                    points=described.points,
                    earned=None if given else 0.0,
                    marked_by="" if given else "grader",
                    comment="" if given else "no answer was given",
                )
                for item, described in answer.rubric.items()
            ]
    return items


def _run(check: Check, judged: Judged, before: Mapping[str, CheckResult], asked: list[str]) -> CheckResult:
    blank = CheckResult(
        check=check.name,
        claim=check.claim,
        points=check.points,
        outcome=Outcome.ERROR,
        hidden=check.hidden,
        advisory=check.advisory,
        definition=check.definition,
    )
    unmet = [needed for needed in check.needs if not _met(before[needed], judged)]
    if unmet:
        claims = "; ".join(before[needed].claim for needed in unmet)
        return blank.model_copy(update={"outcome": Outcome.SKIPPED, "message": f"not run until this holds: {claims}"})
    if check.device == "gpu" and "gpu" not in judged.devices:
        return blank.model_copy(
            update={"outcome": Outcome.NOT_RUN, "message": "needs a GPU; it will be run on a machine that has one"}
        )
    if check.takes_reference and judged.reference is None:
        return blank.model_copy(
            update={"outcome": Outcome.NOT_RUN, "message": "a hidden check: it runs when the submission is graded"}
        )
    started = time.monotonic()
    judged.session.begin(check.name, check.seconds)
    found = _outcome(check, judged, asked)
    result = blank.model_copy(update={**found, "seconds": round(time.monotonic() - started, 4)})
    if result.outcome is Outcome.FAILED:
        result = _diagnosed(result, check, judged)
    return result.model_copy(update={"earned": check.points}) if result.outcome is Outcome.PASSED else result


def _met(needed: CheckResult, judged: Judged) -> bool:
    """Whether a prerequisite holds; on a student's machine one that needs the solution is not asked for."""
    if judged.reference is None and needed.outcome is Outcome.NOT_RUN:
        return any(check.name == needed.check and check.takes_reference for check in judged.problem.checks)
    return needed.outcome is Outcome.PASSED


def _outcome(check: Check, judged: Judged, asked: list[str]) -> dict[str, object]:
    """Fields of the result: the outcome, and words for whom they concern."""
    try:
        reference = judged.reference() if check.takes_reference and judged.reference else None
        _call(check, _Watched(judged, asked), reference, judged)
    except Unanswerable:
        raise
    except CheckFailed as failure:
        for name in asked:
            excuse = judged.session.trouble(name)
            if excuse is not None:
                return {"outcome": excuse.outcome, "message": excuse.message, "detail": excuse.detail}
        return {"outcome": Outcome.FAILED, "message": str(failure), "evidence": failure.evidence}
    except NotDecided as reason:
        return {
            "outcome": Outcome.UNDECIDED,
            "message": "this could not be decided automatically; a person will look at it",
            "detail": str(reason),
        }
    except LimitReached as limit:
        outcome = Outcome.MEMORY if limit.limit in ("memory", "gpu memory") else Outcome.TIMEOUT
        return {"outcome": outcome, "message": str(limit), "evidence": {"limit": limit.limit}}
    except BoundaryError as error:
        return {"outcome": Outcome.FAILED, "message": f"the submission's process ended: {error}"}
    except (AuthoringError, EnvironmentFault) as error:
        return _ours(str(error))
    except Exception as error:  # noqa: BLE001 - a check is an author's code and may raise anything
        line = traceback.extract_tb(error.__traceback__)[-1]
        return _ours(f"{type(error).__name__}: {error} ({line.filename}:{line.lineno})")
    return {"outcome": Outcome.PASSED}


def _ours(detail: str) -> dict[str, object]:
    return {
        "outcome": Outcome.ERROR,
        "message": "this check could not be run because of a fault on our side; a person will look at it",
        "detail": detail,
    }


class _Watched:
    """The student's answers, with a note of which were asked for, so that trouble with a cell is told apart."""

    def __init__(self, judged: Judged, asked: list[str]) -> None:
        self._answers = Answers(judged.problem, judged.session, judged.places)
        self._asked = asked

    def __getattr__(self, name: str) -> object:
        if not name.startswith("_"):
            self._asked.append(name)
        return getattr(self._answers, name)


def _call(check: Check, student: object, reference: object, judged: Judged) -> None:
    arguments: dict[str, object] = {"student": student}
    if check.takes_reference:
        arguments["reference"] = reference
    if "rng" in check.parameters:
        seed = seed_of(judged.key, judged.problem_set, judged.name, check.name, judged.student)
        arguments["rng"] = np.random.default_rng(seed)
    if "numbers" in check.parameters:
        arguments["numbers"] = judged.problem.numbers
    check.function(**arguments)


def _diagnosed(result: CheckResult, check: Check, judged: Judged) -> CheckResult:
    """Look for a known mistake that, taken for the reference, makes the check pass.

    A check that takes no reference cannot be run so; behind it stands a mistake that fails it too, if the submission
    agrees with that mistake wherever this problem compares with a reference.
    """
    if result.evidence.get("unreadable"):
        return result
    comparing = [check] if check.takes_reference else [one for one in judged.problem.checks if one.takes_reference]
    for suspect in judged.suspects:
        # a mistake that passes this check answers it as the reference does, so it explains nothing here
        if not comparing or check.name not in suspect.loses:
            continue
        try:
            found = all(_agrees(one, suspect, judged) for one in comparing)
        except (BoundaryError, LimitReached):
            return result
        if found:
            kept = min(suspect.keeps.get(check.name, 0.0), check.points)
            return result.model_copy(update={"mistake": suspect.name, "hint": suspect.hint, "earned": kept})
    return result


def _agrees(check: Check, suspect: Suspect, judged: Judged) -> bool:
    judged.session.begin(check.name, check.seconds)
    try:
        _call(check, Answers(judged.problem, judged.session, judged.places), suspect.answers(), judged)
    except (BoundaryError, LimitReached):
        raise
    except Exception:  # noqa: BLE001 - a mistake that cannot be compared is simply not recognised
        return False
    return True


def raised_words(failure: CheckFailed) -> tuple[tuple[int, int, str], ...]:
    """The student's own lines of the traceback behind a failure, as (cell, line, text)."""
    return tuple(failure.raised.traceback) if isinstance(failure, Raising) else ()
