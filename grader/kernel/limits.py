"""Limits that the kernel holds per process and that a student's process can only lower."""

from __future__ import annotations

import contextlib
from typing import Any

from .policy import Policy
from .syscalls import process_status

try:
    import resource as _resource
except ImportError:  # Windows
    resource: Any = None
else:
    resource = _resource


def apply(policy: Policy) -> dict[str, int]:
    """Set the limits of this process and of all that it starts.

    Returns:
        The limits that hold, by their names in the ``resource`` module.

    Raises:
        OSError: the machine has no such limits (Windows).
    """
    if resource is None:
        raise OSError(38, "this system has no limits per process")
    wanted = {
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": policy.files_bytes,
        "RLIMIT_NOFILE": policy.open_files,
        "RLIMIT_NPROC": policy.processes,
        "RLIMIT_CPU": policy.cpu_seconds,
        "RLIMIT_DATA": _data_in_use() + policy.memory_bytes,
        "RLIMIT_MEMLOCK": 64 << 10,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_SIGPENDING": 1024,
        "RLIMIT_NICE": 0,
        "RLIMIT_RTPRIO": 0,
    }
    held = {}
    for name, most in wanted.items():
        number = getattr(resource, name, None)
        if number is None:  # not every system knows each of them
            continue
        _, hard = resource.getrlimit(number)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # macOS refuses some combinations for limits that it does not enforce anyway; what holds is read back
        with contextlib.suppress(ValueError):
            resource.setrlimit(number, (least, least))
        held[name] = int(resource.getrlimit(number)[1])
    return held


def _data_in_use() -> int:
    """Bytes of private memory that the fork server's imports take already: they are not the student's."""
    kilobytes = process_status().get("VmData", "0").split()[0]
    return int(kilobytes) * 1024
