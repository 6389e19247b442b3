"""A process of its own for one submission: it runs cells and answers the judge."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from grader.errors import BoundaryError, EnvironmentFault, LimitReached
from grader.execution.driving import CellClient, PipeClient, PipeManager, PlannedCell, notebook_of
from grader.execution.limits import KILL, Limits, grace, limit_of_error, limit_of_status, words_of_status
from grader.execution.outputs import truncated
from grader.execution.starting import NOBODY_KNOWS, Started
from grader.execution.watchdog import Watch, Watchdog, adopter_of, processes_of, runs
from grader.wire import Answer, Budget, Call, Channel, Raised, Reply, Request

from nbclient.exceptions import DeadKernelError  # isort: skip  # after driving, which keeps it from importing slowly

CROWDED = 0.9
NEARLY = 0.8
NEWS_SECONDS = 15.0
"""How long the word of how a process ended may take."""
TRUSTED_BUDGET = Budget(bytes=1 << 40, messages=100_000_000)


@dataclass(frozen=True)
class CellRun:
    """What running one cell gave.

    ``outputs`` are nbformat outputs (version 4, plain dicts). ``limit`` names the limit that the cell met: ``time``,
    ``memory``, ``gpu memory``, ``processes``, ``disk``, ``files`` or ``output`` (outputs were cut off; the cell may
    have gone on). ``executed`` is false for a cell that was skipped, or that came after the kernel's end.
    """

    index: int
    outputs: list[dict[str, Any]]
    error: Raised | None
    seconds: float
    limit: str | None
    executed: bool


class Kernel:
    """A process of its own for one submission; use it in a ``with``.

    ``isolation`` and ``device`` say what holds for it, ``limit`` what ended it, if a limit did.
    """

    def __init__(
        self,
        started: Started,
        report: Mapping[str, Any],
        limits: Limits,
        device: Mapping[str, Any],
        *,
        trusted: bool = False,
        watchdog: Watchdog | None = None,
    ) -> None:
        self._started = started
        self._limits = limits
        self._channel = Channel(started.judge, TRUSTED_BUDGET if trusted else None)
        self._client = PipeClient(started.notebook, limits, self._process_lives)
        self._deadline = time.monotonic() + limits.submission_seconds
        self._trusted = trusted
        self._count = 0
        self._over = False
        self._spent = False
        self._crowded = False
        self._memory_kills = 0
        self._watchdog = watchdog
        self._watch: Watch | None = None
        if watchdog is not None:
            self._watch = watchdog.watch(
                started.process.pid,
                memory_bytes=limits.memory_bytes,
                processes=limits.processes,
                files_bytes=limits.files_bytes,
                directory=str(report.get("directory", "")),
            )
        self._closed = False
        self.isolation = dict(report)
        self.device = dict(device)
        self.limit: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether the kernel can still run cells and answer."""
        return not self._closed and self._client.failure is None and self._channel.alive and self._process_lives()

    @property
    def pid(self) -> int:
        """The student's process, as this process sees it."""
        return self._started.process.pid

    @property
    def remaining_seconds(self) -> float:
        """What is left of the submission's time."""
        return self._deadline - time.monotonic()

    def close(self, *, wait: bool = False) -> None:
        """Kill the process and everything it started; closing twice does nothing.

        Args:
            wait: return only when nothing of it is left. What has a GPU is always waited for; of others the fork
                server removes the rest while the next submission is graded, and the worker's end waits for all.
        """
        if not self._closed:
            self._closed = True
            if self._watchdog is not None and self._watch is not None:
                self._watchdog.forget(self._watch)
            self._started.process.kill(wait=wait or self.device["device"] != "cpu")
            self._channel.close()
            self._started.notebook.close()

    def _process_lives(self) -> bool:
        return self._started.process.alive()

    def run(
        self,
        cells: Sequence[str],
        captures: Mapping[int, Sequence[str]] | None = None,
        *,
        skip: frozenset[int] | set[int] = frozenset(),
        seconds: float | None = None,
    ) -> list[CellRun]:
        """Run cells in order; one that raises does not stop those after it.

        Args:
            cells: the sources, as typed.
            captures: names to bind, by cell: each is bound to the value that it has when the cell has ended, and
                `ask` finds that value under the name, or under ``name@cell``.
            skip: cells not to run, because they ended an earlier kernel.
            seconds: wall time per cell instead of the limits' own.

        Returns:
            One `CellRun` per cell. Once a limit or a crash has ended the process, the cells after it are not executed;
            a new kernel runs them, with the guilty cell in ``skip``.
        """
        # the loop that Windows has by default cannot wait for a socket to become readable
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            # after Ctrl-C a cell ends with its kernel, which asyncio would print as a fault of ours
            runner.get_loop().set_exception_handler(lambda _loop, _context: None)
            return runner.run(self._run_all(notebook_of(cells), captures or {}, frozenset(skip), seconds))

    async def _run_all(
        self,
        notebook: Any,
        captures: Mapping[int, Sequence[str]],
        skip: frozenset[int],
        seconds: float | None,
    ) -> list[CellRun]:
        manager: Any = PipeManager(self._client, self._started.process.kill)
        driver = CellClient(notebook, km=manager, allow_errors=True, timeout=None)
        driver.kc = self._client
        driver.reset_execution_trackers()
        replies: dict[int, Mapping[str, Any]] = {}

        def note(cell_index: int, execute_reply: Mapping[str, Any], **_: object) -> None:
            replies[cell_index] = execute_reply["content"]

        driver.on_cell_executed = note
        self._over = not self.alive
        self._client.start_channels()
        planned = planned_cells(notebook, captures, skip, seconds or self._limits.cell_seconds)
        self._client.plan(planned, deadline=math.inf if self._trusted else self._deadline)
        runs = []
        try:
            for index in range(len(notebook.cells)):
                if index in skip or self._over:
                    limit = "time" if self._spent and index not in skip else None
                    runs.append(CellRun(index, [], None, 0.0, limit, executed=False))
                else:
                    runs.append(await self._run_cell(driver, index, seconds or self._limits.cell_seconds, replies))
        finally:
            self._client.stop_channels()
        for run, cell in zip(runs, notebook.cells, strict=True):
            run.outputs[:0] = _joined(cell.outputs)  # a later cell may have updated an earlier one's display
        return runs

    async def _run_cell(
        self,
        driver: Any,
        index: int,
        seconds: float,
        replies: Mapping[int, Mapping[str, Any]],
    ) -> CellRun:
        cell = driver.nb.cells[index]
        if not cell.source.strip():
            return CellRun(index, [], None, 0.0, None, executed=True)
        allowed = seconds if self._trusted else min(seconds, self.remaining_seconds)
        if allowed <= 0:
            self._over = self._spent = True
            self._started.process.kill()
            return CellRun(index, [], None, 0.0, "time", executed=False)
        self._count += 1
        started = time.monotonic()
        error: Raised | None = None
        limit: str | None = None
        try:
            work = asyncio.ensure_future(driver.async_execute_cell(cell, index, execution_count=self._count))
            await asyncio.wait({work}, timeout=allowed + grace(allowed))
            if not work.done():
                await self._give_up(work)
            work.result()
        except TimeoutError:
            limit = "time"
            error = Raised("TimeLimit", f"the cell was stopped after {allowed:g} seconds")
        except LimitReached as reached:
            limit = reached.limit
            error = Raised("OutputLimit", str(reached))
            self._started.process.kill()
        except DeadKernelError:
            limit, error = self._cause_of_death()
        except BoundaryError as broken:
            error = Raised("BoundaryError", str(broken))
            self._started.process.kill()
        except Exception as broken:  # noqa: BLE001  # nbclient takes messages to be well meant; these may not be
            error = Raised("BoundaryError", f"the kernel sent messages that make no sense: {type(broken).__name__}")
            self._started.process.kill()
        elapsed = time.monotonic() - started
        self._over = error is not None
        error = error or _error_of(replies.get(index, {}))
        if limit is None and error is not None:
            # the kernel may have begun a little before we began to count
            late = elapsed >= allowed * NEARLY
            interrupted = late and error.type_name in ("KeyboardInterrupt", "CancelledError")
            limit = "time" if interrupted else limit_of_error(error.type_name, error.message)
        extra = []
        if limit in (None, "time") and error is not None:
            limit = self._limit_from_outside() or limit
        if self._client.overflowed:
            limit = limit or "output"
            extra = [truncated(self._limits.output_bytes)]
        if self._over:
            self.limit = limit
        return CellRun(index, extra, error, elapsed, limit, executed=True)

    def _status(self) -> int | None:
        """How the process ended; None while it runs. Of one that has ended the news may come late on a busy machine."""
        process = self._started.process
        status = process.status(2.0)
        return process.status(NEWS_SECONDS) if status is None and not runs(process.pid) else status

    def _is_crowded(self) -> bool:
        """Whether it has as many processes as it may: a bomb of them is too busy to meet its limit in time."""
        pid = self._started.process.pid
        return len(processes_of(pid, adopter_of(pid))) >= self._limits.processes * CROWDED

    def _limit_from_outside(self) -> str | None:
        """The limit that the watchdog, or the operating system, has ended processes of this kernel for."""
        if self._crowded:
            return "processes"
        if self._watch is not None and self._watch.limit is not None:
            return self._watch.limit
        kills = int(self._started.process.usage().get("memory_kills", 0))
        more, self._memory_kills = kills > self._memory_kills, kills
        return "memory" if more else None

    async def _give_up(self, work: asyncio.Future[Any]) -> None:
        """Kill first, then stop waiting: nbclient takes a cancelled cell for a dead kernel."""
        self._crowded = self._is_crowded()
        self._started.process.kill()
        work.cancel()
        await asyncio.wait({work})
        work.exception()
        raise TimeoutError

    def _cause_of_death(self) -> tuple[str | None, Raised]:
        status = self._status()
        self._started.process.kill()
        return limit_of_status(status), Raised("ProcessEnded", words_of_status(status))

    def ask(
        self,
        request: Request,
        *,
        seconds: float | None = None,
        callbacks: Mapping[int, Callable[..., object]] | None = None,
        calls: int = 100_000,
    ) -> Reply:
        """Ask the student's process for a value, a call, an attribute or a claim.

        Args:
            request: what is asked; functions in it are named by `Callback`.
            seconds: wall time until the process is given up, the limits' ``call_seconds`` by default.
            callbacks: the functions behind the request's callbacks; they run here, on the judge's side.
            calls: how often the student's side may call them.

        Returns:
            The reply; what the student's code raised is in ``raised``.

        Raises:
            LimitReached: the process did not answer in time, and has been killed.
            BoundaryError: the process has ended or broke the protocol.
            EnvironmentFault: it ended because something of ours did.
        """
        seconds = self._limits.call_seconds if seconds is None else seconds
        deadline = time.monotonic() + seconds
        try:
            self._channel.send(request, deadline=deadline)
            while True:
                message = self._channel.receive(deadline=deadline)
                if isinstance(message, Reply):
                    return message
                if not isinstance(message, Call):
                    raise BoundaryError("the student's process sent something else than a reply")
                calls -= 1
                if calls < 0:
                    raise LimitReached("calls", "a function that was handed over was called too often")
                self._channel.send(_answer(message, callbacks or {}), deadline=deadline)
        except BoundaryError as error:
            status = self._status()
            self.limit = self._limit_from_outside() or limit_of_status(status)
            self._started.process.kill()
            if self.limit is not None:
                raise LimitReached(self.limit, f"the student's process was ended by its {self.limit} limit") from error
            if status == NOBODY_KNOWS:
                raise EnvironmentFault("the fork server has ended, and the student's process with it") from error
            if status == KILL:
                # in doubt no verdict: the system kills so when the machine's memory runs out, and so may a student
                self.limit = "memory"
                words = "the student's process was killed, as the system does when memory runs out"
                raise LimitReached("memory", words) from error
            if status is not None:
                raise BoundaryError(words_of_status(status)) from error
            raise
        except LimitReached as error:
            self.limit = self._limit_from_outside() or error.limit
            self._started.process.kill()
            if self.limit != error.limit:
                raise LimitReached(self.limit, f"the student's process met its {self.limit} limit") from error
            raise


