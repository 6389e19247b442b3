"""Section A: code that tries to earn points by other means than a right answer."""

# ruff: noqa: E501, ISC004 - sources of attacks are kept on few lines

from __future__ import annotations

import pytest

from tests.attacks.arena import EVERYTHING, SECRET, Arena, Attack, points

WRONG = "def double(x):\n    return x + 1"
DOUBLE = frozenset(("doubling",))
OTHERS = EVERYTHING - DOUBLE


def wrong(row: str, does: str, *first: str, double: str = WRONG, **more: object) -> Attack:
    """An attack around a wrong ``double``: it earns nothing, all else earns everything."""
    return Attack(row, does, first=first, answers={"doubling": double}, lost=DOUBLE, **more)  # type: ignore[arg-type]


def returns(row: str, does: str, expression: str, *first: str) -> Attack:
    """An attack by what ``double`` returns."""
    return wrong(row, does, *first, double=f"def double(x):\n    return {expression}")


YES = """
class Yes:
    def _yes(self, *_, **__): return self
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __abs__ = __neg__ = __getitem__ = _yes
    def _true(self, *_): return True
    __eq__ = __le__ = __lt__ = __ge__ = __gt__ = __bool__ = _true
    __hash__ = lambda self: 0
    def __float__(self): return 4.0
    def __array__(self, *_, **__):
        import numpy
        return numpy.asarray(4.0)
    shape = ()
    dtype = float
    __class__ = property(lambda self: float)
"""
SUB = """
import numpy as np
class Sub(np.ndarray):
    def __array_function__(self, *_, **__): return True
    def __array_ufunc__(self, *_, **__): return np.True_
    def __eq__(self, other): return np.True_
    def all(self, *_, **__): return True
"""
FLOAT = """
class Bent(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    def __rsub__(self, other): return 0.0
    def __float__(self): return 4.0
    def __abs__(self): return 0.0
    __hash__ = float.__hash__
"""
HUNT = """
import gc, sys
import numpy as np
def double(x):
    wanted = np.asarray(x) * 0 + 1
    for thing in gc.get_objects():
        for candidate in (thing, getattr(thing, '__dict__', None)):
            values = candidate.values() if type(candidate) is dict else [candidate]
            for value in list(values):
                if type(value) is np.ndarray and value.shape == np.shape(x) and value.size > 1:
                    if not np.array_equal(value, x) and np.allclose(value / x, value.flat[0] / np.ravel(x)[0]):
                        return value
    return wanted
"""
FRAMES = """
import sys
def double(x):
    frame = sys._getframe()
    while frame:
        for scope in (frame.f_locals, frame.f_globals):
            for name in ('expected', 'reference', 'ref', 'wanted', 'answer'):
                if name in scope:
                    value = scope[name]
                    return value.double(x) if hasattr(value, 'double') else value
        frame = frame.f_back
    return x + 1
"""
MODULES = """
import inspect, linecache, sys
found = []
for name, module in list(sys.modules.items()):
    if any(word in name for word in ('problem', 'reference', 'checking', 'assertions', 'hidden', 'attacks')):
        if 'torch' not in name and 'numpy' not in name and 'hypothesis' not in name:
            found.append(name)
for frame in inspect.stack():
    for key in list(linecache.cache):
        if 'SECRET' in ''.join(linecache.cache[key][2] if len(linecache.cache[key]) > 2 else []):
            found.append(key)
print('found', [name for name in found if name.startswith(('grader', 'reference', 'attacks'))])
"""
HEAP = """
import re
marker = b'SECR' + b'ET-'
seen = []
with open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb', 0) as memory:
    for line in maps:
        bounds, flags = line.split()[:2]
        low, high = (int(part, 16) for part in bounds.split('-'))
        if flags.startswith('rw') and high - low < 1 << 28:
            try:
                memory.seek(low)
                seen += re.findall(marker + b'[0-9a-f]{16}', memory.read(high - low))
            except (OSError, ValueError, OverflowError):
                pass
print('seen', seen)
"""
SMALL_INTEGERS = """
import ctypes
for number in (4, 1):
    try:
        ctypes.c_uint32.from_address(id(number) + 24).value = 4
    except Exception:
        pass
"""
BREAK_ENCODER = """
import gc, types
for thing in gc.get_objects():
    if isinstance(thing, types.FunctionType) and thing.__name__ in (
        'encode', 'encode_message', 'send', '_serve', '_perform', '_require', 'check_record'
    ):
        try:
            thing.__code__ = (lambda *a, **k: True).__code__
        except Exception:
            pass
"""
STATEFUL = """
seen = set()
def double(x):
    import numpy as np
    key = np.asarray(x).tobytes()
    first = key not in seen
    seen.add(key)
    return 2 * x if first else x
"""

