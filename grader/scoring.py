"""Adds up a result: what is earned, what is still open and why, and what lateness costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from grader.errors import AuthoringError
from grader.result import Outcome, Score, State, SubmissionResult

REASONS = {
    Outcome.ERROR: "a fault on our side",
    Outcome.TIMEOUT: "a time limit was reached",
    Outcome.MEMORY: "a memory limit was reached",
    Outcome.UNDECIDED: "an answer could not be decided automatically",
    Outcome.NOT_RUN: "a check has not been run yet",
    Outcome.PENDING: "a person has to read an answer",
}


def score_submission(
    result: SubmissionResult, *, points: float | None = None, late: Mapping[str, float | str] | None = None
) -> Score:
    """What a submission comes to.

    Args:
        result: the graded submission; one that was rejected or failed through our fault is open as a whole.
        points: what the set is worth, for a submission that has no score yet; a graded one is worth what its problems
            are, without checks that were declared void.
        late: ``due`` (ISO 8601 with offset), ``percent_per_day``, ``grace_days``, ``most_percent``.
    """
    worth = sum(problem.points for problem in result.problems)
    if result.state is not State.GRADED:
        worth = points or worth
        return Score(earned=0.0, points=worth, open_points=worth, reasons=(result.message or result.state.value,))
    earned = sum(problem.earned for problem in result.problems)
    reasons: list[str] = []
    for problem in result.problems:
        reasons += [
            f"{problem.title}: {REASONS[check.outcome]}" for check in problem.checks if check.outcome in REASONS
        ]
        if any(item.earned is None for item in problem.rubric):
            reasons.append(f"{problem.title}: {REASONS[Outcome.PENDING]}")
    open_points = sum(problem.open_points for problem in result.problems)
    return Score(
        earned=_rounded(earned),
        points=_rounded(worth),
        open_points=_rounded(open_points),
        reasons=tuple(dict.fromkeys(reasons)),
        adjustments=late_penalty(earned, result.received, late or {}),
    )


def late_penalty(earned: float, received: str, late: Mapping[str, float | str]) -> tuple[tuple[str, float], ...]:
    """What lateness takes off, as (reason, negative points); nothing without a due time or a time of receipt.

    Each day begun after ``due`` and ``grace_days`` costs ``percent_per_day`` of the points earned, up to
    ``most_percent`` (100 unless told).

    Raises:
        AuthoringError: when a time is not ISO 8601 with an offset.
    """
    due = str(late.get("due", ""))
    if not due or not received:
        return ()
    try:
        seconds = (datetime.fromisoformat(received) - datetime.fromisoformat(due)).total_seconds()
    except (ValueError, TypeError) as error:
        raise AuthoringError(f"due {due!r} and receipt {received!r} must be ISO 8601 with an offset") from error
    days = -int(-seconds // 86_400) - int(float(late.get("grace_days", 0)))
    if days <= 0:
        return ()
    percent = min(days * float(late.get("percent_per_day", 0)), float(late.get("most_percent", 100)))
    if percent <= 0:
        return ()
    return ((f"{days} {'day' if days == 1 else 'days'} late: {percent:g} %", -_rounded(earned * percent / 100)),)


def needs_attention(result: SubmissionResult, score: Score) -> bool:
    """Whether somebody must look at this submission."""
    return score.provisional or result.state is not State.GRADED


def _rounded(value: float) -> float:
    return round(value, 6)
