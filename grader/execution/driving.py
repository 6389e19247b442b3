"""nbclient's side of a kernel behind a socket: the manager and the client that a `NotebookClient` is given."""

from __future__ import annotations

import asyncio
import json
import math
import re
import socket
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from queue import Empty
from types import MappingProxyType
from typing import Any

from grader.errors import BoundaryError, LimitReached
from grader.execution.limits import OUTPUT_FLOOD, Limits
from grader.execution.outputs import COUNTED, LENGTH, FrameReader

# jsonschema compiles 38 grammars with it, which takes most of a second, and does without it when it is not there
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None is Python's word for "not to be found"

from nbclient import NotebookClient  # noqa: E402  # must come after the line above
from nbclient.exceptions import DeadKernelError  # noqa: E402  # as above
from nbformat import NotebookNode, from_dict  # noqa: E402  # as above

READ_BYTES = 1 << 18
CELLS_AHEAD = 4
BYTES_AHEAD = 1 << 15
MOST_PARENTS = 1000
LEAST_SECONDS = 0.05
ANSWERED = re.compile("widget|interact")
OUTPUT_FIELDS = MappingProxyType(
    {
        "execute_result": ("metadata", "data", "execution_count"),
        "stream": ("name", "text"),
        "display_data": ("metadata", "data"),
        "error": ("ename", "evalue", "traceback"),
    },
)


class PipeChannel:
    """One of Jupyter's channels: the messages that came for it, and what ended them."""

    def __init__(self, send: Callable[[dict[str, Any]], None]) -> None:
        self.send = send
        self._queue: asyncio.Queue[dict[str, Any] | BaseException] = asyncio.Queue()

    def put(self, message: dict[str, Any] | BaseException) -> None:
        """Add a message, or the error that every later reader gets."""
        self._queue.put_nowait(message)

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # noqa: ASYNC109  # jupyter_client's
        """The next message; `queue.Empty` when none came in ``timeout`` seconds."""
        try:
            message = await (self._queue.get() if timeout is None else asyncio.wait_for(self._queue.get(), timeout))
        except TimeoutError:
            raise Empty from None
        if isinstance(message, BaseException):
            self._queue.put_nowait(message)
            raise message
        return message


class PipeMessages:
    """Makes the messages that a front end sends, for nbclient's part of the output widget."""

    def msg(self, kind: str, content: dict[str, Any], **_: object) -> dict[str, Any]:
        """A message that `PipeChannel.send` takes."""
        return {"type": kind, "content": content}


@dataclass(frozen=True)
class PlannedCell:
    """A cell that will be executed: its time limit in seconds, its number and the names to capture after it."""

    source: str
    seconds: float
    capture: tuple[int, tuple[str, ...]] = (0, ())


@dataclass
class Printed:
    """How much a cell has printed."""

    bytes: int = 0
    messages: int = 0
    overflowed: bool = False


