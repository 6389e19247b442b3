"""Renders the page of one submission and the page of a class from what is recorded."""

from __future__ import annotations

import base64
import gettext
import hashlib
from collections.abc import Sequence
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.rendering.insight import ClassInsight, file_name
from grader.rendering.markup import mathml_html, statement_html, visible
from grader.rendering.outputs import ImageBudget, show_outputs
from grader.rendering.plots import plot_of
from grader.result import CheckResult, Outcome, Score, SetDescription, State, SubmissionResult
from grader.summary import Summary

PAGE_LIMIT = 400_000
MOST_SHOWN_CELLS = 200
OUTCOMES = (
    Outcome.PASSED,
    Outcome.FAILED,
    Outcome.SKIPPED,
    Outcome.TIMEOUT,
    Outcome.MEMORY,
    Outcome.UNDECIDED,
    Outcome.ERROR,
    Outcome.PENDING,
    Outcome.NOT_RUN,
)
URGENCY = (State.INFRA_ERROR, State.REJECTED_INPUT, State.GRADED)
OPEN_KINDS = (
    *(Outcome.ERROR, Outcome.MEMORY, Outcome.TIMEOUT, Outcome.UNDECIDED),
    *(Outcome.NOT_RUN, Outcome.PENDING),
)
"""Outcomes that leave a total provisional, the most urgent first: a fault of ours before what is read anyway."""


def render_submission(result: SubmissionResult, score: Score, description: SetDescription) -> str:
    """One student's page: self-contained, without script, everything the student wrote escaped."""
    template = _environment(description.language).get_template("submission.html.jinja")
    statements = {problem.problem: problem for problem in description.problems}
    values: dict[str, Any] = {
        "result": result,
        "score": score,
        "description": description,
        "statements": statements,
        "rejected": result.state is not State.GRADED,
        "told": partial(_told, description),
    }
    page = template.render(**values, cells=_cells(result, ImageBudget()))
    if len(page) > PAGE_LIMIT:
        page = template.render(**values, cells=_cells(result, ImageBudget(images=0), brief=True))
    return page


def render_class(
    description: SetDescription,
    summaries: Sequence[Summary],
    insight: ClassInsight | None = None,
    *,
    points: float | None = None,
) -> str:
    """The page of a class: every submission with its score, those to look at first, and what the checks tell.

    Args:
        description: the set.
        summaries: the class, in the order to be shown.
        insight: what the class page shows beside the scores.
        points: what the set is worth, if not what the description says.
    """
    insight = insight or ClassInsight()
    attention = [_to_look_at(one, description) for one in summaries if one.score.provisional or one.outdated]
    attention.sort(key=lambda row: row["urgency"])
    totals = sorted(one.score.total for one in summaries if one.state is State.GRADED)
    return (
        _environment(description.language)
        .get_template("class.html.jinja")
        .render(
            description=description,
            told=partial(_told, description),
            points_of_set=description.points if points is None else points,
            rows=[_row(one, description) for one in summaries],
            attention=attention,
            insight=insight,
            most=max((count for _, count in insight.distribution), default=0),
            counts=_outcome_counts(summaries),
            median=median(totals) if totals else None,
        )
    )


def _told(description: SetDescription, text: str) -> str:
    """An author's text in the language of the set, where its translation is known."""
    return description.translations.get(" ".join(text.split()), text) if description.translations else text


def _reason(say: Any, reason: str) -> str:
    """Why a total is provisional: the part before the last colon is a title, what follows is ours."""
    title, colon, words = reason.rpartition(": ")
    return f"{title}{colon}{say(words)}"


