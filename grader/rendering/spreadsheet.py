"""The gradebook as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from grader.result import SetDescription
from grader.spreadsheets import on_one_line
from grader.summary import Summary


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
                on_one_line(one.student),
                f"{score.total:g}",
                f"{score.points:g}",
                f"{score.open_points:g}",
                "provisional" if score.provisional else "final",
                on_one_line("; ".join(score.reasons)),
                *(f"{earned[name]:g}" if name in earned else "" for name in names),
            ]
        )
    return out.getvalue()
