"""What reports say about a problem set."""

from __future__ import annotations

from grader.problem import ProblemSet
from grader.result import ProblemDescription, SetDescription


def describe(problem_set: ProblemSet) -> SetDescription:
    """What reports say about a set."""
    late = problem_set.settings.get("late", {})
    return SetDescription(
        name=problem_set.name,
        title=problem_set.title,
        introduction=problem_set.introduction,
        digest=problem_set.digest,
        problems=tuple(
            ProblemDescription(
                problem=name,
                title=problem.title,
                statement=problem.statement,
                points=problem.points,
                claims={check.name: check.claim for check in problem.checks},
                symbols={
                    answer: dict(kind.declaration.texts)  # type: ignore[attr-defined]
                    for answer, kind in problem.answers.items()
                    if kind.formula
                },
                worth={check.name: check.points for check in problem.checks},
                definitions={check.name: check.definition for check in problem.checks},
            )
            for name, problem in problem_set.problems.items()
        ),
        language=str(problem_set.settings.get("language", "en")),
        late=dict(late) if isinstance(late, dict) else {},
        translations=dict(problem_set.translations),
    )
