"""A jupyter_client kernel provisioner that forks kernels from a warm server, for tools that know nothing of grader.

Installed as ``grader-fork``; a tool uses it when JUPYTER_DEFAULT_PROVISIONER_NAME says so and GRADER_KERNEL_SERVER
names a server's socket. `grader.execution.faster` sets both and runs a command.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from grader.kernel.jupyter import receive, send

SERVER_VARIABLE = "GRADER_KERNEL_SERVER"
NAME = "grader-fork"
LAUNCHERS = ("ipykernel_launcher", "ipykernel")
CONNECT_SECONDS = 10.0


class ForkedKernel:
    """A forked kernel as `subprocess.Popen` would show it."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self._connection = connection
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status, negative for a signal, or None while it runs."""
        if self.returncode is None:
            self._connection.setblocking(False)  # the socket module's own signature
            try:
                ended = self._connection.recv(1, socket.MSG_PEEK) is not None
            except BlockingIOError:
                return None
            except OSError:
                ended = True
            if ended:
                self._learn_status()
        return self.returncode

    def _learn_status(self) -> None:
        self._connection.setblocking(True)  # as above
        message = receive(self._connection) or {}
        status = message.get("status", int(signal.SIGKILL))
        self.returncode = os.waitstatus_to_exitcode(status)
        self._connection.close()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: it still runs then.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("kernel", timeout or 0.0)
            time.sleep(0.005)
        return self.returncode or 0

    def send_signal(self, number: int) -> None:
        """Send a signal to it, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class ForkProvisioner(LocalProvisioner):
    """Forks the kernel if there is a server and the kernel is this interpreter's ipykernel; else starts it as usual."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start the kernel; the parent class finds it in ``process``."""
        arguments = launcher_arguments(cmd)
        path = os.environ.get(SERVER_VARIABLE)
        if not path or arguments is None:
            return await super().launch_kernel(cmd, **kwargs)
        try:
            forked = fork_kernel(path, arguments, kwargs.get("env"), kwargs.get("cwd"))
        except OSError as error:
            self.log.warning("the kernel server at %s cannot be used (%s); the kernel starts by itself", path, error)
            return await super().launch_kernel(cmd, **kwargs)
        self.process = forked  # type: ignore[assignment]  # it has what the parent class uses of a Popen
        self.pid = self.pgid = forked.pid
        return self.connection_info


def launcher_arguments(command: Sequence[str]) -> list[str] | None:
    """What follows ``python -m ipykernel_launcher`` in a kernel's command, if it is that, and our interpreter."""
    found = shutil.which(command[0]) if command else None
    ours = found is not None and Path(found).parent == Path(sys.executable).parent
    if not ours or len(command) < 3 or command[1] != "-m" or command[2] not in LAUNCHERS:
        return None
    return list(command[3:])


def fork_kernel(path: str, arguments: Sequence[str], environment: Any, directory: Any) -> ForkedKernel:
    """Ask the server at ``path`` for a kernel.

    Raises:
        OSError: there is no such server, or it does not answer.
    """
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(CONNECT_SECONDS)
        connection.connect(path)
        request = {
            "arguments": list(arguments),
            "environment": dict(environment if environment is not None else os.environ),
            "directory": str(directory or Path.cwd()),
        }
        send(connection, request)
        answer = receive(connection)
        if answer is None or "pid" not in answer:
            raise ConnectionError("the server does not answer")
    except BaseException:
        connection.close()
        raise
    connection.settimeout(None)
    return ForkedKernel(connection, answer["pid"])
