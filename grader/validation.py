"""Tells what is wrong with a submission before anything runs: what is blank, stale or from elsewhere."""

from __future__ import annotations

from pathlib import PurePath

from grader.errors import SubmissionError
from grader.problem import ProblemSet
from grader.submission import Submission


def validate_submission(submission: Submission, problem_set: ProblemSet) -> tuple[str, ...]:
    """Notes for the student about the hand-in as a whole.

    Raises:
        SubmissionError: when nothing in it belongs to this problem set.
    """
    if not submission.related:
        expected = ", ".join(list(problem_set.owners)[:3])
        raise SubmissionError(
            f"{PurePath(submission.origin).name or submission.student}: nothing in it answers {problem_set.name!r} "
            f"(answers such as {expected} were looked for); is it the right file?"
        )
    notes = list(submission.notes)
    total = len(problem_set.owners)
    if not submission.places:
        notes.append("no answer was changed: the notebook is as it was released")
    elif len(submission.places) < total:
        notes.append(f"{len(submission.places)} of {total} answers were given")
    counts = [cell.execution_count for cell in submission.cells if cell.execution_count is not None]
    if counts != sorted(counts):
        notes.append("the cells were last run out of order; they are graded from top to bottom")
    return tuple(notes)
