"""Sandboxes for students' processes: forked from a warm server, closed in before any of their code runs.

Used by the fork server, which has one thread and holds no secret::

    yard = Yard(policy)              # before numpy and torch are imported: it forks a small process of its own
    ...                              # preload
    job = yard.launch(body, keep=(connection.fileno(),))
    job.report                       # what holds, measured inside before ``body`` ran
    job.wait()                       # the student's own process has ended; its children may live on
    job.end()                        # nothing of the job is alive, mounted or on disk any more
    yard.close()

A step that fails is an OSError that names it: a level is held as a whole or not at all.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, NoReturn

from . import cgroups, identities, inside, seccomp, supervising
from .endings import NamespaceEnding, SupervisedEnding
from .job import Job, Launch, Report
from .policy import LEVELS, WORK, Level, Policy
from .syscalls import CLONE_NEWPID, setns
from .warden import Warden, described

__all__ = ["Job", "Level", "Policy", "Yard", "available", "enter"]

Body = Callable[[Report], None]

_NAMESPACES: Final = ("user", "mnt", "net", "ipc", "uts", "cgroup")
_FOLDER: Final = "grader-job-"
_LARGEST_REPORT: Final = 1 << 16


class Yard:
    """Where jobs are forked; one per fork server.

    Made before anything large is imported, while the process has one thread. As an ordinary user at L3, the process
    is in a user namespace afterwards.

    Args:
        policy: of every job.

    Raises:
        OSError: the level cannot be had here; the message names the step that failed.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._server = os.getpid()
        self._counter = 0
        self._warden: Warden | None = None
        self._pending: tuple[str, ...] | None = None
        self._place = cgroups.find_place()
        if self._place is not None:
            cgroups.sweep(self._place)
        _sweep_folders(policy.scratch or tempfile.gettempdir())
        if policy.level == "L3":
            if sys.platform != "linux":
                raise OSError(38, "make namespaces: only Linux has them")
            self._identity = identities.for_namespaces(policy)
            seccomp.program(sockets=True)  # for every job, and for the warden's
            self._own_processes = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
            self._warden = Warden(policy, self._identity)
            self._prepare(())
        elif policy.level == "L2":
            if sys.platform != "linux":
                raise OSError(38, "apply Landlock: only Linux has it")
            self._uid = identities.for_landlock(policy)

    def launch(self, body: Body, *, keep: Sequence[int] = (), devices: Sequence[str] = ()) -> Job:
        """Fork a student's process, close it in, and run ``body`` in it: `begin` and `finish`."""
        return self.finish(self.begin(body, keep=keep, devices=devices))

    def begin(self, body: Body, *, keep: Sequence[int] = (), devices: Sequence[str] = ()) -> Launch:
        """Fork a student's process, which closes itself in and runs ``body``; `finish` waits until it is closed in.

        Args:
            body: called with the report in the new process, with only the standard descriptors and ``keep`` open, in
                a working directory of its own; it does not return.
            keep: descriptors that stay open.
            devices: those of the policy's devices that this job may use.

        Raises:
            OSError: a step failed, which the message names; nothing of the job is left.
        """
        if os.getpid() != self._server or threading.get_native_id() != self._server:
            # a child is killed when the thread that forked it ends, so it must be the main thread
            raise OSError(1, "only the main thread of the process that made the yard can launch from it")
        self._counter += 1
        group = self._group()
        try:
            if self._warden is not None:
                return self._launch_in_world(self._warden, body, keep, tuple(devices), group)
            return self._launch_supervised(body, keep, group)
        except BaseException:
            if group is not None:
                group.remove()
            raise

    def finish(self, launch: Launch) -> Job:
        """The job, once its process has told that everything holds.

        Raises:
            OSError: a step failed, which the message names; nothing of the job is left.
        """
        raw = b""
        while part := os.read(launch.told, _LARGEST_REPORT):
            raw += part
        os.close(launch.told)
        try:
            answer: Report = json.loads(raw)
        except ValueError:
            answer = {"errno": 10, "error": "the student's process ended before it was closed in"}
        student = launch.student if launch.student is not None else int(answer.get("pid", 0))
        job = Job(student, answer, launch.ending, launch.group)
        self._prepare(())
        if "error" in answer:
            job.end()
            raise OSError(int(answer["errno"]), f"{self.policy.level} does not hold: {answer['error']}")
        return job

    def close(self) -> None:
        """End the warden, and with it every world. Jobs should be ended before."""
        if self._warden is not None:
            self._warden.close()
            os.close(self._own_processes)
            self._warden = None

    def _group(self) -> cgroups.Group | None:
        if self._place is None:
            return None
        return cgroups.create(
            self._place, self._counter, memory_bytes=self.policy.memory_bytes, processes=self.policy.processes
        )

    def _launch_in_world(
        self, warden: Warden, body: Body, keep: Sequence[int], devices: tuple[str, ...], group: cgroups.Group | None
    ) -> Launch:
        world = self._world(warden, devices)
        init = int(world["init"])
        with contextlib.ExitStack() as stack:
            joined = {name: os.open(f"/proc/{init}/ns/{name}", os.O_RDONLY | os.O_CLOEXEC) for name in _NAMESPACES}
            for descriptor in joined.values():
                stack.callback(os.close, descriptor)
            its_processes = os.open(f"/proc/{init}/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
            stack.callback(os.close, its_processes)
            warden.handed_over(init)
            told, telling = os.pipe()
            setns(its_processes, CLONE_NEWPID, "join the process namespace")
            student = -1
            try:
                student = os.fork()
            finally:
                if student != 0:
                    self._return_from_process_namespace()
                    os.close(telling)
            if student == 0:
                facts = {"root": warden.facts["root"], "proc": world["proc"]}
                close_in = partial(self._enter_world, joined, facts, group, (*keep, telling))
                _be_student(self.policy, body, telling, close_in)
        return Launch(student, told, NamespaceEnding(warden, init, student), group)

    def _return_from_process_namespace(self) -> None:
        """Let ordinary forks be ordinary again.

        In a user namespace that is not ours to do, and the next job's fork goes into its own namespace directly.
        """
        if not self._identity.nested:
            setns(self._own_processes, CLONE_NEWPID, "return from the process namespace")

    def _enter_world(
        self,
        joined: dict[str, int],
        facts: Report,
        group: cgroups.Group | None,
        keep: Sequence[int],
    ) -> Report:
        """In the student's process: from the fork server's world into its own."""
        os.setsid()
        if group is not None:
            group.join()
        inside.die_first()
        inside.keep_only((*keep, *joined.values()))
        order = [name for name in _NAMESPACES if name != "user"]
        for name in [*order, "user"] if self._identity.nested else order:
            setns(joined[name], 0, f"join the {name} namespace")
        inside.keep_only(keep)
        held = inside.close_world(self.policy, None if self._identity.nested else self._identity.uid)
        return {
            **facts,
            **held,
            "directory": WORK,
            "memory": _memory_bound(group),
            "user_namespace": self._identity.nested,
        }

    def _world(self, warden: Warden, devices: tuple[str, ...]) -> Report:
        """The world that stands ready, or one made now; the next one is asked for at once."""
        if self._pending is not None and self._pending != devices:
            self._pending = None
            warden.bury(int(warden.prepared()["init"]))
        if self._pending is None:
            warden.prepare(devices)
        self._pending = None
        return warden.prepared()

    def _prepare(self, devices: tuple[str, ...]) -> None:
        if self._warden is not None and self._pending is None:
            self._warden.prepare(devices)
            self._pending = devices

    def _launch_supervised(self, body: Body, keep: Sequence[int], group: cgroups.Group | None) -> Launch:
        uid = self._uid if self.policy.level == "L2" else None
        directory = tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-", dir=self.policy.scratch or None)
        os.mkdir(f"{directory}/tmp", 0o700)
        if uid is not None:
            os.chown(f"{directory}/tmp", uid, uid)
            os.chown(directory, uid, uid)
        control_in, control_out = os.pipe()
        status_in, status_out = os.pipe()
        told, telling = os.pipe()
        supervisor = os.fork()
        if supervisor == 0:
            close_in = partial(self._enter_directory, directory, uid, group, (*keep, telling))
            start = partial(_be_student, self.policy, body, telling, close_in)
            _be_supervisor(start, (control_in, status_out), (*keep, telling), uid=uid, directory=directory)
        for descriptor in (control_in, status_out, telling):
            os.close(descriptor)
        return Launch(None, told, SupervisedEnding(supervisor, control_out, status_in), group)

    def _enter_directory(
        self, directory: str, uid: int | None, group: cgroups.Group | None, keep: Sequence[int]
    ) -> Report:
        """In the student's process at L2 and L1: from the fork server's world into a folder of its own."""
        os.setsid()
        if group is not None:
            group.join()
        if sys.platform == "linux":
            inside.die_first()
        inside.keep_only(keep)
        if self.policy.level == "L2":
            held = inside.close_process(self.policy, uid, directory)
        else:
            held = inside.limit_only(self.policy, directory)
        return {**held, "memory": _memory_bound(group), "directory": directory}


def enter(policy: Policy, directory: str) -> Report:
    """Close in this very process, at L2 or L1: for a kernel that is started cold, without a fork server.

    Args:
        policy: the limits; its level is L2 or L1.
        directory: the process's own folder, which it may write.

    Returns:
        What holds.

    Raises:
        OSError: a step failed, which the message names.
        ValueError: L3, which needs a `Yard`.
    """
    if policy.level == "L3":
        raise ValueError("namespaces are made by a yard, not by the process itself")
    if sys.platform == "linux":
        inside.die_first()
    held = (
        inside.close_process(policy, None, directory) if policy.level == "L2" else inside.limit_only(policy, directory)
    )
    _replace_environment(policy, directory)
    return {**held, "level": policy.level, "memory": "limit per process", "directory": directory}


def available(policy: Policy | None = None) -> dict[Level, str]:
    """Try each level in a throw-away process: an empty text where it can be had, else the step that fails."""
    return {level: _try(level, policy or Policy()) for level in LEVELS}


def _try(level: Level, policy: Policy) -> str:
    told, telling = os.pipe()
    child = os.fork()
    if child == 0:
        answer = ""
        try:
            yard = Yard(replace(policy, level=level))
            job = yard.launch(lambda _report: os._exit(0))
            if job.wait(10.0) != 0:
                answer = "the student's process did not end as it should"
            job.end()
            yard.close()
        except OSError as error:
            answer = str(error.strerror or error)
        finally:
            os.write(telling, answer.encode()[:_LARGEST_REPORT] or b" ")
            os._exit(0)
    os.close(telling)
    raw = b""
    while part := os.read(told, _LARGEST_REPORT):
        raw += part
    os.close(told)
    os.waitpid(child, 0)
    return raw.decode().strip() if raw else "the attempt ended without a word"


def _be_student(policy: Policy, body: Body, telling: int, close_in: Callable[[], Report]) -> NoReturn:
    """The student's process from its fork on: close in, tell, run; it leaves only by ``os._exit``."""
    try:
        try:
            report = {"level": policy.level, "pid": os.getpid(), **close_in()}
            _replace_environment(policy, report["directory"])
        except Exception as error:  # noqa: BLE001 - whatever it is, the fork server must hear of it
            report = described(error)
        os.write(telling, json.dumps(report).encode())
        os.close(telling)
        if "error" not in report:
            body(report)
    except BaseException:  # noqa: BLE001 - nothing may return into the fork server's loop
        traceback.print_exc()
    finally:
        os._exit(70)


def _be_supervisor(
    start: Callable[[], NoReturn],
    pipes: tuple[int, int],
    for_student: Sequence[int],
    *,
    uid: int | None,
    directory: str,
) -> NoReturn:
    """The supervisor from its fork on."""
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        inside.keep_only((*pipes, *for_student))
        supervising.adopt_orphans()
        student = os.fork()
        if student == 0:
            for descriptor in pipes:
                os.close(descriptor)
            start()
        inside.keep_only(pipes)
        supervising.supervise(student, *pipes, uid=uid, directory=directory)
    finally:
        os._exit(70)


def _replace_environment(policy: Policy, directory: str) -> None:
    """Only what the policy says; where the sandbox has no folders of its own, those of the job stand in."""
    os.environ.clear()
    os.environ.update(policy.environment)
    if directory != WORK:
        os.environ.update({"HOME": directory, "TMPDIR": f"{directory}/tmp", "MPLCONFIGDIR": f"{directory}/tmp"})
    tempfile.tempdir = None  # found anew


def _sweep_folders(scratch: str) -> None:
    """Remove what jobs of dead fork servers have left, whose supervisor was killed too."""
    with contextlib.suppress(OSError):
        for name in os.listdir(scratch):
            server = name.removeprefix(_FOLDER).partition("-")[0]
            if name.startswith(_FOLDER) and server.isdigit() and not _exists(int(server)):
                shutil.rmtree(os.path.join(scratch, name), ignore_errors=True)


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _memory_bound(group: cgroups.Group | None) -> str:
    return f"control group, version {group.version}" if group else "limit per process"
