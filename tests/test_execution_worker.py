from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.errors import BoundaryError, EnvironmentFault, LimitReached
from grader.execution import CellRun, Kernel, Limits, Worker
from grader.execution.isolation import available
from grader.wire import Callback, Handle, Opaque, Raised, Reply, Request

LEVEL: Any = next((level for level in ("L3", "L2", "L1") if not available()[level]), "L1")
SHORT = Limits(cell_seconds=1.0, call_seconds=1.0)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(("numpy",), isolation=LEVEL) as started:
        yield started


@pytest.fixture
def kernel(worker: Worker) -> Iterator[Kernel]:
    with worker.kernel() as started:
        yield started


def texts(run: CellRun) -> str:
    return "".join(output["text"] for output in run.outputs if output["output_type"] == "stream")


def call(kernel: Kernel, name: str, *arguments: Any, **more: Any) -> Reply:
    return kernel.ask(Request("call", name, arguments=arguments), **more)


def test_outputs_are_nbformat_outputs(kernel: Kernel) -> None:
    runs = kernel.run(["print('out')\n3", "import sys\nprint('err', file=sys.stderr)", "", "x = 1"])

    assert runs[0].outputs == [
        {"output_type": "stream", "name": "stdout", "text": "out\n"},
        {"output_type": "execute_result", "metadata": {}, "data": {"text/plain": "3"}, "execution_count": 1},
    ]
    assert runs[1].outputs == [{"output_type": "stream", "name": "stderr", "text": "err\n"}]
    assert [run.index for run in runs] == [0, 1, 2, 3]
    assert all(run.executed and run.error is None and run.limit is None for run in runs)


def test_a_cell_that_raises_does_not_stop_those_after_it(kernel: Kernel) -> None:
    first, second = kernel.run(["1 / 0", "print('still here')"])

    assert first.error == Raised("ZeroDivisionError", "division by zero")
    assert first.outputs[0]["output_type"] == "error"
    assert texts(second) == "still here\n"


def test_later_cells_update_earlier_displays(kernel: Kernel) -> None:
    shown, _ = kernel.run(["handle = display('first', display_id=True)", "handle.update('second')"])

    assert shown.outputs[0]["data"] == {"text/plain": "'second'"}


@pytest.mark.parametrize("leaving", ["exit()", "quit()", "import sys; sys.exit(0)", "raise SystemExit"])
def test_leaving_does_not_end_the_notebook(kernel: Kernel, leaving: str) -> None:
    assert texts(kernel.run([leaving, "print('here')"])[1]) == "here\n"


@pytest.mark.parametrize("asking", ["input()", "import getpass; getpass.getpass()"])
def test_input_is_refused_at_once(kernel: Kernel, asking: str) -> None:
    (run,) = kernel.run([asking])

    assert run.error.type_name == "StdinNotImplementedError"
    assert run.seconds < 1


def test_input_in_a_call_is_the_end_of_a_file(kernel: Kernel) -> None:
    kernel.run(["def f():\n    return input()"])

    assert call(kernel, "f").raised.type_name == "EOFError"


@pytest.mark.parametrize("command", ["!ls", "%%bash\nls", "x = !ls", "%pip install numpy", "%sx ls", "%%script sh\nls"])
def test_shell_commands_are_refused_with_a_hint(kernel: Kernel, command: str) -> None:
    (run,) = kernel.run([command])

    assert "switched off" in run.error.message
    assert "switched off" in texts(run)


def test_files_come_along_but_shadow_no_module(worker: Worker) -> None:
    files = {"helper.py": b"value = 5", "json.py": b"raise ValueError", "data/numbers.txt": b"1 2"}
    with worker.kernel(files) as kernel:
        runs = kernel.run(["import json, helper\nprint(helper.value, open('data/numbers.txt').read())"])

    assert texts(runs[0]) == "5 1 2\n"


def test_files_that_lead_elsewhere_are_not_written(worker: Worker) -> None:
    with worker.kernel({"../outside": b"x", "/tmp/outside": b"x", "__pycache__/h.pyc": b"x"}) as kernel:
        (run,) = kernel.run(["import os\nprint(os.path.exists('../outside'), os.path.exists('/tmp/outside'))"])

    assert texts(run) == "False False\n"


