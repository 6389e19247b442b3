"""What a class page needs of one submission: small enough to be read for thousands at once."""

from __future__ import annotations

from grader.result import Outcome, Record, Score, State


class CheckSummary(Record):
    """What came of one check, as in `CheckResult`."""

    check: str
    outcome: Outcome
    earned: float
    points: float
    seconds: float = 0.0
    mistake: str = ""


class ProblemSummary(Record):
    """The checks of one problem, and what they came to with everything that people decided.

    ``unread`` counts rubric items that nobody has marked yet.
    """

    problem: str
    earned: float
    points: float
    checks: tuple[CheckSummary, ...] = ()
    unread: int = 0


class WrongFormula(Record):
    """A formula that did not pass a check, to be grouped with those that are equal to it.

    ``version`` names the numbers that it answers, where students have other ones.
    """

    problem: str
    check: str
    answer: str
    raw: str
    mathml: str = ""
    mistake: str = ""
    version: str = ""


class Summary(Record):
    """One submission as a class page shows it.

    ``outdated`` names problems that have other checks or points by now than when the submission was graded.
    """

    student: str
    state: State
    score: Score
    problems: tuple[ProblemSummary, ...] = ()
    wrong: tuple[WrongFormula, ...] = ()
    flags: tuple[str, ...] = ()
    graded: str = ""
    outdated: tuple[str, ...] = ()
