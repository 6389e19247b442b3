"""Section F: submissions that use up time, memory, processes, files or output; each limit is named, neighbours pay nothing."""

# ruff: noqa: E501, ISC004 - sources of attacks are kept on few lines

from __future__ import annotations

import time

import pytest

from tests.attacks.arena import EVERYTHING, HONEST, Arena, Attack, notebook, words_of

EVERY_LEVEL = True
AT_ONE_LEVEL = frozenset(
    (
        "F01b",
        "F02a",
        "F02b",
        "F02c",
        "F03a",
        "F04a",
        "F04b",
        "F07c",
        "F09",
        "F11a",
        "F11b",
        "F12",
        "F13",
        "F14a",
        "F14b",
        "F15a",
        "F15b",
        "F15c",
        "F15d",
        "F19",
        "F22",
        "F23b",
        "F23c",
        "F24",
        "F25",
    )
)
DOUBLE = frozenset(("doubling",))

ROWS = [
    Attack("F01a", "loops for ever in a cell", first=["while True:\n    pass"], limit="time"),
    Attack("F01b", "loops for ever in a function", answers={"doubling": "def double(x):\n    while True:\n        pass"},
           lost=DOUBLE, limit="time", seconds=12.0),
    Attack("F02a", "sleeps for ever", first=["import time\ntime.sleep(10**9)"], limit="time"),
    Attack("F02b", "waits for a lock that nobody opens", first=["import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()"],
           limit="time"),
    Attack("F02c", "waits for a pipe that nobody writes", first=["import os\nreading, writing = os.pipe()\nos.read(reading, 1)"], limit="time"),
    Attack("F03a", "swallows every exception", limit="time",
           first=["while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"]),
    Attack("F03b", "ignores every signal", limit="time",
           first=["import signal\nfor number in range(1, 65):\n    try:\n        signal.signal(number, signal.SIG_IGN)\n    except (OSError, ValueError):\n        pass\n"
                  "try:\n    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nexcept (OSError, ValueError):\n    pass\nwhile True:\n    pass"]),
    Attack("F04a", "is stuck in a power", first=["x = pow(9, 9 ** 9)"], limit="time"),
    Attack("F04b", "is stuck in a regular expression", first=["import re\nre.match('(a*)*b', 'a' * 40)"], limit="time"),
    Attack("F05", "is a fork bomb", may_lose=EVERYTHING, seconds=20.0,
           first=["import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"]),
    Attack("F06", "is a thread bomb", seconds=15.0, may_lose=EVERYTHING,
           first=["import threading\nstop = threading.Event()\nwhile True:\n    threading.Thread(target=stop.wait, daemon=True).start()"]),
    Attack("F07a", "asks for too much memory at once", first=["x = bytearray(4 << 30)"], limit="memory"),
    Attack("F07b", "asks for too much memory bit by bit", limit="memory", seconds=12.0,
           first=["held = []\nwhile True:\n    held.append(b'x' * (64 << 20))"]),
    Attack("F07c", "returns more than may cross", answers={"doubling": "def double(x):\n    return bytes(100 << 20)"}, lost=DOUBLE),
    Attack("F09", "returns a text without end", answers={"doubling": "def double(x):\n    return 'x' * (40 << 20)"}, lost=DOUBLE),
    Attack("F10a", "fills its folder", seconds=10.0,
           first=["import os\nwritten = 0\ntry:\n    for number in range(200):\n        with open(f'f{number}', 'wb') as stream:\n            written += stream.write(bytes(1 << 20))\n"
                  "except OSError as error:\n    print('refused', written >> 20, error.errno)\nfor name in os.listdir('.'):\n    os.path.isfile(name) and os.remove(name)"]),
    Attack("F10b", "makes a file of a terabyte", first=["with open('large', 'wb') as stream:\n    stream.truncate(1 << 40)"], limit="disk"),
    Attack("F11a", "prints without end", first=["while True:\n    print('x' * 1000)"], limit="output", seconds=12.0, may_lose=EVERYTHING),
    Attack("F11b", "writes without end to the descriptor", seconds=12.0, may_lose=EVERYTHING,
           first=["import os\nfor _ in range(3000):\n    os.write(1, b'x' * 1000)"], limit="output"),
    Attack("F11c", "lets a child print", seconds=10.0, may_lose=EVERYTHING,
           first=["import subprocess, sys\nsubprocess.run([sys.executable, '-S', '-c', 'print(\"x\" * 5_000_000)'])"]),
    Attack("F12", "displays without end", first=["from IPython.display import display\nfor number in range(400):\n    display(number)"],
           limit="output", seconds=12.0, may_lose=EVERYTHING),
    Attack("F13", "prints one endless line", first=["print('x' * (3 << 20), end='')", "print('a\\x00b\\ud800c')", "import os\nos.write(1, b'\\xff\\xfe\\x00')"],
           limit="output", seconds=12.0, may_lose=EVERYTHING),
    Attack("F14a", "recurses too deep", first=["def f(n):\n    return f(n + 1)\nf(0)"], says="RecursionError"),
    Attack("F14b", "recurses until the stack ends", lost=DOUBLE, may_lose=EVERYTHING, seconds=10.0,
           answers={"doubling": "import sys\ndef double(x):\n    sys.setrecursionlimit(10**8)\n    f = lambda n: [f(n + 1)] * 2\n    return eval('(lambda f: f(f))(lambda f: [f(f)])')"}),
    Attack("F15a", "returns a list that holds itself", lost=DOUBLE, answers={"doubling": "def double(x):\n    a = []\n    a.append(a)\n    return a"}),
    Attack("F15b", "returns a list of a million lists", lost=DOUBLE, answers={"doubling": "def double(x):\n    return [[] for _ in range(10**6)]"}),
    Attack("F15c", "returns nested tuples", lost=DOUBLE,
           answers={"doubling": "def double(x):\n    a = ()\n    for _ in range(100_000):\n        a = (a,)\n    return a"}),
    Attack("F15d", "returns a list that holds itself many times", lost=DOUBLE, answers={"doubling": "def double(x):\n    a = []\n    a += [a] * 50\n    return a"}),
    Attack("F17", "leaves a grandchild with its output", seconds=8.0,
           first=["import subprocess, sys\nsubprocess.Popen(['sleep', '60'])\nsubprocess.Popen([sys.executable, '-S', '-c', 'import os,time\\nos.fork()\\ntime.sleep(60)'])"]),
    Attack("F18", "opens descriptors without end", first=["import os\nheld = []\nwhile True:\n    held.append(os.open('/dev/null', os.O_RDONLY))", "for number in held[:]:\n    os.close(number)"],
           limit="files"),
    Attack("F19", "dumps its core", first=["import os, resource\nprint('core', resource.getrlimit(resource.RLIMIT_CORE))"], says="core (0, 0)"),
    Attack("F21", "raises its limits", first=["import os, resource\ndone = []\nfor name in ('RLIMIT_NOFILE', 'RLIMIT_DATA', 'RLIMIT_CPU', 'RLIMIT_FSIZE', 'RLIMIT_NPROC'):\n    try:\n        resource.setrlimit(getattr(resource, name), (1 << 40, 1 << 40))\n        done.append(name)\n"
                  "    except (OSError, ValueError):\n        pass\nprint('raised', done)"], says="raised []"),
    Attack("F22", "asks how many threads it may start", says="threads 1",
           first=["import os\nprint('threads', os.environ['OMP_NUM_THREADS'])"]),
    Attack("F23a", "reads at no address in a cell", first=["import ctypes\nctypes.string_at(0)"], says="SIGSEGV"),
    Attack("F23b", "reads at no address in a function", answers={"doubling": "import ctypes\ndef double(x):\n    return ctypes.string_at(0)"}, lost=DOUBLE),
    Attack("F23c", "aborts", first=["import os\nos.abort()"], says="SIGABRT"),
    Attack("F23d", "reads at no address in an answer's cell", answers={"doubling": "import ctypes\nctypes.string_at(0)\ndef double(x):\n    return 2 * x"},
           lost=DOUBLE, says="SIGSEGV"),
    Attack("F23e", "kills itself", first=["import os\nos.kill(os.getpid(), 9)"], limit="memory"),
    Attack("F24", "stays just below the limit of a cell, often", first=["import time\ntime.sleep(0.9)"] * 8, may_lose=EVERYTHING, seconds=25.0),
    Attack("F25", "answers slowly", lost=DOUBLE, seconds=14.0, answers={"doubling": "import time\ndef double(x):\n    time.sleep(5)\n    return 2 * x"}),
]  # fmt: skip