def _to_look_at(summary: Summary, description: SetDescription) -> dict[str, Any]:
    """One entry of the list of what somebody must look at: what is open, the most urgent kind first, and where."""
    titles = {problem.problem: _told(description, problem.title) for problem in description.problems}
    found: dict[Outcome, list[str]] = {}
    for problem in summary.problems:
        kinds = {check.outcome for check in problem.checks} | ({Outcome.PENDING} if problem.unread else set())
        for outcome in kinds & set(OPEN_KINDS):
            found.setdefault(outcome, []).append(titles.get(problem.problem, problem.problem))
    kinds_found = [outcome for outcome in OPEN_KINDS if outcome in found]
    first = OPEN_KINDS.index(kinds_found[0]) if kinds_found else len(OPEN_KINDS)
    return {
        "one": summary,
        "open": [(outcome.value, found[outcome]) for outcome in kinds_found],
        "urgency": (URGENCY.index(summary.state), first, -summary.score.open_points),
    }


def _row(summary: Summary, description: SetDescription) -> dict[str, Any]:
    earned = {problem.problem: problem.earned for problem in summary.problems}
    return {"one": summary, "earned": [earned.get(problem.problem) for problem in description.problems]}


def _outcome_counts(summaries: Sequence[Summary]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in summaries:
        for problem in one.problems:
            for check in problem.checks:
                counts[check.outcome.value] = counts.get(check.outcome.value, 0) + 1
    return counts


def _cells(result: SubmissionResult, budget: ImageBudget, *, brief: bool = False) -> list[dict[str, Any]]:
    shown = []
    for cell in result.cells[:MOST_SHOWN_CELLS]:
        if cell.kind == "code" and cell.source.strip():
            outputs = [] if brief else show_outputs(cell.outputs, budget)
            shown.append({"cell": cell, "outputs": outputs, "source": visible(cell.source, 2_000 if brief else 20_000)})
    return shown


def heat_map(check: CheckResult) -> list[list[bool]]:
    """Which entries of a small matrix are wrong, by rows; empty when there is nothing to draw."""
    wrong = check.evidence.get("wrong")
    if not isinstance(wrong, list) or not wrong or check.hidden:
        return []
    rows = wrong if isinstance(wrong[0], list) else [wrong]
    if len(rows) > 32 or not all(isinstance(row, list) and len(row) <= 32 for row in rows):
        return []
    flat = [bool(entry) for row in rows for entry in row]
    return [[bool(entry) for entry in row] for row in rows] if len(flat) > 1 and not all(flat) else []


def own_lines(check: CheckResult) -> list[tuple[int, int, str]]:
    """The student's own lines of a traceback: cell, line and text; none for a hidden check."""
    lines = check.evidence.get("traceback")
    if check.hidden or not isinstance(lines, list):
        return []
    found = [line for line in lines if isinstance(line, list | tuple) and len(line) == 3]
    return [(int(cell), int(line), str(text)) for cell, line, text in found]


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("grader.rendering"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    place = Path(str(files("grader.rendering") / "locale"))
    translations = gettext.translation("grader", localedir=place, languages=[language], fallback=True)
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    style = (files("grader.rendering") / "templates" / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(f"\n{style}".encode()).digest()).decode()
    say = translations.gettext
    environment.globals.update(
        style=Markup(style),  # noqa: S704 - our own file
        style_digest=digest,
        language=language,
        words=_words(say),
        outcomes=[outcome.value for outcome in OUTCOMES],
        file_name=file_name,
        heat_map=heat_map,
        plot_of=plot_of,
        own_lines=own_lines,
    )
    environment.filters["reason"] = partial(_reason, say)
    environment.filters.update(visible=visible, statement=statement_html, mathml=mathml_html, points=_points)
    return environment


def _words(say: Any) -> dict[str, str]:
    return {
        Outcome.PASSED.value: say("passed"),
        Outcome.FAILED.value: say("not passed"),
        Outcome.ERROR.value: say("fault on our side"),
        Outcome.TIMEOUT.value: say("time limit"),
        Outcome.MEMORY.value: say("memory limit"),
        Outcome.UNDECIDED.value: say("undecided"),
        Outcome.SKIPPED.value: say("skipped"),
        Outcome.PENDING.value: say("to be read"),
        Outcome.NOT_RUN.value: say("not run"),
    }


def _points(value: float) -> str:
    return f"{round(value, 2):g}"
