"""Reads what a kernel sends as messages of Jupyter, under caps: the sender is a student's process."""

from __future__ import annotations

import base64
import binascii
import json
import struct
from collections.abc import Iterator
from typing import Any

from grader.errors import BoundaryError

LENGTH = struct.Struct(">I")
FRAME_BYTES = 8 << 20  # a kernel of ours shortens what is longer than half of it
TYPES = frozenset(
    {
        "clear_output",
        "comm_close",
        "comm_info_reply",
        "comm_msg",
        "comm_open",
        "display_data",
        "error",
        "execute_input",
        "execute_reply",
        "execute_result",
        "failed",
        "kernel_info_reply",
        "ready",
        "status",
        "stream",
        "update_display_data",
    },
)
COUNTED = frozenset({"stream", "display_data", "execute_result", "update_display_data", "error", "clear_output"})


class FrameReader:
    """Cuts a stream of bytes into messages; anything that is not a message of ours is a `BoundaryError`."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, part: bytes) -> Iterator[tuple[dict[str, Any], int]]:
        """Yield each message that is now complete, with its size in bytes.

        Raises:
            BoundaryError: a frame is too long or does not hold a message.
        """
        self._waiting += part
        while len(self._waiting) >= LENGTH.size:
            size = LENGTH.unpack_from(self._waiting)[0]
            if size > FRAME_BYTES:
                raise BoundaryError(f"the kernel sent a message of {size} bytes; at most {FRAME_BYTES} are taken")
            if len(self._waiting) < LENGTH.size + size:
                return
            body = bytes(self._waiting[LENGTH.size : LENGTH.size + size])
            del self._waiting[: LENGTH.size + size]
            yield read_message(body), size


def read_message(body: bytes) -> dict[str, Any]:
    """A message as nbclient expects it, with every field of the type it should have.

    Raises:
        BoundaryError: the bytes are something else.
    """
    try:
        frame = json.loads(body.decode("ascii"), parse_constant=_refuse_constant)
        message = _checked(frame)
    except BoundaryError:
        raise
    except Exception as error:  # a hostile peer's bytes: whatever goes wrong in reading them is its fault
        raise BoundaryError(f"the kernel sent a message that cannot be read: {type(error).__name__}") from error
    return message


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _checked(frame: dict[str, Any]) -> dict[str, Any]:
    kind = frame["type"]
    if kind not in TYPES:
        raise BoundaryError("the kernel sent a message of an unknown type")
    content = _content(kind, frame.get("content") or {})
    parent = frame.get("parent")
    return {
        "channel": _text(frame["channel"]),
        "msg_type": kind,
        "header": {"msg_type": kind, "msg_id": _text(frame.get("id", ""))},
        "parent_header": {"msg_id": parent} if isinstance(parent, str) else {},
        "metadata": _mapping(frame.get("metadata") or {}),
        "content": content,
        "buffers": [_buffer(part) for part in frame.get("buffers", ())],
        "cut": frame.get("cut") is True,
    }


def _content(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    content = _mapping(content)
    match kind:
        case "stream":
            if content["name"] not in ("stdout", "stderr"):
                raise BoundaryError("the kernel sent text for a stream that does not exist")
            return {"name": content["name"], "text": _text(content["text"])}
        case "display_data" | "execute_result" | "update_display_data":
            names = ("data", "metadata", "transient", "execution_count")
            kept: dict[str, Any] = {name: content[name] for name in names if name in content}
            kept["data"] = _mapping(kept["data"])
            kept["metadata"] = _mapping(kept.get("metadata") or {})
            if kind == "execute_result":
                kept["execution_count"] = _count(kept.get("execution_count"))
            transient = kept.get("transient")
            kept["transient"] = transient if isinstance(transient, dict) else {}
            return kept
        case "error":
            return {
                "ename": _text(content["ename"]),
                "evalue": _text(content["evalue"]),
                "traceback": [_text(line) for line in _sequence(content["traceback"])],
            }
        case "comm_open" | "comm_msg" | "comm_close":
            _text(content["comm_id"])
            content["data"] = _mapping(content.get("data") or {})
            return content
        case _:
            return content


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BoundaryError(f"the kernel sent {type(value).__name__} where text belongs")
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BoundaryError(f"the kernel sent {type(value).__name__} where a mapping belongs")
    return {_text(key): _clean(item, 0) for key, item in value.items()}


def _clean(value: Any, depth: int) -> Any:
    """The value with half surrogates replaced; they cannot be written to any file."""
    if depth > 50:
        raise BoundaryError("the kernel sent a message nested more than 50 deep")
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_clean(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_text(key): _clean(item, depth + 1) for key, item in value.items()}
    return value


def _sequence(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise BoundaryError(f"the kernel sent {type(value).__name__} where a list belongs")
    return value


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _buffer(part: object) -> memoryview:
    try:
        return memoryview(base64.b64decode(_text(part), validate=True))
    except binascii.Error as error:
        raise BoundaryError("the kernel sent a buffer that is not base64") from error


def truncated(kept: int) -> dict[str, Any]:
    """The output that stands where more was printed than is kept."""
    text = f"\n[the output was cut off here: a cell may print {kept} bytes]\n"
    return {"output_type": "stream", "name": "stderr", "text": text}
