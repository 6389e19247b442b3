"""Grades a class again after a check was mended: who changes, from what to what, because of which check."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader.loading.sets import set_digest
from grader.pipeline.grading import Bench
from grader.pipeline.keys import rescored_key
from grader.pipeline.rescoring import rescore
from grader.recording.ledger import Ledger
from grader.result import CheckResult, SetDescription, State, SubmissionResult
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
    latest = [result for result in ledger.latest().values() if result.state is State.GRADED]
    digest = set_digest(bench.root, bench.problem_set.name)
    description = ledger.description
    for done, result in enumerate(latest, 1):
        yield _change(bench, ledger, result, digest, description, tuple(problems), never_lower=never_lower)
        progress(done, len(latest))


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
    description: SetDescription | None,
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
    late = description.late if description else {}
    before, after = (score_submission(one, late=late).total for one in (result, again.result))
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
