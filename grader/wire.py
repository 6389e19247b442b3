"""The judge's end of the boundary: typed messages to and from a process that is taken to be hostile.

Framing is that of `kernel.port`: each frame has a number, counted per direction, and the ticket of the judge's last
frame, which is drawn at random; so an answer written in advance, written twice or written late is recognised. A peer
that breaks a rule is dead for good: the stream is never resynchronised.
"""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from grader.errors import BoundaryError, LimitReached
from grader.kernel.codec import CAPS, Caps, Keep, decode, decode_message, encode, encode_message
from grader.kernel.messages import (
    Answer,
    Call,
    Callback,
    Column,
    Frame,
    GeneratorState,
    Handle,
    Message,
    Note,
    Opaque,
    Operation,
    Raised,
    Reply,
    Request,
    SparseArray,
    SymbolicText,
    TensorArray,
)
from grader.kernel.port import HEADER, MAGIC

__all__ = [
    "CAPS",
    "Answer",
    "Budget",
    "Call",
    "Callback",
    "Caps",
    "Channel",
    "Column",
    "Frame",
    "GeneratorState",
    "Handle",
    "Keep",
    "Message",
    "Note",
    "Opaque",
    "Operation",
    "Raised",
    "Reply",
    "Request",
    "SparseArray",
    "SymbolicText",
    "TensorArray",
    "decode",
    "encode",
]

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Budget:
    """How much a peer may send over its whole life."""

    bytes: int = 512 << 20
    messages: int = 100_000


class Channel:
    """One peer, over a connected stream socket; the channel closes it.

    Args:
        sock: the socket; ancillary data that the peer sends is dropped by the kernel.
        budget: what the peer may send in total.
        caps: what one frame may hold.
    """

    def __init__(self, sock: socket.socket, budget: Budget | None = None, *, caps: Caps = CAPS) -> None:
        self._socket = sock
        self._budget = budget or Budget()
        self._caps = caps
        self._sent = 0
        self._received = 0
        self._bytes = 0
        self._ticket = 0
        self._death: str | None = None

    @property
    def alive(self) -> bool:
        """Whether the peer has kept to the protocol so far."""
        return self._death is None

    @property
    def received_bytes(self) -> int:
        """What the peer has sent so far, headers included."""
        return self._bytes

    def fileno(self) -> int:
        """The socket's file descriptor, for waiting on several things at once."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close the socket; nothing can be asked afterwards."""
        self._death = self._death or "the connection was closed by us"
        self._socket.close()

    def send(self, message: Message, *, deadline: float, keep: Keep | None = None) -> None:
        """Send a message to a peer that must be waiting for it.

        Args:
            message: the message; all its values must be plain data, or something that ``keep`` stands in for.
            deadline: absolute, on ``time.monotonic``.
            keep: as in `encode`; makes callbacks of functions.

        Raises:
            BoundaryError: the peer is dead, or has sent something that nobody asked for.
            LimitReached: the peer did not take the message in time; it is dead from then on.
            TypeError, ValueError: the message is not plain data or too large; nothing was sent, the peer lives on.
        """
        self._require_life()
        frame = encode_message(message, keep=keep, opaque=False, caps=self._caps)
        self._demand_silence()
        self._ticket = secrets.randbits(64)
        view = memoryview(HEADER.pack(MAGIC, len(frame), self._sent, self._ticket) + frame)
        self._sent += 1
        try:
            while view:
                view = view[self._timed(deadline, self._socket.send, view[:_CHUNK]) :]
        except OSError as error:
            self._die("it no longer listens", error)

    def receive(self, *, deadline: float) -> Message:
        """Wait for the peer's next message.

        Args:
            deadline: absolute, on ``time.monotonic``; it holds for the whole frame, however slowly it trickles in.

        Raises:
            BoundaryError: the peer ended or broke the protocol; it is dead from then on.
            LimitReached: nothing whole came in time; it is dead from then on.
        """
        self._require_life()
        magic, length, number, ticket = HEADER.unpack(self._exactly(HEADER.size, deadline))
        if magic != MAGIC:
            self._die("it sent something that is no frame")
        if number != self._received or ticket != self._ticket:
            self._die("it sent a frame out of order")
        if length > self._caps.frame:
            self._die(f"it sent a frame of {length} bytes; at most {self._caps.frame} are allowed")
        self._received += 1
        if self._received > self._budget.messages:
            self._die(f"it sent more than {self._budget.messages} messages")
        frame = self._exactly(length, deadline)
        try:
            return decode_message(frame, caps=self._caps)
        except ValueError as error:
            self._die(f"it sent {error}", error)

    def _exactly(self, size: int, deadline: float) -> bytes:
        if self._bytes + size > self._budget.bytes:
            self._die(f"it sent more than {self._budget.bytes} bytes in total")
        parts = bytearray()
        try:
            while len(parts) < size:
                # never more memory than has really arrived: a length alone allocates nothing
                part: bytes = self._timed(deadline, self._socket.recv, min(size - len(parts), _CHUNK))
                if not part:
                    self._die("it ended")
                parts += part
                self._bytes += len(part)
        except OSError as error:
            self._die("it ended", error)
        return bytes(parts)

    def _timed(self, deadline: float, operation: Callable[..., Any], argument: Any) -> Any:
        remaining = deadline - time.monotonic()
        try:
            if remaining <= 0:
                raise TimeoutError
            self._socket.settimeout(remaining)
            return operation(argument)
        except TimeoutError as error:
            self._death = "it did not answer in time"
            raise LimitReached("time", "the student's process did not answer in time") from error

    def _require_life(self) -> None:
        if self._death is not None:
            raise BoundaryError(f"the student's process cannot be asked any more: {self._death}")

    def _demand_silence(self) -> None:
        """Whoever speaks before being asked is dead; so is whoever has ended, which shows in the same way."""
        self._socket.settimeout(0)
        try:
            ended = self._socket.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return
        except OSError as error:
            self._die("it ended", error)
        self._die("it ended" if ended else "it sent something that nobody asked for")

    def _die(self, reason: str, error: BaseException | None = None) -> NoReturn:
        self._death = reason
        raise BoundaryError(f"the student's process cannot be asked any more: {reason}") from error
