"""Whichever of our processes is killed, the next submission is graded, and nothing of the killed one is left."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import BoundaryError, EnvironmentFault, LimitReached
from grader.execution import isolation
from grader.execution.kernels import Kernel
from grader.execution.limits import Limits
from grader.execution.worker import Worker
from grader.wire import Request

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="fork servers are Linux's")


@pytest.fixture(params=["L3", "L2"])
def worker(request: pytest.FixtureRequest) -> Iterator[Worker]:
    if isolation.available()[request.param]:
        pytest.skip(f"{request.param} is not available here")
    with Worker(preload=(), isolation=request.param, limits=Limits(cell_seconds=5, call_seconds=5)) as opened:
        yield opened


def processes() -> dict[int, tuple[int, str]]:
    """Parent and time of birth of every live process."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                words = (entry / "stat").read_bytes().rpartition(b")")[2].split()
                if words[0] != b"Z":
                    found[int(entry.name)] = (int(words[1]), words[19].decode())
    return found


def below(top: int) -> dict[int, str]:
    """Everything under a process, with its time of birth."""
    table = processes()
    found: dict[int, str] = {}
    waiting = [top]
    while waiting:
        parent = waiting.pop()
        for process, (above, birth) in table.items():
            if above == parent:
                found[process] = birth
                waiting.append(process)
    return found


def answers(worker: Worker) -> bool:
    with worker.kernel() as kernel:
        kernel.run(["x = 6 * 7"])
        return kernel.ask(Request("get", "x")).value == 42


def kill_and_look(worker: Worker, victim: int) -> None:
    """Kill one process while a submission runs; the next one must work, and nothing of the dead may live."""
    before = below(os.getpid())
    doomed = below(victim)
    os.kill(victim, signal.SIGKILL)

    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            if answers(worker):
                break
        except (BoundaryError, EnvironmentFault, LimitReached):
            time.sleep(0.05)  # a death is noticed by whoever meets it first
    else:
        pytest.fail("no further submission can be run")

    def left() -> list[int]:
        now = processes()
        return [process for process, birth in doomed.items() if now.get(process, (0, ""))[1] == birth]

    while left() and time.monotonic() < until:
        time.sleep(0.02)
    assert left() == []
    assert victim in before


def server_of(kernel: Kernel) -> int:
    """The fork server of a kernel: the child of ours that it stems from; other tests' servers may run beside it."""
    table = processes()
    process = kernel.pid
    while table[process][0] != os.getpid():
        process = table[process][0]
    return process


def test_a_killed_fork_server_is_replaced(worker: Worker) -> None:
    kernel = worker.kernel()
    kernel.run(["x = 1"])

    kill_and_look(worker, server_of(kernel))

    assert not kernel.alive
    kernel.close()


def test_a_killed_student_costs_only_itself(worker: Worker) -> None:
    kernel, neighbour = worker.kernel(), worker.kernel()
    neighbour.run(["x = 'still here'"])

    kill_and_look(worker, kernel.pid)

    assert neighbour.ask(Request("get", "x")).value == "still here"
    kernel.close()
    neighbour.close()


def test_every_helper_may_be_killed(worker: Worker) -> None:
    """The warden, a process 1, a supervisor: whatever is below the fork server while a submission runs."""
    for _ in range(4):
        kernel = worker.kernel()
        kernel.run(["x = 1"])
        helpers = sorted(set(below(server_of(kernel))) - {kernel.pid})
        if not helpers:
            break
        kill_and_look(worker, helpers[_ % len(helpers)])
        kernel.close()

    assert answers(worker)


def test_a_death_of_ours_during_a_call_is_our_fault_and_no_verdict(worker: Worker) -> None:
    kernel = worker.kernel()
    kernel.run(["import time\ndef slow():\n    time.sleep(3)\n    return 1"])
    threading.Timer(0.3, os.kill, (server_of(kernel), signal.SIGKILL)).start()

    with pytest.raises((EnvironmentFault, LimitReached)):
        kernel.ask(Request("call", "slow"))
    kernel.close()


def test_a_process_that_is_killed_from_outside_is_no_verdict(worker: Worker) -> None:
    kernel = worker.kernel()
    kernel.run(["import time\ndef slow():\n    time.sleep(3)\n    return 1"])
    threading.Timer(0.3, os.kill, (kernel.pid, signal.SIGKILL)).start()

    with pytest.raises(LimitReached) as reached:
        kernel.ask(Request("call", "slow"))

    assert reached.value.limit == "memory"
    assert "as the system does when memory runs out" in str(reached.value)
    kernel.close()
