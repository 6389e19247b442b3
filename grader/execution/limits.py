"""How much a submission may use, and what a process's end says about the limit that ended it."""

from __future__ import annotations

import signal
from dataclasses import dataclass

GRACE_SECONDS = 0.5
OUTPUT_FLOOD = 16


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one submission may use; times are wall time in seconds, sizes in bytes.

    ``memory_bytes`` is the sum over all its processes, ``files_bytes`` what it may write, ``output_bytes`` and
    ``messages`` what its outputs may be per cell.
    """

    cell_seconds: float = 30.0
    call_seconds: float = 10.0
    submission_seconds: float = 180.0
    memory_bytes: int = 2 << 30
    processes: int = 128
    output_bytes: int = 1 << 20
    messages: int = 10_000
    files_bytes: int = 256 << 20
    open_files: int = 256
    threads: int = 1


def grace(seconds: float) -> float:
    """How long after an interrupt a cell may take to stop before its process is killed, in seconds."""
    return GRACE_SECONDS + min(0.05 * seconds, 2.0)


def limit_of_error(type_name: str, message: str) -> str | None:
    """The limit that an exception in a cell tells of, or None.

    Returns:
        ``memory``, ``gpu memory``, ``processes``, ``disk`` or ``files``.
    """
    if "CUDA out of memory" in message or type_name == "OutOfMemoryError":
        return "gpu memory"
    if type_name in ("MemoryError", "_ArrayMemoryError") or "can't allocate memory" in message:
        return "memory"
    if "can't start new thread" in message or (type_name == "BlockingIOError" and "Errno 11" in message):
        return "processes"
    if type_name == "OSError":
        for number, limit in (("Errno 27", "disk"), ("Errno 28", "disk"), ("Errno 122", "disk"), ("Errno 24", "files")):
            if number in message:
                return limit
    return None


def limit_of_status(status: int | None) -> str | None:
    """The limit that a process's wait status tells of, or None."""
    if status is None or not (status & 0x7F):
        return None
    return {
        int(getattr(signal, "SIGXCPU", -1)): "time",
        int(getattr(signal, "SIGXFSZ", -1)): "disk",
    }.get(status & 0x7F)


def words_of_status(status: int | None) -> str:
    """How a process ended, in words."""
    if status is None:
        return "the process ended"
    number = status & 0x7F
    if status < 0:
        return "the process ended with the server that it came from"
    if not number:
        return f"the process ended with exit status {status >> 8}"
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = str(number)
    return f"the process ended with signal {name}"


KILL = int(getattr(signal, "SIGKILL", 9))
"""The signal of a process that somebody ended; Windows has none."""

KILLED = words_of_status(KILL)
"""What is said of a process that somebody killed who is none of us."""
