"""The student's end of the boundary: whole messages in and out of a stream socket, without deadlines."""

from __future__ import annotations

import socket
import struct
from typing import Final

from .codec import CAPS, Caps, Keep, Revive, decode_message, encode_message
from .messages import Message

# magic, length of the frame, number of the frame in its direction, ticket: the judge's secret of the open request
HEADER: Final = struct.Struct("<4sIQQ")
MAGIC: Final = b"gb1\n"


class Port:
    """Receives the judge's messages and answers them; both directions are numbered.

    Args:
        sock: a connected stream socket.
        caps: the limits of a frame.
    """

    def __init__(self, sock: socket.socket, *, caps: Caps = CAPS) -> None:
        self._socket = sock
        self._caps = caps
        self._received = 0
        self._sent = 0
        self._ticket = 0

    def receive(self, *, revive: Revive | None = None) -> Message:
        """Wait for the judge's next message.

        Raises:
            EOFError: the judge has gone.
            ValueError: the frame is broken.
        """
        magic, length, number, ticket = HEADER.unpack(self._exactly(HEADER.size))
        if magic != MAGIC or number != self._received:
            raise ValueError("a frame out of order")
        self._received += 1
        self._ticket = ticket
        return decode_message(self._exactly(length), caps=self._caps, revive=revive)

    def send(self, message: Message, *, keep: Keep | None = None) -> None:
        """Send a message; ``ValueError`` if it is larger than a frame may be, and then nothing is sent."""
        frame = encode_message(message, keep=keep, caps=self._caps)
        self._socket.sendall(HEADER.pack(MAGIC, len(frame), self._sent, self._ticket) + frame)
        self._sent += 1

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._socket.recv(min(size - len(parts), 1 << 20))
            if not part:
                raise EOFError("the judge has gone")
            parts += part
        return bytes(parts)