def test_random_states_follow_the_seed(worker: Worker) -> None:
    draw = "import random, numpy\nprint(random.random(), numpy.random.rand())"
    drawn = []
    for seed in (1, 1, 2):
        with worker.kernel(seed=seed) as kernel:
            drawn.append(texts(kernel.run([draw])[0]))

    assert drawn[0] == drawn[1] != drawn[2]


def test_hashes_of_texts_are_the_same_in_every_kernel(worker: Worker) -> None:
    hashes = []
    for _ in range(2):
        with worker.kernel() as kernel:
            hashes.append(texts(kernel.run(["print(hash('text'))"])[0]))

    assert hashes[0] == hashes[1]


def test_the_environment_holds_nothing_of_ours(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_SECRET", "hidden")
    with Worker((), isolation=LEVEL) as fresh, fresh.kernel() as kernel:
        (run,) = kernel.run(["import os\nprint(sorted(os.environ))\nprint('hidden' in str(os.environ))"])

    assert "GRADER_SECRET" not in texts(run)
    assert "False" in texts(run)


def test_several_kernels_live_side_by_side(worker: Worker) -> None:
    with worker.kernel() as first, worker.kernel(trusted=True) as second:
        first.run(["x = 'first'"])
        second.run(["x = 'second'"])

        assert first.ask(Request("get", "x")).value == "first"
        assert second.ask(Request("get", "x")).value == "second"


def test_what_a_name_was_after_its_cell_is_what_is_asked_for(kernel: Kernel) -> None:
    kernel.run(["x = [1]", "x.append(2)\ny = 0", "x = 'else'; y = 1"], {0: ("x", "missing"), 1: ("x",)})

    assert kernel.ask(Request("get", "x@0")).value == [1]
    assert kernel.ask(Request("get", "x@1")).value == [1, 2]
    assert kernel.ask(Request("get", "x")).value == [1, 2]
    assert kernel.ask(Request("get", "y")).value == 1
    assert kernel.ask(Request("get", "missing")).raised.type_name == "NameError"


def test_arguments_come_back_as_they_are_after_the_call(kernel: Kernel) -> None:
    kernel.run(["def f(x, *, y):\n    x[0] = 7\n    y.append(1)\n    return x.sum()"])

    reply = kernel.ask(Request("call", "f", arguments=(np.zeros(2),), keywords=(("y", []),)))

    assert reply.value == 7.0
    assert reply.arguments[0].tolist() == [7.0, 0.0]
    assert reply.keywords == (("y", [1]),)


def test_objects_stay_behind_handles(kernel: Kernel) -> None:
    kernel.run(
        ["class Model:\n    def __init__(self, w):\n        self.w = w\n    def predict(self, x): return self.w * x"]
    )

    model = call(kernel, "Model", 3).value

    assert isinstance(model, Handle)
    assert kernel.ask(Request("call", model, "predict", (2,))).value == 6
    assert kernel.ask(Request("attribute", model, "w")).value == 3
    assert kernel.ask(Request("attribute", model, "missing")).raised.type_name == "AttributeError"


def test_a_handle_is_an_argument_too(kernel: Kernel) -> None:
    kernel.run(["class A:\n    n = 4\n\ndef f(items):\n    return items[0].n"])

    handle = call(kernel, "A").value

    assert call(kernel, "f", [handle]).value == 4


def test_kept_results_stay(kernel: Kernel) -> None:
    kernel.run(["def f():\n    return [1, 2]"])

    kept = kernel.ask(Request("call", "f", keep=True)).value

    assert isinstance(kept, Handle)
    assert kernel.ask(Request("call", kept, "__len__")).value == 2


def test_functions_that_are_handed_over_run_on_our_side(kernel: Kernel) -> None:
    kernel.run(["def minimise(gradient, x):\n    for _ in range(3):\n        x = x - 0.5 * gradient(x)\n    return x"])
    asked = []

    reply = call(kernel, "minimise", Callback(1), 8.0, callbacks={1: lambda x: asked.append(x) or x})

    assert reply.value == 1.0
    assert asked == [8.0, 4.0, 2.0]


def test_what_a_callback_raises_is_raised_on_the_students_side(kernel: Kernel) -> None:
    kernel.run(["def f(g):\n    try:\n        g(1)\n    except ValueError as error:\n        return str(error)"])

    def refuse(_: object) -> None:
        raise ValueError("out of range")

    assert call(kernel, "f", Callback(1), callbacks={1: refuse}).value == "out of range"


def test_a_callback_that_is_called_without_end_is_a_limit(kernel: Kernel) -> None:
    kernel.run(["def f(g):\n    while True:\n        g()"])

    with pytest.raises(LimitReached, match="too often"):
        call(kernel, "f", Callback(1), callbacks={1: lambda: None}, calls=20)
    assert not kernel.alive


def test_what_a_call_prints_is_kept_back(kernel: Kernel) -> None:
    kernel.run(["import os\ndef f(x):\n    print('saw', x)\n    os.write(1, b'below')\n    display(x)\n    return x"])

    reply = call(kernel, "f", 41)
    (after,) = kernel.run(["print('shown')"])

    assert "saw 41" in reply.printed
    assert texts(after) == "shown\n"
    assert len(after.outputs) == 1


def test_an_exception_shows_the_students_own_lines_only(worker: Worker) -> None:
    with worker.kernel({"helper.py": b"def inner(x):\n    return 1 / x\n"}) as kernel:
        kernel.run(["import helper", "def f(x):\n    y = x\n    return helper.inner(y)"])
        raised = call(kernel, "f", 0).raised

    assert raised.type_name == "ZeroDivisionError"
    assert raised.traceback == ((2, 3, "return helper.inner(y)"), (0, 2, "return 1 / x"))


@pytest.mark.parametrize("value", ["(i for i in ())", "open", "__import__('os')", "lambda: 1"])
def test_what_is_no_plain_data_stays_there(kernel: Kernel, value: str) -> None:
    kernel.run([f"x = {value}"])

    assert isinstance(kernel.ask(Request("get", "x")).value, Handle | Opaque)


def test_a_result_too_large_to_cross_says_so(kernel: Kernel) -> None:
    kernel.run(["def f():\n    return bytes(80_000_000)"])

    reply = call(kernel, "f", seconds=20)

    assert isinstance(reply.value, Opaque)
    assert kernel.alive


def test_calls_are_quick(kernel: Kernel) -> None:
    kernel.run(["def f(x):\n    return x"])
    call(kernel, "f", 1.0)

    started = time.perf_counter()
    for _ in range(200):
        call(kernel, "f", 1.0)

    assert (time.perf_counter() - started) / 200 < 0.01


STOPPED = {
    "a loop": "while True: pass",
    "a sleep": "import time; time.sleep(60)",
    "an awaited sleep": "import asyncio; await asyncio.sleep(60)",
    "a lock": "import threading; lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "ignored signals": "import signal\nfor n in (2, 14, 15):\n    signal.signal(n, signal.SIG_IGN)\nwhile True: pass",
    "caught interrupts": (
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, {2, 14})\nwhile True:\n    try:\n"
        "        while True: 1\n    except BaseException: pass"
    ),
}


