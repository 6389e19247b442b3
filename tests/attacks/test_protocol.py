"""Section K: a student's process that speaks to the judge itself, past the host that should speak for it."""

# ruff: noqa: E501 - sources of attacks are kept on few lines

from __future__ import annotations

import pickle

from tests.attacks.arena import EVERYTHING, Arena, Attack

DOUBLE = frozenset(("doubling",))
OTHERS = EVERYTHING - DOUBLE
CHANNELS = """
import os, socket, stat, struct
sockets = []
for number in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            sockets.append(socket.socket(fileno=os.dup(number)))
    except OSError:
        pass
def everywhere(raw):
    for channel in sockets:
        channel.setblocking(False)
        try:
            channel.send(raw)
        except OSError:
            pass
        channel.setblocking(True)
def frame(body, number=0, ticket=0, magic=b'gb1\\n', length=None):
    return struct.pack('<4sIQQ', magic, len(body) if length is None else length, number, ticket) + body
def value(number):
    return b'd' + struct.pack('<d', number)
def reply(first):
    # value, arguments, keywords, raised, printed, seconds, cpu_seconds
    return b'\\x01' + first + b't\\0\\0\\0\\0' * 2 + b'N' + b's\\0\\0\\0\\0' + value(0.0) * 2
"""


def sends(row: str, does: str, statements: str, **more: object) -> Attack:
    """An attack from within ``double``, before its wrong result."""
    body = "\n".join(f"    {line}" for line in statements.splitlines())
    double = f"def double(x):\n{body}\n    return x + 1"
    return Attack(
        row, does, first=[CHANNELS], answers={"doubling": double}, lost=DOUBLE, may_lose=OTHERS, seconds=12.0, **more
    )  # type: ignore[arg-type]


ROWS = [
    Attack("K01a", "sends garbage early", first=[CHANNELS, "everywhere(b'garbage' * 100)"], may_lose=EVERYTHING, seconds=12.0),
    sends("K01b", "sends garbage within a call", "everywhere(b'garbage' * 100)"),
    Attack("K01c", "sends garbage from a thread", may_lose=EVERYTHING, seconds=12.0,
           first=[CHANNELS, "import threading, time\ndef flood():\n    while True:\n        everywhere(b'garbage')\n        time.sleep(0.001)\nthreading.Thread(target=flood, daemon=True).start()"]),
    sends("K02a", "sends an answer written in advance", "for number in range(200):\n    everywhere(frame(reply(value(4.0)), number))"),
    Attack("K02b", "sends answers before it is asked", may_lose=EVERYTHING, seconds=12.0, lost=DOUBLE, answers={"doubling": "def double(x):\n    return x"},
           first=[CHANNELS, "everywhere(b''.join(frame(reply(value(4.0)), number) for number in range(50)))"]),
    sends("K03a", "promises a gigabyte", "everywhere(frame(b'', length=1 << 30))"),
    sends("K03b", "promises four gigabytes", "everywhere(frame(b'x' * 10, length=0xffffffff))"),
    sends("K04a", "sends an array that lies", "everywhere(frame(reply(b'a\\x0b\\x02' + struct.pack('<QQ', 1 << 62, 8))))"),
    sends("K04b", "sends an array of objects", "everywhere(frame(reply(b'a\\x63\\x01' + struct.pack('<Q', 1) + bytes(8))))"),
    sends("K05a", "sends a handle that it made up", "everywhere(frame(reply(b'R\\0' + b'i' + struct.pack('<q', 999999) + b's\\x01\\0\\0\\0x')))"),
    Attack("K05b", "returns a handle of its own making", lost=DOUBLE,
           answers={"doubling": "import gc\ndef double(x):\n    kinds = [k for k in gc.get_objects() if isinstance(k, type) and k.__name__ in ('Handle', 'Callback')]\n"
                                "    return kinds[0](0, 'Model') if kinds and kinds[0].__name__ == 'Handle' else kinds[0](0) if kinds else None"}),
    sends("K06", "sends sets of lists and colliding keys", "everywhere(frame(reply(b'S\\x01\\0\\0\\0l\\0\\0\\0\\0')))\n"
          "everywhere(frame(reply(b'D' + struct.pack('<I', 5000) + b''.join(b'I\\x09\\0\\0\\0' + (k * ((1 << 61) - 1)).to_bytes(9, 'little') + b'N' for k in range(1, 5001)))))"),
    sends("K07a", "sends a pickle in a frame", f"everywhere(frame({pickle.dumps({'score': 1})!r}))"),
    Attack("K07b", "returns a pickle", lost=DOUBLE, answers={"doubling": "import pickle\ndef double(x):\n    return pickle.dumps(2 * x)"}),
    Attack("K07c", "returns an object that runs code when it is unpickled", lost=DOUBLE,
           answers={"doubling": "class Evil:\n    def __reduce__(self):\n        return (print, ('ran',))\ndef double(x):\n    return Evil()"}),
    sends("K08", "sends descriptors", "import array\nfor channel in sockets:\n    try:\n"
          "        channel.sendmsg([frame(b'')], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0, 1, 2]))])\n    except OSError:\n        pass"),
    sends("K09a", "closes its end", "for channel in sockets:\n    channel.shutdown(socket.SHUT_RDWR)"),
    sends("K09b", "closes half of its end", "for channel in sockets:\n    channel.shutdown(socket.SHUT_WR)"),
    sends("K09c", "closes every descriptor", "os.closerange(0, 256)"),
    sends("K09d", "stops reading and answering", "import time\ntime.sleep(100)"),
    Attack("K10", "calls back for ever without an answer", lost={"step"}, seconds=12.0,
           answers={"step": "def step(gradient, x):\n    while True:\n        gradient(1.0)"}),
    Attack("K11a", "returns an enormous integer", lost=DOUBLE, answers={"doubling": "def double(x):\n    return 1 << 10_000_000"}),
    Attack("K11b", "returns numbers at the edge", lost=DOUBLE, answers={"doubling": "import numpy as np\ndef double(x):\n    return np.full(np.shape(x), 5e-324)"}),
    sends("K11c", "sends a decimal of a million digits", "everywhere(frame(reply(b'm' + struct.pack('<I', 10**6) + b'9' * 10**6)))"),
    sends("K12a", "sends a million truths", "everywhere(frame(reply(b'l' + struct.pack('<I', 10**6) + b'T' * 10**6)))"),
    Attack("K12b", "returns many small arrays", lost=DOUBLE, answers={"doubling": "import numpy as np\ndef double(x):\n    return [np.zeros(1) for _ in range(250_000)]"}),
    sends("K13", "sends words in lone surrogates", "everywhere(frame(reply(b's\\x03\\0\\0\\0\\xed\\xa0\\x80')))"),
]  # fmt: skip


def test_a_peer_that_breaks_the_protocol_is_dead_and_gains_nothing(arena: Arena, attack: Attack) -> None:
    arena.face(attack)
