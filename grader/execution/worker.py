"""Keeps processes in which notebooks run: a `Worker` starts `Kernel`s, a kernel runs cells and answers the judge."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from grader.errors import BoundaryError, EnvironmentFault, LimitReached
from grader.execution import determinism, forking, starting
from grader.execution.driving import PipeClient, PipeManager
from grader.execution.forking import ForkServer, PreloadFailed
from grader.execution.limits import Limits, grace, limit_of_error, limit_of_status, words_of_status
from grader.execution.outputs import LENGTH, FrameReader, truncated
from grader.execution.starting import Started
from grader.wire import Answer, Budget, Call, Callback, Channel, Note, Raised, Reply, Request

from nbclient import NotebookClient  # isort: skip  # after driving, which keeps it from importing slowly
from nbclient.exceptions import DeadKernelError  # isort: skip
from nbformat.v4 import new_code_cell, new_notebook  # isort: skip

READY_SECONDS = 60.0
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

    def __init__(self, started: Started, limits: Limits, device: Mapping[str, Any], *, trusted: bool = False) -> None:
        self._started = started
        self._limits = limits
        self._channel = Channel(started.judge, TRUSTED_BUDGET if trusted else None)
        self._client = PipeClient(started.notebook, limits, self._process_lives)
        self._deadline = time.monotonic() + limits.submission_seconds
        self._trusted = trusted
        self._count = 0
        self._closed = False
        self.isolation = dict(started.report)
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
    def remaining_seconds(self) -> float:
        """What is left of the submission's time."""
        return self._deadline - time.monotonic()

    def close(self) -> None:
        """Kill the process and everything it started; closing twice does nothing."""
        if not self._closed:
            self._closed = True
            self._started.process.kill()
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
        notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
        return asyncio.run(self._run_all(notebook, captures or {}, frozenset(skip), seconds))

    async def _run_all(
        self,
        notebook: Any,
        captures: Mapping[int, Sequence[str]],
        skip: frozenset[int],
        seconds: float | None,
    ) -> list[CellRun]:
        manager: Any = PipeManager(self._client, self._started.process.kill)
        driver = NotebookClient(notebook, km=manager, allow_errors=True, timeout=None, store_widget_state=False)
        driver.kc = self._client  # type: ignore[assignment]  # it has what nbclient uses of a client
        driver.reset_execution_trackers()
        replies: dict[int, Mapping[str, Any]] = {}

        def note(cell_index: int, execute_reply: Mapping[str, Any], **_: object) -> None:
            replies[cell_index] = execute_reply["content"]

        driver.on_cell_executed = note
        self._client.start_channels()
        runs = []
        try:
            for index in range(len(notebook.cells)):
                if index in skip or not self.alive:
                    runs.append(CellRun(index, [], None, 0.0, None, executed=False))
                    continue
                runs.append(await self._run_cell(driver, index, seconds or self._limits.cell_seconds, replies))
                self._capture(captures.get(index, ()), index)
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
        allowed = 0.0 if self._trusted else self.remaining_seconds
        allowed = seconds if self._trusted else min(seconds, allowed)
        if allowed <= 0:
            return CellRun(index, [], None, 0.0, "time", executed=False)
        self._client.seconds = allowed
        self._client.start_counting()
        self._count += 1
        started = time.monotonic()
        error: Raised | None = None
        limit: str | None = None
        try:
            work = driver.async_execute_cell(cell, index, execution_count=self._count)
            await asyncio.wait_for(work, allowed + grace(allowed))
        except TimeoutError:
            limit = "time"
            error = Raised("TimeLimit", f"the cell was stopped after {allowed:g} seconds")
            self._started.process.kill()
        except LimitReached as reached:
            limit = reached.limit
            error = Raised("OutputLimit", str(reached))
            self._started.process.kill()
        except DeadKernelError:
            limit, error = self._cause_of_death()
        except BoundaryError as broken:
            error = Raised("BoundaryError", str(broken))
            self._started.process.kill()
        elapsed = time.monotonic() - started
        error = error or _error_of(replies.get(index, {}))
        if limit is None and error is not None:
            interrupted = error.type_name in ("KeyboardInterrupt", "CancelledError") and elapsed >= allowed
            limit = "time" if interrupted else limit_of_error(error.type_name, error.message)
        extra = []
        if self._client.overflowed:
            limit = limit or "output"
            extra = [truncated(self._limits.output_bytes)]
        if not self.alive:
            self.limit = limit
        return CellRun(index, extra, error, elapsed, limit, executed=True)

    def _cause_of_death(self) -> tuple[str | None, Raised]:
        status = self._started.process.status(2.0)
        self._started.process.kill()
        return limit_of_status(status), Raised("ProcessEnded", words_of_status(status))

    def _capture(self, names: Sequence[str], index: int) -> None:
        for name in names:
            if not self.alive:
                return
            try:
                self.ask(Request("capture", name, str(index)))
            except (BoundaryError, LimitReached):
                return

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
        except (BoundaryError, LimitReached) as error:
            self._started.process.kill()
            self.limit = error.limit if isinstance(error, LimitReached) else self.limit
            raise


