"""Summarises a settled result: what the class page, its statistics and the gradebook are made from."""

from __future__ import annotations

from collections.abc import Iterator

from grader.result import Outcome, ProblemResult, Score, SetDescription, State, SubmissionResult
from grader.reviewing import version_asked
from grader.summary import CheckSummary, ProblemSummary, Summary, WrongFormula

LONGEST_FORMULA = 4_000
MOST_FLAGS = 20


def summarise(result: SubmissionResult, score: Score, description: SetDescription) -> Summary:
    """The summary of one submission with everything that people decided laid over it."""
    return Summary(
        student=result.student,
        state=result.state,
        score=score,
        problems=tuple(_problem(problem) for problem in result.problems),
        wrong=tuple(wrong_formulas(result, description)),
        flags=tuple(flag[:400] for flag in result.flags[:MOST_FLAGS]),
        graded=result.graded,
        outdated=tuple(outdated(result, description)),
    )


def _problem(problem: ProblemResult) -> ProblemSummary:
    checks = tuple(
        CheckSummary(
            check=check.check,
            outcome=check.outcome,
            earned=check.earned,
            points=check.points,
            seconds=round(check.seconds, 4),
            mistake=check.mistake,
        )
        for check in problem.checks
    )
    return ProblemSummary(
        problem=problem.problem,
        earned=problem.earned,
        points=problem.points,
        checks=checks,
        unread=sum(item.earned is None for item in problem.rubric),
    )


def wrong_formulas(result: SubmissionResult, description: SetDescription) -> Iterator[WrongFormula]:
    """The formulas of a submission that did not pass a check, and could be read."""
    symbols = {(problem.problem, answer) for problem in description.problems for answer in problem.symbols}
    for problem in result.problems:
        formulas = [answer for answer in problem.answers if (problem.problem, answer.name) in symbols and answer.mathml]
        for check in problem.checks:
            if check.outcome not in (Outcome.FAILED, Outcome.UNDECIDED, Outcome.PENDING):
                continue
            # a message about a formula begins with what it is about; with one formula there is no doubt
            named = [answer for answer in formulas if check.evidence.get("answer") == answer.name]
            for answer in named or (formulas if len(formulas) == 1 else []):
                yield WrongFormula(
                    problem=problem.problem,
                    check=check.check,
                    answer=answer.name,
                    raw=answer.raw[:LONGEST_FORMULA],
                    mathml=answer.mathml if len(answer.mathml) <= 5 * LONGEST_FORMULA else "",
                    mistake=check.mistake,
                    version=version_asked(problem),
                )


def outdated(result: SubmissionResult, description: SetDescription) -> Iterator[str]:
    """Titles of the problems that were graded by other checks than the set has now; none where that is not known."""
    if result.state is not State.GRADED:
        return
    graded = {problem.problem: problem for problem in result.problems}
    for described in description.problems:
        known = graded.pop(described.problem, None)
        if known is None or {check.check for check in known.checks} != set(described.claims):
            yield described.title
    yield from (problem.title for problem in graded.values())
