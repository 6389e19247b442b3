"""Control groups, version 1 or 2, where this process may make some: memory and processes of a whole job."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from typing import Final

_ROOT: Final = "/sys/fs/cgroup"
_PREFIX: Final = "grader"
_CONTROLLERS: Final = ("memory", "pids", "cpuacct")


@dataclass(frozen=True)
class Place:
    """Where groups can be made: the version, and for each controller the folder under which ours go."""

    version: int
    folders: dict[str, str]


@dataclass(frozen=True)
class Group:
    """The group of one job: for each controller its folder (the same one in version 2)."""

    version: int
    folders: dict[str, str]

    def join(self) -> None:
        """Put this process, and what it forks from now on, into the group."""
        for folder in set(self.folders.values()):
            _write(folder, "cgroup.procs", "0")

    def memory_kills(self) -> int:
        """How many processes the kernel has killed because the group's memory was full."""
        name = "memory.events" if self.version == 2 else "memory.oom_control"
        for line in _read(self.folders["memory"], name).splitlines():
            word, _, count = line.partition(" ")
            if word == "oom_kill":
                return int(count)
        return 0

    def memory_peak(self) -> int:
        """The most bytes that the group has held; 0 if the kernel does not tell."""
        name = "memory.peak" if self.version == 2 else "memory.max_usage_in_bytes"
        return int(_read(self.folders["memory"], name).strip() or 0)

    def cpu_seconds(self) -> float | None:
        """Processor time of all processes of the group; None if the kernel does not tell."""
        if self.version == 1 and "cpuacct" in self.folders:
            return int(_read(self.folders["cpuacct"], "cpuacct.usage").strip() or 0) / 1e9
        for line in _read(self.folders["memory"], "cpu.stat").splitlines():
            word, _, count = line.partition(" ")
            if word == "usage_usec":
                return int(count) / 1e6
        return None

    def remove(self) -> None:
        """Remove the group; its processes must be dead, and may take a moment to be gone."""
        for folder in set(self.folders.values()):
            for _ in range(50):
                try:
                    os.rmdir(folder)
                    break
                except FileNotFoundError:
                    break
                except OSError:
                    time.sleep(0.002)


def find_place() -> Place | None:
    """Where this process may make groups that limit memory and processes, or None."""
    own: dict[str, str] = {}
    for line in _read("/proc/self", "cgroup").splitlines():
        _, names, path = line.split(":", 2)
        own.update(dict.fromkeys(names.split(","), path))
    first: dict[str, str | None] = {
        name: _first_version_folder(name, own[name]) for name in _CONTROLLERS if name in own
    }
    usable: dict[str, str] = {name: folder for name, folder in first.items() if folder}
    if {"memory", "pids"} <= usable.keys():
        return Place(1, usable)
    return _second_version_place(own.get("", ""))


def create(place: Place, number: int, *, memory_bytes: int, processes: int) -> Group:
    """Make a group; ``OSError`` if the kernel refuses."""
    name = f"{_PREFIX}-{os.getpid()}-{number}"
    folders = {controller: f"{folder}/{name}" for controller, folder in place.folders.items()}
    group = Group(place.version, folders)
    try:
        for folder in set(folders.values()):
            os.mkdir(folder, 0o700)
        limit = "memory.max" if place.version == 2 else "memory.limit_in_bytes"
        _write(folders["memory"], limit, str(memory_bytes))
        _write(folders["pids"], "pids.max", str(processes))
        if place.version == 2:
            with contextlib.suppress(OSError):  # absent where there is no swap
                _write(folders["memory"], "memory.swap.max", "0")
    except OSError:
        group.remove()
        raise
    return group


def sweep(place: Place) -> int:
    """Remove the groups of fork servers that are dead; returns how many folders went."""
    removed = 0
    for folder in set(place.folders.values()):
        for name in os.listdir(folder):
            parts = name.split("-")
            if len(parts) != 3 or parts[0] != _PREFIX or not parts[1].isdigit():
                continue
            if not os.path.exists(f"/proc/{parts[1]}"):
                with contextlib.suppress(OSError):
                    os.rmdir(f"{folder}/{name}")
                    removed += 1
    return removed


def _first_version_folder(controller: str, own: str) -> str | None:
    """The folder of our own group of one controller of version 1, or the mount's top if ours is not visible here."""
    for folder in (f"{_ROOT}/{controller}{own}".rstrip("/"), f"{_ROOT}/{controller}"):
        if os.path.exists(f"{folder}/cgroup.procs"):
            return folder if os.access(folder, os.W_OK) else None
    return None


def _second_version_place(own: str) -> Place | None:
    """A folder of version 2 whose children have the controllers: beside our own group, or below it."""
    mine = f"{_ROOT}{own}".rstrip("/")
    for folder in (os.path.dirname(mine) if own.strip("/") else mine, mine):
        if not os.access(folder, os.W_OK):
            continue
        have = _read(folder, "cgroup.subtree_control").split()
        if not {"memory", "pids"} <= set(have):
            with contextlib.suppress(OSError):  # busy where processes live in it
                _write(folder, "cgroup.subtree_control", "+memory +pids")
            have = _read(folder, "cgroup.subtree_control").split()
        if {"memory", "pids"} <= set(have):
            return Place(2, dict.fromkeys(("memory", "pids"), folder))
    return None


def _read(folder: str, name: str) -> str:
    try:
        with open(f"{folder}/{name}", encoding="ascii", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""


def _write(folder: str, name: str, text: str) -> None:
    descriptor = os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