@pytest.mark.parametrize("code", STOPPED.values(), ids=STOPPED)
def test_a_cell_that_does_not_end_is_stopped(worker: Worker, code: str) -> None:
    with worker.kernel(limits=SHORT) as kernel:
        before, stuck, after = kernel.run(
            ["x = 1", f"print('before')\nimport time; time.sleep(0.3)\n{code}", "y = x + 1"]
        )

        assert stuck.limit == "time"
        assert stuck.seconds < 2.5
        assert texts(stuck) == "before\n"
        assert before.limit is None
        assert after.executed == kernel.alive


def test_after_a_killed_cell_the_others_run_in_a_new_kernel(worker: Worker) -> None:
    cells = ["x = 1", STOPPED["ignored signals"], "print(x + 1)"]
    with worker.kernel(limits=SHORT) as kernel:
        runs = kernel.run(cells)
        assert not runs[2].executed
    with worker.kernel(limits=SHORT) as kernel:
        again = kernel.run(cells, skip={1})

    assert not again[1].executed
    assert texts(again[2]) == "2\n"


def test_the_time_of_a_whole_submission_is_limited(worker: Worker) -> None:
    with worker.kernel(limits=Limits(cell_seconds=5, submission_seconds=1)) as kernel:
        runs = kernel.run(["import time; time.sleep(0.7)"] * 4)

    assert [run.limit for run in runs][-1] == "time"
    assert sum(run.seconds for run in runs) < 2.5


def test_a_call_that_does_not_end_is_a_limit(worker: Worker) -> None:
    with worker.kernel(limits=SHORT) as kernel:
        kernel.run(["def f():\n    while True: pass"])
        started = time.monotonic()

        with pytest.raises(LimitReached) as caught:
            call(kernel, "f")

        assert caught.value.limit == "time"
        assert time.monotonic() - started < 3
        assert not kernel.alive


