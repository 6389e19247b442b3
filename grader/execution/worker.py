"""Starts kernels: from one fork server where the system has fork, as new interpreters elsewhere."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader.errors import EnvironmentFault
from grader.execution import determinism, forking, starting
from grader.execution.forking import ForkServer, PreloadFailed
from grader.execution.kernels import Kernel
from grader.execution.limits import Limits, words_of_status
from grader.execution.outputs import LENGTH, FrameReader
from grader.execution.starting import Started
from grader.execution.watchdog import Watchdog
from grader.kernel.policy import Level, Policy

READY_SECONDS = 60.0
# matplotlib's table of fonts takes seconds to build on a machine with many; a fork has it with this module
FONTS = ("matplotlib.font_manager",) if importlib.util.find_spec("matplotlib") else ()
OPEN_KERNEL_CPU_SECONDS = 24 * 3600


class Worker:
    """Starts kernels; use it in a ``with``, which ends them all.

    Args:
        preload: modules that every kernel has imported before its first cell.
        isolation: the level that must hold: ``L3``, ``L2`` or ``L1``. It never sinks by itself.
        limits: what each kernel may use.
        commands: whether cells may run other programs by ``!``, ``%%bash`` and the like.
        fork: whether a fork server is used; without one each kernel imports everything itself.
        readable: folders that kernels see, read-only, beside the system's and the interpreter's.
        devices: device files of GPUs, of which each kernel gets those that it is started with.
        wait: whether to return only when a kernel can be started at once; otherwise the first kernel waits.

    Raises:
        EnvironmentFault: the level cannot be had here; the message names the guarantee that fails.
    """

    def __init__(
        self,
        preload: Sequence[str] = ("numpy", "torch"),
        *,
        isolation: Level = "L3",
        limits: Limits | None = None,
        commands: bool = False,
        fork: bool = True,
        readable: Sequence[str] = (),
        devices: Sequence[str] = (),
        wait: bool = True,
    ) -> None:
        self._preload = (*preload, *FONTS)
        self._limits = limits or Limits()
        self._commands = commands
        self._kernels: list[Kernel] = []
        self._server: ForkServer | None = None
        self._watchdog: Watchdog | None = None
        self._stack = ExitStack()
        self._policy = policy_for(self._limits, isolation, readable, devices)
        self.isolation = isolation
        self.warnings: list[str] = []
        self._ahead = False
        if fork and forking.available():
            server = ForkServer(self._preload, self._policy, wait=False)
            self._server = self._awaited(server) if wait else server
            self._ahead = not wait
        elif isolation == "L3":
            raise EnvironmentFault("isolation not available: L3 needs a fork server, which only Linux has")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _start_server(self) -> ForkServer:
        return self._awaited(ForkServer(self._preload, self._policy, wait=False))

    def _awaited(self, server: ForkServer) -> ForkServer:
        """A fork server once it is ready; if the modules cannot be preloaded, one without them, and say so."""
        self._ahead = False
        try:
            server.wait_until_ready()
        except PreloadFailed as error:
            self.warnings.append(f"kernels start cold, each imports everything itself: {error}")
            return ForkServer((), self._policy)
        return server

    def close(self) -> None:
        """End all kernels."""
        for kernel in self._kernels:
            kernel.close()
        self._kernels.clear()
        if self._server is not None:
            self._server.close()
        self._stack.close()

    def _start(self, devices: Sequence[str]) -> Started:
        if self._server is None:
            return starting.start_cold(self._preload, self._policy)
        if self._ahead:
            self._server = self._awaited(self._server)
        if not self._server.serving:
            self._server.close()
            self._server = self._start_server()
        try:
            return self._server.start(devices)
        except EnvironmentFault:  # the server, or a helper of it, may have been killed: a new one is worth one attempt
            self._server.close()
            self._server = self._start_server()
            return self._server.start(devices)

    def _ready(
        self, device_files: Sequence[str], setup: Mapping[str, object], files: Mapping[str, bytes]
    ) -> tuple[Started, Mapping[str, Any]]:
        started = self._start(device_files)
        try:
            return started, set_up(started, setup, files)
        except BaseException:
            started.process.kill()
            started.notebook.close()
            started.judge.close()
            raise

    @property
    def watched(self) -> bool:
        """Whether kernels without a control group are watched from outside."""
        return Path("/proc/self/stat").exists()

    def _watching(self) -> Watchdog | None:
        """The watchdog, started when the first kernel needs it; where there is no /proc it would see nothing."""
        if self._watchdog is None and self.watched:
            self._watchdog = self._stack.enter_context(Watchdog())
        return self._watchdog

    def kernel(
        self,
        files: Mapping[str, bytes] | None = None,
        *,
        device: str | None = None,
        device_files: Sequence[str] = (),
        seed: int = 0,
        trusted: bool = False,
        limits: Limits | None = None,
    ) -> Kernel:
        """Start a fresh process.

        Args:
            files: what lies beside the notebook, by relative name; copied in as bytes.
            device: the UUID of the GPU that it may see; none by default.
            device_files: that GPU's files among the worker's ``devices``.
            seed: of the random states of Python, numpy and torch.
            trusted: for references and mistakes: it may live, and be asked, as long as the class takes.
            limits: times and output instead of the worker's own; its memory, processes and files stay the worker's.

        Raises:
            EnvironmentFault: the process could not be started or closed in.
        """
        limits = limits or self._limits
        setup = {
            "seed": seed,
            "commands": self._commands,
            "threads": limits.threads,
            "cpu_seconds": 0 if trusted else int(limits.submission_seconds * max(1, limits.threads)) + 10,
            "environment": {
                "CUDA_VISIBLE_DEVICES": device or "",
                **dict.fromkeys(determinism.THREAD_VARIABLES, str(limits.threads)),
            },
        }
        try:
            started, report = self._ready(device_files, setup, files or {})
        except EnvironmentFault:  # something may have killed the process at this moment: one more attempt tells
            started, report = self._ready(device_files, setup, files or {})
        bounded = report.get("level") == "L3" and str(report.get("memory", "")).startswith("control group")
        watchdog = None if bounded else self._watching()  # below L3 nobody else adds up a job's files
        kernel = Kernel(started, report, limits, {"device": device or "cpu"}, trusted=trusted, watchdog=watchdog)
        self._kernels = [known for known in self._kernels if known.alive] + [kernel]
        return kernel


def policy_for(limits: Limits, level: Level, readable: Sequence[str], devices: Sequence[str]) -> Policy:
    """The sandbox that holds a worker's limits."""
    plain = Policy()
    return Policy(
        level=level,
        readable=tuple(outermost((*plain.readable, *package_folders(), *readable))),
        devices=tuple(devices),
        memory_bytes=limits.memory_bytes,
        processes=limits.processes,
        files_bytes=limits.files_bytes,
        open_files=limits.open_files,
        cpu_seconds=OPEN_KERNEL_CPU_SECONDS,
        environment={**plain.environment, **determinism.environment()},  # a fork server has one thread
    )


def package_folders() -> list[str]:
    """Folders of installed packages, which a ``.pth`` file may have put outside this interpreter's own."""
    return [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages") and Path(path).is_dir()]


def outermost(paths: Iterable[str]) -> list[str]:
    """The paths that lie in no other one of them."""
    kept: list[str] = []
    for path in sorted(set(paths), key=lambda path: (len(Path(path).parts), path)):
        if not any(Path(path).is_relative_to(other) for other in kept):
            kept.append(path)
    return kept


def set_up(started: Started, setup: Mapping[str, object], files: Mapping[str, bytes]) -> Mapping[str, Any]:
    """Send a fresh process its setup and files, and wait until it is ready.

    Returns:
        What holds for the process, as it measured before any cell ran.

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
            for message, _ in reader.feed(part):
                if message["msg_type"] == "failed":
                    raise EnvironmentFault(f"a kernel could not be set up: {message['content'].get('reason')}")
                if message["msg_type"] == "ready":
                    report: Mapping[str, Any] = message["content"]
                    return report
    except OSError as error:
        raise EnvironmentFault(f"a kernel could not be started: {error}") from error
