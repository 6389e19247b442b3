"""The fork server: it has everything imported and holds no secret, and forks a process for each submission."""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Any

from grader.kernel import confine
from grader.kernel.settings import read_policy
from grader.kernel.spare import Spare
from grader.kernel.syscalls import die_with_parent

LENGTH_BYTES = 4


class Controls:
    """The socket on which the grader asks for processes and hears of their ends."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def fileno(self) -> int:
        """The descriptor that becomes readable when the grader asks, or has gone."""
        return self.connection.fileno()

    def send(self, message: dict[str, Any]) -> None:
        """Tell the grader something; if it has gone, the next reading says so."""
        body = json.dumps(message).encode("ascii")
        with contextlib.suppress(OSError):
            self.connection.sendall(len(body).to_bytes(LENGTH_BYTES, "big") + body)

    def receive(self) -> tuple[dict[str, Any], list[int]] | None:
        """The next request and the descriptors that came with it, or None when the grader has gone."""
        data, descriptors, _, _ = socket.recv_fds(self.connection, LENGTH_BYTES, 8)
        while data and len(data) < LENGTH_BYTES:
            data += self.connection.recv(LENGTH_BYTES - len(data))
        if not data:
            return None
        size = int.from_bytes(data, "big")
        body = b""
        while len(body) < size:
            part = self.connection.recv(size - len(body))
            if not part:
                return None
            body += part
        return json.loads(body), descriptors


class Zygote:
    """Forks on request and tells how each process ended; when the grader has gone, it ends them all and itself."""

    def __init__(self, yard: confine.Yard, controls: Controls, host: Any, kernel: Any, session: Any) -> None:
        self._yard = yard
        self._controls = controls
        self._kernel = kernel
        self._session = session
        self._host = host
        self._jobs: dict[int, confine.Job] = {}
        self._last_usage: dict[int, dict[str, Any]] = {}
        self._spare: Spare | None = None

    def serve(self) -> None:
        """Serve requests until the grader closes the socket."""
        try:
            self._make_spare()
            while True:
                watched = {job.fileno(): number for number, job in self._jobs.items()}
                spare = [] if self._spare is None else [self._spare.fileno()]
                ready, _, _ = select.select([self._controls.fileno(), *watched, *spare], [], [])
                for descriptor in ready:
                    if descriptor in watched:
                        self._end(watched[descriptor])
                if self._spare is not None and self._spare.fileno() in ready and not self._spare.advance():
                    self._spare = None  # the next process is forked when it is asked for, and says what is wrong
                if self._controls.fileno() in ready and not self._serve_one():
                    return
        finally:
            for number in list(self._jobs):
                self._end(number)
            if self._spare is not None:
                self._spare.end()
            self._yard.close()

    def _serve_one(self) -> bool:
        received = self._controls.receive()
        if received is None:
            return False
        request, descriptors = received
        match request:
            case {"do": "start", "job": number, "devices": devices}:
                self._start(number, descriptors, devices)
            case {"do": "kill", "job": number}:
                self._kill(number)
            case {"do": "usage", "job": number}:
                job = self._jobs.get(number)
                usage = self._last_usage.get(number) or (_usage(job) if job is not None else {})
                self._controls.send({"event": "usage", "job": number, "usage": usage})
        return True

    def _become(self, descriptors: Sequence[int], report: dict[str, Any]) -> None:
        """In the student's process: serve the two channels; never returns."""
        notebook, judge = (socket.socket(fileno=descriptor) for descriptor in descriptors)
        self._host.serve(self._kernel, self._session, notebook, judge, report)

    def _make_spare(self) -> None:
        """Have the next process closed in while this one works; below L3 a submission could disturb it."""
        if self._yard.policy.level == "L3":
            with contextlib.suppress(OSError):  # then it is forked when it is asked for, and the refusal is told
                self._spare = Spare(self._yard, self._become, lambda: self._host.rehearse(self._kernel))

    def _job_for(self, descriptors: Sequence[int], devices: Sequence[str]) -> confine.Job:
        """A process that has these channels: the spare one, if it may have none of the devices."""
        if self._spare is not None and not devices:
            spare, self._spare = self._spare, None
            job = spare.hand_over(descriptors)
            if job is not None:
                return job
        body = functools.partial(self._become, descriptors)
        return self._yard.launch(body, keep=descriptors, devices=devices)

    def _start(self, number: int, descriptors: Sequence[int], devices: Sequence[str]) -> None:
        try:
            job = self._job_for(descriptors, devices)
        except OSError as error:
            self._controls.send({"event": "refused", "job": number, "reason": str(error.strerror or error)})
            return
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self._jobs[number] = job
        self._controls.send({"event": "started", "job": number, "pid": job.pid, "report": job.report})
        if self._spare is None:
            self._make_spare()

    def _kill(self, number: int) -> None:
        """Kill a job; when its process is gone, `_end` removes the rest, and at L3 others need not wait for that.

        Below L3 jobs have one user, and the end of a job kills all that this user runs: no other may have begun.
        """
        job = self._jobs.get(number)
        if job is not None and self._yard.policy.level != "L3":
            self._end(number)
        elif job is not None and number not in self._last_usage:
            self._last_usage[number] = _usage(job)
            job.kill()

    def _end(self, number: int) -> None:
        """End a job, whatever is left of it, and tell how its own process ended."""
        job = self._jobs.pop(number)
        usage = self._last_usage.pop(number, None) or _usage(job)
        job.end()
        self._controls.send({"event": "ended", "job": number, "status": job.wait(), "usage": usage})


def _usage(job: confine.Job) -> dict[str, Any]:
    return {
        "memory_kills": job.memory_kills(),
        "memory_peak": job.memory_peak(),
        "cpu_seconds": job.cpu_seconds(),
    }


def main(arguments: list[str]) -> None:
    """Run the fork server: its socket's descriptor, the policy as JSON, whether to die with its parent, modules."""
    controls = Controls(socket.socket(fileno=int(arguments[0])))
    settings = json.loads(arguments[1])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # Ctrl-C reaches everything; the grader decides what it means
    if settings.pop("die_with_parent"):
        die_with_parent()
    sys.path[:] = [entry for entry in sys.path if entry not in ("", os.getcwd())]
    try:
        yard = confine.Yard(read_policy(settings))
    except OSError as error:
        controls.send({"event": "failed", "of": "isolation", "reason": str(error.strerror or error)})
        return
    # what follows is large, and must come after the yard has forked its small helper
    shell: Any = importlib.import_module("grader.kernel.shell")
    warming: Any = importlib.import_module("grader.kernel.warming")
    host: Any = importlib.import_module("grader.kernel.host")
    try:
        kernel, session = shell.build()
        warming.preload(arguments[2:])
        warming.warm_shell(kernel.shell)
        host.forget_grader()
        warming.settle()
        warming.check_forkable()
    except warming.PreloadError as error:
        controls.send({"event": "failed", "of": "preload", "reason": str(error)})
        yard.close()
        return
    controls.send({"event": "ready", "pid": os.getpid()})
    Zygote(yard, controls, host, kernel, session).serve()
