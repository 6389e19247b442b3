"""The process that a student's code runs in: it executes cells for nbclient and answers the judge's requests."""

from __future__ import annotations

import asyncio
import atexit
import base64
import contextlib
import importlib
import importlib.util
import inspect
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from tornado import ioloop

from grader.kernel import confine, limits, shell, warming
from grader.kernel.asking import Answering
from grader.kernel.judging import JudgeChannel, Objects
from grader.kernel.seeding import seed_everything
from grader.kernel.settings import read_policy
from grader.kernel.streams import LENGTH, NotebookChannel, PipeSession

IGNORED_FILES = ("__pycache__",)


@dataclass(frozen=True)
class Setup:
    """What the grader tells a fresh process before any cell runs; none of it is secret."""

    seed: int = 0
    commands: bool = False
    deterministic: bool = True
    threads: int = 1
    cpu_seconds: int = 0
    environment: dict[str, str] = field(default_factory=dict)


def receive_setup(connection: socket.socket) -> tuple[Setup, dict[str, bytes]]:
    """Read the setup and the submission's files: a length, JSON, then the bytes of each file in order."""
    length = LENGTH.unpack(_exactly(connection, LENGTH.size))[0]
    head = json.loads(_exactly(connection, length))
    files = {name: _exactly(connection, size) for name, size in head.pop("files")}
    return Setup(**head), files


