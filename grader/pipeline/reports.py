"""Writes every page of a class from its ledger, and only those that changed."""

from __future__ import annotations

import gc
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from grader import rendering
from grader.errors import EnvironmentFault
from grader.pipeline.edition import pages_edition
from grader.pipeline.equality import Equalities
from grader.pipeline.grouping import Group, group_wrong_formulas
from grader.pipeline.settling import described, each_settled, set_worth, standings
from grader.pipeline.summarising import summarise
from grader.recording.ledger import KeptPage, Ledger
from grader.rendering import ClassInsight, file_name, grades_csv
from grader.result import Score, SetDescription, SubmissionResult
from grader.reviewing import overtaken_decisions, standing_decisions
from grader.scoring import score_submission
from grader.statistics import check_statistics, distribution
from grader.summary import Summary

FEW_GROUPS = 25
AT_ONCE = 200
"""How many pages are noted in the ledger in one transaction."""

_DIGITS = re.compile(r"([0-9]+)")
CLASS_PAGE = "class.html"
GRADEBOOK = "grades.csv"


@dataclass(frozen=True)
class ClassReport:
    """What was written: a summary of every submission, where the class page is, how many pages were drawn anew.

    ``overtaken`` is what people decided before a check changed, in words.
    """

    page: Path
    summaries: tuple[Summary, ...]
    rendered: int
    name: str = ""
    overtaken: tuple[str, ...] = ()

    @property
    def scores(self) -> Mapping[str, Score]:
        """The score of every student."""
        return {one.student: one.score for one in self.summaries}

    @cached_property
    def outcomes(self) -> Mapping[str, int]:
        """How many checks ended in each outcome, over all submissions; only those that occur."""
        return Counter(check.outcome for one in self.summaries for problem in one.problems for check in problem.checks)


def write_reports(folder: Path, ledger: Ledger, *, students: Sequence[str] = (), afresh: bool = False) -> ClassReport:
    """Write a page for each student, the class page and the gradebook; what is up to date is left as it is.

    Args:
        folder: where the reports go.
        ledger: what was recorded.
        students: only these, if any, and then no class page.
        afresh: draw every page again, whatever is known of it.

    Raises:
        EnvironmentFault: when a file cannot be written; the ledger keeps everything.
    """
    description = described(ledger)
    try:
        with Equalities(description, ledger) as known:
            writing = _Writing(folder, ledger, description, known)
            writing.update(students, afresh=afresh)
            names = sorted(writing.summaries, key=natural)
            summaries = tuple(writing.summaries[name] for name in names)
            if not students:
                writing.write_class(summaries, afresh=afresh)
    except OSError as error:
        raise EnvironmentFault(
            f"{folder}: a report cannot be written: {(error.strerror or str(error)).lower()}; "
            "every result is kept in the ledger, and `grader render` writes the pages once there is room"
        ) from error
    page = folder / (file_name(students[0]) if len(students) == 1 else CLASS_PAGE)
    overtaken = tuple(overtaken_decisions(ledger.decisions(), description))
    return ClassReport(page, summaries, writing.rendered, description.name, overtaken)


def current_pages(folder: Path, ledger: Ledger) -> Iterator[tuple[str, bytes]]:
    """Every student's page as it is now, in order of their names: from its file if that is up to date, else drawn."""
    description = described(ledger)
    with Equalities(description, ledger) as known:
        writing = _Writing(folder, ledger, description, known)
        for student, standing in writing.standings.items():
            if writing.intact(student, standing):
                yield student, (folder / file_name(student)).read_bytes()
                continue
            for result in each_settled(ledger, known, [student]):
                yield student, writing.page(result, writing.score(result))


def class_summaries(folder: Path, ledger: Ledger) -> list[Summary]:
    """The summary of every student as it is now, in order of their names; nothing is written."""
    description = described(ledger)
    with Equalities(description, ledger) as known:
        writing = _Writing(folder, ledger, description, known)
        with _uncollected():
            found = {name: writing.summary(name, standing) for name, standing in writing.standings.items()}
        missing = [name for name, summary in found.items() if summary is None]
        for result in each_settled(ledger, known, missing) if missing else ():
            found[result.student] = summarise(result, writing.score(result), description)
    return [summary for name in sorted(found, key=natural) if (summary := found[name]) is not None]


