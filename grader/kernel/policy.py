"""What a sandbox shall hold and allow: plain data, made by the grader and told to the fork server."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Level = Literal["L3", "L2", "L1"]
LEVELS: Final[tuple[Level, ...]] = ("L3", "L2", "L1")
SYSTEM: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
FIRST_SLOT: Final = 200_000
WORK: Final = "/home/student"  # the student's own folder at L3
WRITABLE: Final = (WORK, "/tmp", "/var/tmp", "/dev/shm")
ENVIRONMENT: Final[Mapping[str, str]] = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": WORK,
    "USER": "student",
    "LOGNAME": "student",
    "TMPDIR": "/tmp",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "MPLCONFIGDIR": "/tmp/matplotlib",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
}


def covered(path: str) -> bool:
    """Whether a folder of this machine lies where a sandbox at L3 puts folders of its own."""
    return any(f"{path}/".startswith(f"{own}/") for own in WRITABLE)


def interpreter_paths() -> tuple[str, ...]:
    """The system's folders and this interpreter's: what a program needs to start, and nothing of the course."""
    wanted = [path for path in (*SYSTEM, sys.base_prefix, sys.prefix) if os.path.exists(path)]
    outer: list[str] = []
    for path in wanted:
        if not any(path == other or path.startswith(other.rstrip("/") + "/") for other in outer):
            outer.append(path)
    return tuple(outer)


@dataclass(frozen=True)
class Policy:
    """One sandbox.

    Attributes:
        level: L3 namespaces, L2 Landlock and a system-call filter, L1 limits only. A step that fails is an error;
            the level never sinks by itself.
        readable: folders of this machine that the student's process sees, read-only, at the same place.
        devices: device files beside the ordinary ones (a GPU's), of which each job gets those that it names.
        memory_bytes: of all processes of a job together, files in its own tmpfs included.
        processes: processes and threads of a job.
        files_bytes: of all files that a job may have (L3), of each file (L2, L1).
        files_count: files that a job may have (L3).
        open_files: per process.
        cpu_seconds: per process.
        environment: all that the student's process has as environment.
        scratch: at L2 and L1, an existing folder of this machine under which each job's own folder is made.
    """

    level: Level = "L3"
    readable: tuple[str, ...] = field(default_factory=interpreter_paths)
    devices: tuple[str, ...] = ()
    memory_bytes: int = 2 << 30
    processes: int = 128
    files_bytes: int = 256 << 20
    files_count: int = 20_000
    open_files: int = 256
    cpu_seconds: int = 600
    environment: Mapping[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))
    scratch: str = ""
