"""Starts a kernel process: cold, as a new interpreter; the fork server's way is in `forking`."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import grader.kernel
from grader.errors import EnvironmentFault
from grader.execution.leftovers import temporary_folder
from grader.kernel.policy import Policy

PACKAGE = str(Path(grader.kernel.__file__).resolve().parent.parent)
# the package is entered without running grader/__init__.py: the judge's side is not for the student's process
BOOTSTRAP = (
    "import sys, types; package = types.ModuleType('grader'); package.__path__ = [sys.argv[1]]; "
    "sys.modules['grader'] = package; from grader.kernel.{module} import main; main(sys.argv[2:])"
)


NOBODY_KNOWS = -1
"""In the place of a wait status: whoever could have told it has ended."""


class Process(Protocol):
    """A started process, as far as its keeper needs it."""

    pid: int

    def alive(self) -> bool:
        """Whether it still runs."""

    def kill(self) -> None:
        """End it and everything it started, at once."""

    def status(self, seconds: float) -> int | None:
        """Its wait status, as the operating system gives it, once it has ended; waits for at most ``seconds``."""

    def usage(self) -> Mapping[str, Any]:
        """What it has used, as far as anybody counts: ``memory_kills``, ``memory_peak``, ``cpu_seconds``."""


@dataclass(frozen=True)
class Started:
    """A process and our ends of its two channels."""

    process: Process
    notebook: socket.socket
    judge: socket.socket


def policy_text(policy: Policy, **more: Any) -> str:
    """A policy as JSON, as the started process reads it."""
    return json.dumps({**asdict(policy), **more}, default=dict)


def bootstrap(module: str) -> list[str]:
    """The command that runs ``main`` of a module of `grader.kernel` in an isolated interpreter."""
    return [sys.executable, "-I", "-B", "-u", "-c", BOOTSTRAP.format(module=module), PACKAGE]


def font_cache() -> Path:
    """Where matplotlib keeps its table of fonts between runs: only our own processes write there."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    directory = Path(base) / "grader" / "matplotlib"
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir())
    return directory


class ColdProcess:
    """A kernel in a session of its own, in a private directory that goes when it ends."""

    def __init__(self, running: subprocess.Popen[bytes], directory: Path) -> None:
        self._running = running
        self._directory = directory
        self.pid = running.pid

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._running.poll() is None

    def kill(self) -> None:
        """Kill its process group, wait for it and remove its directory."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._running.kill()
        self._running.wait()
        shutil.rmtree(self._directory, ignore_errors=True)

    def status(self, seconds: float) -> int | None:
        """Its wait status."""
        try:
            code = self._running.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        return -code if code < 0 else code << 8

    def usage(self) -> Mapping[str, Any]:
        """Nothing: nobody counts."""
        return {}


def start_cold(modules: Sequence[str], policy: Policy) -> Started:
    """Start a kernel as a new interpreter, isolated as far as a plain process is (L1).

    Args:
        modules: what it imports before the first cell.
        policy: its limits, its level (L2 or L1) and its environment.

    Raises:
        EnvironmentFault: the operating system has no sockets that a child can inherit.
    """
    if os.name != "posix":
        raise EnvironmentFault("running notebooks needs Linux, macOS or WSL; this system cannot hand sockets on")
    directory = temporary_folder("kernel")
    work = directory / "work"
    (work / "tmp").mkdir(parents=True)
    notebook, their_notebook = socket.socketpair()
    judge, their_judge = socket.socketpair()
    descriptors = (their_notebook.fileno(), their_judge.fileno())
    try:
        running = subprocess.Popen(
            [*bootstrap("host"), *map(str, descriptors), policy_text(policy), *modules],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**policy.environment, "HOME": str(work), "TMPDIR": str(work / "tmp")},
            cwd=work,
            pass_fds=descriptors,
            start_new_session=True,
        )
    finally:
        their_notebook.close()
        their_judge.close()
    return Started(ColdProcess(running, directory), notebook, judge)
