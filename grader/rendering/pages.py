"""Renders the page of one submission and the page of a class from what is recorded."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.rendering.markup import mathml_html, statement_html, visible
from grader.result import Outcome, Score, SetDescription, State, SubmissionResult, count_outcomes

WORDS = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "not passed",
    Outcome.ERROR: "fault on our side",
    Outcome.TIMEOUT: "time limit",
    Outcome.MEMORY: "memory limit",
    Outcome.UNDECIDED: "undecided",
    Outcome.SKIPPED: "skipped",
    Outcome.PENDING: "to be read",
    Outcome.NOT_RUN: "not run",
}


def file_name(student: str) -> str:
    """A file name for a student's page that holds on every system and is never taken from a path."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", student).strip("-")[:60]
    if plain == student and plain and plain.lower() not in {"class", "con", "nul", "prn", "aux"}:
        return f"{plain}.html"
    return f"{plain or 'student'}-{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}.html"


def render_submission(result: SubmissionResult, score: Score, description: SetDescription) -> str:
    """One student's page: self-contained, without script, everything the student wrote escaped."""
    statements = {problem.problem: problem for problem in description.problems}
    return (
        _environment()
        .get_template("submission.html.jinja")
        .render(
            result=result,
            score=score,
            description=description,
            statements=statements,
            rejected=result.state is not State.GRADED,
        )
    )


def render_class(description: SetDescription, results: Sequence[SubmissionResult], scores: Mapping[str, Score]) -> str:
    """The page of a class: every submission with its score, those to look at first, and each check's outcomes."""
    attention = [result for result in results if scores[result.student].provisional]
    checks = _check_rows(description, results)
    totals = sorted(scores[result.student].total for result in results)
    return (
        _environment()
        .get_template("class.html.jinja")
        .render(
            description=description,
            results=results,
            scores=scores,
            attention=attention,
            checks=checks,
            counts=count_outcomes(results),
            median=totals[len(totals) // 2] if totals else 0.0,
        )
    )


def _check_rows(description: SetDescription, results: Sequence[SubmissionResult]) -> list[dict[str, object]]:
    rows = []
    for problem in description.problems:
        for name, claim in problem.claims.items():
            found = [
                check
                for result in results
                for part in result.problems
                if part.problem == problem.problem
                for check in part.checks
                if check.check == name
            ]
            settled = [check for check in found if check.outcome in (Outcome.PASSED, Outcome.FAILED)]
            passed = sum(check.outcome is Outcome.PASSED for check in settled)
            mistakes: dict[str, int] = {}
            for check in found:
                if check.mistake:
                    mistakes[check.mistake] = mistakes.get(check.mistake, 0) + 1
            rows.append(
                {
                    "problem": problem.title,
                    "claim": claim,
                    "passed": passed,
                    "settled": len(settled),
                    "open": len([check for check in found if not check.outcome.settled]),
                    "mistakes": sorted(mistakes.items(), key=lambda pair: (-pair[1], pair[0])),
                }
            )
    return rows


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("grader.rendering"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (files("grader.rendering") / "templates" / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(f"\n{style}".encode()).digest()).decode()
    environment.globals.update(
        style=Markup(style),  # noqa: S704 - our own file
        style_digest=digest,
        words={outcome.value: word for outcome, word in WORDS.items()},
        file_name=file_name,
    )
    environment.filters.update(visible=visible, statement=statement_html, mathml=mathml_html, points=_points)
    return environment


def _points(value: float) -> str:
    return f"{round(value, 2):g}"
