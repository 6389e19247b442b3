"""A submission while it is graded: its kernel, started afresh when a check or a cell has cost it its life."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Self

from grader.errors import BoundaryError, EnvironmentFault, LimitReached
from grader.execution import CellRun, Kernel, Limits, Worker
from grader.execution.leasing import Lease
from grader.execution.limits import KILLED
from grader.pipeline.excuses import CellEnd, excuse, missing_packages
from grader.result import CheckResult
from grader.submission import Submission
from grader.wire import Reply, Request

MOST_RESTARTS = 6


class LiveSubmission:
    """One submission in a process of its own, closed by its ``with``.

    A cell that hits a limit is left out when the others run again in a fresh process; a check that costs the process
    its life costs the next check nothing.
    """

    def __init__(
        self, worker: Worker, submission: Submission, limits: Limits, *, seed: int = 0, lease: Lease | None = None
    ) -> None:
        """Nothing runs before `run`; ``lease`` is the GPU that it may use."""
        self._lease = lease
        self._worker = worker
        self._submission = submission
        self._limits = limits
        self._seed = seed
        self._stack = ExitStack()
        self._kernel: Kernel | None = None
        self._restarts = 0
        self._deadline = 0.0
        self._seconds = 0.0
        self._may_restart = True
        self._skipped: set[int] = set()
        self._deadly: set[int] = set()
        self._ends = time.monotonic() + limits.submission_seconds
        self.cells: dict[int, CellRun] = {}
        self.isolation: dict[str, object] = {}
        self.device: dict[str, object] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self) -> Sequence[CellRun]:
        """Run every cell, in fresh processes without those that hit a limit; how each cell ended, in order.

        A cell in which the process ended by itself is left out when it happens twice: once may be our machine's doing.
        """
        for _ in range(MOST_RESTARTS):
            self._start()
            kernel = self._kernel
            stopped = [run.index for run in self.cells.values() if self._cost_its_life(run)]
            ended = self._ended_the_process()
            if not (stopped or ended) or time.monotonic() > self._ends:
                break
            self._skipped.update(stopped)
            # what filled the memory may still be held, and would fail the checks that follow
            full = any(self.cells[index].limit == "memory" for index in stopped)
            if kernel is not None and kernel.alive and not full and all(self._executed(at + 1) for at in stopped):
                break
        return [self.cells[index] for index in sorted(self.cells)]

    def _ended_the_process(self) -> bool:
        """Whether the process ended by itself in a cell; the second time that cell is left out from now on."""
        run_now = (run for run in self.cells.values() if run.executed and run.index not in self._skipped)
        last = max((run.index for run in run_now), default=-1)
        run = self.cells.get(last)
        if self._kernel is None or self._kernel.alive or run is None or run.limit is not None or run.error is None:
            return False
        if last in self._deadly:
            # who killed it nobody can tell: the system does so when the machine's memory runs out, and a student may
            self.cells[last] = replace(run, limit="memory") if run.error.message == KILLED else run
            self._skipped.add(last)
        self._deadly.add(last)
        return True

    def _cost_its_life(self, run: CellRun) -> bool:
        """Whether a cell has to be left out when the others run again: a limit stopped it, or ended the process."""
        flooded = run.limit == "output" and not (self._kernel is not None and self._kernel.alive)
        return run.index not in self._skipped and (_end(run).stopped or (flooded and not self._executed(run.index + 1)))

    def _executed(self, index: int) -> bool:
        return index >= len(self._submission.cells) or (index in self.cells and self.cells[index].executed)

    def _start(self) -> None:
        self._stack.close()
        gpu = self._lease.gpu if self._lease else None
        self._kernel = self._stack.enter_context(
            self._worker.kernel(
                files=dict(self._submission.files),
                device=gpu.uuid if gpu else None,
                device_files=gpu.files if gpu else (),
                seed=self._seed,
                limits=self._limits,
            )
        )
        if self._lease is not None:
            self._lease.kill = self._kernel.close
        self.isolation = dict(self._kernel.isolation)
        self.device = dict(self._kernel.device)
        runs = self._kernel.run(self._submission.code, self._submission.captures, skip=frozenset(self._skipped))
        for run in runs:
            if run.index not in self._skipped:
                self.cells[run.index] = run

    def begin(self, check: str, seconds: float) -> None:  # noqa: ARG002 - the name is for sessions that record
        """A check begins: its clock is set, and its first question may start the submission afresh."""
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._may_restart = True

    def ask(self, request: Request, *, callbacks: Mapping[int, Callable[..., object]] | None = None) -> Reply:
        """The reply of the submission's process, started afresh if an earlier check cost it its life.

        Raises:
            BoundaryError: when it has ended.
            LimitReached: when no reply came in the check's time.
        """
        if self._may_restart and not (self._kernel is not None and self._kernel.alive):
            self._restart()
        self._may_restart = False
        if self._kernel is None or not self._kernel.alive:
            raise BoundaryError(f"it could not be kept alive after {self._restarts} restarts")
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise LimitReached("time", f"the {self._seconds:g} seconds of this check were used up")
        try:
            return self._kernel.ask(request, seconds=seconds, callbacks=dict(callbacks or {}))
        except BoundaryError as error:
            if self._lease is not None and self._lease.over:
                raise LimitReached("gpu memory", "it used more GPU memory than it may") from error
            raise

    def _restart(self) -> None:
        if self._restarts >= MOST_RESTARTS or time.monotonic() > self._ends:
            return
        self._restarts += 1
        self._start()
        self._deadline = time.monotonic() + self._seconds

    def trouble(self, name: str) -> CheckResult | None:
        """The outcome of checks on this answer, when its cell hit a limit or our installation lacks a package."""
        return excuse(self._submission.places.get(name), {run.index: _end(run) for run in self.cells.values()})

    def missing_packages(self) -> tuple[str, ...]:
        """Packages that cells could not import, which a course may well promise and this installation lacks."""
        return missing_packages(_end(run) for run in self.cells.values())


class ReferenceSession:
    """The author's own submission, opened when it is first asked for something and kept open while there is room."""

    def __init__(self, worker: Worker, submission: Submission, limits: Limits) -> None:
        """Nothing runs before the first `ask`."""
        self._worker = worker
        self._submission = submission
        self._limits = limits
        self._stack = ExitStack()
        self._kernel: Kernel | None = None

    def close(self) -> None:
        """End its process; the next `ask` starts it again."""
        self._stack.close()
        self._kernel = None

    def ask(self, request: Request, *, callbacks: Mapping[int, Callable[..., object]] | None = None) -> Reply:
        """The reply of the author's code.

        Raises:
            EnvironmentFault: when it does not run, or takes too long; that is never a student's failure.
        """
        try:
            if self._kernel is None or not self._kernel.alive:
                self._open()
            if self._kernel is None:
                raise EnvironmentFault(f"{self._submission.student}: its process could not be started")
            return self._kernel.ask(request, seconds=self._limits.cell_seconds, callbacks=dict(callbacks or {}))
        except (BoundaryError, LimitReached) as error:
            raise EnvironmentFault(f"{self._submission.student}: the author's code did not answer: {error}") from error

    def _open(self) -> None:
        self._stack.close()
        self._kernel = self._stack.enter_context(self._worker.kernel(trusted=True, limits=self._limits))
        for run in self._kernel.run(self._submission.code, {}, skip=frozenset()):
            if run.limit or run.error is not None:
                why = run.limit or f"{run.error.type_name}: {run.error.message}" if run.error else run.limit
                raise EnvironmentFault(f"{self._submission.student}: the author's code failed: {why}")


def _end(run: CellRun) -> CellEnd:
    error = f"{run.error.type_name}: {run.error.message}" if run.error is not None else ""
    return CellEnd(run.limit or "", error, run.executed)