ROWS = [
    wrong("A01", "allclose says yes", "import numpy as np\nnp.allclose = lambda *a, **k: True"),
    wrong(
        "A02",
        "every numpy comparison says yes",
        "import numpy as np, numpy.testing\n"
        "np.isclose = np.array_equal = np.array_equiv = np.all = np.abs = lambda *a, **k: True\n"
        "for name in dir(numpy.testing):\n    if name.startswith('assert'):\n"
        "        setattr(numpy.testing, name, lambda *a, **k: None)",
    ),
    wrong(
        "A03",
        "builtins say yes",
        "import builtins\nfor name in ('abs', 'all', 'any', 'isinstance', 'len', 'float', 'bool'):\n"
        "    original = getattr(builtins, name)\n"
        "    setattr(builtins, name, (lambda o: lambda *a, **k: o(*a, **k) or True)(original)"
        " if name not in ('float', 'bool') else original)",
        may_lose=OTHERS,
    ),
    wrong(
        "A04a",
        "AssertionError is another",
        "import builtins\nclass AssertionError(Exception):\n    pass\nbuiltins.AssertionError = AssertionError",
    ),
    wrong("A04b", "asserts are switched off", "import sys\ntry:\n    sys.flags.optimize = 2\nexcept Exception:\n    pass\n"
          "__debug__\nimport os\nos.environ['PYTHONOPTIMIZE'] = '2'"),
    returns("A05", "an object that equals everything", "Yes()", YES),
    returns("A06", "an array that equals everything", "np.zeros(np.shape(x)).view(Sub)", SUB),
    returns("A07a", "a float that equals everything", "Bent(0)", FLOAT),
    returns("A07b", "an integer that equals everything", "Odd(0)", "class Odd(int):\n    __eq__ = lambda s, o: True\n"
            "    __sub__ = __rsub__ = __abs__ = lambda s, *o: 0\n    __hash__ = int.__hash__\n"
            "    __class__ = property(lambda s: float)"),
    returns("A07c", "a text that equals everything", "Same('4')", "class Same(str):\n    __eq__ = lambda s, o: True\n"
            "    __hash__ = str.__hash__\n    __float__ = lambda s: 4.0"),
    returns("A07d", "a list that equals everything", "All([4.0])", "class All(list):\n    __eq__ = lambda s, o: True\n"
            "    __len__ = lambda s: 0\n    __iter__ = lambda s: iter(())"),
    returns("A07e", "a dict that equals everything", "Map(a=1)", "class Map(dict):\n    __eq__ = lambda s, o: True\n"
            "    keys = values = items = lambda s: []"),
    returns("A08a", "not a number", "float('nan') * x"),
    returns("A08b", "infinity", "float('inf')"),
    returns("A08c", "a complex number", "complex(4, 0) * x / 2 if x is not None else 0"),
    returns("A08d", "true", "True"),
    Attack("A08e", "true for a number", answers={"number": "corners = True"}, lost={"number"}),
    returns("A09a", "one axis too many", "(2 * np.asarray(x))[None]", "import numpy as np"),
    returns("A09b", "an array of arrays", "np.broadcast_to(2 * np.asarray(x), (2, *np.shape(x)))", "import numpy as np"),
    returns("A09c", "nothing at all", "np.zeros((0,))", "import numpy as np"),
    returns("A09d", "a column for a matrix", "(2 * np.asarray(x)).reshape(-1, 1)", "import numpy as np"),
    Attack("A10a", "leaves by exit in a cell", first=["import sys\nsys.exit(0)"]),
    Attack("A10b", "raises SystemExit in a function", answers={"doubling": "def double(x):\n    raise SystemExit(0)"},
           lost=DOUBLE),
    Attack("A10c", "quits", first=["quit()", "exit()"]),
    Attack("A11a", "ends the process in a cell", first=["import os\nos._exit(0)"], lost=DOUBLE,
           answers={"doubling": WRONG}),
    Attack("A11b", "ends the process in a function", answers={"doubling": "import os\ndef double(x):\n    os._exit(0)"},
           lost=DOUBLE),
    Attack("A11c", "ends the process when it is collected", lost=DOUBLE, may_lose=OTHERS,
           answers={"doubling": "import os\nclass End:\n    def __del__(self):\n        os._exit(0)\n"
                                "def double(x):\n    End()\n    return 2 * x"}),
    Attack("A12", "prints a result at exit",
           first=["import atexit, weakref, threading, sys\nclass Thing: pass\nthing = Thing()\n"
                  "atexit.register(print, '{\"score\": 100}')\nweakref.finalize(thing, print, 'passed')\n"
                  "threading.excepthook = lambda *a: print('score 100')\nsys.excepthook = threading.excepthook"],
           answers={"doubling": WRONG}, lost=DOUBLE),
    wrong("A13", "prints a result on every stream", "import os, sys, json\nline = json.dumps({'score': 1.0})\n"
          "print(line)\nprint(line, file=sys.stderr)\nos.write(1, line.encode())\nos.write(2, line.encode())"),
    wrong("A14", "writes result files wherever it can", "import os, tempfile\n"
          "for folder in ('.', '..', '/', '/tmp', '/var/tmp', '/dev/shm', os.path.expanduser('~')):\n"
          "    for name in ('results.json', 'grades.csv', 'ledger.sqlite', 'score.db'):\n        try:\n"
          "            open(os.path.join(folder, name), 'w').write('{\"score\": 100}')\n        except OSError:\n"
          "            pass\nassert 'GITHUB_STEP_SUMMARY' not in os.environ"),
    wrong("A15", "looks for the answer in the frames", double=FRAMES),
    wrong("A16", "hunts for the answer among all objects", double=HUNT),
    wrong("A17", "reads modules and sources", MODULES, says="found []"),
    wrong("A18", "traces and rewrites", "import sys, threading\ndef tracer(frame, event, arg):\n"
          "    frame.f_locals.update(ok=True, score=1, holds=True)\n    return tracer\n"
          "sys.setprofile(lambda *a: None)\nsys.settrace(tracer)\nthreading.settrace(tracer)", may_lose=OTHERS),
    wrong("A19", "breaks the encoder on its own side", BREAK_ENCODER, may_lose=OTHERS),
    wrong("A20", "puts a fake numpy in place", "import sys, types\nfake = types.ModuleType('numpy')\n"
          "fake.allclose = fake.array_equal = lambda *a, **k: True\nsys.modules['numpy'] = fake\n"
          "sys.modules['torch'] = sys.modules['pytest'] = sys.modules['otter'] = fake", may_lose=OTHERS),
    wrong("A21", "hooks imports", "import sys, importlib.abc, importlib.machinery, types\n"
          "class Fake(importlib.abc.MetaPathFinder, importlib.abc.Loader):\n"
          "    def find_spec(self, name, path=None, target=None):\n"
          "        return importlib.machinery.ModuleSpec(name, self)\n"
          "    def create_module(self, spec): return types.ModuleType(spec.name)\n"
          "    def exec_module(self, module): module.__getattr__ = lambda name: lambda *a, **k: True\n"
          "sys.meta_path.insert(0, Fake())\nsys.path_hooks.clear()", may_lose=OTHERS),
    wrong("A22a", "changes small integers", SMALL_INTEGERS, may_lose=OTHERS, seconds=20.0),
    wrong("A22b", "writes over its own memory", double="import ctypes\ndef double(x):\n"
          "    ctypes.memset(id(x), 0xff, 64)\n    return x"),
    wrong("A23", "scans its own memory", HEAP, says="seen []"),
    wrong("A24", "changes its argument", double="def double(x):\n    try:\n        x[...] = 0\n    except TypeError:\n"
          "        return 0.0\n    return x"),
    wrong("A25a", "is right the first time only", double=STATEFUL),
    wrong("A25b", "answers by the order of calls", double="count = 0\ndef double(x):\n    global count\n    count += 1\n"
          "    return 2 * x if count % 2 else x"),
    Attack("A26", "knows the visible test by heart", answers={"doubling": "def double(x):\n    return 4.0"},
           earns={"doubling": 1.0}),
    wrong("A27", "guesses", double="import random\ndef double(x):\n    try:\n        return random.choice([0, 1]) + x * 0\n"
          "    except BaseException:\n        return 0"),
    wrong("A28", "bends time", "import time\ntime.time = time.monotonic = time.perf_counter = lambda: 0.0\n"
          "time.process_time = lambda: -1e9"),
    Attack("A29", "lies about its type", lost={"counter"},
           answers={"counter": "class Counter:\n    def __init__(self, start): pass\n    def add(self, n): pass\n"
                               "    @property\n    def total(self): return Total()\n"
                               "class Total:\n    __class__ = int\n    __eq__ = lambda s, o: True\n"
                               "    __hash__ = lambda s: 0"}),
    Attack("A30a", "calls the judge's function without end", lost={"step"}, seconds=9.0,
           answers={"step": "def step(gradient, x):\n    while True:\n        gradient(x)"}),
    Attack("A30b", "calls the judge's function with anything", lost={"step"},
           answers={"step": "def step(gradient, x):\n    for thing in (object(), 'x' * 10**6, [[]], lambda: 0, None):\n"
                            "        try:\n            gradient(thing)\n        except Exception:\n            pass\n"
                            "    return 1.0"}),
    Attack("A30c", "keeps the judge's function for later", lost={"counter"},
           answers={"step": "def step(gradient, x):\n    global kept\n    kept = gradient\n"
                            "    return x - 0.5 * gradient(x)",
                    "counter": "class Counter:\n    def __init__(self, start):\n        self.total = kept(start)\n"
                               "    def add(self, n):\n        self.total = kept(n)"}),
    Attack("A30d", "asks the judge's function for the judge", lost={"step"},
           answers={"step": "def step(gradient, x):\n    for name in ('__globals__', '__code__', '__closure__', '__self__'):\n"
                            "        value = getattr(gradient, name, None)\n"
                            "        if value and 'SECR' + 'ET' in repr(value): return 0.0\n    return 1.0"}),
    wrong("A31", "replaces what was provided", "import numpy\nnp = None\nassert_close = lambda *a, **k: None"),
    wrong("A32a", "forks in the function, two answer",
          double="import os\ndef double(x):\n    os.fork()\n    return x + 1", may_lose=OTHERS),
    wrong("A32b", "forks and lets the child answer first", may_lose=OTHERS,
          double="import os\ndef double(x):\n    if os.fork():\n        os.wait()\n    return x + 1"),
    wrong("A33", "shadows names that tests might use", "len = range = sum = abs = print = lambda *a, **k: 4\n"
          "def assert_close(*a, **k): return None\nstudent = reference = expected = 4", may_lose={"mean"}),
    *(
        returns(f"A34{letter}", f"returns {word}", expression)
        for letter, word, expression in (
            ("a", "a generator", "(i for i in [4.0])"),
            ("b", "a function", "lambda: 4.0"),
            ("c", "a class", "float"),
            ("d", "a module", "__import__('math')"),
            ("e", "a coroutine", "(lambda: (yield))()"),
            ("f", "an open file", "open('/dev/null')"),
            ("g", "an exception", "ValueError(4.0)"),
            ("h", "an iterator", "iter([4.0])"),
            ("i", "a memory view", "memoryview(b'4')"),
        )
    ),
]  # fmt: skip


def test_an_attack_earns_nothing_by_it(arena: Arena, attack: Attack) -> None:
    arena.face(attack)


def test_the_answer_is_not_in_the_students_process(arena: Arena) -> None:
    """The heap scan of A23 would find the secret if it were there: it finds one that the student brought."""
    brought = Attack("A23b", "scans for what it brought", first=[f"mine = '{SECRET[:7]}' + 'ffffffffffffffff'", HEAP])

    graded = arena.face(brought)

    assert "ffffffffffffffff" in graded.result.cells[1].outputs[0]["text"]


@pytest.mark.parametrize("score", ["100", '{"score": 1.0}'])
def test_points_come_from_values_only(arena: Arena, score: str) -> None:
    graded = arena.face(wrong("A13b", "prints a score last", f"print({score!r})"))

    assert sum(points(graded).values()) == 4.0
