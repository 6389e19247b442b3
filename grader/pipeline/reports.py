"""Writes every page of a class from its ledger, and only those that changed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import EnvironmentFault
from grader.pipeline.grouping import group_wrong_formulas
from grader.pipeline.settling import settled_results
from grader.recording.ledger import Ledger
from grader.rendering import ClassInsight, file_name, grades_csv, render_class, render_submission
from grader.result import Outcome, Score, SetDescription, State, SubmissionResult, count_outcomes
from grader.scoring import score_submission
from grader.statistics import check_statistics, distribution

FEW_GROUPS = 25


@dataclass(frozen=True)
class ClassReport:
    """What was written: the newest result and score of every student, and where the class page is."""

    page: Path
    results: tuple[SubmissionResult, ...]
    scores: Mapping[str, Score]
    outcomes: Mapping[str, int]
    name: str = ""


def write_reports(folder: Path, ledger: Ledger, *, changed: bool = True, students: Sequence[str] = ()) -> ClassReport:
    """Write a page for each student, the class page and the gradebook.

    Args:
        folder: where the reports go.
        ledger: what was recorded.
        changed: False when nothing was graded, so that existing pages are left alone.
        students: only these, if any.

    Raises:
        EnvironmentFault: when a file cannot be written; the ledger keeps everything.
    """
    latest = settled_results(ledger)
    results = tuple(latest[name] for name in sorted(latest, key=natural) if not students or name in students)
    description = ledger.description or SetDescription(name=folder.name, title=folder.name)
    scores = {
        result.student: score_submission(result, points=description.points or None, late=description.late)
        for result in results
    }
    page = folder / (file_name(students[0]) if len(students) == 1 else "class.html")
    report = ClassReport(page, results, scores, count_outcomes(results), description.name)
    if not changed and page.exists():
        return report
    try:
        for result in results:
            html = render_submission(result, scores[result.student], description)
            _write(folder / file_name(result.student), html)
        if len(students) != 1:
            _write(
                folder / "class.html", render_class(description, results, scores, insight(ledger, report, description))
            )
            _write(folder / "grades.csv", grades_csv(description, results, scores))
    except OSError as error:
        raise EnvironmentFault(
            f"{folder}: a report cannot be written: {(error.strerror or str(error)).lower()}; "
            "every result is kept in the ledger, and `grader render` writes the pages once there is room"
        ) from error
    return report


def insight(ledger: Ledger, report: ClassReport, description: SetDescription) -> ClassInsight:
    """What the class page shows beside the scores; comparisons that were made before are not made again."""
    known = ledger.comparisons()
    before = len(known)
    groups = group_wrong_formulas(description, report.results, known=known)
    if len(known) > before:
        ledger.keep_comparisons(known)
    return ClassInsight(
        checks=check_statistics(description, report.results, report.scores),
        groups=[group for group in groups if len(group.students) > 1 or len(groups) <= FEW_GROUPS],
        distribution=distribution(report.scores),
    )


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which student-2 comes before student-10."""
    parts: list[tuple[int, int, str]] = []
    digits = ""
    for letter in f"{name}\0":
        if letter.isascii() and letter.isdigit():
            digits += letter
            continue
        if digits:
            parts.append((0, int(digits[:18]), ""))
            digits = ""
        parts.append((1, 0, letter))
    return tuple(parts)


def write_junit(path: Path, report: ClassReport) -> None:
    """The results as JUnit XML: one suite for each submission, one case for each check.

    Raises:
        EnvironmentFault: when the file cannot be written.
    """
    root = ET.Element("testsuites", name=report.name or "grader")
    for result in report.results:
        checks = [(problem, check) for problem in result.problems for check in problem.checks]
        suite = ET.SubElement(root, "testsuite", name=_clean(result.student), tests=str(len(checks) or 1))
        failures = errors = skipped = 0
        for problem, check in checks:
            name = f"{check.claim} [{check.earned:g}/{check.points:g} pts]"
            case = ET.SubElement(
                suite, "testcase", classname=problem.problem, name=_clean(name), time=f"{check.seconds:.3f}"
            )
            words = "hidden check" if check.hidden else check.message
            if check.outcome is Outcome.FAILED:
                failures += 1
                ET.SubElement(case, "failure", message=_clean(words), type="failed").text = _clean(check.hint)
            elif check.outcome in (Outcome.SKIPPED, Outcome.NOT_RUN, Outcome.PENDING):
                skipped += 1
                ET.SubElement(case, "skipped", message=_clean(words))
            elif check.outcome is not Outcome.PASSED:
                errors += 1
                ET.SubElement(case, "error", message=_clean(words), type=check.outcome.value)
        if result.state is not State.GRADED:
            errors += 1
            case = ET.SubElement(suite, "testcase", classname=report.name, name="submission")
            ET.SubElement(case, "error", message=_clean(result.message), type=result.state.value)
        suite.set("failures", str(failures))
        suite.set("errors", str(errors))
        suite.set("skipped", str(skipped))
    try:
        ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise EnvironmentFault(f"{path}: cannot be written: {(error.strerror or '').lower()}") from error


def _clean(text: str) -> str:
    # XML 1.0 has no place for control characters, not even escaped
    return "".join(letter if letter in "\t\n" or letter >= " " else "\ufffd" for letter in text)


def _write(path: Path, text: str) -> None:
    """Replace a file at once, so that a reader never sees half of it."""
    data = text.encode("utf-8", "replace")
    if path.exists() and path.read_bytes() == data:
        return
    scratch = path.with_name(f".{path.name}.part")
    try:
        scratch.write_bytes(data)
        scratch.replace(path)
    except OSError:
        scratch.unlink(missing_ok=True)
        raise
