"""Works off the queue: fetch, grade, record, publish, one push at a time, each step safe to repeat."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from grader.errors import EnvironmentFault, GraderError, SubmissionError
from grader.loading.setfiles import read_set_file, set_digest
from grader.loading.submissions import EXTRA_SUFFIXES, Received
from grader.pipeline.keys import job_key, versions
from grader.pipeline.settling import settled_results
from grader.pipeline.stations import Station, broken_result
from grader.recording.ledger import Ledger, now
from grader.rendering import render_submission
from grader.result import Score, SetDescription, State, SubmissionResult
from grader.scoring import score_submission
from grader.serving.fetching import Fetched, fetch
from grader.serving.notices import Detail, Notice, annotations_of, summary_of, text_of
from grader.serving.publishing import Publisher
from grader.serving.pushes import MOST_TRIES, Pushes, Queued
from grader.serving.roster import Enrolled

LOG = logging.getLogger(__name__)
RETRY_SECONDS = 30.0
MOST_DELAY = 3600.0
MOST_WAIT = 86_400.0
"""For how many seconds a push waits for a remote that cannot be reached, or a machine that lacks something."""

MOST_TELLS = 24


@dataclass(frozen=True)
class _Judged:
    """What is known of a commit: its result and score, and the file that was graded (empty where none could be)."""

    result: SubmissionResult
    score: Score
    description: SetDescription
    path: str = ""
    data: bytes = b""


class PushGrader:
    """Grades pushes for one course folder; use it in a ``with``, which ends its worker processes."""

    def __init__(
        self,
        root: Path,
        roster: Mapping[str, Enrolled],
        publishers: Sequence[Publisher],
        *,
        isolation: str = "",
        detail: Detail = "checks",
    ) -> None:
        """Start nothing yet; a worker process is started for each problem set when its first push comes."""
        self._root = root
        self._roster = roster
        self._publishers = publishers
        self._isolation = isolation
        self._detail = detail
        self._stations: dict[str, tuple[str, Station]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        for _digest, station in self._stations.values():
            station.close()

    def work(self, pushes: Pushes, stopping: threading.Event, *, idle: float = 0.2) -> None:
        """Work off the queue until it is told to stop; telling comes before grading more."""
        while not stopping.is_set():
            try:
                if (untold := pushes.untold()) is not None:
                    self.tell(pushes, untold)
                elif (queued := pushes.lease()) is not None:
                    self.handle(pushes, queued)
                else:
                    stopping.wait(idle)
            except (
                Exception
            ):  # a fault of ours, e.g. a full disk, must not end the service; leases run out by themselves
                LOG.exception("a push could not be worked on; it is tried again")
                stopping.wait(RETRY_SECONDS)

    def drain(self, pushes: Pushes) -> int:
        """Work off what can be worked off now; how many commits were graded or given up."""
        done = 0
        while True:
            if (untold := pushes.untold()) is not None:
                self.tell(pushes, untold)
            elif (queued := pushes.lease()) is not None:
                done += self.handle(pushes, queued)
            else:
                return done

    def handle(self, pushes: Pushes, queued: Queued) -> bool:
        """Grade one push and tell about it; whatever happens, the queue knows. False where it has to wait."""
        enrolled = self._roster.get(queued.repository)
        if enrolled is None:
            pushes.finish(queued.number, "failed", "the repository is not in the roster any more")
            pushes.told(queued.number)
            return True
        newest = pushes.newest(queued.repository)
        if newest is not None and newest.number > queued.number:
            pushes.finish(queued.number, "superseded", "a newer commit came first")
            return True
        try:
            judged = self._graded(enrolled, queued)
        except Exception as error:  # whatever fails here is no score and must not stop the pushes behind it
            if not isinstance(error, GraderError):
                LOG.exception("%s could not be graded", queued.commit)
            waited = seconds_since(queued.received)
            if isinstance(error, EnvironmentFault) and waited < MOST_WAIT:
                # a remote or a machine that is out of order may be mended; the commit is not to blame
                after = min(MOST_DELAY, max(RETRY_SECONDS, waited / 4))
                pushes.release(queued.number, after=after, why=f"not graded yet: {error}", counted=False)
                return False
            if queued.tries < MOST_TRIES:
                pushes.release(queued.number, after=RETRY_SECONDS, why=_words(error))
                return False
            pushes.finish(queued.number, "failed", _words(error))
            return True
        pushes.finish(queued.number, "graded", f"{judged.score.total:g} of {judged.score.points:g}")
        self._publish(pushes, queued, self._notice(enrolled, queued, judged))
        return True

    def tell(self, pushes: Pushes, queued: Queued) -> None:
        """Tell about a push that is decided: one that could not be told before, or that is not graded today."""
        enrolled = self._roster.get(queued.repository)
        newest = pushes.newest(queued.repository)
        outdated = newest is not None and newest.number > queued.number and queued.state != "limited"
        if enrolled is None or outdated:
            pushes.told(queued.number)
            return
        try:
            notice = self._about(enrolled, queued)
        except Exception as error:  # as above
            if not isinstance(error, GraderError):
                LOG.exception("what became of %s could not be told", queued.commit)
            self._later(pushes, queued, _words(error))
            return
        self._publish(pushes, queued, notice)

    def _about(self, enrolled: Enrolled, queued: Queued) -> Notice:
        match queued.state:
            case "limited":
                words = "all graded pushes of today are used up; this commit is graded tomorrow (UTC), or a newer one"
                return Notice(enrolled, queued.commit, "pending", words)
            case "failed":
                words = "not graded because of a fault on our side; the course's staff can see that"
                return Notice(enrolled, queued.commit, "error", words)
            case _:
                return self._notice(enrolled, queued, self._graded(enrolled, queued))

    def _graded(self, enrolled: Enrolled, queued: Queued) -> _Judged:
        """The recorded result of a commit, graded only if it was not before."""
        name = enrolled.problem_set
        settings = read_set_file(self._root, name)
        digest = set_digest(self._root, name)
        path, data = "", b""
        with Ledger(self._root / "reports" / name / "ledger.sqlite") as ledger:
            try:
                fetched = fetch(enrolled.url, queued.commit, expected_files(name), folders=(name,))
                path, received = received_from(fetched, enrolled, queued)
                data = received.data
            except SubmissionError as error:
                ledger.add(rejected(enrolled, queued, str(error)))
            else:
                key = job_key(received, digest)
                known = ledger.keys().get(enrolled.student, ("", ""))
                if known[0] != key or known[1] == State.INFRA_ERROR.value:
                    station = self._station(name, digest, ledger)
                    answer = station.grade(received, key) or (broken_result(received, key, name), {})
                    ledger.add(*answer)
            result = settled_results(ledger, [enrolled.student])[enrolled.student]
            description = ledger.description or SetDescription(name=name, title=settings.title)
            score = score_submission(result, points=description.points or None, late=description.late)
        return _Judged(result, score, description, path, data)

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

    def _notice(self, enrolled: Enrolled, queued: Queued, judged: _Judged) -> Notice:
        result, score, description = judged.result, judged.score, judged.description
        graded = result.state is State.GRADED
        full = self._detail in ("problems", "checks")
        return Notice(
            enrolled,
            queued.commit,
            "success" if graded else "error",
            summary_of(result, score, self._detail),
            page=render_submission(result, score, description) if full or not graded else "",
            text=text_of(result, score, description, self._detail),
            annotations=annotations_of(result, judged.path, judged.data)
            if graded and self._detail == "checks" and judged.path
            else (),
        )

    def _publish(self, pushes: Pushes, queued: Queued, notice: Notice) -> None:
        faults = []
        for publisher in self._publishers:
            try:
                publisher.publish(notice)
            except EnvironmentFault as error:
                faults.append(str(error))
        if faults:
            self._later(pushes, queued, "; ".join(faults))
        else:
            pushes.told(queued.number)

    def _later(self, pushes: Pushes, queued: Queued, why: str) -> None:
        """The grade is recorded; telling is tried again, ever more rarely, and given up in the end."""
        if queued.state in ("graded", "failed") and queued.tries >= MOST_TELLS:
            pushes.tell_later(queued.number, after=0.0, why=f"could not be published: {why}")
            pushes.told(queued.number)
            return
        tried = queued.tries if queued.state in ("graded", "failed") else 0
        delay = min(MOST_DELAY, RETRY_SECONDS * 2 ** min(tried, 10))
        pushes.tell_later(queued.number, after=delay, why=f"not published yet: {why}")


def seconds_since(received: str) -> float:
    """How long ago a push was received; none where the clock was set back since."""
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(received)).total_seconds())


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, GraderError) else f"{type(error).__name__}: {error}"


def expected_files(problem_set: str) -> re.Pattern[str]:
    """The paths that are taken from a repository: the notebook, and small files beside it; nothing hidden."""
    suffixes = "|".join(re.escape(suffix) for suffix in EXTRA_SUFFIXES)
    return re.compile(rf"(?:{re.escape(problem_set)}/)?(?:[\w][\w .()-]*\.ipynb|[\w][\w -]*(?:{suffixes}))")


def received_from(fetched: Fetched, enrolled: Enrolled, queued: Queued) -> tuple[str, Received]:
    """A commit's files as a hand-in, and the path of its notebook; the time of receipt is when the push reached us.

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
    return chosen[0], Received(
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