CRASHES = {
    "os._exit(3)": "exit status 3",
    "os.kill(os.getpid(), 9)": "SIGKILL",
    "os.abort()": "SIGABRT",
    "import ctypes; ctypes.string_at(0)": "SIGSEGV",
}


@pytest.mark.parametrize("crash", CRASHES)
def test_a_dead_process_is_noticed_at_once_and_named(kernel: Kernel, crash: str) -> None:
    started = time.monotonic()
    _, died, after = kernel.run(["import os", crash, "print('after')"])

    assert time.monotonic() - started < 1.0
    assert CRASHES[crash] in died.error.message
    assert not after.executed
    # a kill may have been the system's, for want of memory: that is a limit, and no verdict
    with pytest.raises(LimitReached if "9" in crash else BoundaryError):
        kernel.ask(Request("get", "os"))


@pytest.mark.parametrize(
    ("code", "limit"),
    [
        ("x = bytearray(4 << 30)", "memory"),
        ("l = []\nwhile True: l.append(open('/dev/null'))", "files"),
        ("f = open('big', 'wb')\nwhile True: f.write(bytes(1 << 20))", "disk"),
        (
            "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
            "processes",
        ),
    ],
)
def test_a_limit_has_its_name_and_the_notebook_goes_on(worker: Worker, code: str, limit: str) -> None:
    if limit == "processes" and LEVEL == "L1" and os.getuid() == 0:
        pytest.skip("root has no limit of processes without a sandbox")
    with worker.kernel(limits=Limits(cell_seconds=8)) as kernel:
        run, after = kernel.run([code, "print('after')"])

    assert run.limit == limit
    assert texts(after) == "after\n"


def test_memory_that_no_allocator_refuses_is_limited_too() -> None:
    code = "import mmap\nl = []\nwhile True:\n    m = mmap.mmap(-1, 1 << 25); m.write(bytes(1 << 25)); l.append(m)"
    with Worker((), isolation=LEVEL, limits=Limits(memory_bytes=200 << 20)) as worker, worker.kernel() as kernel:
        (run,) = kernel.run([code])

    assert run.limit == "memory"


@pytest.mark.parametrize(
    "code", ["print('x' * 3_000_000)", "import os\nfor _ in range(3000): os.write(1, b'x' * 1000)"]
)
def test_too_much_output_is_cut_off_and_said(kernel: Kernel, code: str) -> None:
    run, after = kernel.run([code, "print('after')"])

    assert run.limit == "output"
    assert len(texts(run)) < 1_200_000
    assert "cut off" in run.outputs[-1]["text"]
    assert texts(after) == "after\n"


LARGE = {
    "a page": "from IPython.display import HTML\nHTML('x' * 30_000_000)",
    "an image": "display({'image/png': 'x' * 9_000_000, 'text/plain': 'image'}, raw=True)",
    "an exception": "raise ValueError('x' * 30_000_000)",
    "a value": "'x' * 30_000_000",
}


@pytest.mark.parametrize("code", LARGE.values(), ids=LARGE)
def test_one_output_that_is_too_large_costs_itself_only(kernel: Kernel, code: str) -> None:
    run, after = kernel.run([code, "print('after')"])

    assert run.limit == "output"
    assert len(str(run.outputs)) < 1_200_000
    assert texts(after) == "after\n"


def test_output_without_end_ends_the_process(kernel: Kernel) -> None:
    run, after = kernel.run(["while True: print('x' * 1000)", "1"])

    assert run.limit == "output"
    assert not after.executed


def test_too_many_messages_are_output_too(worker: Worker) -> None:
    with worker.kernel(limits=Limits(messages=20)) as kernel:
        (run,) = kernel.run(["for i in range(60): display(i)"])

    assert run.limit == "output"
    assert len(run.outputs) <= 21


