"""What a whole job holds is added up from outside, and a job that holds too much is killed and named."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from grader.execution import watchdog

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the watchdog reads Linux's /proc")

MEBIBYTE = 1 << 20


def start(source: str) -> subprocess.Popen[str]:
    """A process that says ``ready`` once its interpreter is up, then does ``source``."""
    code = "import mmap, os, sys, time\nprint('ready', flush=True)\nsys.stdin.readline()\n" + textwrap.dedent(source)
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def run_under_watch(source: str, tmp_path: object = "", **limits: int) -> tuple[watchdog.Watch, int]:
    process = start(source)
    assert process.stdin is not None
    assert process.stdout is not None
    allowed = {"memory_bytes": 64 * MEBIBYTE, "processes": 10, "files_bytes": 10 * MEBIBYTE, **limits}
    with watchdog.Watchdog(every=0.02) as dog:
        watch = dog.watch(process.pid, directory=str(tmp_path), **allowed)
        process.stdin.write("go\n")
        process.stdin.flush()
        status = process.wait(20)
        dog.forget(watch)
    process.stdin.close()
    process.stdout.close()
    return watch, status


def test_an_honest_process_is_left_alone() -> None:
    watch, status = run_under_watch("held = bytes(range(256)) * 100_000; time.sleep(0.2)")

    assert (watch.limit, status) == (None, 0)
    assert watch.peak_bytes > 20 * MEBIBYTE


def test_memory_of_one_process_is_bounded() -> None:
    watch, status = run_under_watch("held = [bytearray(b'x' * 1_000_000) for _ in range(100)]; time.sleep(20)")

    assert (watch.limit, status) == ("memory", -signal.SIGKILL)


def test_memory_spread_over_children_is_bounded() -> None:
    watch, _ = run_under_watch("""
        for _ in range(5):
            if os.fork() == 0:
                held = bytearray(b"x" * 20_000_000)
                time.sleep(20)
        time.sleep(20)
    """)

    assert watch.limit == "memory"


def test_shared_memory_counts() -> None:
    watch, _ = run_under_watch("""
        shared = mmap.mmap(-1, 100 << 20)
        for at in range(0, 100 << 20, 4096):
            shared[at] = 1
        time.sleep(20)
    """)

    assert watch.limit == "memory"


def test_pages_that_children_share_count_once() -> None:
    watch, status = run_under_watch("""
        held = bytearray(b"x" * 30_000_000)
        children = []
        for _ in range(5):
            child = os.fork()
            if child == 0:
                time.sleep(0.3)
                os._exit(0)
            children.append(child)
        for child in children:
            os.waitpid(child, 0)
    """)

    assert (watch.limit, status) == (None, 0)


def test_processes_are_counted_orphans_included() -> None:
    watch, _ = run_under_watch("""
        for _ in range(20):
            if os.fork() == 0:
                time.sleep(3)
                os._exit(0)
        time.sleep(20)
    """)

    assert watch.limit == "processes"


def test_files_of_the_jobs_folder_are_bounded(tmp_path: object) -> None:
    watch, _ = run_under_watch(
        f"""
        os.makedirs("{tmp_path}/deep/er")
        for number in range(20):
            open(f"{tmp_path}/deep/er/{{number}}", "wb").write(bytes(1 << 20))
            time.sleep(0.01)
        time.sleep(20)
        """,
        tmp_path,
    )

    assert watch.limit == "disk"


def test_killed_children_die_too() -> None:
    process = start("""
        child = os.fork()
        if child == 0:
            time.sleep(60)
        print(child, flush=True)
        held = bytearray(b"x" * 200_000_000)
        time.sleep(60)
    """)
    assert process.stdin is not None
    assert process.stdout is not None
    with watchdog.Watchdog(every=0.02) as dog:
        dog.watch(process.pid, memory_bytes=64 * MEBIBYTE, processes=10, files_bytes=MEBIBYTE)
        process.stdin.write("go\n")
        process.stdin.flush()
        child = int(process.stdout.readline())
        process.wait(20)
    process.stdin.close()
    process.stdout.close()

    until = time.monotonic() + 5
    while time.monotonic() < until and watchdog.processes_of(child, 0):
        time.sleep(0.02)
    assert watchdog.processes_of(child, 0) == []


def test_a_look_costs_little() -> None:
    watch = watchdog.Watch(os.getpid(), 1 << 40, 1000, 1 << 40)
    watch.usage()

    started = time.process_time()
    for _ in range(50):
        watch.usage()

    assert (time.process_time() - started) / 50 < 0.01


def test_the_machines_memory_can_be_waited_for() -> None:
    assert watchdog.wait_for_memory(1, 1.0)
    assert not watchdog.wait_for_memory(1 << 60, 0.1)
