"""What people decide: open items, their marks, and decisions for whole groups, laid over what was graded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.errors import SubmissionError
from grader.result import (
    CheckResult,
    Decision,
    Mark,
    Outcome,
    ProblemResult,
    RubricRecord,
    SetDescription,
    State,
    SubmissionResult,
)

Same = Callable[[str, str, str, str], bool]
"""``same(problem, answer, given, formula)``: whether a given text is equal to the formula of a decision."""

OPEN = (Outcome.UNDECIDED, Outcome.ERROR, Outcome.TIMEOUT, Outcome.MEMORY, Outcome.PENDING)


@dataclass(frozen=True)
class OpenItem:
    """One thing that a person decides: a rubric item of a text, or a check that could not be settled.

    ``subject`` and ``item`` are as in `Mark`; ``text`` is what the student wrote, ``asked`` what is to be decided, and
    ``definition`` a digest of that.
    """

    student: str
    problem: str
    subject: str
    item: str
    asked: str
    text: str
    points: float
    reason: str = ""
    definition: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What a mark refers to."""
        return (self.student, self.subject, self.item)

    @property
    def about(self) -> str:
        """What a mark is given for."""
        return about(self.text, self.definition)


def about(text: str, definition: str) -> str:
    """What a mark is given for: a digest of the text, and of what was asked where that is known."""
    return text_digest(text) + (f"+{definition}" if definition else "")


def stands(mark: Mark, about: str) -> bool:
    """Whether a mark was given for this text, and for this question; marks of earlier versions know the text alone."""
    return mark.about in ("", about, about.partition("+")[0])


def overtaken(mark: Mark, about: str) -> bool:
    """Whether a mark was given for this text, but for a question that was changed since."""
    return not stands(mark, about) and mark.about.partition("+")[0] == about.partition("+")[0]


def text_digest(text: str) -> str:
    """A short digest of what a student wrote; it tells a mark for an earlier hand-in from one for the newest."""
    return "text-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def open_items(
    results: Iterable[SubmissionResult], marks: Mapping[tuple[str, str, str], Mark] | None = None
) -> Iterator[OpenItem]:
    """Everything that is open in a class, also what is marked already if the results are as graded.

    With ``marks`` also what fails now and was marked when the check asked something else.
    """
    for result in results:
        for problem in result.problems:
            raw = {answer.name: answer.raw for answer in problem.answers}
            for item in problem.rubric:
                if item.marked_by != "grader":
                    yield OpenItem(
                        result.student, problem.problem, item.answer, item.item, item.text, raw.get(item.answer, ""),
                        item.points, definition=_asked(item.text),
                    )  # fmt: skip
            for check in problem.checks:
                subject = f"{problem.problem}::{check.check}"
                found = OpenItem(
                    result.student, problem.problem, subject, "", check.claim, _given(raw), check.points,
                    f"{check.outcome.value}: {check.detail or check.message}", check.definition,
                )  # fmt: skip
                mark = (marks or {}).get(found.key)
                if check.outcome in OPEN or (mark is not None and _of_a_failure(check, mark, found.about)):
                    yield found


def _of_a_failure(check: CheckResult, mark: Mark, about: str) -> bool:
    """Whether a person gave more for this text than the check, which asks something else by now, gives."""
    more = mark.earned is not None and mark.earned > check.earned
    known = "+" in mark.about and mark.about.partition("+")[0] == about.partition("+")[0]
    return check.outcome is Outcome.FAILED and more and known


def _asked(text: str) -> str:
    return text_digest(text).replace("text-", "asked-")


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
            if one.subject != decision.subject
            or (decision.formula and (decision.formula, decision.version) != (one.formula, one.version))
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
    """A result with everything that people decided laid over it; what was graded stays as it is in the ledger.

    What was decided before a check asked something else is not applied: where it would count, a person looks again.
    """
    if result.state is not State.GRADED:
        return result
    decisions = standing_decisions(decisions)
    problems = []
    for problem in result.problems:
        raw = {answer.name: answer.raw for answer in problem.answers}
        given = _given(raw)
        checks = [
            _decided(
                _marked(check, marks.get((result.student, f"{problem.problem}::{check.check}", "")), given),
                problem, decisions, same,
            )
            for check in problem.checks
        ]  # fmt: skip
        rubric = [
            _ticked(item, marks.get((result.student, item.answer, item.item)), raw.get(item.answer, ""))
            for item in problem.rubric
        ]
        problems.append(problem.model_copy(update={"checks": tuple(checks), "rubric": tuple(rubric)}))
    return result.model_copy(update={"problems": tuple(problems)})


