"""The grader's side of the fork server: starts it, asks it for processes, hears how they end."""

from __future__ import annotations

import itertools
import json
import os
import select
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from grader.errors import EnvironmentFault
from grader.execution.advice import refusal
from grader.execution.starting import NOBODY_KNOWS, Started, bootstrap, font_cache, policy_text
from grader.kernel.policy import Policy
from grader.leftovers import temporary_folder

LENGTH_BYTES = 4
PRELOAD_SECONDS = 120.0
ANSWER_SECONDS = 20.0


class PreloadFailed(EnvironmentFault):
    """The fork server cannot be used with these modules; a cold kernel can."""


class ForkedProcess:
    """A process that the fork server made; the server reaps it and says how it ended."""

    def __init__(self, server: ForkServer, job: int, pid: int) -> None:
        self._server = server
        self._job = job
        self.pid = pid

    def alive(self) -> bool:
        """Whether it still runs."""
        return self._server.status(self._job, 0.0) is None

    def kill(self, *, wait: bool = True) -> None:
        """End it and all that it started, and wait until nothing of it is left, unless the server may do so alone."""
        self._server.kill(self._job, wait=wait)

    def status(self, seconds: float) -> int | None:
        """Its wait status once it has ended."""
        return self._server.status(self._job, seconds)

    def usage(self) -> Mapping[str, Any]:
        """What its control group has counted."""
        return self._server.usage(self._job)


