"""Watches from outside what no limit of the kernel's holds: the memory, processes and files of a whole job.

Where there is a control group it does that better, and is asked instead. Elsewhere a thread adds up, twenty times a
second, what all processes of a job hold, shared memory and the files of their own file system included, and kills a
job that holds too much; what a job allocates and frees between two looks is not seen.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

PAGE: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_FOLDERS: Final = ("home/student", "tmp", "dev/shm")  # one file system of the sandbox, at any of them
_MOST_ENTRIES: Final = 50_000


@dataclass(frozen=True)
class Usage:
    """What a job holds at one moment; sizes in bytes."""

    memory_bytes: int
    processes: int
    files_bytes: int


@dataclass
class Watch:
    """One job under watch; ``limit`` names what it was killed for, if it was."""

    pid: int
    memory_bytes: int
    processes: int
    files_bytes: int
    directory: str = ""
    limit: str | None = None
    peak_bytes: int = 0
    adopter: int = field(init=False)
    allowance: int = field(init=False)

    def __post_init__(self) -> None:
        self.adopter = adopter_of(self.pid)
        self.allowance = _resident(self.pid)  # what the fork server had imported is not the student's

    def usage(self) -> Usage:
        """Add up what the job's processes hold."""
        processes = processes_of(self.pid, self.adopter)
        files = _files(self.pid, self.directory)
        memory = sum(map(_resident, processes)) + files
        if memory - self.allowance > self.memory_bytes:
            # pages that processes share were counted once for each: only now is it worth counting them right
            private = sum(_rollup(process, "Pss_Anon:") for process in processes)
            shared = sum(_rollup(process, "Pss_Shmem:") for process in processes)
            memory = private + max(shared, files)  # files of the sandbox that are mapped are in both
        return Usage(max(0, memory - self.allowance), len(processes), files)

    def exceeded(self) -> str | None:
        """The limit that the job is over, if it is over one."""
        now = self.usage()
        self.peak_bytes = max(self.peak_bytes, now.memory_bytes)
        if now.memory_bytes > self.memory_bytes:
            return "memory"
        if now.processes > self.processes:
            return "processes"
        if now.files_bytes > self.files_bytes:
            return "disk"
        return None

    def kill(self) -> None:
        """Kill the student's process and all that it has started; what escapes, the end of the job gets."""
        for pid in [self.pid, *processes_of(self.pid, self.adopter)]:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


class Watchdog:
    """Watches jobs from a thread of its own; use it in a ``with``.

    Args:
        every: seconds between two looks.
    """

    def __init__(self, *, every: float = 0.05) -> None:
        self._every = every
        self._watches: dict[int, Watch] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def watch(self, pid: int, *, memory_bytes: int, processes: int, files_bytes: int, directory: str = "") -> Watch:
        """Watch a job from now on.

        Args:
            pid: the student's process, as this process sees it.
            memory_bytes: of all its processes and of the files in its own file system.
            processes: how many it may have.
            files_bytes: of all its files.
            directory: where these are, if the sandbox has no file system of its own.
        """
        watch = Watch(pid, memory_bytes, processes, files_bytes, directory)
        with self._lock:
            self._watches[pid] = watch
        return watch

    def forget(self, watch: Watch) -> None:
        """Stop watching, before the process is reaped: later its number may be another's."""
        with self._lock:
            self._watches.pop(watch.pid, None)

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            with self._lock:
                for watch in list(self._watches.values()):
                    watch.limit = watch.limit or watch.exceeded()
                    if watch.limit is not None:
                        watch.kill()


def processes_of(pid: int, adopter: int) -> list[int]:
    """The live processes of a job: the student's, its descendants, and those that were abandoned to the adopter."""
    own = os.getpid()
    if Path(f"/proc/{own}/task/{own}/children").exists():  # not every kernel is built with it
        children_of: Callable[[int], list[int]] = _children
    else:
        by_parent: dict[int, list[int]] = {}
        for process, parent, _ in _table():
            by_parent.setdefault(parent, []).append(process)
        children_of = lambda process: by_parent.get(process, [])  # noqa: E731 - one line that shadows a function
    found: set[int] = set()
    waiting = [pid, *(children_of(adopter) if adopter else [])]
    while waiting:
        process = waiting.pop()
        if process not in found:
            found.add(process)
            waiting += children_of(process)
    return sorted(filter(runs, found))


