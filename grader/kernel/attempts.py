"""What a hostile submission would try first; the self-test runs this as a student's cell before each batch.

The module is read as text and sent as the source of a cell, so it stands on its own: only the standard library.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import socket
import sys
import threading
from typing import Any

try:
    import resource as _resource
except ImportError:  # Windows
    resource: Any = None
else:
    resource = _resource

Facts = dict[str, Any]


def attempt(targets: Facts) -> Facts:
    """Try everything against the targets that the grader has set up, and say what succeeded.

    Args:
        targets: ``file``, ``folder``, ``port``, ``abstract``, ``socket``, ``pids`` and the limits in bytes and counts.
    """
    return {
        "read": _read(targets),
        "wrote": _wrote(targets),
        "connected": _connected(targets),
        "touched": _touched(targets["pids"]),
        "visible": sorted(int(name) for name in _names("/proc") if name.isdigit()),
        "memory": _memory(int(targets["memory_bytes"])),
        "threads": _threads(int(targets["processes"])),
        "disk": _disk(int(targets["files_bytes"])),
        "descriptors": _descriptors(),
        "environment": sorted(os.environ),
        "daemon": _daemon(),
        "user": os.getuid(),
    }


def _read(targets: Facts) -> list[str]:
    found = []
    for path in (
        targets["file"],
        f"/proc/{targets['pids'][0]}/root{targets['file']}",
        f"/proc/1/root{targets['file']}",
    ):
        with contextlib.suppress(OSError), open(path, "rb") as stream:
            if stream.read():
                found.append(path)
    found += [folder for folder in (targets["folder"],) if _names(folder)]
    return found


def _wrote(targets: Facts) -> list[str]:
    found = []
    for folder in (targets["folder"], sys.prefix, os.path.dirname(os.__file__), "/usr", "/etc", "/"):
        path = os.path.join(folder, f"written-{os.getpid()}")
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
            os.unlink(path)
            found.append(folder)
    with contextlib.suppress(OSError):  # the grader looks whether it changed; success alone says nothing
        os.chmod(targets["file"], 0o600)
    with contextlib.suppress(OSError):
        os.truncate(targets["file"], 0)
    # in a world of its own this writes to the sandbox's folder; the grader looks whether it came out
    for folder in ("/dev/shm", "/tmp", "/var/tmp"):
        with contextlib.suppress(OSError):
            os.close(os.open(os.path.join(folder, targets["mark"]), os.O_CREAT | os.O_WRONLY, 0o600))
    return found


def _connected(targets: Facts) -> list[str]:
    attempts = [
        ("network", socket.AF_INET, ("127.0.0.1", targets["port"])),
        ("abstract socket", socket.AF_UNIX, "\0" + targets["abstract"]),
        ("socket file", socket.AF_UNIX, targets["socket"]),
    ]
    found = []
    for name, family, address in attempts:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(1.0)
            probe.connect(address)
            found.append(name)
    for name in ("AF_VSOCK", "AF_PACKET", "AF_NETLINK"):
        with contextlib.suppress(OSError, AttributeError), socket.socket(getattr(socket, name), socket.SOCK_RAW):
            found.append(name)
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.sendto(b"x", ("127.0.0.1", targets["port"]))
        found.append("datagrams")
    return found


def _touched(pids: list[int]) -> list[str]:
    """Ways to reach other processes; numbers that are our own world's are left out."""
    found = []
    for pid in pids:
        for name in ("environ", "maps", "mem"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/{name}", "rb") as stream:
                if stream.read(1):
                    found.append(f"{name} of {pid}")
        if pid != os.getpid():
            with contextlib.suppress(OSError):
                os.kill(pid, 0)
                found.append(f"signal to {pid}")
            with contextlib.suppress(OSError, ValueError, AttributeError):
                resource.prlimit(pid, resource.RLIMIT_CORE, resource.prlimit(pid, resource.RLIMIT_CORE))
                found.append(f"limits of {pid}")
    return found


def _names(folder: str) -> list[str]:
    with contextlib.suppress(OSError):
        return os.listdir(folder)
    return []


def _memory(limit: int) -> bool:
    """Whether more private memory than the limit was refused; nothing is touched, so it costs nothing."""
    try:
        with mmap.mmap(-1, limit + (1 << 30), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
            return False
    except (OSError, ValueError, MemoryError):
        return True


def _threads(limit: int) -> bool:
    """Whether more threads than the limit were refused."""
    done = threading.Event()
    started = []
    try:
        for _ in range(limit + 8):
            thread = threading.Thread(target=done.wait, daemon=True)
            thread.start()
            started.append(thread)
    except RuntimeError:
        return True
    finally:
        done.set()
        for thread in started:
            thread.join()
    return False


def _disk(limit: int) -> bool:
    """Whether a file larger than the limit was refused."""
    name = f"large-{os.getpid()}"
    try:
        descriptor = os.open(name, os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            if not hasattr(os, "posix_fallocate"):  # macOS; there nothing bounds the sum either
                return False
            os.posix_fallocate(descriptor, 0, limit + (1 << 20))
        finally:
            os.close(descriptor)
            os.unlink(name)
    except OSError:
        return True
    return False


def _descriptors() -> list[str]:
    """What the open descriptors beyond the standard ones are."""
    found = []
    for name in _names("/proc/self/fd"):
        with contextlib.suppress(OSError, ValueError):
            if int(name) > 2:
                found.append(os.readlink(f"/proc/self/fd/{name}"))
    return sorted(found)


def _daemon() -> bool:
    """Leave a process behind that has cut every tie."""
    child = os.fork()
    if child == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        os.closerange(0, 256)
        threading.Event().wait(600)
        os._exit(0)
    os.waitpid(child, 0)
    return True