class ForkServer:
    """A running fork server; every thread may use it.

    Args:
        modules: what it imports once, for all.
        policy: the sandbox of every process, with its environment.
        wait: whether to return only when it can be asked for processes; `wait_until_ready` does so later.

    Raises:
        PreloadFailed: the modules cannot be imported, or would not survive a fork.
        EnvironmentFault: the policy's level cannot be had here; the message names the step that fails.
    """

    def __init__(self, modules: Sequence[str], policy: Policy, *, wait: bool = True) -> None:
        self._lock = threading.RLock()
        self._jobs = itertools.count(1)
        self._started: dict[int, int] = {}
        self._refused: dict[int, str] = {}
        self._ended: dict[int, int] = {}
        self._usage: dict[int, Mapping[str, Any]] = {}
        self._news: Mapping[str, Any] | None = None
        self._level = policy.level
        self._buffer = bytearray()
        self._gone = False
        self._home = temporary_folder("server")
        self._socket, theirs = socket.socketpair()
        scratch = policy.scratch or str(self._home / "jobs")
        Path(scratch).mkdir(parents=True, exist_ok=True)
        for folder in (self._home, Path(scratch)):
            folder.chmod(0o711)  # at L2 a job's own user must reach its folder through them
        # a thread's end would take the server with it; then only the socket's closing tells that we are gone
        dies = threading.current_thread() is threading.main_thread()
        settings = policy_text(replace(policy, scratch=scratch), die_with_parent=dies)
        try:
            self._process = subprocess.Popen(
                [*bootstrap("zygote"), str(theirs.fileno()), settings, *modules],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**policy.environment, "HOME": str(self._home), "MPLCONFIGDIR": str(font_cache())},
                cwd="/",
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        finally:
            theirs.close()
        if wait:
            self.wait_until_ready()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The server's process."""
        return self._process.pid

    @property
    def serving(self) -> bool:
        """Whether it can still be asked for processes."""
        with self._lock:
            self._listen(0.0)
            return not self._gone

    def wait_until_ready(self) -> None:
        """Wait until it has imported what it was told to; one that cannot is closed.

        Raises:
            PreloadFailed: as the class says.
            EnvironmentFault: likewise.
        """
        try:
            self._wait_for_preload()
        except BaseException:
            self.close()
            raise

    def _wait_for_preload(self) -> None:
        deadline = time.monotonic() + PRELOAD_SECONDS
        with self._lock:
            while self._news is None:
                self._listen(max(0.0, deadline - time.monotonic()))
                if self._news is None and (self._gone or time.monotonic() > deadline):
                    raise PreloadFailed("the fork server ended, or hung, while it was importing")
        match self._news:
            case {"event": "failed", "of": "isolation", "reason": reason}:
                raise EnvironmentFault(refusal(self._level, {self._level: reason}))
            case {"event": "failed", "reason": reason}:
                raise PreloadFailed(reason)

    def start(self, devices: Sequence[str] = ()) -> Started:
        """Fork a process, closed in as the policy says.

        Args:
            devices: those of the policy's devices that it may use.

        Raises:
            EnvironmentFault: the server has ended, or the process could not be closed in.
        """
        notebook, their_notebook = socket.socketpair()
        judge, their_judge = socket.socketpair()
        job = next(self._jobs)
        try:
            message = {"do": "start", "job": job, "devices": list(devices)}
            pid = self._ask(message, (their_notebook.fileno(), their_judge.fileno()))
        except BaseException:
            notebook.close()
            judge.close()
            raise
        finally:
            their_notebook.close()
            their_judge.close()
        return Started(ForkedProcess(self, job, pid), notebook, judge)

    def _ask(self, message: Mapping[str, Any], descriptors: Sequence[int]) -> int:
        job: int = message["job"]
        deadline = time.monotonic() + ANSWER_SECONDS
        with self._lock:
            self._send(message, descriptors)
            while job not in self._started:
                self._listen(max(0.0, deadline - time.monotonic()))
                if job in self._refused:
                    raise EnvironmentFault(f"no process could be started: {self._refused.pop(job)}")
                if job not in self._started and (self._gone or time.monotonic() > deadline):
                    raise EnvironmentFault("the fork server has ended or does not answer; start a new worker")
            return self._started.pop(job)

    def status(self, job: int, seconds: float) -> int | None:
        """The wait status of a job's process, or None while it runs; -1 if nobody can know any more."""
        deadline = time.monotonic() + seconds
        while True:
            with self._lock:
                self._listen(0.0)
                if job in self._ended:
                    return self._ended[job]
                if self._gone:
                    return NOBODY_KNOWS
            if time.monotonic() >= deadline:
                return None
            select.select([self._socket], [], [], min(0.05, max(0.0, deadline - time.monotonic())))

    def kill(self, job: int, *, wait: bool = True) -> None:
        """Kill a job's process and wait until the server has removed all of it."""
        with self._lock:
            if job in self._ended or self._gone:
                return
            try:
                self._send({"do": "kill", "job": job}, ())
            except EnvironmentFault:
                return
        if wait:
            self.status(job, ANSWER_SECONDS)

    def usage(self, job: int) -> Mapping[str, Any]:
        """What a job has used so far, or had used when it ended."""
        deadline = time.monotonic() + ANSWER_SECONDS
        with self._lock:
            self._listen(0.0)
            if job in self._ended or self._gone:
                return self._usage.get(job, {})
            self._usage.pop(job, None)
            try:
                self._send({"do": "usage", "job": job}, ())
            except EnvironmentFault:
                return {}
            while job not in self._usage and not self._gone and time.monotonic() < deadline:
                self._listen(max(0.0, deadline - time.monotonic()))
            return self._usage.get(job, {})

    def _send(self, message: Mapping[str, Any], descriptors: Sequence[int]) -> None:
        body = json.dumps(message).encode("ascii")
        frame = len(body).to_bytes(LENGTH_BYTES, "big") + body
        try:
            sent = socket.send_fds(self._socket, [frame], list(descriptors))
            self._socket.sendall(frame[sent:])
        except OSError as error:
            self._gone = True
            raise EnvironmentFault("the fork server has ended; start a new worker") from error

    def _listen(self, seconds: float) -> None:
        """Take in all that the server has said, its end too; the lock is held."""
        while not self._gone and select.select([self._socket], [], [], seconds)[0]:
            seconds = 0.0
            try:
                part = self._socket.recv(1 << 16)
            except OSError:
                part = b""
            self._gone = not part
            self._buffer += part
            self._take_events()

    def _take_events(self) -> None:
        while len(self._buffer) >= LENGTH_BYTES:
            size = int.from_bytes(self._buffer[:LENGTH_BYTES], "big")
            if len(self._buffer) < LENGTH_BYTES + size:
                return
            event = json.loads(self._buffer[LENGTH_BYTES : LENGTH_BYTES + size])
            del self._buffer[: LENGTH_BYTES + size]
            self._note(event)

    def _note(self, event: Mapping[str, Any]) -> None:
        match event["event"]:
            case "ready" | "failed":
                self._news = event
            case "started":
                self._started[event["job"]] = event["pid"]
            case "refused":
                self._refused[event["job"]] = event["reason"]
            case "ended":
                self._ended[event["job"]] = event["status"]
                self._usage[event["job"]] = event["usage"]
            case "usage":
                self._usage[event["job"]] = event["usage"]

    def close(self) -> None:
        """End the server and every process that it made."""
        self._socket.close()
        self._gone = True
        try:
            self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._home, ignore_errors=True)


def available() -> bool:
    """Whether this system can fork safely after imports: Linux can, macOS and Windows cannot."""
    return hasattr(os, "fork") and os.uname().sysname == "Linux"
