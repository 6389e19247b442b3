"""Grades a class: hands submissions to worker processes, records every result as it arrives, loses none."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from grader.errors import EnvironmentFault, GraderError, SubmissionError
from grader.loading.setfiles import read_set_file, set_digest
from grader.loading.submissions import Received, read_receipts, receive, same_students, strays, student_folders
from grader.pipeline.keys import job_key, versions
from grader.pipeline.stations import Station, broken_result
from grader.recording.ledger import Ledger, now
from grader.result import Outcome, SetDescription, State, SubmissionResult


@dataclass(frozen=True)
class Progress:
    """One submission is done: how many are, of how many, and what came of it."""

    done: int
    total: int
    result: SubmissionResult


@dataclass(frozen=True)
class Plan:
    """What a run will do: submissions to grade, those unchanged since they were graded, those that cannot be read."""

    jobs: tuple[tuple[Received, str], ...]
    unchanged: tuple[str, ...]
    rejected: tuple[SubmissionResult, ...]
    warnings: tuple[str, ...] = ()


@dataclass
class _Job:
    received: Received
    key: str
    tries: int = 0


@dataclass
class _Run:
    """What the threads of one run share."""

    jobs: queue.SimpleQueue[_Job] = field(default_factory=queue.SimpleQueue)
    finished: queue.SimpleQueue[tuple[str, Any]] = field(default_factory=queue.SimpleQueue)
    stopping: threading.Event = field(default_factory=threading.Event)
    stations: list[Station] = field(default_factory=list)


def plan(
    root: Path, name: str, ledger: Ledger, *, students: Sequence[str] = (), force: bool = False, only: str = ""
) -> Plan:
    """Read every submission's bytes and decide which have to be graded.

    Args:
        root: the course folder.
        name: the problem set.
        ledger: what is already graded.
        students: only these; all of them when empty.
        force: grade again what has not changed.
        only: ``not-run`` to grade again only what holds a check that was not run here.

    Raises:
        AuthoringError: when the set is unknown.
        SubmissionError: when there is no submission, no such student, or no such outcome.
    """
    read_set_file(root, name)
    folder = root / "submissions" / name
    names = student_folders(folder)
    if students:
        known = {entry.removesuffix(".ipynb"): entry for entry in names}
        missing = [student for student in students if student not in known]
        if missing:
            raise SubmissionError(f"{folder}: no submission of {missing[0]!r}; there are {', '.join(list(known)[:8])}")
        names = [known[student] for student in students]
    warnings = [f"{folder}: {' and '.join(map(repr, group))} may be the same student" for group in same_students(names)]
    if not students:
        warnings += [f"{folder}: {stray!r} is passed over: neither a folder nor a notebook" for stray in strays(folder)]
    done = {} if force else ledger.keys()
    wanted = _with_outcome(ledger, only)
    digest = set_digest(root, name)
    jobs, unchanged, rejected = [], [], []
    receipts = read_receipts(folder)
    seen: set[str] = set()
    for entry in names:
        student = entry.removesuffix(".ipynb")
        try:
            if student in seen:
                raise SubmissionError(f"{folder / entry}: {student!r} handed in a folder and a file; keep one of them")
            seen.add(student)
            received = replace(receive(folder, entry, name), received=receipts.get(student, ""))
        except SubmissionError as error:
            if wanted is None:
                # the page of a student shows it, and where the course lies is nobody's business there
                rejected.append(_rejected(student, name, str(error).replace(f"{folder}{os.sep}", "")))
            continue
        key = job_key(received, digest)
        if wanted is not None:
            if student in wanted:
                jobs.append((received, key))
            continue
        if done.get(student, ("", ""))[0] == key and done[student][1] != State.INFRA_ERROR.value:
            unchanged.append(student)
        else:
            jobs.append((received, key))
    return Plan(tuple(jobs), tuple(unchanged), tuple(rejected), tuple(warnings))


def _with_outcome(ledger: Ledger, only: str) -> set[str] | None:
    if not only:
        return None
    word = only.replace("-", "_")
    if word not in list(Outcome):
        known = ", ".join(outcome.value.replace("_", "-") for outcome in Outcome)
        raise SubmissionError(f"--only {only!r}: the outcome of a check was expected, one of {known}")
    return {
        student
        for student, result in ledger.latest().items()
        if any(check.outcome.value == word for problem in result.problems for check in problem.checks)
    }


def grade_class(
    root: Path,
    name: str,
    ledger: Ledger,
    planned: Plan,
    *,
    workers: int,
    isolation: str,
    progress: Callable[[Progress], None],
) -> SetDescription | None:
    """Grade what is planned, several at a time, and record each result as it arrives.

    Interrupting it (KeyboardInterrupt) loses nothing that is recorded; the next run does what is missing.

    Raises:
        AuthoringError: when a file of the set is not as it should be.
        EnvironmentFault: when no worker can be started, or the ledger cannot be written.
    """
    total = len(planned.jobs) + len(planned.rejected)
    done = 0
    for result in planned.rejected:
        ledger.add(result)
        done += 1
        progress(Progress(done, total, result))
    if not planned.jobs:
        return ledger.description
    run = _Run()
    for received, key in planned.jobs:
        run.jobs.put(_Job(received, key))
    start = partial(Station, root, name, key=ledger.key, isolation=isolation)
    threads = [
        threading.Thread(target=_serve, args=(run, start, name), daemon=True)
        for _ in range(max(1, min(workers, len(planned.jobs))))
    ]
    description: SetDescription | None = None
    try:
        for thread in threads:
            thread.start()
        while done < total:
            kind, what = run.finished.get()
            if kind == "fault":
                raise what
            if kind == "description":
                if description is None:
                    description = what
                    ledger.describe(what)
                continue
            result, replies = what
            ledger.add(result, replies)
            done += 1
            progress(Progress(done, total, result))
    finally:
        run.stopping.set()
        for station in run.stations:
            station.close()
    return description


def _serve(run: _Run, start: Callable[[], Station], name: str) -> None:
    """Feed one station until there is nothing left to grade; a station that dies is replaced."""
    station: Station | None = None
    try:
        while not run.stopping.is_set():
            try:
                job = run.jobs.get_nowait()
            except queue.Empty:
                break
            if station is None or not station.alive:
                station = start()
                run.stations.append(station)
                run.finished.put(("description", station.description))
            answer = station.grade(job.received, job.key)
            if answer is not None:
                run.finished.put(("result", answer))
            elif not run.stopping.is_set():
                station.close()
                station = None
                job.tries += 1
                if job.tries < 2:
                    run.jobs.put(job)
                else:
                    run.finished.put(("result", (broken_result(job.received, job.key, name), {})))
    except GraderError as error:
        run.finished.put(("fault", error))
    except Exception as error:  # noqa: BLE001 - a thread's error must reach the one who waits for it
        run.finished.put(("fault", EnvironmentFault(f"a worker failed: {type(error).__name__}: {error}")))
    finally:
        if station is not None:
            station.close()


def _rejected(student: str, name: str, message: str) -> SubmissionResult:
    return SubmissionResult(
        student=student,
        problem_set=name,
        state=State.REJECTED_INPUT,
        digest="",
        key="",
        message=message,
        versions=versions(),
        graded=now(),
    )
