"""What a person decides about a check of a whole class, before it is recorded."""

from __future__ import annotations

from grader.errors import SubmissionError
from grader.mathematics.kinds import declare
from grader.mathematics.reading import Refusal, read
from grader.result import Decision, SetDescription


def with_definition(decision: Decision, description: SetDescription) -> Decision:
    """A decision that remembers what its check asks now."""
    name, _, check = decision.subject.partition("::")
    asked = {problem.problem: problem.definitions for problem in description.problems}
    return decision.model_copy(update={"about": asked.get(name, {}).get(check, "")})


def check_decision(decision: Decision, description: SetDescription) -> None:
    """Refuse a decision about what there is not, or with a formula that cannot be read.

    Raises:
        SubmissionError: naming what was expected.
    """
    checks = {f"{problem.problem}::{name}": problem for problem in description.problems for name in problem.claims}
    if decision.kind == "withdraw" and not decision.formula:
        # also about a check that the set has no more
        return
    if decision.subject not in checks:
        raise SubmissionError(f"unknown check {decision.subject!r}; known are {', '.join(list(checks)[:12])}")
    problem = checks[decision.subject]
    if decision.kind == "void" and not decision.formula:
        return
    if not decision.answer or not decision.formula:
        raise SubmissionError(f"{decision.kind} needs a group, or --answer and --formula")
    if decision.answer not in problem.symbols:
        known = ", ".join(problem.symbols) or "none"
        raise SubmissionError(f"{problem.problem}: no formula is called {decision.answer!r}; formulas are {known}")
    reading = read(decision.formula, declare(problem.symbols[decision.answer]))
    if isinstance(reading, Refusal):
        raise SubmissionError(f"the formula cannot be read: {reading}")
    worth = problem.worth.get(decision.subject.partition("::")[2], problem.points)
    if not 0 <= decision.points <= worth:
        raise SubmissionError(f"points from 0 to {worth:g} were expected, got {decision.points:g}")
    if decision.kind == "hint" and not decision.hint:
        raise SubmissionError("hint needs --hint, the words for the students")
