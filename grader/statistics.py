"""What a class's results say about each check: how many pass it, and whether it tells strong from weak."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from grader.result import Outcome, SetDescription, State
from grader.summary import Summary

FEW = 0.1
MANY_NEEDED = 8
WEAK_DISCRIMINATION = 0.05


@dataclass(frozen=True)
class CheckStatistics:
    """One check over a class.

    ``facility`` is the share of settled outcomes that passed; ``discrimination`` the correlation of passing with the
    rest of the total (point-biserial, without this check's own points); both None where there is too little to say.
    """

    problem: str
    title: str
    check: str
    claim: str
    outcomes: Mapping[str, int]
    facility: float | None
    discrimination: float | None
    seconds: float
    mistakes: tuple[tuple[str, int], ...]
    note: str = ""


class _Entry(NamedTuple):
    """One student's outcome of a check; ``rest`` is what else they earned."""

    outcome: Outcome
    rest: float
    seconds: float
    mistake: str
    settled: bool


def check_statistics(description: SetDescription, summaries: Iterable[Summary]) -> list[CheckStatistics]:
    """Statistics of every check of a set, in its order."""
    found: dict[tuple[str, str], list[_Entry]] = {}
    for summary in summaries:
        if summary.state is not State.GRADED:
            continue
        total = summary.score.earned
        for problem in summary.problems:
            # what was skipped because a check before it is not settled tells nothing about this one
            waiting = any(not check.outcome.settled for check in problem.checks)
            for check in problem.checks:
                if check.outcome is Outcome.SKIPPED and not check.points:
                    continue  # void: it counts for nobody, so it tells nothing either
                settled = check.outcome.settled and not (waiting and check.outcome is Outcome.SKIPPED)
                entry = _Entry(check.outcome, total - check.earned, check.seconds, check.mistake, settled)
                found.setdefault((problem.problem, check.check), []).append(entry)
    rows = []
    for described in description.problems:
        for name, claim in described.claims.items():
            entries = found.get((described.problem, name), [])
            rows.append(_one(described.problem, described.title, name, claim, entries))
    return rows


def _one(problem: str, title: str, name: str, claim: str, entries: Sequence[_Entry]) -> CheckStatistics:
    outcomes: dict[str, int] = {}
    mistakes: dict[str, int] = {}
    for entry in entries:
        outcomes[entry.outcome.value] = outcomes.get(entry.outcome.value, 0) + 1
        if entry.mistake:
            mistakes[entry.mistake] = mistakes.get(entry.mistake, 0) + 1
    settled = [(entry.outcome is Outcome.PASSED, entry.rest) for entry in entries if entry.settled]
    facility = sum(passed for passed, _ in settled) / len(settled) if settled else None
    discrimination = _correlation(settled)
    return CheckStatistics(
        problem=problem,
        title=title,
        check=name,
        claim=claim,
        outcomes=outcomes,
        facility=facility,
        discrimination=discrimination,
        seconds=sum(entry.seconds for entry in entries) / len(entries) if entries else 0.0,
        mistakes=tuple(sorted(mistakes.items(), key=lambda pair: (-pair[1], pair[0]))),
        note=_note(facility, discrimination, len(settled)),
    )


def _correlation(settled: Sequence[tuple[bool, float]]) -> float | None:
    count = len(settled)
    passed = sum(one for one, _ in settled)
    if count < 3 or passed in (0, count):
        return None
    mean = sum(rest for _, rest in settled) / count
    spread = math.sqrt(sum((rest - mean) ** 2 for _, rest in settled) / count)
    if spread == 0:
        return None
    share = passed / count
    upper = sum(rest for one, rest in settled if one) / passed
    return (upper - mean) / spread * math.sqrt(share / (1 - share))


def _note(facility: float | None, discrimination: float | None, count: int) -> str:
    if count < MANY_NEEDED or facility is None:
        return ""
    if facility <= FEW:
        return "almost nobody passes this; is the check right, and was it taught?"
    if discrimination is not None and discrimination < WEAK_DISCRIMINATION and facility < 1 - FEW:
        return "strong and weak submissions fail this alike; is the question clear?"
    return ""


def distribution(summaries: Iterable[Summary], bins: int = 10) -> list[tuple[str, int]]:
    """How many final or provisional totals fall into each tenth of the points; what has no score yet is left out."""
    counted = [one.score for one in summaries if one.score.points > 0 and one.state is State.GRADED]
    if not counted:
        return []
    points = max(score.points for score in counted)
    counts = [0] * bins
    for score in counted:
        # rounded, or 0.3 of 3 points would fall into the tenth below theirs
        counts[min(bins - 1, int(round(score.total / points * bins, 9)))] += 1
    width = points / bins
    return [(f"{width * place:g}–{width * (place + 1):g}", count) for place, count in enumerate(counts)]