def runs(pid: int) -> bool:
    """Whether there is such a process that has not ended; false where that cannot be told."""
    return _state(pid) not in ("", "Z")


def adopter_of(pid: int) -> int:
    """Who adopts what the job abandons: process 1 of its namespace, else its supervisor; 0 if it cannot be told."""
    namespace = _namespace(pid)
    if namespace and namespace != _namespace(os.getpid()):
        for process, _, _ in _table():
            if _namespace(process) == namespace and _status(process).get("NSpid", "").split()[-1:] == ["1"]:
                return process
        return 0
    parents = {process: parent for process, parent, _ in _table()}
    return parents.get(pid, 0)


def wait_for_memory(bytes_free: int, seconds: float) -> bool:
    """Wait until the machine has that much memory to give; false if it does not in time."""
    until = time.monotonic() + seconds
    while available_memory() < bytes_free:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def available_memory() -> int:
    """Bytes that new processes could have without swapping, as the kernel estimates; 0 where it does not say."""
    return _kilobytes(Path("/proc/meminfo"), "MemAvailable:")


def _table() -> Iterator[tuple[int, int, str]]:
    """Process id, parent and state of every process that can be seen."""
    with contextlib.suppress(OSError), os.scandir("/proc") as entries:
        for entry in entries:
            if entry.name.isdigit():
                with contextlib.suppress(OSError, ValueError, IndexError):
                    line = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()
                    yield int(entry.name), int(line[1]), line[0].decode()


def _children(pid: int) -> list[int]:
    """Process ids of a process's children."""
    found: list[int] = []
    with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/task") as threads:
        for thread in threads:
            found += map(int, Path(thread.path, "children").read_text(encoding="ascii").split())
    return found


def _state(pid: int) -> str:
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0].decode()
    return ""


def _namespace(pid: int) -> str:
    with contextlib.suppress(OSError):
        return str(Path(f"/proc/{pid}/ns/pid").readlink())
    return ""


def _status(pid: int) -> dict[str, str]:
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return {}


def _resident(pid: int) -> int:
    """Bytes of anonymous and shared memory in a process's hands: an upper bound of what is its own."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        status = _status(pid)
        return 1024 * sum(int(status[name].split()[0]) for name in ("RssAnon", "RssShmem") if name in status)
    return 0


def _rollup(pid: int, name: str) -> int:
    """A process's share of the memory that it holds: shared pages are divided among those who share them."""
    return _kilobytes(Path(f"/proc/{pid}/smaps_rollup"), name)


def _kilobytes(path: Path, name: str) -> int:
    total = 0
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in path.read_text(encoding="ascii").splitlines():
            if line.startswith(name):
                total += int(line.split()[1])
    return 1024 * total


def _files(pid: int, directory: str) -> int:
    """Bytes of the job's files: of its own file system if it has one, else of all files under ``directory``."""
    if directory and not directory.startswith("/home/student"):
        return _tree(Path(directory))
    for folder in _FOLDERS:
        with contextlib.suppress(OSError):
            own = os.statvfs(f"/proc/{pid}/root/{folder}")
            if own.f_fsid != os.statvfs("/").f_fsid or own.f_blocks != os.statvfs("/").f_blocks:
                return (own.f_blocks - own.f_bfree) * own.f_frsize
    return 0


def _tree(top: Path) -> int:
    """Bytes that files under a folder occupy, each counted once; links are not followed."""
    total, seen = 0, 0
    waiting: list[Path] = [top]
    while waiting and seen < _MOST_ENTRIES:
        folder = waiting.pop()
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in _few(entries):
                seen += 1
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
    return total


def _few(entries: Iterable[os.DirEntry[str]]) -> Iterator[os.DirEntry[str]]:
    for count, entry in enumerate(entries):
        if count >= _MOST_ENTRIES:
            return
        yield entry
