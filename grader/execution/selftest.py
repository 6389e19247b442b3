"""Measures, from inside a sandbox, what it holds: a hostile cell is run before each batch and its successes counted.

The grader sets up canaries (a file, a folder, listeners, its own process), the cell tries to reach them, and the
guarantees are what it could not do. The outcome is stored with every score.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import secrets
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from grader.errors import BoundaryError, EnvironmentFault, LimitReached
from grader.execution import watchdog
from grader.kernel import attempts
from grader.leftovers import temporary_folder
from grader.wire import Reply, Request

GUARANTEES: Final[Mapping[str, str]] = {
    "files": "files outside the allowed list cannot be read or written",
    "network": "no network, no sockets of other processes",
    "processes": "other processes cannot be seen, signalled or read",
    "survivors": "nothing is alive after the job",
    "memory": "the memory of all its processes together is bounded",
    "process count": "processes and threads are bounded",
    "disk": "its files are bounded",
    "environment": "nothing of the grader's environment or open files is there",
}
REQUIRED: Final[Mapping[str, frozenset[str]]] = {
    "L3": frozenset(GUARANTEES),
    "L2": frozenset(("files", "network", "processes", "survivors", "environment")),
    "L1": frozenset(("environment",)),
}
_MODE: Final = 0o666
_SECONDS: Final = 30.0
_OWN_DESCRIPTORS: Final = ("socket:", "pipe:", "anon_inode:", "/proc/", "/dev/null", "/dev/pts", "/dev/ptmx", "/memfd:")


class KernelLike(Protocol):
    """What the self-test needs of a kernel."""

    isolation: Any

    def run(self, cells: Any) -> Any:
        """Run cells."""

    def ask(self, request: Request, *, seconds: float) -> Reply:
        """Ask for a value."""

    def close(self, *, wait: bool) -> None:
        """End it; with ``wait``, return when nothing of it is left."""


K = TypeVar("K", bound=KernelLike)


@dataclass(frozen=True)
class Guarantee:
    """One promise: whether it was kept in the test, and by what means or with what gap."""

    name: str
    holds: bool
    how: str


@dataclass(frozen=True)
class SelfTest:
    """What was measured: the level at which every guarantee that it demands holds, and each guarantee."""

    level: str | None
    mechanism: str
    guarantees: tuple[Guarantee, ...]
    facts: Mapping[str, Any]
    seconds: float

    def record(self) -> dict[str, Any]:
        """Plain data for the record of every submission of the batch."""
        held = {"level": self.level, "mechanism": self.mechanism, "seconds": round(self.seconds, 3)}
        return {**held, **self.facts, "self_test": [asdict(guarantee) for guarantee in self.guarantees]}

    def broken(self, level: str) -> list[Guarantee]:
        """The guarantees that a level demands and that do not hold."""
        return [guarantee for guarantee in self.guarantees if guarantee.name in REQUIRED[level] and not guarantee.holds]


@dataclass(frozen=True)
class Limits:
    """The limits that the worker was told to hold."""

    memory_bytes: int
    processes: int
    files_bytes: int


@dataclass(frozen=True)
class _Canaries:
    """What the cell tries to reach."""

    folder: Path
    mark: str
    targets: Mapping[str, Any]

    def spoiled(self) -> bool:
        """Whether the file is not as it was made."""
        file = Path(self.targets["file"])
        return file.stat().st_mode & 0o777 != _MODE or file.read_text(encoding="ascii") != self.mark


def measure(start: Callable[[], K], limits: Limits, pid_of: Callable[[K], int], *, watched: bool = False) -> SelfTest:
    """Run the hostile cell in a fresh kernel.

    Args:
        start: starts a kernel as it will be started for students.
        limits: what it should hold.
        pid_of: the process id of a kernel's process, as this process sees it.
        watched: whether a `watchdog` looks after kernels that have no control group.

    Raises:
        EnvironmentFault: the cell did not run to its end, so that nothing is known.
    """
    started = time.monotonic()
    with _canaries(limits) as canaries:
        kernel = start()
        try:
            facts = _run(kernel, canaries.targets)
            report = dict(kernel.isolation)
            pid = pid_of(kernel)
            left = _identities(watchdog.processes_of(pid, watchdog.adopter_of(pid)))
            bound = memory_bound(pid, limits.memory_bytes, watched=watched)
        finally:
            kernel.close(wait=True)
        survivors = [process for process, birth in left.items() if _birth(process) == birth]
        guarantees = _judge(facts, report, canaries, survivors, bound, watched=watched)
    mechanism = str(report.get("level", "none"))
    return SelfTest(
        _level(mechanism, guarantees), mechanism, guarantees, _kept(report, bound), time.monotonic() - started
    )


def _run(kernel: KernelLike, targets: Mapping[str, Any]) -> dict[str, Any]:
    source = f"{inspect.getsource(attempts)}\n\nfacts = attempt({dict(targets)!r})\n"
    try:
        runs = kernel.run([source])
        if runs[0].error is not None:
            raise EnvironmentFault(
                f"the sandbox's self-test did not run: {runs[0].error.type_name}: {runs[0].error.message}"
            )
        reply = kernel.ask(Request("get", "facts"), seconds=_SECONDS)
    except (BoundaryError, LimitReached) as error:
        raise EnvironmentFault(f"the sandbox's self-test did not answer: {error}") from error
    if not isinstance(reply.value, dict) or not {"read", "wrote", "connected", "touched"} <= reply.value.keys():
        raise EnvironmentFault("the sandbox's self-test answered something else than its findings")
    return reply.value


@contextlib.contextmanager
def _canaries(limits: Limits) -> Iterator[_Canaries]:
    """A file, a folder, three listeners and two processes that no student should reach."""
    mark = f"grader-canary-{secrets.token_hex(8)}"
    with contextlib.ExitStack() as stack:
        folder = temporary_folder("canary")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o777)  # so that only the sandbox, and no permission, stands before it
        canary = folder / "expected_values.txt"
        canary.write_text(mark, encoding="ascii")
        canary.chmod(_MODE)
        port = 9  # where not even the grader may listen, only the attempt to make a socket counts
        with contextlib.suppress(OSError):
            port = stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
        abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
        with contextlib.suppress(OSError):  # only Linux has names that are no paths
            abstract.bind(f"\0{mark}")
            abstract.listen()
        named = stack.enter_context(socket.socket(socket.AF_UNIX))
        named.bind(str(folder / "socket"))
        (folder / "socket").chmod(0o777)
        named.listen()
        yield _Canaries(
            folder,
            mark,
            {
                "file": str(canary),
                "folder": str(folder),
                "port": port,
                "abstract": mark,
                "socket": str(folder / "socket"),
                "pids": [os.getpid(), os.getppid() or os.getpid()],
                "mark": mark,
                **asdict(limits),
            },
        )


def _judge(
    facts: Mapping[str, Any],
    report: Mapping[str, Any],
    canaries: _Canaries,
    survivors: list[int],
    bound: str,
    *,
    watched: bool,
) -> tuple[Guarantee, ...]:
    came_out = [
        str(folder)
        for folder in (Path("/dev/shm"), Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - where a canary could come out
        if _remove(folder / canaries.mark)
    ]
    reached = [*facts["read"], *facts["wrote"], *(f"{folder}, which others use" for folder in came_out)]
    reached += ["the mode or content of a file"] if canaries.spoiled() else []
    own_world = report.get("level") == "L3"
    seen = [pid for pid in facts.get("visible", []) if pid > 1000] if own_world else []
    touched = [] if own_world and max(facts.get("visible") or [0]) < 1000 else facts["touched"]
    strange = [name for name in facts.get("descriptors", []) if not str(name).startswith(_OWN_DESCRIPTORS)]
    leaked = [
        name for name in facts.get("environment", []) if str(name).startswith(("GITHUB", "ACTIONS", "AWS", "SSH"))
    ]
    counted = bool(facts.get("threads"))
    whole = "its own file system" if own_world else f"per file{', the whole by the watchdog' if watched else ''}"
    return (
        _of("files", reached, "reached", "only the listed folders are there" if own_world else "Landlock"),
        _of("network", facts["connected"], "reached", "own network namespace, filter" if own_world else "filter"),
        _of("processes", [*touched, *seen], "reached", "own process namespace" if own_world else "Landlock, user"),
        _of("survivors", survivors, "still alive", "the namespace dies" if own_world else "sweep"),
        Guarantee("memory", bool(facts.get("memory")) and bound != "nobody", bound),
        Guarantee("process count", counted or bound == "watchdog", "limit" if counted else "watchdog"),
        Guarantee("disk", bool(facts.get("disk")), whole),
        _of("environment", [*strange, *leaked], "found", "empty environment, descriptors closed"),
    )


def _of(name: str, broken: list[Any], word: str, how: str) -> Guarantee:
    return Guarantee(name, not broken, how if not broken else f"{word}: {', '.join(map(str, broken[:5]))}")


def _level(mechanism: str, guarantees: tuple[Guarantee, ...]) -> str | None:
    held = {guarantee.name for guarantee in guarantees if guarantee.holds}
    for level in ("L3", "L2", "L1"):
        if level <= mechanism and held >= REQUIRED[level]:
            return level
    return None


def _kept(report: Mapping[str, Any], bound: str) -> dict[str, Any]:
    names = ("root", "proc", "landlock_abi", "user_namespace", "capabilities", "system_calls", "limits")
    return {**{name: report[name] for name in names if name in report}, "memory": bound}


def memory_bound(pid: int, memory_bytes: int, *, watched: bool) -> str:
    """Who holds the memory of all processes of a job: its control group, read back from the kernel, or the watchdog."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/cgroup").read_text(encoding="utf-8").splitlines():
            _, names, path = line.split(":", 2)
            for file in (f"/sys/fs/cgroup/memory{path}/memory.limit_in_bytes", f"/sys/fs/cgroup{path}/memory.max"):
                if (names in ("", "memory")) and Path(file).exists():
                    limit = Path(file).read_text(encoding="ascii").strip()
                    if limit.isdigit() and int(limit) <= memory_bytes:
                        return "control group"
    return "watchdog" if watched and Path("/proc/self/smaps_rollup").exists() else "nobody"


def _identities(processes: list[int]) -> dict[int, str]:
    return {process: _birth(process) for process in processes}


def _birth(process: int) -> str:
    """When a process was started, which tells it from a later one with the same number; empty if it is gone."""
    with contextlib.suppress(OSError, IndexError):
        words = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
        return "" if words[0] == b"Z" else words[19].decode()
    return ""


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True
