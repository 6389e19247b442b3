"""The gradebook as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from grader.result import SetDescription
from grader.summary import Summary

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a leading quote where it starts like one, one line."""
    text = " ".join(text.splitlines()) if any(mark in text for mark in "\r\n\v\f\x85\u2028\u2029") else text
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def grades_csv(description: SetDescription, summaries: Iterable[Summary]) -> str:
    """One row for each student: total, whether it is provisional and why, and the points of each problem."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [problem.problem for problem in description.problems]
    writer.writerow(["student", "total", "points", "open", "state", "reasons", *names])
    for one in summaries:
        score = one.score
        earned = {problem.problem: problem.earned for problem in one.problems}
        writer.writerow(
            [
                neutral(one.student),
                f"{score.total:g}",
                f"{score.points:g}",
                f"{score.open_points:g}",
                "provisional" if score.provisional else "final",
                neutral("; ".join(score.reasons)),
                *(f"{earned[name]:g}" if name in earned else "" for name in names),
            ]
        )
    return out.getvalue()
