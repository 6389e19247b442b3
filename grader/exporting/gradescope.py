"""Gradescope's ``results.json``, one for each submission.

Source: the autograder specification of Gradescope (results.json: score, execution_time, output, visibility, tests).
"""

from __future__ import annotations

from typing import Any

from grader.result import CheckResult, Outcome, ProblemResult, Score, State, SubmissionResult

SCORE_DIGITS = 5


def gradescope_results(
    result: SubmissionResult, score: Score, *, visibility: str = "after_published"
) -> dict[str, Any]:
    """The content of one ``results.json``; partial results and the reason when grading did not end well.

    A total is written only when nothing is open; a provisional one would be taken for a grade, so then every test has
    its own score and the summary says what is open. Hidden checks keep their message to themselves, but are visible:
    a hidden test would hide the total from the student.

    Args:
        result: the graded submission.
        score: what it comes to.
        visibility: of the checks that compare with the reference: ``visible``, ``after_due_date`` or
            ``after_published``.
    """
    if result.state is not State.GRADED:
        return {
            "score": 0.0,
            "output": f"Not graded yet: {result.message} A person will look at it; this is not a score.",
            "output_format": "text",
            "visibility": "visible",
            "stdout_visibility": "hidden",
            "tests": [],
            "extra_data": {"state": result.state.value, "provisional": True},
        }
    words = f"{score.total:g} of {score.points:g} points"
    if score.provisional:
        words += f", provisional: {score.open_points:g} points are open ({'; '.join(score.reasons)})"
    words += "".join(f"\n{reason}: {change:g}" for reason, change in score.adjustments)
    tests: list[dict[str, Any]] = []
    for number, problem in enumerate(result.problems, 1):
        tests += [_test(check, f"{number}.{part}", visibility) for part, check in enumerate(problem.checks, 1)]
        tests += _rubric(problem, number)
    total = {} if score.provisional else {"score": round(score.total, SCORE_DIGITS)}
    return total | {
        "execution_time": round(result.seconds, 3),
        "output": words,
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": {"provisional": score.provisional, "digest": result.digest, "graded": result.graded},
    }


def _test(check: CheckResult, number: str, visibility: str) -> dict[str, Any]:
    lines = [] if check.hidden and check.outcome is Outcome.FAILED else [check.message]
    if check.hint:
        lines.append(check.hint)
    if check.outcome not in (Outcome.PASSED, Outcome.FAILED):
        lines.insert(0, f"outcome: {check.outcome.value.replace('_', ' ')}")
    return {
        "name": check.claim,
        "number": number,
        "score": round(check.earned, SCORE_DIGITS),
        "max_score": check.points,
        "status": "passed" if check.outcome is Outcome.PASSED else "failed",
        "output": "\n".join(line for line in lines if line),
        "visibility": visibility,
        "tags": [check.outcome.value],
    }


def _rubric(problem: ProblemResult, number: int) -> list[dict[str, Any]]:
    return [
        {
            "name": item.text,
            "number": f"{number}.{len(problem.checks) + part}",
            "score": round(item.earned or 0.0, SCORE_DIGITS),
            "max_score": max(item.points, 0.0),
            "status": "passed" if (item.earned or 0.0) > 0 else "failed",
            "output": item.comment or ("to be read by a person" if item.earned is None else ""),
            "visibility": "after_published",
            "tags": ["rubric"],
        }
        for part, item in enumerate(problem.rubric, 1)
    ]