class _Writing:
    """One run over the pages of a folder: what is known of each, and which have to be drawn."""

    def __init__(self, folder: Path, ledger: Ledger, description: SetDescription, known: Equalities) -> None:
        self._folder = folder
        self._ledger = ledger
        self._description = description
        self._known = known
        self._worth = set_worth(ledger)
        self._kept = ledger.pages()
        self._files = _files(folder)
        self.standings = standings(ledger, pages_edition())
        self.summaries: dict[str, Summary] = {}
        self.rendered = 0

    def update(self, students: Sequence[str], *, afresh: bool) -> None:
        """Bring the pages of all students, or of these, up to date, and learn their summaries."""
        asked = {name: standing for name, standing in self.standings.items() if not students or name in students}
        with _uncollected():
            for student, standing in asked.items():
                summary = self.summary(student, standing) if self.intact(student, standing) and not afresh else None
                if summary is not None:
                    self.summaries[student] = summary
        stale = [student for student in asked if student not in self.summaries]
        waiting: list[KeptPage] = []
        for result in each_settled(self._ledger, self._known, stale) if stale else ():
            waiting.append(self._refresh(result, afresh=afresh))
            if len(waiting) == AT_ONCE:
                self._ledger.keep_pages(waiting)
                waiting = []
        if waiting:
            self._ledger.keep_pages(waiting)

    def intact(self, student: str, standing: str) -> bool:
        """Whether a student's page is there as it was written, and still what it would be now."""
        kept = self._kept.get(student)
        return kept is not None and kept.standing == standing and self._unchanged(file_name(student), kept)

    def page(self, result: SubmissionResult, score: Score) -> bytes:
        """A student's page."""
        return rendering.render_submission(result, score, self._description).encode("utf-8", "replace")

    def score(self, result: SubmissionResult) -> Score:
        """What a settled result comes to."""
        return score_submission(result, points=self._worth, late=self._description.late)

    def write_class(self, summaries: Sequence[Summary], *, afresh: bool) -> None:
        """Write the class page and the gradebook, unless nothing they are made from has changed."""
        shared = [pages_edition(), self._description.model_dump_json(), str(self._worth)]
        standing = _digest(*shared, *(f"{one.student} {self.standings[one.student]}" for one in summaries))
        kept = self._kept.get("")
        fresh = kept is not None and kept.standing == standing and (self._folder / GRADEBOOK).exists() and not afresh
        if fresh and kept is not None and self._unchanged(CLASS_PAGE, kept):
            return
        with _uncollected():
            self._draw_class(summaries, standing)

    def _draw_class(self, summaries: Sequence[Summary], standing: str) -> None:
        insight = ClassInsight(
            checks=check_statistics(self._description, summaries),
            groups=_worth_showing(
                group_wrong_formulas(
                    self._description, summaries, self._known, standing_decisions(self._ledger.decisions())
                )
            ),
            distribution=distribution(summaries),
            overtaken=tuple(overtaken_decisions(self._ledger.decisions(), self._description)),
        )
        _write(self._folder / GRADEBOOK, grades_csv(self._description, summaries).encode("utf-8", "replace"))
        html = rendering.render_class(self._description, summaries, insight, points=self._worth)
        size, written = _write(self._folder / CLASS_PAGE, html.encode("utf-8", "replace"))
        self._ledger.keep_pages([KeptPage("", standing, "", size, written, "")])

    def summary(self, student: str, standing: str) -> Summary | None:
        """What is known of a student, if it is up to date."""
        kept = self._kept.get(student)
        if kept is None or kept.standing != standing:
            return None
        try:
            return Summary.model_validate_json(self._kept[student].summary)
        except ValidationError:
            return None

    def _refresh(self, result: SubmissionResult, *, afresh: bool) -> KeptPage:
        score = self.score(result)
        summary = summarise(result, score, self._description)
        self.summaries[result.student] = summary
        name = file_name(result.student)
        content = _digest(
            pages_edition(), self._description.model_dump_json(), result.model_dump_json(), score.model_dump_json()
        )
        kept = self._kept.get(result.student)
        if kept is not None and kept.content == content and self._unchanged(name, kept) and not afresh:
            size, written = kept.size, kept.written
        else:
            size, written = _write(self._folder / name, self.page(result, score))
            self.rendered += 1
        standing = self.standings[result.student]
        return KeptPage(result.student, standing, content, size, written, summary.model_dump_json())

    def _unchanged(self, name: str, kept: KeptPage) -> bool:
        return self._files.get(name) == (kept.size, kept.written)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector: 80,000 small records that all stay would be looked through again and again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _worth_showing(groups: Sequence[Group]) -> list[Group]:
    """All groups while they are few; else only those that more than one student is in."""
    return [group for group in groups if len(group.students) > 1 or len(groups) <= FEW_GROUPS]


def natural(name: str) -> tuple[str | int, ...]:
    """A sort key by which student-2 comes before student-10: text and whole numbers by turns."""
    parts = _DIGITS.split(name)
    return tuple(int(part[:18]) if index % 2 else part for index, part in enumerate(parts))


def _digest(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of change of every file in a folder."""
    if not folder.is_dir():
        return {}
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.stat(follow_symlinks=False)) for entry in entries]
    return {name: (status.st_size, status.st_mtime_ns) for name, status in found}


def _write(path: Path, data: bytes) -> tuple[int, int]:
    """Replace a file at once, so that a reader never sees half of it; its size and time of change."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        scratch.write_bytes(data)
        status = scratch.stat()
        scratch.replace(path)
    except OSError:
        scratch.unlink(missing_ok=True)
        raise
    return status.st_size, status.st_mtime_ns
