"""What is said about checks and totals is what a hand computation gives."""

from __future__ import annotations

import pytest

from grader.result import Outcome, ProblemDescription, Score, SetDescription, State
from grader.statistics import check_statistics, distribution
from grader.summary import CheckSummary, ProblemSummary, Summary

DESCRIPTION = SetDescription(
    name="demo",
    title="D",
    problems=(ProblemDescription(problem="p", title="P", statement="", points=4, claims={"c": "C.", "d": "D."}),),
)


def summary(student: str, outcome: Outcome, rest: float, *, before: Outcome = Outcome.PASSED) -> Summary:
    """A student with this outcome of ``c``, worth 1 point, and so many points for what comes before it."""
    earned = 1.0 if outcome is Outcome.PASSED else 0.0
    checks = (
        CheckSummary(check="d", outcome=before, earned=rest, points=3),
        CheckSummary(check="c", outcome=outcome, earned=earned, points=1, seconds=2.0, mistake="slip" * (earned == 0)),
    )
    problem = ProblemSummary(problem="p", earned=rest + earned, points=4, checks=checks)
    score = Score(earned=rest + earned, points=4)
    return Summary(student=student, state=State.GRADED, score=score, problems=(problem,))


def total(earned: float, points: float) -> Summary:
    return Summary(student="s", state=State.GRADED, score=Score(earned=earned, points=points))


def test_facility_and_discrimination_are_those_of_a_hand_computation():
    rests = ((Outcome.PASSED, 3), (Outcome.PASSED, 1), (Outcome.FAILED, 0), (Outcome.FAILED, 2))

    row, _ = check_statistics(DESCRIPTION, [summary(f"s{n}", one, rest) for n, (one, rest) in enumerate(rests)])

    # the rest has mean 3/2 and variance 5/4, those who pass have mean 2: (2 - 3/2) / sqrt(5/4) * sqrt(1)
    assert row.facility == 0.5
    assert row.discrimination == pytest.approx(0.5 / 1.25**0.5)
    assert (row.outcomes, row.mistakes, row.seconds) == ({"passed": 2, "failed": 2}, (("slip", 2),), 2.0)


def test_what_is_not_settled_counts_neither_way():
    known = [summary("a", Outcome.PASSED, 3), summary("b", Outcome.FAILED, 1), summary("c", Outcome.SKIPPED, 0)]
    open_ones = [summary(outcome.value, outcome, 0) for outcome in Outcome if not outcome.settled]
    waiting = [summary("w", Outcome.SKIPPED, 0, before=Outcome.TIMEOUT)]

    row, _ = check_statistics(DESCRIPTION, known + open_ones + waiting)

    assert row.facility == pytest.approx(1 / 3)
    assert sum(row.outcomes.values()) == len(known + open_ones + waiting)


def test_submissions_that_were_not_graded_do_not_count():
    lost = summary("x", Outcome.FAILED, 0).model_copy(update={"state": State.REJECTED_INPUT})

    row, _ = check_statistics(DESCRIPTION, [summary("a", Outcome.PASSED, 3), lost])

    assert row.facility == 1.0
    assert distribution([lost]) == []


@pytest.mark.parametrize(
    ("earned", "points", "place"),
    [(0, 5, 0), (5, 5, 9), (4.9, 5, 9), (0.5, 5, 1), (0.3, 3, 1), (2.4, 3, 8), (0.29, 3, 0)],
)
def test_total_on_a_border_falls_into_the_range_that_begins_there(earned: float, points: float, place: int):
    counts = [count for _, count in distribution([total(earned, points)])]

    assert counts.index(1) == place
    assert sum(counts) == 1
