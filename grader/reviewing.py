"""What people decide: open items, their marks, and decisions for whole groups, laid over what was graded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.errors import SubmissionError
from grader.result import CheckResult, Decision, Mark, Outcome, ProblemResult, RubricRecord, State, SubmissionResult

Same = Callable[[str, str, str, str], bool]
"""``same(problem, answer, given, formula)``: whether a given text is equal to the formula of a decision."""

OPEN = (Outcome.UNDECIDED, Outcome.ERROR, Outcome.TIMEOUT, Outcome.MEMORY, Outcome.PENDING)


@dataclass(frozen=True)
class OpenItem:
    """One thing that a person decides: a rubric item of a text, or a check that could not be settled.

    ``subject`` and ``item`` are as in `Mark`; ``text`` is what the student wrote, ``asked`` what is to be decided.
    """

    student: str
    problem: str
    subject: str
    item: str
    asked: str
    text: str
    points: float
    reason: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What a mark refers to."""
        return (self.student, self.subject, self.item)

    @property
    def about(self) -> str:
        """What a mark is given for."""
        return text_digest(self.text)


def text_digest(text: str) -> str:
    """A short digest of what a student wrote; it tells a mark for an earlier hand-in from one for the newest."""
    return "text-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def open_items(results: Iterable[SubmissionResult]) -> Iterator[OpenItem]:
    """Everything that is open in a class, also what is marked already if the results are as graded."""
    for result in results:
        for problem in result.problems:
            raw = {answer.name: answer.raw for answer in problem.answers}
            for item in problem.rubric:
                if item.marked_by != "grader":
                    yield OpenItem(
                        result.student, problem.problem, item.answer, item.item, item.text, raw.get(item.answer, ""),
                        item.points,
                    )  # fmt: skip
            for check in problem.checks:
                if check.outcome in OPEN:
                    yield OpenItem(
                        result.student, problem.problem, f"{problem.problem}::{check.check}", "", check.claim,
                        _given(raw), check.points, f"{check.outcome.value}: {check.detail or check.message}",
                    )  # fmt: skip


def _given(raw: Mapping[str, str]) -> str:
    return "; ".join(f"{name} = {text}" for name, text in raw.items() if text)


def blind_order(items: Iterable[OpenItem], key: bytes) -> list[OpenItem]:
    """One question over all students before the next, in an order that follows neither names nor scores."""

    def place(item: OpenItem) -> tuple[str, str, bytes]:
        return (item.problem, item.subject, hashlib.blake2b(item.student.encode(), key=key[:64]).digest())

    return sorted(items, key=place)


def newest(marks: Iterable[Mark]) -> dict[tuple[str, str, str], Mark]:
    """The mark that counts for each item; one that takes back leaves nothing."""
    found: dict[tuple[str, str, str], Mark] = {}
    for mark in marks:
        found[mark.student, mark.subject, mark.item] = mark
    return {key: mark for key, mark in found.items() if mark.earned is not None}


def standing_decisions(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that hold: one that was withdrawn later does not."""
    standing: list[Decision] = []
    for decision in decisions:
        if decision.kind != "withdraw":
            standing.append(decision)
            continue
        standing = [
            one
            for one in standing
            if one.subject != decision.subject or (decision.formula and decision.formula != one.formula)
        ]
    return standing


def check_mark(mark: Mark, items: Mapping[tuple[str, str, str], OpenItem]) -> None:
    """Refuse a mark that fits no open item.

    Raises:
        SubmissionError: naming the student and item, and which marks are possible.
    """
    item = items.get((mark.student, mark.subject, mark.item))
    where = f"{mark.student!r}, {mark.subject}{f' / {mark.item}' if mark.item else ''}"
    if item is None:
        raise SubmissionError(f"{where}: there is nothing open of that name")
    low, high = min(item.points, 0.0), max(item.points, 0.0)
    if mark.earned is not None and not low <= mark.earned <= high:
        raise SubmissionError(f"{where}: a mark from {low:g} to {high:g} was expected, got {mark.earned:g}")
    if not mark.marked_by:
        raise SubmissionError(f"{where}: a mark needs the name of who made it")


def settled(
    result: SubmissionResult,
    marks: Mapping[tuple[str, str, str], Mark],
    decisions: Sequence[Decision] = (),
    same: Same = lambda _problem, _answer, _given, _formula: False,
) -> SubmissionResult:
    """A result with everything that people decided laid over it; what was graded stays as it is in the ledger."""
    if result.state is not State.GRADED:
        return result
    decisions = standing_decisions(decisions)
    problems = []
    for problem in result.problems:
        raw = {answer.name: answer.raw for answer in problem.answers}
        given = text_digest(_given(raw))
        checks = [
            _decided(_marked(check, _counting(marks, (result.student, f"{problem.problem}::{check.check}", ""), given)),
                     problem, decisions, same)
            for check in problem.checks
        ]  # fmt: skip
        rubric = [
            _ticked(
                item, _counting(marks, (result.student, item.answer, item.item), text_digest(raw.get(item.answer, "")))
            )
            for item in problem.rubric
        ]
        problems.append(problem.model_copy(update={"checks": tuple(checks), "rubric": tuple(rubric)}))
    return result.model_copy(update={"problems": tuple(problems)})


def _counting(marks: Mapping[tuple[str, str, str], Mark], key: tuple[str, str, str], about: str) -> Mark | None:
    mark = marks.get(key)
    return mark if mark is not None and mark.about in ("", about) else None


def _ticked(item: RubricRecord, mark: Mark | None) -> RubricRecord:
    if mark is None:
        return item
    # a rubric item that is worth something else by now is worth that for everybody
    earned = item.points if mark.earned else 0.0
    if mark.earned is not None and item.points and 0 < mark.earned / item.points < 1:
        earned = mark.earned
    return item.model_copy(update={"earned": earned, "marked_by": mark.marked_by, "comment": mark.comment})


def _marked(check: CheckResult, mark: Mark | None) -> CheckResult:
    if mark is None or mark.earned is None or check.outcome not in OPEN:
        return check
    full = mark.earned >= check.points
    return check.model_copy(
        update={
            "outcome": Outcome.PASSED if full else Outcome.FAILED,
            "earned": min(mark.earned, check.points),
            "message": mark.comment or f"decided by a person: {mark.earned:g} of {check.points:g}",
        }
    )


def _decided(check: CheckResult, problem: ProblemResult, decisions: Sequence[Decision], same: Same) -> CheckResult:
    raw = {answer.name: answer.raw for answer in problem.answers}
    for decision in decisions:
        if decision.subject != f"{problem.problem}::{check.check}":
            continue
        if decision.kind == "void":
            check = check.model_copy(
                update={
                    "points": 0.0,
                    "earned": 0.0,
                    "outcome": Outcome.SKIPPED,
                    "message": f"this check counts for nobody: {decision.reason}",
                }
            )
            continue
        given = raw.get(decision.answer, "")
        fits = check.outcome in (Outcome.FAILED, Outcome.UNDECIDED) and given
        if not fits or not same(problem.problem, decision.answer, given, decision.formula):
            continue
        if decision.kind == "accept":
            points = min(decision.points, check.points)
            full = points >= check.points
            check = check.model_copy(
                update={
                    "earned": points,
                    "outcome": Outcome.PASSED if full else Outcome.FAILED,
                    "hint": decision.hint or check.hint,
                    "message": check.message if not full else f"accepted: {decision.reason}",
                }
            )
        elif decision.kind == "hint":
            check = check.model_copy(update={"hint": decision.hint})
    return check
