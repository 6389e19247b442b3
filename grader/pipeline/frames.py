"""Messages between the controller of a class and its worker processes: JSON with a length before it."""

from __future__ import annotations

import base64
import json
import struct
from typing import IO, Any

from grader.loading.submissions import Received

_LENGTH = struct.Struct("<Q")


def write_frame(file: IO[bytes], message: dict[str, Any]) -> None:
    """Send one message."""
    body = json.dumps(message).encode()
    file.write(_LENGTH.pack(len(body)) + body)
    file.flush()


def read_frame(file: IO[bytes]) -> dict[str, Any] | None:
    """The next message, or None when the other end has closed."""
    head = file.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    body = file.read(_LENGTH.unpack(head)[0])
    message: dict[str, Any] = json.loads(body)
    return message


def pack_job(received: Received, key: str) -> dict[str, Any]:
    """A submission's bytes as a message."""
    return {
        "student": received.student,
        "name": received.name,
        "data": base64.b64encode(received.data).decode(),
        "files": [[name, base64.b64encode(data).decode()] for name, data in received.files],
        "received": received.received,
        "origin": received.origin,
        "flags": list(received.flags),
        "key": key,
    }


def unpack_job(message: dict[str, Any]) -> Received:
    """The submission in a message."""
    return Received(
        student=message["student"],
        name=message["name"],
        data=base64.b64decode(message["data"]),
        files=tuple((name, base64.b64decode(data)) for name, data in message["files"]),
        received=message["received"],
        origin=message["origin"],
        flags=tuple(message["flags"]),
    )