class Worker:
    """Starts kernels; use it in a ``with``, which ends them all.

    Args:
        preload: modules that every kernel has imported before its first cell.
        isolation: the level that must hold: ``L3``, ``L2`` or ``L1``.
        limits: what each kernel may use.
    """

    def __init__(
        self,
        preload: Sequence[str] = ("numpy", "torch"),
        *,
        isolation: str = "L1",
        limits: Limits | None = None,
        commands: bool = False,
        fork: bool = True,
    ) -> None:
        self._preload = tuple(preload)
        self._limits = limits or Limits()
        self._commands = commands
        self._kernels: list[Kernel] = []
        self._server: ForkServer | None = None
        self.warnings: list[str] = []
        if fork and forking.available():
            self._start_server()
        self.isolation = isolation

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _start_server(self) -> None:
        """Start the fork server; where it cannot serve, say why and go on with cold kernels."""
        try:
            self._server = ForkServer(self._preload, determinism.environment(self._limits.threads))
        except PreloadFailed as error:
            self.warnings.append(f"kernels start cold, which takes seconds each: {error}")

    def close(self) -> None:
        """End all kernels."""
        for kernel in self._kernels:
            kernel.close()
        self._kernels.clear()
        if self._server is not None:
            self._server.close()

    def _start(self, limits: Limits) -> Started:
        if self._server is None:
            return starting.start_cold(self._preload, determinism.environment(limits.threads))
        if not self._server.serving:
            self._server.close()
            self._server = ForkServer(self._preload, determinism.environment(self._limits.threads))
        return self._server.start()

    def kernel(
        self,
        files: Mapping[str, bytes] | None = None,
        *,
        device: str | None = None,
        seed: int = 0,
        trusted: bool = False,
        limits: Limits | None = None,
    ) -> Kernel:
        """Start a fresh process.

        Args:
            files: what lies beside the notebook, by relative name; copied in as bytes.
            device: the UUID of the GPU that it may see; none by default.
            seed: of the random states of Python, numpy and torch.
            trusted: for references and mistakes: it may live, and be asked, as long as the class takes.
            limits: instead of the worker's own.

        Raises:
            EnvironmentFault: the process could not be started.
        """
        limits = limits or self._limits
        started = self._start(limits)
        setup = {
            "seed": seed,
            "directory": started.directory,
            "commands": self._commands,
            "threads": limits.threads,
            "environment": determinism.private_environment(started.directory, device),
        }
        try:
            set_up(started, setup, files or {})
        except BaseException:
            started.process.kill()
            raise
        kernel = Kernel(started, limits, {"device": device or "cpu"}, trusted=trusted)
        self._kernels = [known for known in self._kernels if known.alive] + [kernel]
        return kernel


def set_up(started: Started, setup: Mapping[str, object], files: Mapping[str, bytes]) -> None:
    """Send a fresh process its setup and files, and wait until it is ready.

    Raises:
        EnvironmentFault: it ended or stayed silent instead.
    """
    body = json.dumps({**setup, "files": [[name, len(content)] for name, content in files.items()]}).encode()
    started.notebook.settimeout(READY_SECONDS)
    try:
        started.notebook.sendall(LENGTH.pack(len(body)) + body)
        for content in files.values():
            started.notebook.sendall(content)
        reader = FrameReader()
        while True:
            part = started.notebook.recv(1 << 16)
            if not part:
                status = started.process.status(1.0)
                raise EnvironmentFault(f"a kernel could not be started: {words_of_status(status)}")
            if any(message["msg_type"] == "ready" for message, _ in reader.feed(part)):
                return
    except OSError as error:
        raise EnvironmentFault(f"a kernel could not be started: {error}") from error


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