class PipeClient:
    """A kernel client over one socket; it reads only while an event loop runs `start_channels` to `stop_channels`."""

    allow_stdin = False

    def __init__(self, connection: socket.socket, limits: Limits, alive: Callable[[], bool]) -> None:
        self._connection = connection
        self._limits = limits
        self._alive = alive
        self._reader = FrameReader()
        self._number = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self.shell_channel = PipeChannel(self._send_message)
        self.iopub_channel = PipeChannel(self._send_message)
        self.session = PipeMessages()
        self.failure: BaseException | None = None
        self._plan: deque[PlannedCell] = deque()
        self._sent: deque[tuple[str, int]] = deque()
        self._ahead = 0
        self._deadline = math.inf
        self._printed: dict[str, Printed] = {}
        self._current = ""

    @property
    def overflowed(self) -> bool:
        """Whether the cell at hand has printed more than is kept."""
        printed = self._printed.get(self._current)
        return printed is not None and printed.overflowed

    def plan(self, cells: Sequence[PlannedCell], *, deadline: float = math.inf) -> None:
        """Tell which cells will be executed, in order: the next ones are sent before the one at hand has ended.

        A kernel that has its next cell need not wait until the grader is given processor time. Where a front end's
        answers could change what a later cell sees, which nbclient's output widget does, cells are sent one by one.
        After ``deadline``, on ``time.monotonic``, no cell has time left.
        """
        self._deadline = deadline
        self._plan = deque(cells)
        self._sent.clear()
        self._ahead = 0 if any(ANSWERED.search(cell.source) for cell in cells) else CELLS_AHEAD

    def _send_ahead(self) -> None:
        """Send the next cells, as long as they fit the socket's buffer: the kernel may not read for a while."""
        waiting = sum(size for _, size in self._sent)
        while self._plan and (not self._sent or (len(self._sent) <= self._ahead and waiting < BYTES_AHEAD)):
            if self._sent and (self._ahead == 0 or waiting + len(self._plan[0].source) > BYTES_AHEAD):
                return
            cell = self._plan.popleft()
            content = {
                "code": cell.source,
                "silent": False,
                "store_history": True,
                "user_expressions": {},
                "allow_stdin": False,
                "stop_on_error": False,
            }
            seconds = max(LEAST_SECONDS, min(cell.seconds, self._deadline - time.monotonic()))
            name = self._send("execute_request", content, {"seconds": seconds, "capture": cell.capture})
            self._printed[name] = Printed()
            self._sent.append((name, len(cell.source)))
            waiting += len(cell.source)

    def start_channels(self) -> None:
        """Start to read, in the running event loop."""
        self._loop = asyncio.get_running_loop()
        self.shell_channel = PipeChannel(self._send_message)
        self.iopub_channel = PipeChannel(self._send_message)
        if self.failure is not None:
            self._fail(self.failure)
        else:
            self._connection.setblocking(False)  # the socket module's own signature
            self._loop.add_reader(self._connection.fileno(), self._read)

    def stop_channels(self) -> None:
        """Stop reading."""
        if self._loop is not None and self._connection.fileno() >= 0:
            self._loop.remove_reader(self._connection.fileno())
        self._loop = None

    def execute(self, code: str, **_: object) -> str:  # noqa: ARG002  # the plan has the code
        """The id by which the messages of the next planned cell are known; the cell is sent if it was not."""
        self._send_ahead()
        self._current, _size = self._sent.popleft()
        self._send_ahead()
        return self._current

    def kernel_info(self) -> str:
        """Ask what the kernel is."""
        return self._send("kernel_info_request", {}, {})

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109  # jupyter_client's
        """Nothing to wait for: the kernel was ready before there was a client."""

    async def is_alive(self) -> bool:
        """Whether the process runs and has kept to the protocol."""
        return self.failure is None and self._alive()

    def _send_message(self, message: dict[str, Any]) -> None:
        self._send(message["type"], message["content"], {})

    def _send(self, kind: str, content: dict[str, Any], metadata: dict[str, Any]) -> str:
        self._number += 1
        name = f"request-{self._number}"
        frame = {"type": kind, "id": name, "metadata": metadata, "content": content}
        body = json.dumps(frame).encode("ascii")
        try:
            self._connection.setblocking(True)  # the socket module's own signature
            self._connection.settimeout(self._limits.call_seconds)
            self._connection.sendall(LENGTH.pack(len(body)) + body)
        except OSError:
            self._fail(DeadKernelError("Kernel died"))
        finally:
            self._connection.setblocking(False)  # as above
        return name

    def _read(self) -> None:
        try:
            part = self._connection.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        if not part:
            self._fail(DeadKernelError("Kernel died"))
            return
        try:
            for message, size in self._reader.feed(part):
                self._take(message, size)
        except (BoundaryError, LimitReached) as error:
            self._fail(error)

    def _take(self, message: dict[str, Any], size: int) -> None:
        if message["channel"] == "shell":
            self.shell_channel.put(message)
            return
        if message["msg_type"] in COUNTED or message["msg_type"].startswith("comm"):
            # what belongs to no cell is not shown, but counts: nobody may print without end
            printed = self._printed.setdefault(message["parent_header"].get("msg_id", ""), Printed())
            if len(self._printed) > self._number + MOST_PARENTS:
                raise LimitReached("output", "a cell printed in the name of cells that do not exist")
            printed.messages += 1
            printed.bytes += size
            printed.overflowed = printed.overflowed or message["cut"]
            most = self._limits.output_bytes
            if printed.bytes > most * OUTPUT_FLOOD or printed.messages > self._limits.messages * 4:
                raise LimitReached("output", f"a cell printed more than {printed.bytes} bytes, and went on")
            if printed.bytes > most or printed.messages > self._limits.messages:
                self._keep_what_fits(message, size, printed)
                return
        self.iopub_channel.put(message)

    def _keep_what_fits(self, message: dict[str, Any], size: int, printed: Printed) -> None:
        """Past the cap nothing is kept but the exception that ended the cell and the start of the last text."""
        room = self._limits.output_bytes - (printed.bytes - size)
        if message["msg_type"] == "error" and size < READ_BYTES:
            self.iopub_channel.put(message)
        elif message["msg_type"] == "stream" and room > 0 and not printed.overflowed:
            message["content"]["text"] = message["content"]["text"][:room]
            self.iopub_channel.put(message)
        printed.overflowed = True

    def _fail(self, error: BaseException) -> None:
        """End everything: nothing is believed after a broken message or a closed socket."""
        self.failure = self.failure or error
        if self._loop is not None and self._connection.fileno() >= 0:
            self._loop.remove_reader(self._connection.fileno())
        self.shell_channel.put(error)


class CellClient(NotebookClient):  # type: ignore[misc]  # nbclient has no types
    """nbclient, which need not validate outputs against a schema: `outputs` has checked each field already."""

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Add an output to its cell as nbclient does."""
        parent = msg["parent_header"].get("msg_id")
        if self.output_hook_stack[parent]:
            return super().output(outs, msg, display_id, cell_index)
        kind = msg["msg_type"]
        if kind not in OUTPUT_FIELDS:
            return None
        if self.clear_before_next_output:  # type: ignore[has-type]  # nbclient has no types
            outs[:] = []
            self.clear_display_id_mapping(cell_index)
            self.clear_before_next_output = False
        if display_id:
            self._display_id_map.setdefault(display_id, {}).setdefault(cell_index, []).append(len(outs))
        output = {"output_type": kind, **{name: msg["content"][name] for name in OUTPUT_FIELDS[kind]}}
        outs.append(from_dict(output))
        return outs[-1]


def notebook_of(sources: Sequence[str]) -> NotebookNode:
    """A notebook of code cells, ready to be driven and never to be written."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for source in sources
    ]
    return from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


class PipeManager:
    """What `NotebookClient` asks of a kernel manager, for a kernel that is already running."""

    has_kernel = True
    ipykernel = True

    def __init__(self, client: PipeClient, kill: Callable[[], None]) -> None:
        self._client = client
        self._kill = kill

    def client(self) -> PipeClient:
        """The one client."""
        return self._client

    def is_alive(self) -> Awaitable[bool]:
        """Whether the kernel can be spoken to."""
        return self._client.is_alive()

    def interrupt_kernel(self) -> None:
        """Nothing: the kernel interrupts itself at its time limit, and is killed if it does not stop."""

    def shutdown_kernel(self, *, now: bool = False) -> None:  # noqa: ARG002  # there is no other way than now
        """Kill the process."""
        self._kill()

    def cleanup_resources(self) -> None:
        """Nothing is left over."""
