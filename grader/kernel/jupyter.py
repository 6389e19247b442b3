"""A fork server for plain Jupyter kernels: nbclient, papermill and nbgrader start theirs from it, unmodified.

It speaks over a socket in a private folder. One connection is one kernel: the client sends a command line, an
environment and a folder, hears the process id, and hears the wait status when the kernel has ended; when the client
hangs up, the kernel is killed. Nothing is closed in here: these kernels are what they are without grader.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import random
import select
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from typing import Any

from grader.kernel import warming

LENGTH_BYTES = 4
LARGEST = 4 << 20


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send one message: a length and JSON."""
    body = json.dumps(message).encode("ascii")
    connection.sendall(len(body).to_bytes(LENGTH_BYTES, "big") + body)


def receive(connection: socket.socket) -> dict[str, Any] | None:
    """The next message, or None when the other side has hung up."""
    head = _exactly(connection, LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    body = _exactly(connection, min(int.from_bytes(head, "big"), LARGEST))
    try:
        message: dict[str, Any] = json.loads(body)
    except ValueError:
        return None
    return message


def _exactly(connection: socket.socket, count: int) -> bytes:
    parts = b""
    with contextlib.suppress(OSError):
        while len(parts) < count:
            part = connection.recv(count - len(parts))
            if not part:
                break
            parts += part
    return parts


class Server:
    """Forks a kernel per connection and reaps it."""

    def __init__(self, listener: socket.socket, life_line: socket.socket) -> None:
        self._listener = listener
        self._life_line = life_line
        self._clients: dict[int, socket.socket] = {}
        self._pids: dict[int, int] = {}
        self._woken, self._waking = os.pipe()
        for end in (self._woken, self._waking):
            os.set_blocking(end, False)

    def serve(self) -> None:
        """Serve until whoever started the server hangs up; then every kernel is killed."""
        signal.set_wakeup_fd(self._waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            while True:
                watched = [self._listener.fileno(), self._life_line.fileno(), self._woken, *self._clients]
                ready, _, _ = select.select(watched, [], [])
                self._reap()
                if self._life_line.fileno() in ready:
                    return
                for descriptor in ready:
                    if descriptor in self._clients:
                        self._hang_up(descriptor)
                if self._listener.fileno() in ready:
                    self._accept()
        finally:
            for pid in self._pids.values():
                _kill_group(pid)
            with contextlib.suppress(ChildProcessError):
                while True:
                    os.waitpid(-1, 0)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        request = receive(client)
        if request is None:
            client.close()
            return
        pid = os.fork()
        if pid == 0:
            self._become_kernel(request, client)
        self._clients[client.fileno()] = client
        self._pids[client.fileno()] = pid
        send(client, {"pid": pid})

    def _become_kernel(self, request: dict[str, Any], client: socket.socket) -> None:
        """In the child: start ipykernel as its launcher would; never returns."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.setsid()
            for other in (self._listener, self._life_line, client, *self._clients.values()):
                other.close()
            os.environ.clear()
            os.environ.update(request["environment"])
            os.chdir(request["directory"])
            sys.argv = ["ipykernel_launcher", *request["arguments"]]
            _draw_fresh_randomness()
            app: Any = importlib.import_module("ipykernel.kernelapp").IPKernelApp
            # with a parent to watch the kernel is a tool's and not a person's, and prints no advice
            app.launch_instance([*request["arguments"], f"--IPKernelApp.parent_handle={os.getppid()}"])
            status = 0
        except SystemExit as error:
            status = error.code if isinstance(error.code, int) else 0
        except BaseException:  # noqa: BLE001  # nothing may return into the server's loop
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(status)

    def _hang_up(self, descriptor: int) -> None:
        """The client has gone, or says something that nobody asked for: its kernel goes too."""
        _kill_group(self._pids[descriptor])
        self._clients.pop(descriptor).close()
        pid = self._pids.pop(descriptor)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._woken, 512):
                pass
        with contextlib.suppress(ChildProcessError):
            while True:
                ended, status = os.waitpid(-1, os.WNOHANG)
                if ended == 0:
                    return
                for descriptor, pid in list(self._pids.items()):
                    if pid == ended:
                        with contextlib.suppress(OSError):
                            send(self._clients[descriptor], {"status": status})
                        self._clients.pop(descriptor).close()
                        del self._pids[descriptor]


def _kill_group(pid: int) -> None:
    """Kill a kernel and what it started; it may not have made its own group yet."""
    for kill in (os.kill, os.killpg):
        with contextlib.suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)


def _draw_fresh_randomness() -> None:
    """Give this kernel random states of its own: every fork would start with the same ones."""
    random.seed()
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def main(arguments: Sequence[str]) -> None:
    """Run the server: the descriptors of the listening socket and of the life line, then modules to import."""
    listener, life_line = (socket.socket(fileno=int(number)) for number in arguments[:2])
    sys.path[:] = [entry for entry in sys.path if entry not in ("", os.getcwd())]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    try:
        importlib.import_module("ipykernel.kernelapp")
        importlib.import_module("ipykernel.ipkernel")
        warming.preload(arguments[2:])
        warming.settle()
        warming.check_forkable()
    except warming.PreloadError as error:
        send(life_line, {"problem": str(error)})
        return
    send(life_line, {"problem": ""})
    Server(listener, life_line).serve()
