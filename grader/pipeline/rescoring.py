"""Judges a recorded submission again with the set as it is now; nothing is executed but the reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grader.checking import Judged, check_problem
from grader.errors import Unanswerable
from grader.pipeline.excuses import CellEnd, excuse, with_causes
from grader.pipeline.grading import Bench, of_another_version
from grader.problem.variants import identity
from grader.recording.ledger import now
from grader.result import CheckResult, ProblemResult, SubmissionResult
from grader.submission import Place
from grader.transcript import Replaying, Transcript
from grader.values import Session
from grader.wire import Reply, Request


@dataclass(frozen=True)
class Rescored:
    """A submission judged again; ``unanswered`` maps a problem to the value that it would have to run for."""

    result: SubmissionResult
    unanswered: Mapping[str, str]


class _Recorded:
    """A recorded submission as checks ask it."""

    def __init__(self, result: SubmissionResult, replies: Mapping[str, bytes]) -> None:
        self._transcript = Transcript(replies)
        self._session: Session = Replaying(self._transcript)
        self._places = places_of(result)
        self._cells = {cell.index: CellEnd(cell.limit, cell.error, cell.executed) for cell in result.cells}

    def begin(self, check: str, seconds: float) -> None:
        del seconds
        self._transcript.begin(check)

    def ask(self, request: Request, *, callbacks: Mapping[int, Callable[..., object]] | None = None) -> Reply:
        return self._session.ask(request, callbacks=callbacks)

    def trouble(self, name: str) -> CheckResult | None:
        return excuse(self._places.get(name), self._cells)

    def asked(self) -> Sequence[tuple[Request, Reply]]:
        return ()

    def again(self, request: Request) -> Reply:
        return self.ask(request)


def places_of(result: SubmissionResult) -> dict[str, Place]:
    """Where the answers of a recorded submission stand."""
    return {name: Place(place.cell, place.text) for name, place in result.places.items()}


def rescore(
    bench: Bench,
    result: SubmissionResult,
    replies: Callable[[str], Mapping[str, bytes]],
    *,
    key: str = "",
    only: Sequence[str] = (),
) -> Rescored:
    """Judge every problem again from what was recorded.

    A problem whose checks ask for a value that was never recorded keeps its old result and is named in ``unanswered``.

    Args:
        bench: the set as it is now.
        result: the recorded submission.
        replies: gives the recorded values of one problem.
        key: the new key of the result.
        only: the problems to judge again, if not all.
    """
    with bench.version(result.student) as own:
        return _rescored(own, result, replies, key=key, only=only)


def _rescored(
    bench: Bench,
    result: SubmissionResult,
    replies: Callable[[str], Mapping[str, bytes]],
    *,
    key: str,
    only: Sequence[str],
) -> Rescored:
    before = {problem.problem: problem for problem in result.problems}
    problems: list[ProblemResult] = []
    unanswered: dict[str, str] = {}
    for name, problem in bench.problem_set.problems.items():
        known = bench.references.get(name)
        if only and name not in only:
            problems += [before[name]] if name in before else []
            continue
        try:
            problems.append(
                check_problem(
                    Judged(
                        problem=problem,
                        name=name,
                        session=_Recorded(result, replies(name)),
                        places=places_of(result),
                        reference=bench.opener(name, known.solution) if known else None,
                        suspects=bench.suspects(name),
                        key=bench.key,
                        student=result.student,
                        problem_set=bench.problem_set.name,
                        unsteady=frozenset(before[name].unsteady) if name in before else frozenset(),
                        foreign=of_another_version(result.claimed_variant, identity(bench.problem_set)),
                    )
                ).model_copy(update={"rubric": before[name].rubric} if name in before else {})
            )
        except Unanswerable as missing:
            unanswered[name] = str(missing)
            if name in before:
                problems.append(before[name])
    changed = result.model_copy(
        update={
            "problems": tuple(problems),
            "key": key or result.key,
            "graded": now(),
            "variant": identity(bench.problem_set),
        }
    )
    return Rescored(with_causes(changed), unanswered)