def _ticked(item: RubricRecord, mark: Mark | None, text: str) -> RubricRecord:
    if mark is None or mark.earned is None or not stands(mark, about(text, _asked(item.text))):
        return item
    # a rubric item that is worth something else by now is worth that for everybody
    earned = item.points if mark.earned else 0.0
    if item.points and 0 < mark.earned / item.points < 1:
        earned = mark.earned
    return item.model_copy(update={"earned": earned, "marked_by": mark.marked_by, "comment": mark.comment})


def _marked(check: CheckResult, mark: Mark | None, text: str) -> CheckResult:
    if mark is None or mark.earned is None:
        return check
    now = about(text, check.definition)
    if check.outcome not in OPEN and not _of_a_failure(check, mark, now):
        return check
    if not stands(mark, now):
        words = f"marked {mark.earned:g} by {mark.marked_by}"
        return _look_again(check, words) if overtaken(mark, now) else check
    full = mark.earned >= check.points
    return check.model_copy(
        update={
            "outcome": Outcome.PASSED if full else Outcome.FAILED,
            "earned": min(mark.earned, check.points),
            "message": mark.comment or f"decided by a person: {mark.earned:g} of {check.points:g}",
        }
    )


def _look_again(check: CheckResult, words: str) -> CheckResult:
    return check.model_copy(
        update={
            "outcome": Outcome.PENDING,
            "earned": 0.0,
            "message": "a person decided about this before the check was changed, and will look at it again",
            "detail": f"{words}, before the check changed: look again; {check.detail or check.message}",
        }
    )


def _decided(check: CheckResult, problem: ProblemResult, decisions: Sequence[Decision], same: Same) -> CheckResult:
    subject = f"{problem.problem}::{check.check}"
    raw = {answer.name: answer.raw for answer in problem.answers}
    open_to_all = check.outcome in (Outcome.FAILED, Outcome.UNDECIDED)
    found, waiting = check, None
    for decision in decisions:
        if decision.subject != subject:
            continue
        if decision.kind != "void":
            given = raw.get(decision.answer, "") if decision.version == version_asked(problem) else ""
            if not open_to_all or not given or not same(problem.problem, decision.answer, given, decision.formula):
                continue
        if before_a_change(decision, check.definition):
            waiting = decision if decision.kind in ("accept", "void") else waiting
            continue
        waiting = None if decision.kind != "hint" else waiting
        found = _applied(found, decision)
    return _look_again(check, _words(waiting)) if waiting is not None else found


def version_asked(problem: ProblemResult) -> str:
    """Which numbers a student was asked with; empty where everybody was asked the same."""
    # records of an earlier edition have the question only, and numbers stand in it
    return problem.version or (_asked(problem.statement) if problem.statement else "")


def before_a_change(decision: Decision, definition: str) -> bool:
    """Whether a decision is about another check of that name than the one so defined, as far as both are known."""
    return bool(decision.about and definition and decision.about != definition)


def _words(decision: Decision) -> str:
    return f"{decision.kind} by {decision.made_by} ({decision.reason})"


def _applied(check: CheckResult, decision: Decision) -> CheckResult:
    if decision.kind == "void":
        words = f"this check counts for nobody: {decision.reason}"
        return check.model_copy(update={"points": 0.0, "earned": 0.0, "outcome": Outcome.SKIPPED, "message": words})
    if decision.kind == "hint":
        return check.model_copy(update={"hint": decision.hint})
    if decision.kind != "accept":
        return check
    points = min(decision.points, check.points)
    full = points >= check.points
    return check.model_copy(
        update={
            "earned": points,
            "outcome": Outcome.PASSED if full else Outcome.FAILED,
            "hint": decision.hint or check.hint,
            "message": check.message if not full else f"accepted: {decision.reason}",
        }
    )


def overtaken_decisions(decisions: Iterable[Decision], description: SetDescription) -> list[str]:
    """What was decided before its check changed or went, in words, oldest first; what was decided anew is left out."""
    known = {
        f"{problem.problem}::{check}": problem.definitions.get(check, "")
        for problem in description.problems
        for check in problem.claims
    }
    found: dict[tuple[str, str], str] = {}
    for decision in standing_decisions(decisions):
        key = (decision.subject, decision.formula)
        found.pop(key, None)
        about_what = f"{decision.subject}{f', {decision.formula!r}' if decision.formula else ''}: {_words(decision)}"
        if decision.subject not in known:
            found[key] = f"{about_what}; the set has no such check any more"
        elif before_a_change(decision, known[decision.subject]):
            found[key] = f"{about_what}; made before the check changed, look again"
    return list(found.values())
