from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import BoundaryError
from grader.execution.outputs import FRAME_BYTES, TYPES, FrameReader, read_message, truncated

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def frame(message: object) -> bytes:
    body = json.dumps(message).encode("ascii")
    return struct.pack(">I", len(body)) + body


def stream(text: str = "x") -> dict[str, object]:
    return {"channel": "iopub", "type": "stream", "content": {"name": "stdout", "text": text}}


@given(st.lists(st.text(), max_size=5), st.integers(1, 40))
def test_messages_are_the_same_however_they_are_cut(texts: list[str], size: int) -> None:
    whole = b"".join(frame(stream(text)) for text in texts)
    reader = FrameReader()

    read = [message for at in range(0, len(whole), size) for message, _ in reader.feed(whole[at : at + size])]

    clean = [text.encode("utf-8", "replace").decode() for text in texts]
    assert [message["content"]["text"] for message in read] == clean


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_refused(body: bytes) -> None:
    try:
        message = read_message(body)
    except BoundaryError:
        return
    assert message["msg_type"] in TYPES


@given(st.sampled_from(sorted(TYPES)), PLAIN, PLAIN, PLAIN)
def test_any_fields_are_a_message_or_refused(kind: str, content: object, metadata: object, parent: object) -> None:
    body = json.dumps({"channel": "iopub", "type": kind, "content": content, "metadata": metadata, "parent": parent})
    try:
        message = read_message(body.encode())
    except BoundaryError:
        return
    json.dumps(message["content"]).encode("utf-8")


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "unknown", "channel": "iopub"},
        {"type": "stream", "channel": "iopub", "content": {"name": "stdlog", "text": "x"}},
        {"type": "stream", "channel": "iopub", "content": {"name": "stdout", "text": 3}},
        {"type": "stream", "channel": "iopub"},
        {"type": "error", "channel": "iopub", "content": {"ename": "E", "evalue": "", "traceback": "text"}},
        {"type": "display_data", "channel": "iopub", "content": {"data": []}},
        {"type": "comm_open", "channel": "iopub", "content": {}},
        {"type": "status", "channel": 5},
        {"type": "status", "channel": "iopub", "buffers": ["%%%"]},
        [],
        7,
    ],
)
def test_a_message_with_a_wrong_field_is_refused(wrong: object) -> None:
    with pytest.raises(BoundaryError, match="the kernel sent"):
        read_message(json.dumps(wrong).encode())


@pytest.mark.parametrize("body", [b"NaN", b'{"type": "status", "x": Infinity}', b"[" * 100_000, b"\xff", b""])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(BoundaryError, match="cannot be read"):
        read_message(body)


def test_a_length_that_is_too_large_is_refused_before_anything_is_read() -> None:
    with pytest.raises(BoundaryError, match="at most"):
        list(FrameReader().feed(struct.pack(">I", FRAME_BYTES + 1)))


def test_half_surrogates_are_replaced() -> None:
    message = read_message(json.dumps(stream("a\ud800b")).encode())

    assert message["content"]["text"] == "a?b"


def test_nesting_is_bounded() -> None:
    deep: object = "x"
    for _ in range(200):
        deep = [deep]
    body = {"channel": "iopub", "type": "display_data", "content": {"data": {"application/json": deep}}}

    with pytest.raises(BoundaryError, match="nested"):
        read_message(json.dumps(body).encode())


def test_a_note_says_where_output_was_cut() -> None:
    assert "100" in truncated(100)["text"]
