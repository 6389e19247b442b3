"""Results as JUnit XML: one suite for each submission, one case for each check."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from html import escape
from pathlib import Path

from grader.errors import EnvironmentFault
from grader.result import CheckResult, Outcome, ProblemResult, State, SubmissionResult


def write_junit(path: Path, name: str, results: Iterable[SubmissionResult]) -> None:
    """Write the results of a set called ``name``.

    Raises:
        EnvironmentFault: when the file cannot be written.
    """
    # one suite at a time, so that a class of any size fits into memory
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write(
                f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="{escape(_clean(name) or "grader")}">\n'
            )
            for result in results:
                file.write(f"{ET.tostring(_suite(result, name), encoding='unicode')}\n")
            file.write("</testsuites>\n")
    except OSError as error:
        raise EnvironmentFault(f"{path}: cannot be written: {(error.strerror or '').lower()}") from error


def _suite(result: SubmissionResult, name: str) -> ET.Element:
    suite = ET.Element("testsuite", name=_clean(result.student))
    kinds = [_case(suite, problem, check) for problem in result.problems for check in problem.checks]
    if result.state is not State.GRADED:
        case = ET.SubElement(suite, "testcase", classname=_clean(name), name="submission")
        ET.SubElement(case, "error", message=_clean(result.message), type=result.state.value)
        kinds.append("error")
    counts = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    suite.set("tests", str(len(kinds)))
    for attribute, kind in counts.items():
        suite.set(attribute, str(kinds.count(kind)))
    return suite


def _case(suite: ET.Element, problem: ProblemResult, check: CheckResult) -> str:
    name = f"{check.claim} [{check.earned:g}/{check.points:g} pts]"
    case = ET.SubElement(
        suite, "testcase", classname=_clean(problem.problem), name=_clean(name), time=f"{check.seconds:.3f}"
    )
    words = _clean("hidden check" if check.hidden else check.message)
    match check.outcome:
        case Outcome.PASSED:
            return ""
        case Outcome.FAILED:
            ET.SubElement(case, "failure", message=words, type="failed").text = _clean(check.hint)
            return "failure"
        case Outcome.SKIPPED | Outcome.NOT_RUN | Outcome.PENDING:
            ET.SubElement(case, "skipped", message=words)
            return "skipped"
        case _:
            ET.SubElement(case, "error", message=words, type=check.outcome.value)
            return "error"


def _clean(text: str) -> str:
    # XML 1.0 has no place for control characters, lone surrogates and the two non-characters, not even escaped
    return "".join(letter if _has_place(letter) else "\ufffd" for letter in text)


def _has_place(letter: str) -> bool:
    return letter in "\t\n" or (letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff")
