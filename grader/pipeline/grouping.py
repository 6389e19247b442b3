"""Groups wrong formulas of a class by mathematical equality, so that one decision can serve all of a group."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from grader.errors import SubmissionError
from grader.pipeline.equality import Equalities
from grader.result import Decision, SetDescription
from grader.reviewing import before_a_change
from grader.summary import Summary, WrongFormula

MOST_GROUPS = 60
MOST_SPELLINGS = 12


class _Wrote(NamedTuple):
    place: int
    student: str
    formula: WrongFormula


@dataclass(frozen=True)
class Group:
    """Answers to one check that are all equal: what they say, in which spellings, and who wrote them.

    ``identity`` is what a decision names the group by, ``decided`` what was decided about it. Where students have other
    numbers, all of a group have the same, those of ``version``: what is right for one need not be for another.
    """

    problem: str
    title: str
    check: str
    answer: str
    mathml: str
    spellings: tuple[tuple[str, int], ...]
    students: tuple[str, ...]
    mistake: str = ""
    identity: str = ""
    decided: tuple[str, ...] = ()
    version: str = ""


def group_wrong_formulas(
    description: SetDescription, summaries: Iterable[Summary], known: Equalities, decisions: Sequence[Decision] = ()
) -> list[Group]:
    """The wrong formulas of a class in groups, the largest first.

    Args:
        description: the set.
        summaries: the class.
        known: decides whether two formulas are equal, and remembers it.
        decisions: what people decided.
    """
    titles = {problem.problem: problem.title for problem in description.problems}
    wrong: dict[tuple[str, str, str, str], dict[str, list[_Wrote]]] = {}
    for place, summary in enumerate(summaries):
        for formula in summary.wrong:
            spellings = wrong.setdefault((formula.problem, formula.check, formula.answer, formula.version), {})
            spellings.setdefault(formula.raw, []).append(_Wrote(place, summary.student, formula))
    groups: list[Group] = []
    for (problem, check, answer, _), spellings in wrong.items():
        classes = _classes(problem, answer, spellings, known)
        groups += [_group(titles.get(problem, problem), check, members) for members in classes]
    groups.sort(key=lambda group: (-len(group.students), group.problem, group.check))
    asked = {problem.problem: problem.definitions for problem in description.problems}
    return [
        _with_decisions(group, decisions, known, asked.get(group.problem, {}).get(group.check, ""))
        for group in groups[:MOST_GROUPS]
    ]


def identity_of(formula: WrongFormula) -> str:
    """What a group is named by, from any of its spellings; the same in every run."""
    parts = [formula.problem, formula.check, formula.answer, formula.raw, *filter(None, [formula.version])]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def find_formula(summaries: Iterable[Summary], identity: str) -> WrongFormula:
    """The formula that a group is named by.

    Raises:
        SubmissionError: when no wrong formula of the class has that identity.
    """
    for summary in summaries:
        for formula in summary.wrong:
            if identity_of(formula) == identity:
                return formula
    raise SubmissionError(f"no group of wrong formulas is called {identity!r}; the class page names them")


def refuse_versions(summaries: Iterable[Summary], subject: str) -> None:
    """Refuse to decide about a formula alone where each student has other numbers, so that it is right for some only.

    Raises:
        SubmissionError: naming what to give instead.
    """
    for summary in summaries:
        for formula in summary.wrong:
            if formula.version and f"{formula.problem}::{formula.check}" == subject:
                raise SubmissionError(
                    f"{subject}: students have numbers of their own there; name a group as the class page does, "
                    "which has the same numbers, instead of a formula"
                )


def _with_decisions(group: Group, decisions: Sequence[Decision], known: Equalities, definition: str) -> Group:
    words = []
    for one in decisions:
        about = one.subject == f"{group.problem}::{group.check}" and one.answer == group.answer
        if (
            about
            and one.formula
            and one.version == group.version
            and known.same(group.problem, group.answer, group.spellings[0][0], one.formula)
        ):
            kind = f"{one.kind} with {one.points:g}" if one.kind == "accept" else one.kind
            again = "; made before the check changed, look again" if before_a_change(one, definition) else ""
            words.append(f"{kind}, {one.made_by}: {one.reason}{again}")
    return replace(group, decided=tuple(words))


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
        identity=identity_of(first),
        version=first.version,
        mistake=next((one.formula.mistake for one in everybody if one.formula.mistake), ""),
    )
