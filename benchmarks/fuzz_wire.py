"""Feeds mutated frames to the boundary's reader and its channel; anything but a refusal or a value is a fault.

    python benchmarks/fuzz_wire.py [--frames 1000000] [--seed 0]

Every frame must be read or refused with ``ValueError`` (``BoundaryError`` by the channel), quickly and in little
memory. Prints the counts, the slowest frame and the growth of memory; exits with 1 on the first fault, whose frame it
prints as hexadecimal so that it can become a test.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import socket
import struct
import sys
import time
from fractions import Fraction

import numpy as np

from grader.errors import BoundaryError
from grader.kernel.codec import decode, decode_message, encode, encode_message
from grader.kernel.messages import (
    Call,
    Column,
    Frame,
    GeneratorState,
    Handle,
    Note,
    Opaque,
    Raised,
    Reply,
    Request,
    SparseArray,
    SymbolicText,
    TensorArray,
)
from grader.kernel.port import HEADER, MAGIC
from grader.wire import Channel

SLOWEST_ALLOWED = 2.0
GROWTH_ALLOWED = 512 << 20
INTERESTING = (0, 1, 2, 7, 8, 16, 17, 31, 32, 33, 127, 128, 255, 256, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 40,
               (1 << 63) - 1, (1 << 64) - 1)  # fmt: skip
VALUES = (
    None, True, -1, 1 << 70, 1.5, float("nan"), 1j, "text \ufffd", b"raw", [1, "a", None], (1.0, 2), {"a": [1], 2: {}},
    {1, 2, "x"}, frozenset((1,)), [1.0] * 20, tuple(range(20)), np.float32(1), np.arange(6).reshape(2, 3),
    np.zeros((0, 3), complex), np.array([True, False]), range(3), Fraction(1, 3), Handle(3, "Model"), Opaque("x", "y"),
    SymbolicText("x**2"), TensorArray(np.zeros(3, "<f4"), "float32", requires_grad=True),
    Frame((("a", np.arange(2)), ("b", ["x", "y"])), [0, 1]), Column("a", np.arange(3.0), None),
    SparseArray("csr", (3, 3), np.ones(2), np.array([0, 2]), np.array([1, 1])),
    GeneratorState("Generator", "PCG64", {"state": {"state": 1 << 100, "inc": 3}}), [[[[[[1]]]]]], [{}] * 5,
)  # fmt: skip
MESSAGES = (
    Reply([1.0, {"a": np.arange(3)}], (1,), (("k", [2]),), Raised("E", "m", ((1, 2, "x"),)), "p", 0.5, 0.1),
    Request("call", "f", arguments=(1, "x"), keywords=(("k", 1.5),)),
    Call(1, (0.5,)),
    Note("ready", {"a": 1}),
)


def mutate(rng: random.Random, frame: bytes, others: list[bytes]) -> bytes:
    """One to four changes: bits, bytes, lengths, cuts, repeats, and parts of other frames."""
    raw = bytearray(frame)
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(raw) + 1) if raw else 0
        match rng.randrange(8):
            case 0 if at < len(raw):
                raw[at] ^= 1 << rng.randrange(8)
            case 1 if at < len(raw):
                raw[at] = rng.randrange(256)
            case 2:
                raw[at : at + 4] = struct.pack("<I", rng.choice(INTERESTING) & 0xFFFFFFFF)
            case 3:
                raw[at : at + 8] = struct.pack("<Q", rng.choice(INTERESTING))
            case 4:
                del raw[at : at + rng.choice((1, 4, 8, 50))]
            case 5:
                raw[at:at] = raw[max(0, at - rng.choice((1, 5, 20))) : at] * rng.choice((1, 3, 100))
            case 6:
                other = rng.choice(others)
                start = rng.randrange(len(other))
                raw[at:at] = other[start : start + rng.choice((1, 6, 40, 400))]
            case _:
                raw[at:at] = bytes([rng.choice(b"NTFiIdcsblptDSZagrfmR")])
    return bytes(raw)


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    os.nice(19)
    rng = random.Random(wanted.seed)  # noqa: S311 - reproducible on purpose
    values, messages = [encode(value) for value in VALUES], [encode_message(message) for message in MESSAGES]
    both = values + messages
    read = refused = 0
    slowest = 0.0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    started = time.monotonic()
    for number in range(wanted.frames):
        of_messages = rng.random() < 0.3
        frame = mutate(rng, rng.choice(messages if of_messages else values), both)
        begun = time.perf_counter()
        try:
            (decode_message if of_messages else decode)(frame)
            read += 1
        except ValueError:
            refused += 1
        except BaseException as error:  # noqa: BLE001 - this is what is looked for
            print(f"FAULT: frame {number} gave {type(error).__name__}: {error}\n{frame.hex()}")
            return 1
        slowest = max(slowest, time.perf_counter() - begun)
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    spoken = fuzz_channel(rng, messages, wanted.frames // 50)
    print(
        f"{wanted.frames} frames: {read} read, {refused} refused; slowest {slowest * 1e3:.1f} ms; memory grew by "
        f"{growth / (1 << 20):.0f} MiB; {spoken} more through a channel; {time.monotonic() - started:.0f} s"
    )
    return 1 if slowest > SLOWEST_ALLOWED or growth > GROWTH_ALLOWED else 0


def fuzz_channel(rng: random.Random, messages: list[bytes], count: int) -> int:
    """Send mutated streams, headers included, to a channel that waits for an answer; returns how many."""
    for number in range(count):
        ours, theirs = socket.socketpair()
        channel = Channel(ours)
        channel.send(Request("get", "x"), deadline=time.monotonic() + 5)
        _, length, at, ticket = HEADER.unpack(theirs.recv(HEADER.size))
        theirs.recv(length)
        body = rng.choice(messages)
        stream = HEADER.pack(MAGIC, len(body), at, ticket) + body
        theirs.sendall(mutate(rng, stream, messages))
        theirs.shutdown(socket.SHUT_WR)
        try:
            channel.receive(deadline=time.monotonic() + 5)
        except BoundaryError:
            if channel.alive:
                sys.exit(f"FAULT: stream {number} broke a rule and its sender lives")
        channel.close()
        theirs.close()
    return count


if __name__ == "__main__":
    sys.exit(main())
