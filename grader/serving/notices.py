"""What is told about a graded commit: a state, a line, and as much of the report as the course wants to be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from grader.errors import EnvironmentFault
from grader.pipeline.annotations import cell_lines, plain_markdown
from grader.result import CheckResult, Outcome, ProblemResult, Score, SetDescription, State, SubmissionResult
from grader.serving.roster import Enrolled

Detail = Literal["graded", "score", "problems", "checks"]
"""How much a student is told on push: that it is graded, the score, the points of each problem, or each check.

Each step tells all that the one before it tells; the page is published with ``problems`` and ``checks``. Of a hidden
check no more than its claim and its outcome is ever told.
"""

MOST_ANNOTATIONS = 200
MOST_TEXT = 60_000
_OPEN = (Outcome.ERROR, Outcome.TIMEOUT, Outcome.MEMORY, Outcome.UNDECIDED, Outcome.PENDING, Outcome.NOT_RUN)


@dataclass(frozen=True)
class Annotation:
    """Words at a line of a file of the commit; ``failed`` tells a failed check from one that is open."""

    path: str
    line: int
    title: str
    message: str
    failed: bool


@dataclass(frozen=True)
class Notice:
    """What is published about one commit; ``state`` is ``pending``, ``success``, ``failure`` or ``error``.

    ``text`` is Markdown in which nothing that a student wrote has a meaning.
    """

    enrolled: Enrolled
    commit: str
    state: str
    summary: str
    page: str = ""
    link: str = ""
    text: str = ""
    annotations: tuple[Annotation, ...] = ()


def known_detail(word: str) -> Detail:
    """A degree of detail by its name.

    Raises:
        EnvironmentFault: naming those there are.
    """
    for detail in get_args(Detail):
        if word == detail:
            return detail  # type: ignore[no-any-return]
    raise EnvironmentFault(f"unknown detail {word!r}; known are {', '.join(get_args(Detail))}")


def summary_of(result: SubmissionResult, score: Score, detail: Detail) -> str:
    """One line about a result."""
    if result.state is State.INFRA_ERROR:
        return "not graded because of a fault on our side; it is tried again"
    if result.state is not State.GRADED:
        return result.message
    if detail == "graded":
        return "graded"
    return f"{score.total:g} of {score.points:g} points" + (", provisional" if score.provisional else "")


def text_of(result: SubmissionResult, score: Score, description: SetDescription, detail: Detail) -> str:
    """The report in Markdown, as far as ``detail`` goes; short enough for every platform."""
    lines = [f"**{plain_markdown(description.title)}**: {plain_markdown(summary_of(result, score, detail))}"]
    if result.state is State.GRADED and detail in ("problems", "checks"):
        lines += ["", "| problem | points |", "|---|---|"]
        lines += [
            f"| {plain_markdown(problem.title)} | {problem.earned:g} of {problem.points:g} |"
            for problem in result.problems
        ]
        lines += [""] + [f"- {plain_markdown(reason)}" for reason in score.reasons]
    if result.state is State.GRADED and detail == "checks":
        for problem in result.problems:
            lines += ["", f"**{plain_markdown(problem.title)}**", ""]
            lines += [_check_line(check) for check in problem.checks]
    lines += [f"- {plain_markdown(note)}" for note in result.notes if detail in ("problems", "checks")]
    text = "\n".join(lines).rstrip() + "\n"
    cut = text[:MOST_TEXT].rpartition("\n")[0]
    return text if len(text) <= MOST_TEXT else f"{cut}\n\nThe rest is in the report.\n"


def annotations_of(result: SubmissionResult, notebook: str, data: bytes) -> tuple[Annotation, ...]:
    """Each check that does not pass, at the line of the notebook's cell that it is about."""
    starts = cell_lines(data)
    found = []
    for problem in result.problems:
        line = _line(problem, starts)
        for check in problem.checks:
            if check.outcome is Outcome.FAILED or check.outcome in _OPEN:
                failed = check.outcome is Outcome.FAILED
                found.append(Annotation(notebook, line, problem.title, _words(check), failed=failed))
    return tuple(found[:MOST_ANNOTATIONS])


def _line(problem: ProblemResult, starts: Sequence[int]) -> int:
    cells = [answer.cell for answer in problem.answers if answer.cell is not None]
    return starts[cells[0]] if cells and cells[0] < len(starts) else 1


def _check_line(check: CheckResult) -> str:
    mark = "x" if check.outcome is Outcome.PASSED else " "
    words = "; ".join(_told(check))
    return f"- [{mark}] {plain_markdown(check.claim)} {check.earned:g} of {check.points:g}" + (
        f": {plain_markdown(words)}" if words else ""
    )


def _words(check: CheckResult) -> str:
    return " ".join((check.claim, *_told(check)))[:4_000]


def _told(check: CheckResult) -> Iterator[str]:
    if check.outcome in (Outcome.PASSED, Outcome.FAILED) and check.hidden:
        return
    if check.outcome in _OPEN or check.outcome is Outcome.SKIPPED:
        yield check.outcome.value.replace("_", " ")
    if check.message and not check.hidden:
        yield check.message
    if check.hint and not check.hidden:
        yield check.hint
