"""Grades a class again after a check was mended: who changes, from what to what, because of which check."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from grader.loading.setfiles import set_digest
from grader.pipeline.equality import Equalities
from grader.pipeline.grading import Bench
from grader.pipeline.keys import rescored_key
from grader.pipeline.rescoring import rescore
from grader.recording.ledger import Ledger
from grader.result import CheckResult, State, SubmissionResult
from grader.reviewing import newest, settled
from grader.scoring import score_submission


@dataclass(frozen=True)
class CheckChange:
    """One check that came out differently."""

    problem: str
    check: str
    before: str
    after: str
    points: float


@dataclass(frozen=True)
class Change:
    """What regrading means for one student; ``unanswered`` names problems that would have to run again, and why."""

    student: str
    before: float
    after: float
    checks: tuple[CheckChange, ...]
    unanswered: tuple[tuple[str, str], ...]
    result: SubmissionResult
    kept: bool = False

    @property
    def differs(self) -> bool:
        """Whether anything changes."""
        return bool(self.checks) and not self.kept


def regrade(
    bench: Bench,
    ledger: Ledger,
    *,
    problems: Sequence[str] = (),
    never_lower: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Iterator[Change]:
    """Judge every graded submission again from what was recorded; nothing is written.

    Args:
        bench: the set as it is now.
        ledger: what was graded.
        problems: only these; the others keep their results.
        never_lower: leave a student's result as it is where the new one would be worth less.
        progress: told after each submission.
    """
    digest = set_digest(bench.root, bench.problem_set.name)
    total = len(ledger.numbers())
    with Totals(ledger) as totals:
        for done, result in enumerate(ledger.newest(), 1):
            if result.state is State.GRADED:
                yield _change(bench, ledger, result, digest, totals, tuple(problems), never_lower=never_lower)
            progress(done, total)


class Totals:
    """What results come to with everything that people decided; use it in a ``with``."""

    def __init__(self, ledger: Ledger) -> None:
        """Hold the marks and decisions as they are now."""
        description = ledger.description
        self._late = description.late if description else {}
        self._marks, self._decisions = newest(ledger.marks()), ledger.decisions()
        self._known = Equalities(description, ledger)

    def __enter__(self) -> Self:
        self._known.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._known.__exit__(kind, error, trace)

    def of(self, result: SubmissionResult) -> float:
        """The total of one result."""
        decided = settled(result, self._marks, self._decisions, self._known.same)
        return score_submission(decided, late=self._late).total


def keep_higher(ledger: Ledger, before: SubmissionResult, *, author: str) -> bool:
    """After a submission ran again: put the earlier result back if the new one is worth less; whether it was."""
    (after,) = ledger.newest([before.student])
    with Totals(ledger) as totals:
        old, new = totals.of(before), totals.of(after)
    if after.state is State.GRADED and new >= old:
        return False
    ledger.add(before.model_copy(update={"key": after.key}))
    ledger.note("kept", json.dumps({"student": before.student, "before": old, "after": new, "author": author}))
    return True


def apply(ledger: Ledger, change: Change, *, author: str) -> None:
    """Record the new result, and if it differs a line in the audit log."""
    ledger.add(change.result)
    if not change.differs:
        return
    body = {
        "student": change.student,
        "before": change.before,
        "after": change.after,
        "author": author,
        "checks": [[one.problem, one.check, one.before, one.after, one.points] for one in change.checks],
    }
    ledger.note("regrade", json.dumps(body))


def _change(
    bench: Bench,
    ledger: Ledger,
    result: SubmissionResult,
    digest: str,
    totals: Totals,
    problems: tuple[str, ...],
    *,
    never_lower: bool,
) -> Change:
    again = rescore(
        bench,
        result,
        lambda problem: ledger.replies(result.digest, problem),
        # when some problems were left out, the others may have changed too: `grader grade` must see to them
        key=result.key if problems else rescored_key(result, digest),
        only=problems,
    )
    before, after = totals.of(result), totals.of(again.result)
    kept = never_lower and after < before
    return Change(
        student=result.student,
        before=before,
        after=after,
        checks=tuple(_differing(result, again.result)),
        unanswered=tuple(again.unanswered.items()),
        result=result.model_copy(update={"key": again.result.key}) if kept else again.result,
        kept=kept,
    )


def _differing(before: SubmissionResult, after: SubmissionResult) -> Iterator[CheckChange]:
    known: dict[tuple[str, str], CheckResult] = {
        (problem.problem, check.check): check for problem in before.problems for check in problem.checks
    }
    for problem in after.problems:
        for check in problem.checks:
            old = known.pop((problem.problem, check.check), None)
            if old is None or (old.outcome, old.earned, old.points) != (check.outcome, check.earned, check.points):
                yield CheckChange(
                    problem.problem,
                    check.check,
                    old.outcome.value if old else "new",
                    check.outcome.value,
                    check.earned - (old.earned if old else 0.0),
                )
    for (name, check_name), old in known.items():
        yield CheckChange(name, check_name, old.outcome.value, "removed", -old.earned)
