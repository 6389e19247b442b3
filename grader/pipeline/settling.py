"""The results of a class with what people decided: what reports, scores and exports are made from."""

from __future__ import annotations

from grader.mathematics.worker import Comparer, Request
from grader.recording.ledger import Ledger
from grader.result import SetDescription, SubmissionResult
from grader.reviewing import newest, settled


class _Equality:
    """Whether a given answer equals the formula of a decision; each pair of texts is compared once."""

    def __init__(self, description: SetDescription | None, comparer: Comparer) -> None:
        self._comparer = comparer
        self._symbols = {
            (problem.problem, answer): symbols
            for problem in (description.problems if description else ())
            for answer, symbols in problem.symbols.items()
        }
        self._known: dict[tuple[str, str, str, str], bool] = {}

    def __call__(self, problem: str, answer: str, given: str, formula: str) -> bool:
        key = (problem, answer, given, formula)
        if key not in self._known:
            symbols = self._symbols.get((problem, answer))
            if symbols is None or given == formula:
                self._known[key] = given == formula
            else:
                request = Request(given, formula, symbols, diagnose=False)
                self._known[key] = self._comparer.compare(request).verdict.equal
        return self._known[key]


def settled_results(ledger: Ledger) -> dict[str, SubmissionResult]:
    """The newest result of every student, with all marks and decisions laid over it."""
    marks, decisions = newest(ledger.marks()), ledger.decisions()
    latest = ledger.latest()
    if not marks and not decisions:
        return latest
    with Comparer() as comparer:
        same = _Equality(ledger.description, comparer)
        return {student: settled(result, marks, decisions, same) for student, result in latest.items()}
