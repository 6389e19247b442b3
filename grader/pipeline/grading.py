"""Grades one submission from its bytes to its result, with everything a worker keeps open for a class."""

from __future__ import annotations

import copy
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from grader.checking import Answers, Judged, Suspect, check_problem, seed_of
from grader.errors import GraderError, SubmissionError
from grader.execution import CellRun, Limits, Worker
from grader.execution.gpu import GpuInventory, find_inventory
from grader.execution.isolation import Isolation, prove, start_worker
from grader.execution.leasing import Lease, Leases, Wanted, choose
from grader.kernel.policy import Level
from grader.loading.opening import open_submission
from grader.loading.references import Reference, load_reference, renumbered
from grader.loading.sets import load_set, read_secret
from grader.loading.submissions import Received
from grader.pipeline.excuses import with_causes
from grader.pipeline.keys import versions
from grader.pipeline.live import LiveSubmission, ReferenceSession
from grader.pipeline.surroundings import known_level, limits_of, use_one_thread, worth_preloading
from grader.problem import Problem, ProblemSet
from grader.problem.variants import for_student, identity
from grader.recording.ledger import now
from grader.result import CellRecord, CheckResult, PlaceRecord, State, SubmissionResult
from grader.submission import Submission
from grader.transcript import Recording, Transcript
from grader.validation import validate_submission
from grader.wire import Reply, Request

OPEN_REFERENCES = 24
"""Imported ahead too where the code that a set gives to students, or a solution of its, imports them."""


@dataclass(frozen=True)
class Graded:
    """A result, and by problem the values that its checks asked for."""

    result: SubmissionResult
    replies: Mapping[str, Mapping[str, bytes]]


class Bench:
    """What grading needs and keeps open for a class: the set, the fork server, reference and mistake processes."""

    def __init__(
        self, root: Path, problem_set: ProblemSet, references: Mapping[str, Reference], worker: Worker, *, key: bytes
    ) -> None:
        """Hold what `open_bench` loaded; no process of a reference is started yet."""
        self.root = root
        self.leases: Leases | None = None
        self.problem_set = problem_set
        self.references = references
        self.worker = worker
        self.key = key
        self.limits = limits_of(problem_set.settings)
        self.proof: Mapping[str, Any] = {}
        self.secret = b""
        self._sessions: OrderedDict[tuple[str, str], ReferenceSession] = OrderedDict()
        self._answers: dict[tuple[str, str], Answers] = {}
        self._recordings: dict[tuple[str, str], Recording] = {}

    def close(self) -> None:
        """End every reference process."""
        for session in self._sessions.values():
            session.close()

    @contextmanager
    def version(self, student: str, secret: bytes | None = None) -> Iterator[Bench]:
        """The bench with the numbers of one student, where the set draws them; what only that version needs is closed.

        Raises:
            AuthoringError: when the numbers that a problem draws are not as they should be.
        """
        secret = self.secret if secret is None else secret
        if not secret or not self.problem_set.varies:
            yield self
            return
        own = copy.copy(self)
        own.problem_set = for_student(self.problem_set, secret, student)
        varied = {name for name, problem in own.problem_set.problems.items() if problem.variant is not None}
        own.references = {
            name: renumbered(known, self.problem_set.problems[name], own.problem_set.problems[name])
            if name in varied
            else known
            for name, known in self.references.items()
        }
        before = set(self._recordings)
        try:
            yield own
        finally:
            for place in set(self._recordings) - before:
                if place[0] in varied:
                    self._forget(place)

    def _forget(self, place: tuple[str, str]) -> None:
        self._recordings.pop(place, None)
        self._answers.pop(place, None)
        session = self._sessions.pop(place, None)
        if session is not None:
            session.close()

    def answers(self, problem: str, submission: Submission) -> Answers:
        """The answers of one of the author's submissions; each value is computed once for a class."""
        place = (problem, submission.digest)
        if place not in self._answers:
            self._answers[place] = Answers(
                self.problem_set.problems[problem], self.session(problem, submission), places=None
            )
        return self._answers[place]

    def opener(self, problem: str, submission: Submission) -> Callable[[], Answers]:
        """`answers`, to be called when they are needed."""
        return partial(self.answers, problem, submission)

    def session(self, problem: str, submission: Submission) -> Recording:
        """The process behind `answers`, started when it is first asked for something."""
        place = (problem, submission.digest)
        if place not in self._recordings:
            kept = _Kept(self, place, ReferenceSession(self.worker, submission, self.limits))
            self._recordings[place] = Recording(kept, Transcript())
        return self._recordings[place]

    def touch(self, place: tuple[str, str], session: ReferenceSession) -> None:
        """A reference process is in use; the one unused for longest is closed when there are too many."""
        self._sessions[place] = session
        self._sessions.move_to_end(place)
        while len(self._sessions) > OPEN_REFERENCES:
            _, oldest = self._sessions.popitem(last=False)
            oldest.close()

    def suspects(self, problem: str) -> list[Suspect]:
        """The known mistakes of a problem."""
        known = self.references.get(problem)
        if known is None:
            return []
        return [
            Suspect(
                mistake.name,
                mistake.hint,
                mistake.loses,
                self.opener(problem, mistake.submission),
                mistake.keeps,
            )
            for mistake in known.mistakes
        ]


