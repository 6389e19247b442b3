"""The fork server: it has everything imported and holds no secret, and forks a process for each submission."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import socket
import sys
from typing import Any, cast

from grader.kernel import host, shell, warming
from grader.kernel.streams import LENGTH

PR_SET_PDEATHSIG = 1
MAX_REQUEST = 1 << 20


class Controls:
    """The socket on which the grader asks for processes and hears of their ends."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def send(self, message: dict[str, Any]) -> None:
        """Tell the grader something."""
        body = json.dumps(message).encode("ascii")
        self.connection.sendall(LENGTH.pack(len(body)) + body)

    def receive(self) -> tuple[dict[str, Any], list[int]] | None:
        """The next request and the descriptors that came with it, or None when the grader has gone."""
        data, descriptors, _, _ = socket.recv_fds(self.connection, LENGTH.size, 8)
        while data and len(data) < LENGTH.size:
            data += self.connection.recv(LENGTH.size - len(data))
        if not data:
            return None
        size = LENGTH.unpack(data)[0]
        body = b""
        while len(body) < size:
            part = self.connection.recv(size - len(body))
            if not part:
                return None
            body += part
        return json.loads(body), descriptors


class Zygote:
    """Forks on request, reaps, and tells how each child ended; it ends when the grader does."""

    def __init__(self, kernel: Any, session: Any, controls: Controls) -> None:
        self._kernel = kernel
        self._session = session
        self._controls = controls
        self._children: dict[int, int] = {}
        self._pid = os.getpid()
        self._wake_reading, self._wake_writing = os.pipe()
        os.set_blocking(self._wake_writing, False)
        os.set_blocking(self._wake_reading, False)

    def serve(self) -> None:
        """Serve requests until the grader closes the socket, then kill what is left."""
        signal.set_wakeup_fd(self._wake_writing, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the grader decides what it means
        poll = select.poll()
        poll.register(self._controls.connection, select.POLLIN)
        poll.register(self._wake_reading, select.POLLIN)
        try:
            while True:
                ready = {number for number, _ in poll.poll()}
                self._reap()
                if self._controls.connection.fileno() in ready and not self._serve_one():
                    return
        finally:
            self._end_all()

    def _serve_one(self) -> bool:
        received = self._controls.receive()
        if received is None:
            return False
        request, descriptors = received
        match request:
            case {"do": "start", "job": job}:
                self._start(job, request, descriptors)
            case {"do": "kill", "job": job}:
                self._kill(job)
        return True

    def _start(self, job: int, request: dict[str, Any], descriptors: list[int]) -> None:
        try:
            pid = os.fork()
        except OSError as error:
            for number in descriptors:
                os.close(number)
            self._controls.send({"event": "refused", "job": job, "reason": str(error)})
            return
        if pid == 0:
            self._become_student(request, descriptors)
        for number in descriptors:
            os.close(number)
        self._children[pid] = job
        self._controls.send({"event": "started", "job": job, "pid": pid})

    def _become_student(self, request: dict[str, Any], descriptors: list[int]) -> None:
        """In the child: enter the sandbox, then serve; never returns."""
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            os.close(self._wake_reading)
            os.close(self._wake_writing)
            self._controls.connection.close()
            os.setsid()
            die_with(self._pid)
            notebook, judge = (socket.socket(fileno=number) for number in descriptors[:2])
            host.serve(self._kernel, self._session, notebook, judge)
        except BaseException as error:  # noqa: BLE001  # a child must never return into the server's loop
            with contextlib.suppress(Exception):
                os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(70)

    def _kill(self, job: int) -> None:
        for pid, known in list(self._children.items()):
            if known == job:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                _, status = os.waitpid(pid, 0)
                self._gone(pid, status)

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._wake_reading, 512):
                pass
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                self._gone(pid, status)

    def _gone(self, pid: int, status: int) -> None:
        job = self._children.pop(pid, None)
        if job is not None:
            with contextlib.suppress(OSError):
                self._controls.send({"event": "ended", "job": job, "status": status})

    def _end_all(self) -> None:
        for pid in list(self._children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while True:
                os.waitpid(-1, 0)


def die_with(parent: int) -> None:
    """Be killed when ``parent``, which forked this process, ends, however it ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(70)


def main(arguments: list[str]) -> None:
    """Run the fork server: ``arguments`` are its socket's descriptor and the modules to import before any fork."""
    controls = Controls(socket.socket(fileno=int(arguments[0])))
    sys.path[:] = [entry for entry in sys.path if entry not in ("", os.getcwd())]  # noqa: PTH109  # a string
    try:
        kernel, session = shell.build()
        warming.preload(arguments[1:])
        warming.warm_shell(kernel.shell)
        warming.settle()
        warming.check_forkable()
    except warming.PreloadError as error:
        controls.send({"event": "failed", "reason": str(error)})
        return
    controls.send({"event": "ready", "pid": os.getpid()})
    Zygote(cast("Any", kernel), session, controls).serve()