def planned_cells(
    notebook: Any, captures: Mapping[int, Sequence[str]], skip: frozenset[int], seconds: float
) -> list[PlannedCell]:
    """The cells that will be executed, with what is captured after each."""
    return [
        PlannedCell(cell.source, seconds, (index, tuple(captures.get(index, ()))))
        for index, cell in enumerate(notebook.cells)
        if index not in skip and cell.source.strip()
    ]


def _answer(call: Call, callbacks: Mapping[int, Callable[..., object]]) -> Answer:
    """What a callback gives; what it raises goes back by name and message, with nothing of ours."""
    function = callbacks.get(call.number)
    if function is None:
        return Answer(None, Raised("CallbackFailed", "there is no such function"))
    try:
        return Answer(function(*call.arguments, **dict(call.keywords)))
    except Exception as error:  # noqa: BLE001  # a judge's function may refuse the student's arguments in any way
        return Answer(None, Raised(type(error).__name__, str(error)))


def _error_of(reply: Mapping[str, Any]) -> Raised | None:
    """What a cell raised, by the kernel's reply."""
    if reply.get("status") != "error":
        return None
    return Raised(str(reply.get("ename", "")), str(reply.get("evalue", "")))


def _joined(outputs: Sequence[Any]) -> list[dict[str, Any]]:
    """Outputs as plain dicts, consecutive texts of one stream in one output."""
    joined: list[dict[str, Any]] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            joined.append(_plain(output))
    return joined


def _plain(output: Any) -> Any:
    """An output without nbformat's own dict class."""
    if isinstance(output, dict):
        return {key: _plain(value) for key, value in output.items()}
    if isinstance(output, list):
        return [_plain(item) for item in output]
    return output
