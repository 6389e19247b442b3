"""How messages and printed text leave the student's process: JSON frames over one inherited Unix socket."""

from __future__ import annotations

import base64
import contextvars
import json
import os
import socket
import struct
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any, Protocol, cast

from ipykernel.iostream import OutStream
from ipykernel.jsonutil import json_clean
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session

LENGTH = struct.Struct(">I")
FLUSH_SECONDS = 0.2
FLUSH_CHARACTERS = 1 << 16
FORKED_CHUNK = 1 << 13
LARGEST_FRAME = 4 << 20
KEPT_CHARACTERS = 1 << 16
KEPT_LINES = 20


class NotebookChannel:
    """The kernel's end of the socket on which Jupyter messages travel, each as a length and a JSON text."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._lock = threading.RLock()
        self._held: list[bytes] = []
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._start_in_child)

    def _start_in_child(self) -> None:
        self._lock = threading.RLock()
        self._held = []

    def fileno(self) -> int:
        """The descriptor that becomes readable when a message has come."""
        return self.connection.fileno()

    def send(self, frame: Mapping[str, Any]) -> None:
        """Send one message; text that cannot be sent as JSON is cleaned as ipykernel cleans it."""
        try:
            text = json.dumps(frame, default=json_default, allow_nan=False)
        except (ValueError, TypeError):
            text = json.dumps(cast("Any", json_clean)(frame), default=json_default, allow_nan=False)
        if len(text) > LARGEST_FRAME:
            text = json.dumps(shortened(frame), default=json_default)
        body = text.encode("ascii")
        with self._lock:
            self._held += (LENGTH.pack(len(body)), body)
            if not _can_wait(frame):
                whole = b"".join(self._held)
                self._held.clear()
                self.connection.sendall(whole)

    def receive(self) -> dict[str, Any] | None:
        """The next message, or None when the grader has closed its end."""
        head = self._exactly(LENGTH.size)
        if head is None:
            return None
        body = self._exactly(LENGTH.unpack(head)[0])
        return None if body is None else cast("dict[str, Any]", json.loads(body))

    def _exactly(self, count: int) -> bytes | None:
        parts = bytearray()
        while len(parts) < count:
            part = self.connection.recv(min(count - len(parts), 1 << 20))
            if not part:
                return None
            parts += part
        return bytes(parts)


def shortened(frame: Mapping[str, Any]) -> dict[str, Any]:
    """A message that is too long to send, without most of what makes it long; ``cut`` says so."""
    content = frame["content"]
    kept: dict[str, Any] = {**frame, "cut": True, "metadata": {}, "buffers": []}
    match frame["type"]:
        case "stream":
            kept["content"] = {**content, "text": str(content["text"])[:KEPT_CHARACTERS]}
        case "error" | "execute_reply":
            lines = [str(line)[:KEPT_CHARACTERS] for line in content.get("traceback", ())[-KEPT_LINES:]]
            value = str(content.get("evalue", ""))[:KEPT_CHARACTERS]
            kept["content"] = {
                "status": content.get("status", "error"),
                "ename": str(content.get("ename", ""))[:KEPT_CHARACTERS],
                "evalue": value,
                "traceback": lines,
                "execution_count": content.get("execution_count"),
            }
        case "display_data" | "update_display_data" | "execute_result":
            note = {"text/plain": "[an output that is too large to be kept]"}
            kept["content"] = {**content, "data": note, "metadata": {}}
        case _:
            kept["type"] = "status"
            kept["content"] = {"execution_state": "busy"}
    return kept


def _can_wait(frame: Mapping[str, Any]) -> bool:
    """Whether a message shows nothing and may leave together with the next one: each leaving wakes the grader."""
    match frame["type"]:
        case "status":
            return bool(frame["content"].get("execution_state") == "busy")
        case "execute_input" | "execute_reply":
            return True
        case _:
            return False


class PipeSession(Session):
    """A Jupyter session whose messages leave through the notebook channel instead of through zmq sockets."""

    channel: NotebookChannel | None = None
    muted = False

    def send(
        self,
        stream: Any,
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        parent: dict[str, Any] | None = None,
        ident: object = None,  # noqa: ARG002  # zmq's routing, of no use on one socket
        buffers: Iterable[Any] | None = None,
        track: bool = False,  # noqa: ARG002  # zmq's delivery tracking
        header: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> dict[str, Any] | None:
        """Send one message; ``stream`` is ``shell``, ``control``, ``stdin`` or ``iopub``."""
        if isinstance(msg_or_type, dict):
            message = msg_or_type
            buffers = buffers or message.get("buffers", [])
        else:
            message = self.msg(msg_or_type, content=content, parent=parent, header=header, metadata=metadata)
        if self.channel is None or self.muted or (self.check_pid and os.getpid() != self.pid):
            return None
        self.channel.send(
            {
                "channel": stream if isinstance(stream, str) else "iopub",
                "type": message["header"]["msg_type"],
                "id": message["header"]["msg_id"],
                "parent": message["parent_header"].get("msg_id"),
                "metadata": message["metadata"],
                "content": message["content"],
                "buffers": [base64.b64encode(memoryview(part).cast("B")).decode() for part in buffers or ()],
            },
        )
        return message


class PublishingThread(Protocol):
    """What ipykernel asks of the thread that publishes output."""

    def schedule(self, work: Any) -> None:
        """Do the work."""


class NoThread:
    """Stands where ipykernel has its publishing thread: work is done at once, in the caller's thread."""

    thread = None
    io_loop = None

    def schedule(self, work: Any) -> None:
        """Do the work now."""
        work()


