"""Groups wrong formulas of a class by mathematical equality, so that one decision can serve all of a group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from grader.pipeline.equality import Equalities
from grader.result import SetDescription
from grader.summary import Summary, WrongFormula

MOST_GROUPS = 60
MOST_SPELLINGS = 12


class _Wrote(NamedTuple):
    place: int
    student: str
    formula: WrongFormula


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


def group_wrong_formulas(description: SetDescription, summaries: Iterable[Summary], known: Equalities) -> list[Group]:
    """The wrong formulas of a class in groups, the largest first.

    Args:
        description: the set.
        summaries: the class.
        known: decides whether two formulas are equal, and remembers it.
    """
    titles = {problem.problem: problem.title for problem in description.problems}
    wrong: dict[tuple[str, str, str], dict[str, list[_Wrote]]] = {}
    for place, summary in enumerate(summaries):
        for formula in summary.wrong:
            spellings = wrong.setdefault((formula.problem, formula.check, formula.answer), {})
            spellings.setdefault(formula.raw, []).append(_Wrote(place, summary.student, formula))
    groups: list[Group] = []
    for (problem, check, answer), spellings in wrong.items():
        classes = _classes(problem, answer, spellings, known)
        groups += [_group(titles.get(problem, problem), check, members) for members in classes]
    return sorted(groups, key=lambda group: (-len(group.students), group.problem, group.check))[:MOST_GROUPS]


def _classes(
    problem: str, answer: str, spellings: Mapping[str, list[_Wrote]], known: Equalities
) -> list[dict[str, list[_Wrote]]]:
    classes: list[dict[str, list[_Wrote]]] = []
    # always in the same order, so that a new spelling is the only one that has to be compared
    for raw, wrote in sorted(spellings.items()):
        for members in classes:
            if known.same(problem, answer, raw, next(iter(members))):
                members[raw] = wrote
                break
        else:
            classes.append({raw: wrote})
    return classes


def _group(title: str, check: str, members: Mapping[str, list[_Wrote]]) -> Group:
    everybody = sorted((one for wrote in members.values() for one in wrote), key=lambda one: one.place)
    first = max(members.values(), key=len)[0].formula
    counts = [(raw, len(wrote)) for raw, wrote in members.items()]
    return Group(
        problem=first.problem,
        title=title,
        check=check,
        answer=first.answer,
        mathml=first.mathml,
        spellings=tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0])))[:MOST_SPELLINGS],
        students=tuple(one.student for one in everybody),
        mistake=next((one.formula.mistake for one in everybody if one.formula.mistake), ""),
    )