@pytest.mark.parametrize(
    "code",
    [
        "import os\nfor n in range(3, 12):\n    try: os.write(n, b'garbage' * 50)\n    except OSError: pass",
        "import os\nos.closerange(3, 99)",
        "import os\nos.write(NOTEBOOK, b'\\xff\\xff\\xff\\xff')",
        "import os\nos.write(NOTEBOOK, b'\\x00\\x00\\x00\\x02{}')",
    ],
)
def test_a_process_that_breaks_the_protocol_is_not_asked_again(kernel: Kernel, code: str) -> None:
    find = (
        "import os, stat\nNOTEBOOK = next(n for n in range(3, 99) if os.path.exists(f'/proc/self/fd/{n}')"
        " and stat.S_ISSOCK(os.fstat(n).st_mode))"
    )
    _, run, after = kernel.run([find if Path("/proc").exists() else "NOTEBOOK = 3", code, "1"])

    assert run.error is not None or not after.executed
    assert not kernel.alive or after.error is None


def test_a_fork_that_comes_out_of_its_cell_ends(kernel: Kernel) -> None:
    runs = kernel.run(["import os\npid = os.fork()", "print('one')"])

    assert texts(runs[1]) == "one\n"
    assert kernel.ask(Request("get", "pid")).value > 0


def test_nothing_is_left_of_a_closed_kernel(worker: Worker) -> None:
    with worker.kernel() as kernel:
        kernel.run(
            ["import subprocess\nfor _ in range(3): subprocess.Popen(['sleep', '4711'], start_new_session=True)"]
        )
        assert sleepers()
        kernel.close(wait=True)

    assert not sleepers()


def test_what_is_left_of_a_closed_kernel_goes_while_others_work(worker: Worker) -> None:
    with worker.kernel() as kernel:
        kernel.run(["import subprocess\nfor _ in range(3): subprocess.Popen(['sleep', '4711'])"])
        assert sleepers()

    with worker.kernel() as other:
        assert other.run(["1 + 1"])[0].error is None
        deadline = time.monotonic() + 20
        while sleepers() and time.monotonic() < deadline:
            time.sleep(0.01)

    assert not sleepers()


def sleepers() -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"4711" in (folder / "cmdline").read_bytes():
                found.append(folder.name)
        except OSError:
            continue
    return found