def test_a_limit_costs_only_what_it_must(arena: Arena, attack: Attack) -> None:
    arena.face(attack)


SPREAD = {
    "children": "import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        held = bytearray(100 << 20)\n        held[::4096] = bytes(25600)\n        time.sleep(3)\n        os._exit(0)\nfor _ in range(6):\n    if os.wait()[1]:\n        raise RuntimeError('a child was killed')",
    "shared memory": "import mmap\nshared = mmap.mmap(-1, 600 << 20)\nfor at in range(0, 600 << 20, 4096):\n    shared[at] = 1",
    "files in memory": "import os\nnumber = os.memfd_create('x')\nfor _ in range(600):\n    os.write(number, bytes(1 << 20))",
}


@pytest.mark.parametrize("source", SPREAD.values(), ids=SPREAD.keys())
def test_f08_memory_is_bounded_however_it_is_spread(arena: Arena, source: str) -> None:
    graded = arena.grade(notebook([source, *HONEST.values()]))

    arena.check_invariants(graded)
    cell = graded.result.cells[0]
    assert cell.limit in ("memory", "disk", "time"), words_of(graded)


def test_f16_daemons_die_with_the_job(arena: Arena) -> None:
    source = (
        "import os, signal, time\nfor _ in range(5):\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork():\n            os._exit(0)\n"
        "        for number in range(1, 32):\n            try:\n                signal.signal(number, signal.SIG_IGN)\n            except OSError:\n                pass\n"
        "        os.closerange(0, 256)\n        time.sleep(60)\n        os._exit(0)"
    )

    arena.face(Attack("F16", "leaves daemons", last=[source]))


def test_a_batch_of_runaways_takes_bounded_time(arena: Arena) -> None:
    started = time.monotonic()

    for source in ("while True:\n    pass", "import time\ntime.sleep(100)"):
        arena.grade(notebook([source, source, *HONEST.values()]))

    assert time.monotonic() - started < 20