class _Kept:
    """A reference session that tells the bench when it is used."""

    def __init__(self, bench: Bench, place: tuple[str, str], session: ReferenceSession) -> None:
        self._bench = bench
        self._place = place
        self._session = session

    def ask(self, request: Request, *, callbacks: Mapping[int, Callable[..., object]] | None = None) -> Reply:
        self._bench.touch(self._place, self._session)
        return self._session.ask(request, callbacks=callbacks)


class Judging:
    """A live submission that keeps a transcript for the problem at hand."""

    def __init__(self, live: LiveSubmission) -> None:
        self._live = live
        self._recording = Recording(live, Transcript())

    @property
    def replies(self) -> dict[str, bytes]:
        kept = self._recording.transcript
        return {key: frame for key, frame in kept.replies.items() if key in kept.used}

    def begin(self, check: str, seconds: float) -> None:
        self._recording.transcript.begin(check)
        self._live.begin(check, seconds)

    def ask(self, request: Request, *, callbacks: Mapping[int, Callable[..., object]] | None = None) -> Reply:
        return self._recording.ask(request, callbacks=callbacks)

    def trouble(self, name: str) -> CheckResult | None:
        return self._live.trouble(name)

    def asked(self) -> Sequence[tuple[Request, Reply]]:
        return self._recording.calls

    def again(self, request: Request) -> Reply:
        return self._recording.again(request)


@contextmanager
def open_bench(
    root: Path,
    name: str,
    *,
    key: bytes,
    isolation: str,
    best: bool = False,
    reference: bool = True,
    preload: Sequence[str] | None = None,
    inventory: GpuInventory | None = None,
    worker: Worker | None = None,
) -> Iterator[Bench]:
    """A bench for one problem set, with a fork server of its own that has imported ``preload``.

    By default that is what nearly every notebook imports, and what else those of this set are known to. Whoever knows
    it beforehand may give a ``worker`` at ``isolation`` that was started ahead.

    GPUs are looked for where the set asks for one, or taken from ``inventory``.

    ``isolation`` is the level that kernels run at; with ``best`` it is the least that will do, and the best that can
    be had is used.

    Raises:
        AuthoringError: when a file of the set is not as it should be.
        EnvironmentFault: when the isolation that was asked for cannot be had.
    """
    with ExitStack() as stack:
        problem_set = load_set(root, name)
        problems = problem_set.problems.items() if reference else ()
        known = {title: load_reference(root, name, title, one.setup, one.numbers) for title, one in problems}
        use_one_thread()
        leases = None
        if inventory is not None or any(device_wanted(problem) != "cpu" for problem in problem_set.problems.values()):
            leases = stack.enter_context(Leases(inventory or find_inventory()))
        files = tuple(file for gpu in (leases.working() if leases else ()) for file in gpu.files)
        level = known_level(isolation or problem_set.isolation)
        ahead = worth_preloading(problem_set, known) if preload is None else preload
        make = partial(_worker, ahead, limits_of(problem_set.settings), files)
        started, decision = start_worker(level, make) if best else (worker or make(level), Isolation(level, level))
        worker = stack.enter_context(started)
        bench = Bench(root, problem_set, known, worker, key=key)
        bench.leases = leases
        bench.secret = read_secret(root, name) if reference else b""
        stack.callback(bench.close)
        # where there is no reference there is nothing to keep from anybody, and whose machine it is knows it best
        proof = prove(decision, worker, bench.limits).record() if reference else {"level": level}
        bench.proof = {**proof, "least": decision.least, "missing": dict(decision.missing)}
        yield bench


def _worker(preload: Sequence[str], limits: Limits, devices: Sequence[str], level: Level) -> Worker:
    return Worker(preload, isolation=level, limits=limits, devices=devices)


def grade_received(bench: Bench, received: Received, *, key: str) -> Graded:
    """Grade one hand-in; whatever happens, there is a result.

    A file that cannot be read is ``rejected-input``; a fault of ours is ``infra-error``; neither is a score.
    """
    started = time.monotonic()
    common: dict[str, Any] = {
        "student": received.student,
        "problem_set": bench.problem_set.name,
        "digest": received.digest,
        "key": key,
        "received": received.received,
        "versions": versions(),
    }
    try:
        submission = open_submission(received, bench.problem_set)
        notes = validate_submission(submission, bench.problem_set)
    except SubmissionError as error:
        result = SubmissionResult(
            **common, state=State.REJECTED_INPUT, message=str(error), flags=received.flags, graded=now()
        )
        return Graded(result, {})
    try:
        with bench.version(submission.student) as own:
            graded = grade_submission(own, submission)
    except Exception as error:  # noqa: BLE001 - a fault of ours must not end the batch or become a score
        words = str(error) if isinstance(error, GraderError) else f"{type(error).__name__}: {error}"
        result = SubmissionResult(
            **common,
            state=State.INFRA_ERROR,
            message="grading failed because of a fault on our side",
            flags=(*submission.flags, words),
            notes=notes,
            graded=now(),
        )
        return Graded(result, {})
    result = graded.result.model_copy(
        update={
            **common,
            "notes": (*notes, *graded.result.notes[len(submission.notes) :]),
            "graded": now(),
            "seconds": round(time.monotonic() - started, 3),
        }
    )
    return Graded(result, graded.replies)