def children(process: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, after = status.read_text().rpartition(") ")
        except OSError:
            continue
        if int(after.split()[1]) == process and after[0] != "Z":
            found.append(int(status.parent.name))
    return sorted(found)


def spare_of(worker: Worker, kernel: Kernel) -> int:
    """The process that waits for the next submission; the fork server's first child is the warden."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        spares = [pid for pid in children(worker._server.pid)[1:] if pid != kernel.pid]
        if spares:
            return spares[-1]
        time.sleep(0.01)
    raise AssertionError("no process waits for the next submission")


@pytest.mark.skipif(LEVEL != "L3", reason="below L3 no process waits for a submission")
@pytest.mark.parametrize("pause", [0.0, 0.3])
def test_a_process_that_dies_before_it_is_given_a_submission_costs_nobody_anything(pause: float) -> None:
    with Worker((), isolation=LEVEL) as worker:
        with worker.kernel() as kernel:
            spare = spare_of(worker, kernel)
            time.sleep(pause)
            os.kill(spare, signal.SIGKILL)
        with worker.kernel() as kernel:
            assert kernel.pid != spare
            assert texts(kernel.run(["print('another')"])[0]) == "another\n"


@pytest.mark.skipif(LEVEL != "L3", reason="below L3 no process waits for a submission")
def test_the_process_that_waited_is_as_fresh_as_any() -> None:
    facts = (
        "import os, random, sys\nimport numpy as np\nip = get_ipython()\n"
        "(ip.execution_count, sorted(globals()), len(In), Out, random.random(), np.random.rand(), os.listdir('.'),"
        " os.listdir('/tmp'), sorted(os.environ), sorted(os.listdir('/proc/self/fd')), os.getcwd(), sys.path,"
        " [name for name in sys.modules if name.startswith('grader')], ip.user_ns_hidden.keys() - globals().keys())"
    )
    with Worker(("numpy",), isolation=LEVEL) as worker:
        with worker.kernel() as first:
            spare = spare_of(worker, first)
            os.kill(spare, signal.SIGKILL)
        with worker.kernel(seed=7) as forked:
            without = forked.run([facts])[0]
            spare = spare_of(worker, forked)
        with worker.kernel(seed=7) as waited:
            assert waited.pid == spare
            assert waited.run([facts])[0].outputs == without.outputs
            assert without.error is None


def test_a_killed_fork_server_is_replaced() -> None:
    with Worker((), isolation=LEVEL) as worker:
        with worker.kernel() as kernel:
            kernel.run(["x = 1"])
            os.kill(worker._server.pid, signal.SIGKILL)
            deadline = time.monotonic() + 5
            while kernel.alive and time.monotonic() < deadline:
                time.sleep(0.01)
            assert not kernel.alive
        with worker.kernel() as kernel:
            assert texts(kernel.run(["print('again')"])[0]) == "again\n"


CONTROLLER = """
import sys, time
from grader.execution import Worker
with Worker((), isolation={level!r}) as worker, worker.kernel() as kernel:
    kernel.run(["import subprocess\\nsubprocess.Popen(['sleep', '4711'], start_new_session=True)"])
    print("ready", flush=True)
    kernel.run(["while True: pass"])
"""


def test_a_killed_grader_leaves_nothing_behind() -> None:
    grader = subprocess.Popen([sys.executable, "-c", CONTROLLER.format(level=LEVEL)], stdout=subprocess.PIPE)
    assert grader.stdout.readline() == b"ready\n"

    grader.kill()
    grader.wait()
    grader.stdout.close()

    deadline = time.monotonic() + 5
    while sleepers() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not sleepers()


def test_a_module_that_cannot_be_preloaded_is_a_warning() -> None:
    with Worker(("numpy", "no_such_module"), isolation=LEVEL) as worker, worker.kernel() as kernel:
        assert texts(kernel.run(["import numpy\nprint(numpy.ones(1))"])[0]) == "[1.]\n"

    assert "no_such_module" in worker.warnings[0]


@pytest.mark.parametrize("level", [LEVEL, "L1"])
def test_how_a_process_ended_may_be_told_late(level: Any) -> None:
    with Worker(("numpy",), isolation=level) as worker, worker.kernel() as kernel:
        kernel.run(["x = 1"])
        os.kill(kernel.pid, signal.SIGKILL)
        os.kill(worker._server.pid, signal.SIGSTOP)
        later = threading.Timer(4.0, os.kill, (worker._server.pid, signal.SIGCONT))
        later.start()
        with pytest.raises(LimitReached, match="killed, as the system does") as raised:
            kernel.ask(Request("get", "x"))
        later.join()

    assert raised.value.limit == "memory"


@pytest.mark.parametrize("module", ["", "no_such_module"])
def test_a_worker_need_not_wait_for_its_modules(module: str) -> None:
    with Worker(("numpy", *([module] if module else [])), isolation="L1", wait=False) as worker:
        assert worker.warnings == []
        for _ in range(2):
            with worker.kernel() as kernel:
                assert texts(kernel.run(["import sys\nprint('numpy' in sys.modules)"])[0]) == f"{not module}\n"

    assert [module in warning for warning in worker.warnings] == [True] * bool(module)


def test_a_worker_that_nobody_waited_for_can_be_closed() -> None:
    with Worker(("numpy",), isolation="L1", wait=False) as worker:
        pid = worker._server.pid

    assert not Path(f"/proc/{pid}").exists()


def test_a_level_that_cannot_be_had_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.execution.forking.available", lambda: False)

    with pytest.raises(EnvironmentFault, match="isolation not available"):
        Worker((), isolation="L3")


def test_a_cold_kernel_gives_the_same_results() -> None:
    cells = ["import numpy as np\nnp.arange(3)", "1 / 0", "def f(x):\n    return 2 * x", "display(1)\nprint('x')"]
    results = []
    for fork in (True, False):
        with Worker(("numpy",), isolation="L1", fork=fork) as worker, worker.kernel({"a.txt": b"1"}, seed=3) as kernel:
            runs = kernel.run([*cells, "np.random.rand(2)", "open('a.txt').read()"])
            value = call(kernel, "f", np.ones(2)).value
            results.append(([(run.outputs, run.error) for run in runs], value.tolist()))

    assert results[0] == results[1]


@pytest.mark.skipif(bool(available()["L2"]), reason="L2 is not available here")
def test_below_l3_a_job_is_gone_before_the_next_one_begins() -> None:
    with Worker((), isolation="L2") as worker:
        with worker.kernel() as kernel:
            status = Path(f"/proc/{kernel.pid}/status").read_text()
            supervisor = int(status.partition("PPid:")[2].split()[0])
            os.kill(supervisor, signal.SIGSTOP)  # as on a busy machine: it comes to clear up late
            later = threading.Timer(0.5, os.kill, (supervisor, signal.SIGCONT))
            later.start()
        with worker.kernel():
            assert not Path(f"/proc/{supervisor}").exists()
        later.join()
