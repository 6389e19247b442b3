"""Starts a kernel process: cold, as a new interpreter; the fork server's way is in `forking`."""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import grader.kernel
from grader.errors import EnvironmentFault
from grader.kernel.policy import Policy
from grader.leftovers import temporary_folder

PACKAGE = str(Path(grader.kernel.__file__).resolve().parent.parent)
# the package is entered without running grader/__init__.py: the judge's side is not for the student's process
BOOTSTRAP = (
    "import sys, types; package = types.ModuleType('grader'); package.__path__ = [sys.argv[1]]; "
    "sys.modules['grader'] = package; from grader.kernel.{module} import main; main(sys.argv[2:])"
)


HANDS_ON = hasattr(os, "killpg")
"""Whether a child can be given our sockets, and killed with its children; Windows can do neither."""

CALL_SECONDS = 60.0
WINDOWS_VARIABLES = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "PATH", "PATHEXT", "COMSPEC", "NUMBER_OF_PROCESSORS")
"""What programs on Windows do not start without, or not with their libraries."""

NOBODY_KNOWS = -1
"""In the place of a wait status: whoever could have told it has ended."""


class Process(Protocol):
    """A started process, as far as its keeper needs it."""

    pid: int

    def alive(self) -> bool:
        """Whether it still runs."""

    def kill(self, *, wait: bool = True) -> None:
        """End it and everything it started, at once; without ``wait`` what is left of it may go a moment later."""

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

    def kill(self, *, wait: bool = True) -> None:  # noqa: ARG002  # nobody else would remove its directory
        """Kill it and what it started, wait for it and remove its directory."""
        if HANDS_ON:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                self._running.kill()
        elif self._running.poll() is None:
            _kill_tree(self._running)
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
        EnvironmentFault: it did not start, or did not connect.
    """
    directory = temporary_folder("kernel")
    work = directory / "work"
    (work / "tmp").mkdir(parents=True)
    if not HANDS_ON:
        return _start_and_be_called(modules, policy, directory)
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


def _start_and_be_called(modules: Sequence[str], policy: Policy, directory: Path) -> Started:
    """Start a kernel that connects to us, on Windows: only who knows the word that it gets is let in."""
    work = directory / "work"
    word = secrets.token_hex(32)
    kept = {name: os.environ[name] for name in WINDOWS_VARIABLES if name in os.environ}
    own = {"HOME": str(work), "USERPROFILE": str(work), **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(work / "tmp"))}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        running = subprocess.Popen(
            [*bootstrap("host"), address, address, policy_text(policy), *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**policy.environment, **kept, **own},
            cwd=work,
        )
        process = ColdProcess(running, directory)
        try:
            if running.stdin is not None:
                running.stdin.write(f"{word}\n".encode())
                running.stdin.close()
            channels = _called(listener, running, word.encode())
        except (OSError, EnvironmentFault) as error:
            process.kill()
            raise EnvironmentFault(f"a kernel could not be started: {error}") from error
    return Started(process, channels[b"notebook"], channels[b"judge"])


def _called(listener: socket.socket, running: subprocess.Popen[bytes], word: bytes) -> dict[bytes, socket.socket]:
    """The two connections of a process; others are turned away."""
    found: dict[bytes, socket.socket] = {}
    until = time.monotonic() + CALL_SECONDS
    listener.settimeout(0.2)
    while len(found) < 2:
        if running.poll() is not None:
            raise EnvironmentFault(f"it ended with status {running.returncode}")
        if time.monotonic() > until:
            raise EnvironmentFault(f"it did not connect in {CALL_SECONDS:g} seconds")
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        connection.settimeout(5.0)
        head = b""
        with contextlib.suppress(OSError):
            while not head.endswith(b"\n") and len(head) < 100:
                head += connection.recv(1)
        given, _, name = head.rstrip(b"\n").partition(b" ")
        if hmac.compare_digest(given, word) and name in (b"notebook", b"judge") and name not in found:
            connection.settimeout(None)
            found[name] = connection
        else:
            connection.close()
    return found


def _kill_tree(running: subprocess.Popen[bytes]) -> None:
    """End a process and its children where there are no process groups."""
    program = shutil.which("taskkill")
    if program is not None:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(
                [program, "/F", "/T", "/PID", str(running.pid)], capture_output=True, timeout=10, check=False
            )
    running.kill()