class PrintedFile:
    """Descriptor 1 or 2 turned into a file that only grows, so that text printed below Python is not lost.

    A pipe would need a thread to empty it; a file does not, and its size is bounded by RLIMIT_FSIZE.
    """

    def __init__(self, descriptor: int) -> None:
        target = self._open(descriptor)
        self.reading = os.dup(target)
        os.dup2(target, descriptor)
        os.close(target)
        self._position = 0

    @staticmethod
    def _open(descriptor: int) -> int:
        if hasattr(os, "memfd_create"):
            unnamed = os.memfd_create(f"printed-{descriptor}")
            try:
                return os.open(f"/proc/self/fd/{unnamed}", os.O_RDWR | os.O_APPEND)
            except OSError:
                return os.dup(unnamed)
            finally:
                os.close(unnamed)
        with tempfile.TemporaryFile("a+b") as opened:
            return os.dup(opened.fileno())

    def grown(self) -> bool:
        """Whether something has been written since the last reading."""
        return os.fstat(self.reading).st_size > self._position

    def take(self, limit: int = 1 << 22) -> bytes:
        """What was written since the last reading, at most ``limit`` bytes; more than that is passed over."""
        size = os.fstat(self.reading).st_size
        wanted = min(size - self._position, limit)
        if hasattr(os, "pread"):
            text = os.pread(self.reading, wanted, self._position)
        else:  # the position is shared with whoever prints, who therefore gets it back
            os.lseek(self.reading, self._position, os.SEEK_SET)
            text = os.read(self.reading, wanted)
            os.lseek(self.reading, 0, os.SEEK_END)
        self._position = size
        return text


