"""The judge's end of the boundary: whoever breaks a rule is dead for good, and nobody can make the judge wait."""

from __future__ import annotations

import array
import contextlib
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from grader.errors import BoundaryError, LimitReached
from grader.kernel.codec import encode_message
from grader.kernel.port import HEADER, MAGIC, Port
from grader.wire import Budget, Call, Callback, Caps, Channel, Reply, Request

ASK = Request("get", "x")


def soon(seconds: float = 2.0) -> float:
    return time.monotonic() + seconds


@pytest.fixture
def pair() -> Iterator[tuple[Channel, socket.socket]]:
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    yield channel, theirs
    channel.close()
    theirs.close()


def read_header(sock: socket.socket) -> tuple[int, int]:
    """The number and the ticket of the judge's frame, whose body is read too."""
    _, length, number, ticket = HEADER.unpack(sock.recv(HEADER.size, socket.MSG_WAITALL))
    sock.recv(length, socket.MSG_WAITALL)
    return number, ticket


def frame(message: object, number: int, ticket: int, magic: bytes = MAGIC) -> bytes:
    body = encode_message(message)  # type: ignore[arg-type]
    return HEADER.pack(magic, len(body), number, ticket) + body


def test_a_question_is_answered(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    port = Port(theirs)
    channel.send(Request("call", "f", arguments=(np.arange(3),)), deadline=soon())

    request = port.receive()
    port.send(Reply(value=request.arguments[0] * 2))  # type: ignore[union-attr]
    reply = channel.receive(deadline=soon())

    assert isinstance(reply, Reply)
    assert reply.value.tolist() == [0, 2, 4]
    assert channel.alive


def test_callbacks_go_to_and_fro_within_a_request(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    port = Port(theirs)
    channel.send(Request("call", "minimise", arguments=(Callback(1),)), deadline=soon())
    port.receive()

    for _ in range(3):
        port.send(Call(1, (0.5,)))
        assert channel.receive(deadline=soon()) == Call(1, (0.5,))
        channel.send(Reply(2.0), deadline=soon())
        assert port.receive() == Reply(2.0)
    port.send(Reply(0.0))

    assert channel.receive(deadline=soon()) == Reply(0.0)


def test_what_is_not_plain_data_is_not_sent_and_the_peer_lives(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    with pytest.raises(TypeError):
        channel.send(Request("call", "f", arguments=(object(),)), deadline=soon())

    channel.send(ASK, deadline=soon())

    assert Port(theirs).receive() == ASK


def descriptors() -> int:
    """How many descriptors this process has open, as far as it can be told cheaply."""
    count = 0
    for number in range(256):
        with contextlib.suppress(OSError):
            os.fstat(number)
            count += 1
    return count


BREACHES: dict[str, Callable[[int, int], bytes]] = {
    "garbage": lambda _number, _ticket: b"{'score': 1.0}\n" * 10,
    "an answer written in advance": lambda _number, ticket: frame(Reply(42), 0, ticket ^ 1),
    "an answer with a number of the future": lambda _number, ticket: frame(Reply(42), 7, ticket),
    "another magic": lambda number, ticket: frame(Reply(42), number, ticket, b"PK\x03\x04"),
    "a length of a gigabyte": lambda number, ticket: HEADER.pack(MAGIC, 1 << 30, number, ticket),
    "a length of four gigabytes": lambda number, ticket: HEADER.pack(MAGIC, 0xFFFFFFFF, number, ticket),
    "an empty frame": lambda number, ticket: HEADER.pack(MAGIC, 0, number, ticket),
    "a pickle": lambda number, ticket: HEADER.pack(MAGIC, 4, number, ticket) + b"\x80\x04N.",
    "a broken value": lambda number, ticket: HEADER.pack(MAGIC, 3, number, ticket) + b"\x01\xff\xff",
}


@pytest.mark.parametrize("breach", BREACHES.values(), ids=BREACHES.keys())
def test_a_breach_ends_the_peer_for_good(
    pair: tuple[Channel, socket.socket], breach: Callable[[int, int], bytes]
) -> None:
    channel, theirs = pair
    channel.send(ASK, deadline=soon())
    number, ticket = read_header(theirs)
    theirs.sendall(breach(number, ticket))

    with pytest.raises(BoundaryError, match="cannot be asked any more: it sent"):
        channel.receive(deadline=soon())

    assert not channel.alive
    theirs.sendall(frame(Reply(42), number, ticket))  # the right answer comes too late
    with pytest.raises(BoundaryError):
        channel.receive(deadline=soon())
    with pytest.raises(BoundaryError):
        channel.send(ASK, deadline=soon())


def test_bytes_that_nobody_asked_for_end_the_peer(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    theirs.sendall(frame(Reply(42), 0, 0))

    with pytest.raises(BoundaryError, match="nobody asked for"):
        channel.send(ASK, deadline=soon())


def test_a_second_answer_ends_the_peer(pair: tuple[Channel, socket.socket]) -> None:
    """As after a fork within the function: two processes answer."""
    channel, theirs = pair
    channel.send(ASK, deadline=soon())
    number, ticket = read_header(theirs)
    theirs.sendall(frame(Reply(1), number, ticket) * 2)

    assert channel.receive(deadline=soon()) == Reply(1)
    with pytest.raises(BoundaryError, match="nobody asked for"):
        channel.send(ASK, deadline=soon())


def test_a_forked_peer_is_recognised(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    channel.send(ASK, deadline=soon())
    port = Port(theirs)
    port.receive()
    child = os.fork()
    if child == 0:
        port.send(Reply("the child's"))
        os._exit(0)
    os.waitpid(child, 0)
    port.send(Reply("the parent's"))

    channel.receive(deadline=soon())
    with pytest.raises(BoundaryError):
        channel.receive(deadline=soon())


def test_an_ended_peer_is_named(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    channel.send(ASK, deadline=soon())
    theirs.close()

    with pytest.raises(BoundaryError, match="it ended"):
        channel.receive(deadline=soon())


def test_an_ended_peer_is_noticed_before_it_is_asked(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    theirs.close()

    with pytest.raises(BoundaryError, match="it ended"):
        channel.send(ASK, deadline=soon())


def test_a_silent_peer_costs_the_deadline_and_no_more(pair: tuple[Channel, socket.socket]) -> None:
    channel, _ = pair
    channel.send(ASK, deadline=soon())
    started = time.monotonic()

    with pytest.raises(LimitReached, match="did not answer in time") as caught:
        channel.receive(deadline=soon(0.2))

    assert time.monotonic() - started < 1
    assert caught.value.limit == "time"
    assert not channel.alive


def test_a_peer_that_drips_costs_the_deadline_and_no_more(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    channel.send(ASK, deadline=soon())
    number, ticket = read_header(theirs)
    answer = frame(Reply("x" * 1000), number, ticket)
    stop = threading.Event()

    def drip() -> None:
        for byte in answer:
            if stop.wait(0.05):
                return
            theirs.send(bytes([byte]))

    thread = threading.Thread(target=drip)
    thread.start()
    started = time.monotonic()
    with pytest.raises(LimitReached):
        channel.receive(deadline=soon(0.3))
    stop.set()
    thread.join()

    assert time.monotonic() - started < 1


def test_a_peer_that_never_reads_costs_the_deadline_and_no_more(pair: tuple[Channel, socket.socket]) -> None:
    channel, _ = pair
    started = time.monotonic()

    with pytest.raises(LimitReached):
        channel.send(Request("call", "f", arguments=(np.zeros(4_000_000),)), deadline=soon(0.3))

    assert time.monotonic() - started < 1.5
    assert not channel.alive


def test_a_deadline_in_the_past_has_passed(pair: tuple[Channel, socket.socket]) -> None:
    channel, _ = pair

    with pytest.raises(LimitReached):
        channel.receive(deadline=time.monotonic() - 1)


def test_what_a_peer_sends_in_all_is_bounded() -> None:
    ours, theirs = socket.socketpair()
    channel = Channel(ours, Budget(bytes=5000, messages=100))
    port = Port(theirs)

    def exchange() -> None:
        for _ in range(10):
            channel.send(ASK, deadline=soon())
            port.receive()
            port.send(Reply("x" * 1000))
            channel.receive(deadline=soon())

    with pytest.raises(BoundaryError, match="more than 5000 bytes in total"):
        exchange()
    channel.close()
    theirs.close()


def test_how_often_a_peer_speaks_is_bounded() -> None:
    ours, theirs = socket.socketpair()
    channel = Channel(ours, Budget(messages=20))
    port = Port(theirs)
    channel.send(Request("call", "f", arguments=(Callback(1),)), deadline=soon())
    port.receive()

    def call_back() -> None:
        for _ in range(30):
            port.send(Call(1))
            channel.receive(deadline=soon())
            channel.send(Reply(), deadline=soon())
            port.receive()

    with pytest.raises(BoundaryError, match="more than 20 messages"):
        call_back()
    channel.close()
    theirs.close()


def test_descriptors_that_a_peer_sends_do_not_arrive(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    channel.send(ASK, deadline=soon())
    number, ticket = read_header(theirs)
    before = descriptors()
    gifts = array.array("i", [0, 1, 2])
    theirs.sendmsg([frame(Reply(1), number, ticket)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, gifts)])

    assert channel.receive(deadline=soon()) == Reply(1)

    assert descriptors() == before


def test_a_promised_length_allocates_nothing(pair: tuple[Channel, socket.socket]) -> None:
    import tracemalloc  # noqa: PLC0415 - it slows everything that runs after its import is used

    channel, theirs = pair
    channel.send(ASK, deadline=soon())
    number, ticket = read_header(theirs)
    theirs.sendall(HEADER.pack(MAGIC, 60 << 20, number, ticket) + b"x" * 1000)
    tracemalloc.start()

    with pytest.raises(LimitReached):
        channel.receive(deadline=soon(0.1))

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


def test_a_reply_too_large_to_cross_is_refused_on_its_own_side(pair: tuple[Channel, socket.socket]) -> None:
    _, theirs = pair
    port = Port(theirs, caps=Caps(frame=1000))

    with pytest.raises(ValueError, match="more than 1000 bytes"):
        port.send(Reply("x" * 2000))


def test_large_arrays_cross(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    port = Port(theirs)
    values = np.arange(1_000_000.0)

    def answer() -> None:
        request = port.receive()
        port.send(Reply(request.arguments[0]))  # type: ignore[union-attr]

    thread = threading.Thread(target=answer)
    thread.start()
    channel.send(Request("call", "f", arguments=(values,)), deadline=soon(10))
    reply = channel.receive(deadline=soon(10))
    thread.join()

    assert isinstance(reply, Reply)
    np.testing.assert_array_equal(reply.value, values)
    assert channel.received_bytes > 8_000_000


def test_the_ports_judge_going_away_is_an_end(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    channel.close()

    with pytest.raises(EOFError):
        Port(theirs).receive()


def test_the_students_side_refuses_frames_out_of_order(pair: tuple[Channel, socket.socket]) -> None:
    _, theirs = pair
    ours, port_end = socket.socketpair()
    ours.sendall(struct.pack("<4sIQQ", MAGIC, 1, 5, 0) + b"N")

    with pytest.raises(ValueError, match="out of order"):
        Port(port_end).receive()
    ours.close()
    port_end.close()
    theirs.close()
