"""Works off the queue: fetch, grade, record, publish, one push at a time, each step safe to repeat."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from grader.errors import EnvironmentFault, GraderError, SubmissionError
from grader.loading.sets import read_set_file, set_digest
from grader.loading.submissions import EXTRA_SUFFIXES, Received
from grader.pipeline.keys import job_key, versions
from grader.pipeline.settling import settled_results
from grader.pipeline.stations import Station, broken_result
from grader.recording.ledger import Ledger, now
from grader.rendering import render_submission
from grader.result import Score, SetDescription, State, SubmissionResult
from grader.scoring import score_submission
from grader.serving.fetching import Fetched, fetch
from grader.serving.publishing import Notice, Publisher
from grader.serving.pushes import MOST_TRIES, Pushes, Queued
from grader.serving.roster import Enrolled

RETRY_SECONDS = 30.0


@dataclass(frozen=True)
class Detail:
    """How much a student is told on push: ``score`` in the status, and whether the report is published."""

    score: bool = True
    report: bool = True


class PushGrader:
    """Grades pushes for one course folder; use it in a ``with``, which ends its worker processes."""

    def __init__(
        self,
        root: Path,
        roster: Mapping[str, Enrolled],
        publishers: Sequence[Publisher],
        *,
        isolation: str = "",
        detail: Detail | None = None,
    ) -> None:
        """Start nothing yet; a worker process is started for each problem set when its first push comes."""
        self._root = root
        self._roster = roster
        self._publishers = publishers
        self._isolation = isolation
        self._detail = detail or Detail()
        self._stations: dict[str, tuple[str, Station]] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        for _digest, station in self._stations.values():
            station.close()
        self._stack.close()

    def work(self, pushes: Pushes, stopping: threading.Event, *, idle: float = 0.5) -> None:
        """Work off the queue until it is told to stop."""
        while not stopping.is_set():
            queued = pushes.lease()
            if queued is None:
                stopping.wait(idle)
            else:
                self.handle(pushes, queued)

    def handle(self, pushes: Pushes, queued: Queued) -> None:
        """Grade and publish one push; whatever happens, the queue knows."""
        enrolled = self._roster.get(queued.repository)
        if enrolled is None:
            pushes.finish(queued.number, "failed", "the repository is not in the roster any more")
            return
        newest = pushes.newest(queued.repository)
        if newest is not None and newest.number > queued.number:
            pushes.finish(queued.number, "superseded", "a newer commit came first")
            return
        try:
            result, score, description = self._graded(enrolled, queued)
            self._publish(enrolled, queued, result, score, description)
        except GraderError as error:
            if queued.tries >= MOST_TRIES:
                pushes.finish(queued.number, "failed", str(error))
            else:
                pushes.release(queued.number, after=RETRY_SECONDS)
            return
        pushes.finish(queued.number, "graded", f"{score.total:g} of {score.points:g}")

    def _graded(self, enrolled: Enrolled, queued: Queued) -> tuple[SubmissionResult, Score, SetDescription]:
        """The recorded result of a commit, graded only if it was not before."""
        name = enrolled.problem_set
        settings = read_set_file(self._root, name)
        digest = set_digest(self._root, name)
        with Ledger(self._root / "reports" / name / "ledger.sqlite") as ledger:
            try:
                received = received_from(fetch(enrolled.url, queued.commit, expected_files(name)), enrolled, queued)
            except SubmissionError as error:
                ledger.add(rejected(enrolled, queued, str(error)))
            else:
                key = job_key(received, digest)
                known = ledger.keys().get(enrolled.student, ("", ""))
                if known[0] != key or known[1] == State.INFRA_ERROR.value:
                    station = self._station(name, digest, ledger)
                    answer = station.grade(received, key) or (broken_result(received, key, name), {})
                    ledger.add(*answer)
            result = settled_results(ledger)[enrolled.student]
            description = ledger.description or SetDescription(name=name, title=settings.title)
            score = score_submission(result, points=description.points or None, late=description.late)
        return result, score, description

    def _station(self, name: str, digest: str, ledger: Ledger) -> Station:
        known = self._stations.get(name)
        if known is not None and (known[0] != digest or not known[1].alive):
            known[1].close()
            known = None
        if known is None:
            known = (digest, Station(self._root, name, key=ledger.key, isolation=self._isolation))
            self._stations[name] = known
            ledger.describe(known[1].description)
        return known[1]

    def _publish(
        self,
        enrolled: Enrolled,
        queued: Queued,
        result: SubmissionResult,
        score: Score,
        description: SetDescription,
    ) -> None:
        words = result.message if result.state is not State.GRADED else "graded"
        if result.state is State.GRADED and self._detail.score:
            words = f"{score.total:g} of {score.points:g} points" + (", provisional" if score.provisional else "")
        state = "success" if result.state is State.GRADED else "error"
        page = render_submission(result, score, description) if self._detail.report else ""
        notice = Notice(enrolled, queued.commit, state, words, page)
        faults = []
        for publisher in self._publishers:
            try:
                publisher.publish(notice)
            except EnvironmentFault as error:
                faults.append(str(error))
        if faults:
            raise EnvironmentFault("; ".join(faults))


def expected_files(problem_set: str) -> re.Pattern[str]:
    """The paths that are taken from a repository: the notebook, and small files beside it; nothing hidden."""
    suffixes = "|".join(re.escape(suffix) for suffix in EXTRA_SUFFIXES)
    return re.compile(rf"(?:{re.escape(problem_set)}/)?(?:[\w][\w .()-]*\.ipynb|[\w][\w -]*(?:{suffixes}))")


def received_from(fetched: Fetched, enrolled: Enrolled, queued: Queued) -> Received:
    """A commit's files as a hand-in; the time of receipt is when the push reached us.

    Raises:
        SubmissionError: when there is no notebook in it, listing what there is.
    """
    name = enrolled.problem_set
    notebooks = sorted(path for path in fetched.files if path.lower().endswith(".ipynb"))
    exact = [path for path in notebooks if path in (f"{name}.ipynb", f"{name}/{name}.ipynb")]
    chosen = (exact or notebooks)[-1:]
    if not chosen:
        found = ", ".join(sorted(fetched.files)) or "; ".join(fetched.flags) or "nothing"
        raise SubmissionError(f"commit {queued.commit[:12]}: no notebook {name}.ipynb in it; found: {found[:300]}")
    beside = chosen[0].rpartition("/")[0]
    files = tuple(
        (path.removeprefix(f"{beside}/"), data)
        for path, data in sorted(fetched.files.items())
        if path != chosen[0] and path.rpartition("/")[0] == beside and not path.lower().endswith(".ipynb")
    )
    return Received(
        student=enrolled.student,
        name=chosen[0].rpartition("/")[2],
        data=fetched.files[chosen[0]],
        files=files,
        received=queued.received,
        origin=f"{enrolled.repository}@{queued.commit[:12]}",
        flags=fetched.flags,
    )


def rejected(enrolled: Enrolled, queued: Queued, message: str) -> SubmissionResult:
    """The result of a commit that holds nothing to grade: not a score, and somebody is told."""
    return SubmissionResult(
        student=enrolled.student,
        problem_set=enrolled.problem_set,
        state=State.REJECTED_INPUT,
        digest="",
        key=queued.commit,
        message=message,
        received=queued.received,
        versions=versions(),
        graded=now(),
    )
