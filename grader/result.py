"""The frozen results of grading: what was read, what each check found, and what it comes to."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Outcome(StrEnum):
    """What became of a check; only ``passed`` earns points and only ``failed`` loses them for good."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    UNDECIDED = "undecided"
    SKIPPED = "skipped"
    PENDING = "pending"
    NOT_RUN = "not_run"

    @property
    def settled(self) -> bool:
        """Whether nobody has to look at it any more."""
        return self in (Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED)


class State(StrEnum):
    """What became of a submission as a whole."""

    GRADED = "graded"
    REJECTED_INPUT = "rejected-input"
    INFRA_ERROR = "infra-error"


class Record(BaseModel):
    """A frozen record; every field has a name of its own, unknown ones are refused.

    What reads and checks it is built when it is first needed: a run that finds nothing changed needs few of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class CheckResult(Record):
    """What one check found.

    ``message`` is for the student; ``detail`` is for the instructor only. ``mistake`` names the known mistake that
    was recognised and ``hint`` is its docstring. ``earned`` counts points, also those that a mistake keeps.
    ``definition`` is a digest of what the check asked when it judged; empty in older records.
    """

    check: str
    claim: str
    points: float
    outcome: Outcome
    earned: float = 0.0
    hidden: bool = False
    advisory: bool = False
    message: str = ""
    detail: str = ""
    evidence: dict[str, Any] = Field(default_factory=dict)
    mistake: str = ""
    hint: str = ""
    seconds: float = 0.0
    definition: str = ""


class AnswerRecord(Record):
    """One answer as it was found and read.

    ``raw`` is the student's text (shortened), ``latex``, ``mathml`` and ``text`` what our grammar read, ``refused`` why
    it could not be read. ``cell`` is the index of the cell that gave it.
    """

    name: str
    kind: str
    prompt: str = ""
    given: bool = False
    raw: str = ""
    latex: str = ""
    mathml: str = ""
    text: str = ""
    refused: str = ""
    notes: tuple[str, ...] = ()
    cell: int | None = None


class RubricRecord(Record):
    """One rubric item of a Text answer, open until a person marks it."""

    answer: str
    item: str
    text: str
    points: float
    earned: float | None = None
    marked_by: str = ""
    comment: str = ""


class ProblemResult(Record):
    """All that is known about one problem of one submission.

    ``unsteady`` names functions that gave another result when they were asked the same again. ``statement`` is the
    question as this student got it, where a problem has numbers of its own, and ``version`` names those; both are
    empty where it is everybody's.
    """

    problem: str
    title: str
    answers: tuple[AnswerRecord, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    rubric: tuple[RubricRecord, ...] = ()
    unsteady: tuple[str, ...] = ()
    statement: str = ""
    version: str = ""

    @property
    def points(self) -> float:
        """What it is worth."""
        return sum(check.points for check in self.checks) + sum(max(item.points, 0.0) for item in self.rubric)

    @property
    def earned(self) -> float:
        """What was earned so far."""
        marked = sum(item.earned or 0.0 for item in self.rubric)
        return sum(check.earned for check in self.checks) + max(marked, 0.0)

    @property
    def open_points(self) -> float:
        """Points that nobody has decided yet."""
        unsettled = sum(
            check.points - check.earned
            for check in self.checks
            if not check.outcome.settled or (check.outcome is Outcome.SKIPPED and self._open_prerequisite)
        )
        return unsettled + sum(max(item.points, 0.0) for item in self.rubric if item.earned is None)

    @property
    def _open_prerequisite(self) -> bool:
        return any(not check.outcome.settled for check in self.checks)


class CellRecord(Record):
    """One cell as it ran: its source, its outputs as plain nbformat dictionaries (capped), and how it ended."""

    index: int
    kind: str
    source: str
    outputs: tuple[dict[str, Any], ...] = ()
    error: str = ""
    seconds: float = 0.0
    limit: str = ""
    executed: bool = False
    answers: tuple[str, ...] = ()


class PlaceRecord(Record):
    """Where an answer was found; ``text`` is what a Markdown cell says, None when a variable holds it."""

    cell: int
    text: str | None = None


class SubmissionResult(Record):
    """One graded submission; immutable, and enough to render every report without executing anything.

    ``digest`` is the SHA-256 of the bytes received, ``key`` that of everything that could change the result.
    ``notes`` are for the student too, ``flags`` for the instructor only. Times are in seconds; ``graded`` and
    ``received`` are UTC in ISO 8601. ``variant`` is the version of the numbers that it was graded by,
    ``claimed_variant`` the one that the notebook says it was released with.
    """

    student: str
    problem_set: str
    state: State
    digest: str
    key: str
    message: str = ""
    problems: tuple[ProblemResult, ...] = ()
    cells: tuple[CellRecord, ...] = ()
    places: dict[str, PlaceRecord] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    isolation: dict[str, Any] = Field(default_factory=dict)
    device: dict[str, Any] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)
    seed: int = 0
    received: str = ""
    graded: str = ""
    seconds: float = 0.0
    official: bool = True
    variant: str = ""
    claimed_variant: str = ""

    def problem(self, name: str) -> ProblemResult:
        """The result of one problem; KeyError when the set has none of that name."""
        for problem in self.problems:
            if problem.problem == name:
                return problem
        raise KeyError(name)


class ProblemDescription(Record):
    """What a report says about a problem: its title, statement (Markdown with LaTeX), points and claims.

    ``symbols`` are the declared kinds by formula answer, so that answers can be compared without the problem file;
    ``worth`` is what each check is worth, ``definitions`` a digest of what it asks.
    """

    problem: str
    title: str
    statement: str
    points: float
    claims: dict[str, str] = Field(default_factory=dict)
    symbols: dict[str, dict[str, str]] = Field(default_factory=dict)
    worth: dict[str, float] = Field(default_factory=dict)
    definitions: dict[str, str] = Field(default_factory=dict)


class SetDescription(Record):
    """What a report says about a problem set; all that rendering needs of it.

    ``translations`` are titles, statements, claims and hints in ``language``, by the text as its author wrote it.
    """

    name: str
    title: str
    introduction: str = ""
    digest: str = ""
    problems: tuple[ProblemDescription, ...] = ()
    language: str = "en"
    late: dict[str, float | str] = Field(default_factory=dict)
    translations: dict[str, str] = Field(default_factory=dict)

    @property
    def points(self) -> float:
        """What the whole set is worth."""
        return sum(problem.points for problem in self.problems)


class Mark(Record):
    """What a person decided about one open item of one student.

    ``subject`` is an answer (then ``item`` is a rubric item) or ``problem::check`` (then ``item`` is empty). ``earned``
    None takes an earlier mark back. ``about`` is a digest of the text that was marked, and after a ``+`` one of what
    was asked: a mark for another text than the newest hand-in has, or for another question, does not count.
    """

    student: str
    subject: str
    item: str = ""
    earned: float | None = None
    marked_by: str = ""
    comment: str = ""
    made: str = ""
    about: str = ""


class Decision(Record):
    """What a person decided for a whole group.

    ``kind`` is ``accept`` (every answer equal to ``formula`` earns ``points`` of the check), ``hint`` (it is given
    ``hint``), ``ignore`` (the group was looked at, nothing changes), ``void`` (the check counts for nobody) or
    ``withdraw`` (what was decided before, about the check or this formula of it, holds no more).
    ``subject`` is ``problem::check``; ``answer`` names the answer that is compared. ``about`` is the check's definition
    when it was decided: once the check asks something else, a person looks at it again. It is empty in older records.
    ``version`` names the numbers that the formula answers, where students have other ones; it counts for those only.
    """

    kind: str
    subject: str
    answer: str = ""
    formula: str = ""
    points: float = 0.0
    hint: str = ""
    made_by: str = ""
    reason: str = ""
    made: str = ""
    about: str = ""
    version: str = ""


class Score(Record):
    """What a submission comes to.

    ``earned`` of ``points``; ``open_points`` are undecided, so that the total is ``provisional`` and ``reasons`` says
    why. ``adjustments`` are late penalties and the like, as (reason, points).
    """

    earned: float
    points: float
    open_points: float = 0.0
    reasons: tuple[str, ...] = ()
    adjustments: tuple[tuple[str, float], ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether a person has something to decide before this is final."""
        return bool(self.reasons)

    @property
    def total(self) -> float:
        """Earned points after all adjustments, never below 0."""
        return max(0.0, self.earned + sum(change for _, change in self.adjustments))