def _exactly(connection: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = connection.recv(min(count - len(parts), 1 << 20))
        if not part:
            raise EOFError("the grader closed the connection before the kernel was set up")
        parts += part
    return bytes(parts)


def write_files(directory: Path, files: dict[str, bytes]) -> None:
    """Write the submission's files below ``directory``; names that lead elsewhere were refused before."""
    for name, content in files.items():
        parts = Path(name).parts
        if Path(name).is_absolute() or ".." in parts or set(parts) & set(IGNORED_FILES):
            continue
        target = directory / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


class Host:
    """One student's process: cells arrive on one channel, the judge's requests on the other, one at a time."""

    def __init__(
        self,
        kernel: Any,
        session: PipeSession,
        notebook: NotebookChannel,
        judge: socket.socket,
        report: Mapping[str, Any],
    ) -> None:
        self._kernel = kernel
        self._session = session
        self._notebook = notebook
        self._judge = judge
        self._report = dict(report)
        objects = Objects()
        self._answering = Answering(kernel.shell, session, JudgeChannel(judge, objects), objects)
        self._ended = False
        self._busy = False
        self._waiting: list[dict[str, Any]] = []

    def serve(self) -> None:
        """Serve both channels until the grader closes one."""
        loop = asyncio.SelectorEventLoop()  # the one that Windows has by default knows no readers
        asyncio.set_event_loop(loop)
        loop.call_soon(self._start, loop)
        while not self._ended:
            try:
                loop.run_forever()
            except (KeyboardInterrupt, SystemExit):
                continue  # a late interrupt, or sys.exit() in a task the student left running

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            self._kernel.io_loop = ioloop.IOLoop.current()
        except Exception as error:  # noqa: BLE001  # a loop would log it and go on with nothing to do
            tell_failure(self._notebook, error)
            os._exit(70)
        loop.add_reader(self._notebook.fileno(), self._on_notebook, loop)
        loop.add_reader(self._judge.fileno(), self._on_judge, loop)
        self._notebook.send({"channel": "grader", "type": "ready", "content": self._report})

    def _end(self, loop: asyncio.AbstractEventLoop) -> None:
        self._ended = True
        loop.stop()

    def _on_judge(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._answering.answer_next():
            self._end(loop)

    def _on_notebook(self, loop: asyncio.AbstractEventLoop) -> None:
        frame = self._notebook.receive()
        if frame is None or frame["type"] == "shutdown_request":
            self._end(loop)
            return
        self._waiting.append(frame)
        self._work_on(loop)

    def _work_on(self, loop: asyncio.AbstractEventLoop) -> None:
        """Handle what is waiting, in one task at a time."""
        if self._waiting and not self._busy:
            self._busy = True
            task = loop.create_task(self._handle_waiting())
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._busy = False
        if not task.cancelled():
            task.exception()
        self._work_on(task.get_loop())  # something may have come since the task looked for the last time

    async def _handle_waiting(self) -> None:
        while self._waiting:
            await self._handle(self._waiting.pop(0))
            await asyncio.sleep(0)  # what the student left running, and what has come meanwhile, gets its turn

    async def _handle(self, frame: dict[str, Any]) -> None:
        kernel = self._kernel
        message = {
            "header": {"msg_id": frame["id"], "msg_type": frame["type"], "session": "grader", "username": "student"},
            "parent_header": {},
            "metadata": frame["metadata"],
            "content": frame["content"],
            "buffers": [base64.b64decode(part) for part in frame.get("buffers", ())],
            "msg_id": frame["id"],
            "msg_type": frame["type"],
        }
        kernel.set_parent([], message, channel="shell")
        kernel._publish_status("busy", "shell")  # noqa: SLF001  # what dispatch_shell does, which reads zmq frames
        handler = kernel.shell_handlers.get(frame["type"])
        if handler is not None:
            kernel.pre_handler_hook()
            try:
                with self._kernel.alarm.running(frame["metadata"].get("seconds")):
                    result = handler("shell", [], message)
                    if inspect.isawaitable(result):
                        await result
            except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001  # student code can break any handler
                self._reply_broken(message, error)
            finally:
                kernel.post_handler_hook()
            self._capture(frame["metadata"])
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        kernel._publish_status("idle", "shell")  # noqa: SLF001  # as above

    def _capture(self, metadata: Mapping[str, Any]) -> None:
        """Bind what the grader wants to ask for later, as it is after this cell."""
        cell, names = metadata.get("capture") or (0, ())
        for name in names:
            self._answering.capture(name, str(cell))

    def _reply_broken(self, message: dict[str, Any], error: BaseException) -> None:
        """Answer a request whose handler was broken or interrupted outside the cell's own code."""
        kind = message["header"]["msg_type"]
        if not kind.endswith("_request"):
            return
        content = {
            "status": "error",
            "ename": type(error).__name__,
            "evalue": str(error),
            "traceback": [f"{type(error).__name__}: {error}"],
            "execution_count": self._kernel.execution_count,
        }
        self._session.send("iopub", "error", content, parent=message)
        self._session.send("shell", kind.replace("_request", "_reply"), content, parent=message)


def tell_failure(notebook: NotebookChannel, error: BaseException) -> None:
    """Tell the grader that this process cannot be a kernel."""
    reason = f"{type(error).__name__}: {error}"
    with contextlib.suppress(Exception):
        notebook.send({"channel": "grader", "type": "failed", "content": {"reason": reason}})


def forget_grader() -> None:
    """Let the process look like any kernel: what a student imports is what is installed, not this process's code."""
    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv[:] = [str(launcher.origin if launcher else ""), "-f", "kernel.json"]
    for name in [name for name in sys.modules if name == "grader" or name.startswith("grader.")]:
        del sys.modules[name]


def limit_cpu(seconds: int) -> None:
    """Lower this process's processor time below what the fork server allows for kernels that stay open."""
    if not seconds or limits.resource is None:
        return
    resource = limits.resource
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = int(sum(os.times()[:2])) + 1
    most = seconds + used if hard == resource.RLIM_INFINITY else min(seconds + used, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))


def rehearse(kernel: Any) -> None:
    """Touch, before there is a submission, the memory that each one writes to: a page that is shared costs a copy."""
    loop = asyncio.SelectorEventLoop()
    kernel.process = os.getpid()
    loop.run_until_complete(kernel.do_execute("pass", silent=True, store_history=False))
    loop.close()
    kernel.shell.display_formatter.format([1.0])
    warming.rehearse()


def serve(
    kernel: Any,
    session: PipeSession,
    notebook: socket.socket,
    judge: socket.socket,
    report: Mapping[str, Any],
) -> None:
    """Become the student's process: take the setup, then serve until the grader hangs up. Never returns.

    The working directory is the process's own, and ``report`` says what confines it.
    """
    channel = NotebookChannel(notebook)
    try:
        host = _prepared(kernel, session, channel, judge, report)
    except BaseException as error:  # noqa: BLE001  # whatever fails before the first cell is not the student's
        tell_failure(channel, error)
        os._exit(70)
    try:
        host.serve()
    finally:
        with contextlib.suppress(Exception):
            atexit._run_exitfuncs()  # noqa: SLF001  # the student's own; nothing else is left there
        os._exit(0)


def _prepared(
    kernel: Any,
    session: PipeSession,
    channel: NotebookChannel,
    judge: socket.socket,
    report: Mapping[str, Any],
) -> Host:
    """Take the setup and make everything as it says, up to the first cell."""
    setup, files = receive_setup(channel.connection)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    limit_cpu(setup.cpu_seconds)
    os.environ.update(setup.environment)
    write_files(Path.cwd(), files)
    if hasattr(atexit, "_clear"):
        atexit._clear()  # noqa: SLF001  # what the fork server registered is not the student's to run
    shell.take_over(kernel, session, channel)
    shell.pass_over_self_checks(kernel.shell)
    if not setup.commands:
        shell.refuse_commands(kernel.shell)
    sys.path[:] = [entry for entry in sys.path if entry not in ("", ".")] + [os.getcwd()]
    seed_everything(setup.seed, setup.threads, deterministic=setup.deterministic)
    return Host(kernel, session, channel, judge, report)


def channels(places: list[str]) -> tuple[socket.socket, socket.socket]:
    """The channels of the notebook and of the judge."""
    if ":" not in places[0]:
        return socket.socket(fileno=int(places[0])), socket.socket(fileno=int(places[1]))
    word = sys.stdin.buffer.readline(100).strip()
    made = []
    for place, name in zip(places, (b"notebook", b"judge"), strict=True):
        host, _, port = place.partition(":")
        connection = socket.create_connection((host, int(port)), timeout=30)
        connection.settimeout(None)
        connection.sendall(word + b" " + name + b"\n")
        made.append(connection)
    return made[0], made[1]


def main(arguments: list[str]) -> None:
    """Start a cold process: where the two channels are, the policy as JSON, the modules to load first.

    A channel is the number of a descriptor, or an address to connect to with the word that standard input holds.
    """
    notebook, judge = channels(arguments[:2])
    kernel, session = shell.build()
    for name in arguments[3:]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    report = confine.enter(read_policy(json.loads(arguments[2])), os.getcwd())
    forget_grader()
    serve(cast("Any", kernel), session, notebook, judge, report)
