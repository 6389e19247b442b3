"""Groups wrong formulas of a class by mathematical equality, so that one decision can serve all of a group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.mathematics.worker import Comparer, Request
from grader.result import AnswerRecord, Outcome, ProblemResult, SetDescription, SubmissionResult

MOST_GROUPS = 60


@dataclass(frozen=True)
class Group:
    """Answers to one check that are all equal: what they say, in which spellings, and who wrote them."""

    problem: str
    title: str
    check: str
    answer: str
    mathml: str
    spellings: tuple[tuple[str, int], ...]
    students: tuple[str, ...]
    mistake: str = ""


def group_wrong_formulas(
    description: SetDescription, results: Sequence[SubmissionResult], *, known: dict[str, bool] | None = None
) -> list[Group]:
    """The wrong formulas of a class in groups, the largest first.

    Args:
        description: the set, with the declared symbols of its answers.
        results: the class.
        known: verdicts of earlier comparisons, by the two texts; new ones are added to it.
    """
    symbols = {
        (problem.problem, answer): kinds
        for problem in description.problems
        for answer, kinds in problem.symbols.items()
    }
    kept = known if known is not None else {}
    groups: list[Group] = []
    wrong: dict[tuple[str, str, str], list[tuple[str, AnswerRecord, str]]] = {}
    titles = {problem.problem: problem.title for problem in description.problems}
    for result in results:
        for place, check, answer, mistake in _wrong(result, symbols):
            wrong.setdefault((place.problem, check, answer.name), []).append((result.student, answer, mistake))
    with Comparer() as comparer:
        for (problem, check, name), entries in wrong.items():
            classes = _classes(entries, symbols[problem, name], comparer, kept)
            groups += [_group(problem, titles.get(problem, problem), check, name, members) for members in classes]
    return sorted(groups, key=lambda group: (-len(group.students), group.problem, group.check))[:MOST_GROUPS]


def _wrong(
    result: SubmissionResult, symbols: Mapping[tuple[str, str], Mapping[str, str]]
) -> Iterator[tuple[ProblemResult, str, AnswerRecord, str]]:
    for problem in result.problems:
        formulas = [answer for answer in problem.answers if (problem.problem, answer.name) in symbols and answer.mathml]
        for check in problem.checks:
            if check.outcome not in (Outcome.FAILED, Outcome.UNDECIDED):
                continue
            # a message about a formula begins with what it is about; with one formula there is no doubt
            named = [answer for answer in formulas if check.evidence.get("answer") == answer.name]
            for answer in named or (formulas if len(formulas) == 1 else []):
                yield problem, check.check, answer, check.mistake


def _classes(
    entries: Sequence[tuple[str, AnswerRecord, str]],
    symbols: Mapping[str, str],
    comparer: Comparer,
    known: dict[str, bool],
) -> list[list[tuple[str, AnswerRecord, str]]]:
    classes: list[list[tuple[str, AnswerRecord, str]]] = []
    for entry in entries:
        for members in classes:
            if _same(entry[1].raw, members[0][1].raw, symbols, comparer, known):
                members.append(entry)
                break
        else:
            classes.append([entry])
    return classes


def _same(one: str, other: str, symbols: Mapping[str, str], comparer: Comparer, known: dict[str, bool]) -> bool:
    if one == other:
        return True
    key = "\0".join((one, other, *map(str, symbols.items())))
    if key not in known:
        known[key] = comparer.compare(Request(one, other, symbols, diagnose=False)).verdict.equal
    return known[key]


def _group(
    problem: str, title: str, check: str, answer: str, members: Sequence[tuple[str, AnswerRecord, str]]
) -> Group:
    spellings: dict[str, int] = {}
    for _, record, _ in members:
        spellings[record.raw] = spellings.get(record.raw, 0) + 1
    return Group(
        problem=problem,
        title=title,
        check=check,
        answer=answer,
        mathml=members[0][1].mathml,
        spellings=tuple(sorted(spellings.items(), key=lambda pair: (-pair[1], pair[0])))[:12],
        students=tuple(student for student, _, _ in members),
        mistake=next((mistake for _, _, mistake in members if mistake), ""),
    )
