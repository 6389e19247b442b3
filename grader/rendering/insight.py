"""What a class page shows beside the scores, and what the pages are called."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_PLAIN = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,58}[A-Za-z0-9_])?")


@dataclass(frozen=True)
class ClassInsight:
    """What a class page shows beside the scores; computed by the steps that know how (`pipeline.reports`).

    ``checks`` are rows of statistics, ``groups`` wrong formulas that are equal, ``distribution`` counts of totals by
    range, ``overtaken`` what was decided before a check changed.
    """

    checks: Sequence[Any] = ()
    groups: Sequence[Any] = ()
    distribution: Sequence[tuple[str, int]] = ()
    overtaken: Sequence[str] = ()


def file_name(student: str) -> str:
    """A file name for a student's page that holds on every system and is never taken from a path."""
    plain = student if _PLAIN.fullmatch(student) else re.sub(r"[^A-Za-z0-9_-]+", "-", student).strip("-")[:60]
    if plain == student and plain and plain.lower() not in {"class", "con", "nul", "prn", "aux"}:
        return f"{plain}.html"
    return f"{plain or 'student'}-{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}.html"
