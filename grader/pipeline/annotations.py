"""What a self-check tells a platform that runs it on push: annotations on cells, and a summary of the step."""

from __future__ import annotations

import os
from pathlib import Path

from grader.loading.submissions import read_bytes
from grader.pipeline.selfcheck import SelfCheck
from grader.result import Outcome, ProblemResult, State

MOST_ANNOTATIONS = 10
MOST_SUMMARY_BYTES = 900_000


def annotate(notebook: Path, found: SelfCheck) -> None:
    """Print workflow commands for what does not pass, and write the step's summary where the platform asks for it.

    Only our own words and a check's message are printed, escaped, each on one line of ours; what the student's code
    printed never is.
    """
    for command in commands(notebook, found):
        print(command)  # noqa: T201 - the platform reads standard output
    place = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if place:
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(summary(found))


def commands(notebook: Path, found: SelfCheck) -> list[str]:
    """One annotation for each problem with something that does not pass, at the line of its cell."""
    starts = cell_lines(read_bytes(notebook))
    result = []
    if found.result.state is not State.GRADED:
        result.append(_command(notebook, 1, "not checked", found.result.message))
    for problem in found.result.problems:
        words = _complaints(problem)
        if words:
            cells = [answer.cell for answer in problem.answers if answer.cell is not None]
            line = starts[cells[0]] if cells and cells[0] < len(starts) else 1
            result.append(_command(notebook, line, problem.title, "; ".join(words)))
    return result[:MOST_ANNOTATIONS]


def cell_lines(data: bytes) -> list[int]:
    """The line of the file at which each cell of a notebook stands, as editors write them; else fewer or none."""
    return [number for number, line in enumerate(data.split(b"\n"), 1) if b'"cell_type"' in line]


def summary(found: SelfCheck) -> str:
    """The step's summary as Markdown, with everything a student could have written escaped."""
    lines = [
        f"## Self-check of {plain_markdown(found.description.title)}",
        "",
        f"This is not the grade: {found.hidden} hidden checks are not run here.",
        "",
        "| problem | answers given | checks passed | to do |",
        "|---|---|---|---|",
    ]
    for problem in found.result.problems:
        given = sum(answer.given and not answer.refused for answer in problem.answers)
        ran = [check for check in problem.checks if check.outcome is not Outcome.NOT_RUN]
        passed = sum(check.outcome is Outcome.PASSED for check in ran)
        todo = plain_markdown("; ".join(_complaints(problem)))[:600]
        lines.append(
            f"| {plain_markdown(problem.title)} | {given} of {len(problem.answers)} | {passed} of {len(ran)} | {todo} |"
        )
    text = "\n".join(lines) + "\n"
    return text.encode()[:MOST_SUMMARY_BYTES].decode("utf-8", "ignore")


def _complaints(problem: ProblemResult) -> list[str]:
    words = [f"{answer.name} is not given yet" for answer in problem.answers if not answer.given]
    words += [f"{answer.name} cannot be read: {answer.refused}" for answer in problem.answers if answer.refused]
    words += [
        f"{check.claim} {check.message}".strip()
        for check in problem.checks
        if check.outcome not in (Outcome.PASSED, Outcome.NOT_RUN, Outcome.SKIPPED)
    ]
    return words


def _command(notebook: Path, line: int, title: str, message: str) -> str:
    return f"::warning file={_property(str(notebook))},line={line},title={_property(title)}::{_data(message[:1000])}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def plain_markdown(text: str) -> str:
    """Text that Markdown shows as it is: no HTML, links, images, mentions or table cells of its own."""
    special = "<>&|[]()!`*_~#@:/\\"
    return "".join(f"&#{ord(letter)};" if letter in special else letter for letter in " ".join(text.split()))
