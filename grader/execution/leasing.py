"""Lends GPUs to submissions: one each, alone where something is measured, and back only when the memory is free."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from grader.errors import EnvironmentFault
from grader.execution.gpu import Computing, Gpu, GpuInventory, computes

try:
    import fcntl

    take_file: Any = lambda stream: fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)  # noqa: E731  # one line of two
except ImportError:  # Windows, where GPUs are not lent between processes
    take_file = None

Wanted = Literal["cpu", "gpu", "either"]
POLL_SECONDS = 0.2
RELEASE_SECONDS = 30.0
SLACK_BYTES = 64 << 20


@dataclass(frozen=True)
class Choice:
    """Where a check runs: ``gpu`` is None for the processor; ``reason`` says why it is not what was wanted.

    With ``runs`` false there is no device for it here: the outcome is ``not_run``, never a zero.
    """

    runs: bool
    gpu: Gpu | None
    reason: str = ""


def choose(wanted: Wanted, memory_bytes: int, gpus: Sequence[Gpu]) -> Choice:
    """Choose a device for a check.

    Args:
        wanted: what the check says.
        memory_bytes: GPU memory that it needs.
        gpus: those that compute here.
    """
    if wanted == "cpu":
        return Choice(runs=True, gpu=None)
    fitting = sorted((gpu for gpu in gpus if gpu.memory_bytes >= memory_bytes), key=lambda gpu: gpu.memory_bytes)
    if fitting:
        return Choice(runs=True, gpu=fitting[0])
    reason = "no GPU on this machine"
    if gpus:
        largest = max(gpu.memory_bytes for gpu in gpus)
        reason = f"{memory_bytes / 2**30:.1f} GiB of GPU memory are needed, the largest GPU has {largest / 2**30:.1f}"
    if wanted == "either":
        return Choice(runs=True, gpu=None, reason=f"ran on the CPU: {reason}")
    return Choice(runs=False, gpu=None, reason=f"not run: {reason}")


@dataclass
class Lease:
    """A GPU for one submission; ``peak_bytes`` and ``over`` are kept by the watch while it lasts."""

    gpu: Gpu
    exclusive: bool
    memory_bytes: int
    baseline_bytes: int
    peak_bytes: int = 0
    over: bool = False
    problem: str = ""
    kill: Callable[[], None] | None = None
    _locked: Any = field(default=None, repr=False)

    def report(self) -> Mapping[str, Any]:
        """What belongs in the record of a score."""
        return {
            "uuid": self.gpu.uuid,
            "name": self.gpu.name,
            "driver": self.gpu.driver,
            "memory_bytes": self.gpu.memory_bytes,
            "exclusive": self.exclusive,
            "peak_bytes": self.peak_bytes,
        }


class Leases:
    """Lends the GPUs of one machine; use it in a ``with``, every thread may ask.

    Other graders on the machine are kept out by a lock file per GPU.

    Args:
        inventory: knows the GPUs and their memory.
        slots: submissions that may share a GPU when none of them measures anything.
        try_out: computes something on a GPU before it is lent for the first time and after trouble.
        folder: where the lock files are; for all users of the machine by default.
    """

    def __init__(
        self,
        inventory: GpuInventory,
        *,
        slots: int = 1,
        try_out: Callable[[str], Computing] = computes,
        folder: Path | None = None,
        release_seconds: float = RELEASE_SECONDS,
    ) -> None:
        self._inventory = inventory
        self._slots = slots
        self._try_out = try_out
        self._folder = folder or Path(tempfile.gettempdir()) / "grader-gpus"
        self._release_seconds = release_seconds
        self._changed = threading.Condition()
        self._held: dict[str, list[Lease]] = {}
        self._known: dict[str, str] = {}
        self._stop = threading.Event()
        self._watching = threading.Thread(target=self._watch, name="gpu memory", daemon=True)
        self._gpus = tuple(inventory.gpus())

    def __enter__(self) -> Self:
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._watching.join()

    @property
    def problems(self) -> Mapping[str, str]:
        """Why a GPU is not lent, by its UUID."""
        with self._changed:
            return {uuid: problem for uuid, problem in self._known.items() if problem}

    def working(self) -> tuple[Gpu, ...]:
        """The GPUs that compute; each is tried out once."""
        return tuple(gpu for gpu in self._gpus if not self._problem_of(gpu))

    def _problem_of(self, gpu: Gpu) -> str:
        with self._changed:
            if gpu.uuid in self._known:
                return self._known[gpu.uuid]
        problem = self._try_out(gpu.uuid).problem
        with self._changed:
            return self._known.setdefault(gpu.uuid, problem)

    @contextlib.contextmanager
    def lease(self, *, memory_bytes: int = 0, exclusive: bool = False, seconds: float = 3600.0) -> Iterator[Lease]:
        """Lend a GPU, waiting until one is free.

        Args:
            memory_bytes: what the submission may use of its memory; 0 for all of it.
            exclusive: nobody else may use it meanwhile, because time or memory is measured.
            seconds: how long to wait.

        Raises:
            EnvironmentFault: there is none that fits, or none became free in time.
        """
        lent = self._take(memory_bytes, exclusive, time.monotonic() + seconds)
        try:
            yield lent
        finally:
            self._give_back(lent)

    def _take(self, memory_bytes: int, exclusive: bool, deadline: float) -> Lease:
        fitting = [gpu for gpu in self.working() if gpu.memory_bytes >= memory_bytes]
        if not fitting:
            raise EnvironmentFault(f"no GPU with {memory_bytes / 2**30:.1f} GiB computes on this machine")
        with self._changed:
            while True:
                for gpu in fitting:
                    lent = self._try_to_take(gpu, memory_bytes, exclusive)
                    if lent is not None:
                        return lent
                if time.monotonic() >= deadline:
                    raise EnvironmentFault("no GPU became free in time")
                # a GPU that another grader has locked tells nobody when it is free
                self._changed.wait(min(POLL_SECONDS, max(0.0, deadline - time.monotonic())))

    def _try_to_take(self, gpu: Gpu, memory_bytes: int, exclusive: bool) -> Lease | None:
        """Lend this GPU if it is free; the lock is held."""
        held = self._held.setdefault(gpu.uuid, [])
        full = len(held) >= (1 if exclusive else self._slots) or any(lent.exclusive for lent in held)
        if full or self._known.get(gpu.uuid):
            return None
        used = self._used(gpu)
        if used + memory_bytes > gpu.memory_bytes:
            return None
        locked = None if held else self._lock(gpu)
        if locked is None and not held:
            return None
        lent = Lease(gpu, exclusive, memory_bytes, used, _locked=locked)
        held.append(lent)
        return lent

    def _lock(self, gpu: Gpu) -> Any:
        """The open lock file of a GPU, or None while another grader has it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w-]", "_", gpu.uuid)
        stream = (self._folder / f"{name}.lock").open("a")
        if take_file is None:
            return stream
        try:
            take_file(stream)
        except OSError:
            stream.close()
            return None
        return stream

    def _give_back(self, lent: Lease) -> None:
        """Take a GPU back once its memory is free; if it stays used, try it out before it is lent again."""
        freed = self._wait_until_free(lent)
        problem = "" if freed else self._try_out(lent.gpu.uuid).problem
        with self._changed:
            held = self._held[lent.gpu.uuid]
            held.remove(lent)
            if held and lent._locked is not None:  # noqa: SLF001  # the lock goes on with who is left
                held[0]._locked = lent._locked  # noqa: SLF001
            elif lent._locked is not None:  # noqa: SLF001
                lent._locked.close()  # noqa: SLF001
            if problem:
                self._known[lent.gpu.uuid] = problem
                lent.problem = problem
            self._changed.notify_all()

    def _wait_until_free(self, lent: Lease) -> bool:
        deadline = time.monotonic() + self._release_seconds
        while True:
            with self._changed:
                alone = len(self._held[lent.gpu.uuid]) == 1
            # with others on it, what they use cannot be told from what was left behind
            if not alone or self._used(lent.gpu) <= lent.baseline_bytes + SLACK_BYTES:
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(min(POLL_SECONDS, self._release_seconds / 4))

    def _used(self, gpu: Gpu) -> int:
        try:
            return self._inventory.used_bytes(gpu.uuid)
        except (LookupError, OSError):
            return 0

    def _watch(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            with self._changed:
                leases = [lent for held in self._held.values() for lent in held]
            for lent in leases:
                self._look_at(lent)

    def _look_at(self, lent: Lease) -> None:
        """Note what a lease uses; kill its submission if that is more than it said."""
        with self._changed:
            alone = len(self._held.get(lent.gpu.uuid, ())) == 1
        if not alone:
            return
        used = max(0, self._used(lent.gpu) - lent.baseline_bytes)
        lent.peak_bytes = max(lent.peak_bytes, used)
        if lent.memory_bytes and used > lent.memory_bytes and not lent.over:
            lent.over = True
            if lent.kill is not None:
                lent.kill()


def visible(environment: Mapping[str, str] | None = None) -> tuple[str, ...] | None:
    """The GPUs that a batch system has allotted to us by CUDA_VISIBLE_DEVICES, or None if it has not."""
    allotted = (environment if environment is not None else os.environ).get("CUDA_VISIBLE_DEVICES")
    if allotted is None:
        return None
    return tuple(part.strip() for part in allotted.split(",") if part.strip())


def allotted(gpus: Sequence[Gpu], names: Sequence[str] | None) -> tuple[Gpu, ...]:
    """Those GPUs that are named, by UUID, by the start of one, or by index; all of them if nothing is named."""
    if names is None:
        return tuple(gpus)
    return tuple(
        gpu for gpu in gpus if any(name == str(gpu.index) or (name and gpu.uuid.startswith(name)) for name in names)
    )