class PipeStream(OutStream):
    """``sys.stdout`` and ``sys.stderr`` of a notebook: an ipykernel stream without ipykernel's threads."""

    def __init__(self, session: PipeSession, name: str, printed: PrintedFile | None) -> None:  # super() starts threads
        self.session = session
        self._fid = None
        self.pub_thread = cast("Any", NoThread())
        self.name = name
        self.topic = cast("Any", b"stream." + name.encode())
        self._parent_header: contextvars.ContextVar[dict[str, Any]] = contextvars.ContextVar("parent_header")
        self._parent_header.set({})
        self._parent_header_global: dict[str, Any] = {}
        self._master_pid = os.getpid()
        self._buffer_lock = threading.RLock()
        self._buffers: defaultdict[frozenset[tuple[str, Any]], StringIO] = defaultdict(StringIO)
        self.echo = None
        self._isatty = False
        self._should_watch = False
        self._local = threading.local()
        self._printed = printed
        self._waiting = 0
        self._waiting_since = 0.0
        self._writing = False
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._start_in_child)

    def _start_in_child(self) -> None:
        """A forked child sends what it prints, not what its parent had not sent yet."""
        self._buffer_lock = threading.RLock()
        self._buffers = defaultdict(StringIO)
        self._waiting = 0

    def adopt(self, printed: PrintedFile | None) -> None:
        """Take the current process as the one that prints here, and ``printed`` as its descriptor's file."""
        self._master_pid = os.getpid()
        self._printed = printed

    def fileno(self) -> int:
        """The original descriptor, as in ipykernel: what a program writes there does not reach the notebook."""
        if self._printed is None:
            return cast("int", super().fileno())  # type: ignore[no-untyped-call]  # ipykernel is untyped in part
        return self._printed.reading

    def write(self, string: str) -> int:
        """Write text to the notebook; text printed below Python before it comes first."""
        if not isinstance(string, str):
            raise TypeError(f"write() argument must be str, not {type(string)}")
        if self.pub_thread is None:
            raise ValueError("I/O operation on closed file")
        with self._buffer_lock:
            self._writing = True
            try:
                self._take_printed()
                self._put(string)
            finally:
                self._writing = False
        late = time.monotonic() - self._waiting_since > FLUSH_SECONDS
        if late or self._waiting > FLUSH_CHARACTERS or os.getpid() != self._master_pid:
            self._flush()
        return len(string)

    def flush_if_idle(self) -> None:
        """Send what is waiting, from a signal handler: not in the middle of a write, and not past another thread."""
        if not self._writing and self._buffer_lock.acquire(blocking=False):
            try:
                self.flush()
            finally:
                self._buffer_lock.release()

    def _put(self, string: str) -> None:
        if not self._waiting:
            self._waiting_since = time.monotonic()
        self._buffers[frozenset(self.parent_header.items())].write(string)
        self._waiting += len(string)

    def _take_printed(self) -> None:
        if self._printed is not None and os.getpid() == self._master_pid and self._printed.grown():
            self._put(self._printed.take().decode(errors="replace"))

    def drop_printed(self) -> None:
        """Pass over what was printed below Python: it came from a call whose output is kept back."""
        if self._printed is not None and self._printed.grown():
            self._printed.take()

    def flush(self) -> None:
        """Send what is waiting."""
        with self._buffer_lock:
            self._take_printed()
        self._flush()

    def _flush(self) -> None:
        with self._buffer_lock:
            self._waiting = 0
            self._writing = True
            try:
                buffers = list(self._flush_buffers())  # type: ignore[no-untyped-call]  # as above
            finally:
                self._writing = False
        for parent, text in buffers:
            step = len(text) if os.getpid() == self._master_pid else FORKED_CHUNK
            for start in range(0, len(text), max(step, 1)):
                self._send(parent, text[start : start + step])

    def _send(self, parent: dict[str, Any], text: str) -> None:
        self.session.pid = os.getpid()
        message = self.session.msg("stream", {"name": self.name, "text": text}, parent=parent)
        for hook in self._hooks:
            message = hook(message)
            if message is None:
                return
        self.session.send("iopub", message)

    def close(self) -> None:
        """Close the stream."""
        self.pub_thread = cast("Any", None)


def redirect(descriptors: tuple[int, int] = (1, 2)) -> tuple[PrintedFile, PrintedFile]:
    """Turn descriptors 1 and 2 of this process into files that the streams read."""
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            stream.flush()
    return PrintedFile(descriptors[0]), PrintedFile(descriptors[1])
