"""The results of a class with what people decided: what reports, scores and exports are made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

from grader.pipeline.equality import Equalities
from grader.recording.ledger import Ledger
from grader.result import Mark, SetDescription, SubmissionResult
from grader.reviewing import before_a_change, newest, settled, standing_decisions


def settled_results(ledger: Ledger, students: Iterable[str] | None = None) -> dict[str, SubmissionResult]:
    """The newest result of every student, or of these, with all marks and decisions laid over it."""
    with Equalities(ledger.description, ledger) as known:
        return {result.student: result for result in each_settled(ledger, known, students)}


def each_settled(
    ledger: Ledger, known: Equalities, students: Iterable[str] | None = None
) -> Iterator[SubmissionResult]:
    """`settled_results`, one after the other, so that a class of any size fits into memory."""
    marks, decisions = newest(ledger.marks()), ledger.decisions()
    for result in ledger.newest(students):
        yield settled(result, marks, decisions, known.same) if marks or decisions else result


def standings(ledger: Ledger, edition: str) -> dict[str, str]:
    """For each student a digest of all that decides how the settled result looks, without reading the result itself.

    It changes with a new result, a mark of this student's, any decision, the set's description and the ``edition``.
    """
    description = ledger.description
    decisions = [one.model_dump(mode="json") for one in ledger.decisions()]
    shared = hashlib.sha256(
        json.dumps([edition, description.model_dump(mode="json") if description else None, decisions]).encode()
    ).hexdigest()
    marks: dict[str, list[Mark]] = {}
    for mark in newest(ledger.marks()).values():
        marks.setdefault(mark.student, []).append(mark)
    found = {}
    for student, number in ledger.numbers().items():
        own = [mark.model_dump_json() for mark in marks.get(student, ())]
        found[student] = hashlib.sha256("\0".join((shared, str(number), *own)).encode()).hexdigest()
    return found


def described(ledger: Ledger) -> SetDescription:
    """What the ledger says of its set; only a name if nothing was graded yet."""
    return ledger.description or SetDescription(name=ledger.path.parent.name, title=ledger.path.parent.name)


def set_worth(ledger: Ledger) -> float:
    """What the whole set is worth, without the checks that were declared void."""
    description = described(ledger)
    worth, asked = {}, {}
    for problem in description.problems:
        worth.update({f"{problem.problem}::{check}": points for check, points in problem.worth.items()})
        asked.update({f"{problem.problem}::{check}": digest for check, digest in problem.definitions.items()})
    void = {
        one.subject
        for one in standing_decisions(ledger.decisions())
        if one.kind == "void" and not before_a_change(one, asked.get(one.subject, ""))
    }
    return max(0.0, description.points - sum(worth.get(subject, 0.0) for subject in void))