def grade_submission(bench: Bench, submission: Submission) -> Graded:
    """Execute a submission and judge every problem of its set."""
    problem_set = bench.problem_set
    seed = seed_of(bench.key, problem_set.name, submission.student) % 2**32
    own = identity(problem_set)
    foreign = of_another_version(submission.variant, own)
    with ExitStack() as stack:
        lent, reason = _gpu(bench, stack)
        live = stack.enter_context(LiveSubmission(bench.worker, submission, bench.limits, seed=seed, lease=lent))
        live.run()
        problems, replies = [], {}
        for name, problem in problem_set.problems.items():
            judging = Judging(live)
            known = bench.references.get(name)
            problems.append(
                check_problem(
                    Judged(
                        problem=problem,
                        name=name,
                        session=judging,
                        places=submission.places,
                        reference=bench.opener(name, known.solution) if known else None,
                        suspects=bench.suspects(name),
                        key=bench.key,
                        student=submission.student,
                        problem_set=problem_set.name,
                        devices=frozenset({"cpu", "gpu"}) if lent else frozenset({"cpu"}),
                        reference_again=bench.session(name, known.solution).again if known else None,
                        foreign=foreign,
                    )
                )
            )
            replies[name] = judging.replies
        flags = [*submission.flags]
        if foreign:
            flags.append(f"the notebook says version {submission.variant!r} of the numbers, the student's is {own!r}")
        flags += [f"package {name!r} is not installed here, a cell imports it" for name in live.missing_packages()]
        return Graded(
            with_causes(
                SubmissionResult(
                    student=submission.student,
                    problem_set=problem_set.name,
                    state=State.GRADED,
                    digest=submission.digest,
                    key="",
                    problems=tuple(problems),
                    cells=_cells(submission, live.cells),
                    places={name: PlaceRecord(cell=at.cell, text=at.text) for name, at in submission.places.items()},
                    notes=(*submission.notes, *([reason] if reason else [])),
                    flags=tuple(flags),
                    isolation={**live.isolation, **bench.proof},
                    device={**live.device, **(lent.report() if lent else {}), **({"reason": reason} if reason else {})},
                    seed=seed,
                    variant=own,
                    claimed_variant=submission.variant,
                )
            ),
            replies,
        )


def of_another_version(claimed: str, own: str) -> bool:
    """Whether a notebook says that it was released with other numbers than those it is graded by."""
    return bool(own and claimed and claimed != own)


def device_wanted(problem: Problem) -> Wanted:
    """Where a problem wants to run: on a GPU if any of its checks must, ``either`` if one may."""
    words = {problem.device, *(check.device for check in problem.checks)}
    return "gpu" if "gpu" in words else "either" if "either" in words else "cpu"


def _gpu(bench: Bench, stack: ExitStack) -> tuple[Lease | None, str]:
    """A GPU for one submission, if its set wants one and one is here; otherwise why not."""
    problems = list(bench.problem_set.problems.values())
    wants = [device_wanted(problem) for problem in problems]
    if bench.leases is None or set(wants) == {"cpu"}:
        return None, ""
    memory = max(problem.gpu_memory for problem in problems)
    choice = choose("gpu" if "gpu" in wants else "either", memory, bench.leases.working())
    if choice.gpu is None:
        return None, choice.reason
    exclusive = any(problem.measures for problem in problems)
    return stack.enter_context(bench.leases.lease(memory_bytes=memory, exclusive=exclusive)), ""


def _cells(submission: Submission, runs: Mapping[int, CellRun]) -> tuple[CellRecord, ...]:
    given: dict[int, list[str]] = {}
    for name, place in submission.places.items():
        given.setdefault(place.cell, []).append(name)
    records = []
    for index, cell in enumerate(submission.cells):
        run = runs.get(index)
        records.append(
            CellRecord(
                index=index,
                kind=cell.kind,
                source=cell.source,
                outputs=tuple(run.outputs) if run else (),
                error=f"{run.error.type_name}: {run.error.message}" if run and run.error else "",
                seconds=round(run.seconds, 4) if run else 0.0,
                limit=(run.limit or "") if run else "",
                executed=bool(run and run.executed),
                answers=tuple(given.get(index, ())),
            )
        )
    return tuple(records)
