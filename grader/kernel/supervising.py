"""A process between the fork server and a student's process where there are no namespaces: it leaves no orphans.

It adopts whatever the student's process starts and abandons, and when the job ends, or the fork server dies, it stops
and kills all of it and removes the job's folder.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import struct
import sys
import time
from typing import Final, NoReturn

from .syscalls import PR_SET_CHILD_SUBREAPER, prctl

STATUS: Final = struct.Struct("<i")
_LONGEST_SWEEP: Final = 10.0


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends (Linux only)."""
    if sys.platform == "linux":
        prctl(PR_SET_CHILD_SUBREAPER, 1, "adopt orphans")


def supervise(student: int, control: int, report: int, *, uid: int | None, directory: str) -> NoReturn:
    """Tell the student's wait status when it ends; at the end of the job, sweep.

    Args:
        student: the process id of the student's process, our child.
        control: a pipe whose end of file says that the job is over, or that the fork server is dead.
        report: a pipe that takes the wait status.
        uid: the user that all processes of this job, and no other process, run as, if there is one.
        directory: the job's folder, removed at the end.
    """
    try:
        woken_in, woken_out = os.pipe()
        os.set_blocking(woken_out, False)
        os.set_blocking(woken_in, False)
        signal.set_wakeup_fd(woken_out, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _note)
        over = False
        while not over:
            _reap(student, report)
            ready, _, _ = select.select([control, woken_in], [], [], 1.0)
            over = control in ready
            with contextlib.suppress(BlockingIOError):
                os.read(woken_in, 4096)
        sweep(uid)
        shutil.rmtree(directory, ignore_errors=True)
    finally:
        os._exit(0)


def sweep(uid: int | None) -> bool:
    """Kill every descendant of this process and every process of ``uid``; false if some resist."""
    until = time.monotonic() + _LONGEST_SWEEP
    while time.monotonic() < until:
        victims = _descendants(os.getpid(), uid)
        for signal_number in (signal.SIGSTOP, signal.SIGKILL):  # stopped first, so that none forks its way out
            for victim in victims:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal_number)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            if not _descendants(os.getpid(), uid):
                return True
        time.sleep(0.001)
    return False


def _reap(student: int, report: int) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            ended, status = os.waitpid(-1, os.WNOHANG)
            if not ended:
                return
            if ended == student:
                os.write(report, STATUS.pack(status))


def _note(_number: int, _frame: object) -> None:
    """The wake-up descriptor does the work; a handler must only exist."""


def _descendants(root: int, uid: int | None) -> list[int]:
    """Process ids below ``root``, and those of ``uid``; empty where there is no /proc."""
    parents: dict[int, int] = {}
    found: set[int] = set()
    try:
        names = os.listdir("/proc")
    except OSError:
        return []
    for name in filter(str.isdigit, names):
        try:
            with open(f"/proc/{name}/stat", "rb") as stream:
                parents[int(name)] = int(stream.read().rpartition(b")")[2].split()[1])
            if uid is not None and os.stat(f"/proc/{name}").st_uid == uid:
                found.add(int(name))
        except (OSError, ValueError, IndexError):
            continue
    for process in parents:
        above, steps = process, 0
        while above in parents and above != root and steps < len(parents):
            above, steps = parents[above], steps + 1
        if above == root and process != root:
            found.add(process)
    return sorted(found - {root})
