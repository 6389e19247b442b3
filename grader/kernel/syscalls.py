"""The system calls that Python's os module lacks, through ctypes; each failure is an OSError that names its step."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from typing import Any, Final

CLONE_NEWTIME: Final = 0x80
CLONE_NEWNS: Final = 0x00020000
CLONE_NEWCGROUP: Final = 0x02000000
CLONE_NEWUTS: Final = 0x04000000
CLONE_NEWIPC: Final = 0x08000000
CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWPID: Final = 0x20000000
CLONE_NEWNET: Final = 0x40000000

MS_RDONLY: Final = 1
MS_NOSUID: Final = 2
MS_NODEV: Final = 4
MS_NOEXEC: Final = 8
MS_REMOUNT: Final = 32
MS_BIND: Final = 4096
MS_MOVE: Final = 8192
MS_REC: Final = 16384
MS_PRIVATE: Final = 1 << 18
MNT_DETACH: Final = 2

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_CAPBSET_DROP: Final = 24
PR_SET_CHILD_SUBREAPER: Final = 36
PR_SET_NO_NEW_PRIVS: Final = 38
PR_CAP_AMBIENT: Final = 47
PR_CAP_AMBIENT_CLEAR_ALL: Final = 4

MACHINE: Final = {"AMD64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
NUMBERS: Final[dict[str, dict[str, int]]] = {
    "x86_64": {"pivot_root": 155, "seccomp": 317, "capset": 126},
    "aarch64": {"pivot_root": 41, "seccomp": 277, "capset": 91},
}
MOUNT_SETATTR: Final = 442
LANDLOCK_CREATE_RULESET: Final = 444
LANDLOCK_ADD_RULE: Final = 445
LANDLOCK_RESTRICT_SELF: Final = 446

_AT_FDCWD: Final = -100
_AT_RECURSIVE: Final = 0x8000
_CAPABILITY_VERSION_3: Final = 0x20080522
_libc: Final = ctypes.CDLL(None, use_errno=True)


def checked(step: str, result: int) -> int:
    """The result of a C call, or an OSError that names the step that failed."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{step}: {os.strerror(code)}")
    return result


def _call(step: str, name: str, *arguments: Any) -> int:
    return checked(step, getattr(_libc, name)(*arguments))


def syscall(step: str, number: int, *arguments: Any) -> int:
    """A system call by its number; integers are passed as 64 bits."""
    wide = [ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments]
    return checked(step, _libc.syscall(ctypes.c_long(number), *wide))


def numbered(name: str) -> int:
    """This machine's number of a system call."""
    try:
        return NUMBERS[MACHINE][name]
    except KeyError as error:
        raise OSError(38, f"no sandbox is known for the processor {MACHINE}") from error


def unshare(flags: int, step: str) -> None:
    """Leave some of the namespaces of the parent."""
    _call(step, "unshare", flags)


def setns(descriptor: int, kind: int, step: str) -> None:
    """Join a namespace."""
    _call(step, "setns", descriptor, kind)


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount something at ``target``."""
    _call(
        f"mount {kind or source} at {target}",
        "mount",
        os.fsencode(source),
        os.fsencode(target),
        kind.encode() or None,
        ctypes.c_ulong(flags),
        options.encode() or None,
    )


def unmount(target: str, flags: int = MNT_DETACH) -> None:
    """Unmount ``target``."""
    _call(f"unmount {target}", "umount2", os.fsencode(target), flags)


def make_read_only(target: str, attributes: int = MS_RDONLY | MS_NOSUID | MS_NODEV) -> None:
    """Make a tree of mounts read-only, all the way down where the kernel can (5.12), else its top only."""
    # the first three mount attributes have the values of the mount flags
    wanted = struct.pack("<4Q", attributes, 0, 0, 0)
    try:
        syscall("mount_setattr", MOUNT_SETATTR, _AT_FDCWD, os.fsencode(target), _AT_RECURSIVE, wanted, len(wanted))
    except OSError:
        mount("", target, "", MS_REMOUNT | MS_BIND | attributes)


def pivot_root(new: str, old: str) -> None:
    """Make ``new`` the root and put the old one at ``old``."""
    syscall("pivot_root", numbered("pivot_root"), os.fsencode(new), os.fsencode(old))


def prctl(option: int, argument: int = 0, step: str = "prctl") -> int:
    """``prctl`` with one argument."""
    wide = [ctypes.c_ulong(value) for value in (argument, 0, 0, 0)]
    return checked(step, _libc.prctl(option, *wide))


def die_with_parent(signal_number: int = 9) -> None:
    """Be killed when the thread that forked us ends; setresuid clears this, so call it afterwards."""
    prctl(PR_SET_PDEATHSIG, signal_number, "arm the parent-death signal")


def drop_bounding_set() -> None:
    """Give up every capability for good, for programs that are started later too; needs CAP_SETPCAP."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability, "drop the bounding set")
        except OSError as error:
            if error.errno == 22 and capability > 0:  # EINVAL: past the kernel's last capability
                return
            raise


def clear_capabilities() -> None:
    """Give up the capabilities that the process holds now."""
    try:
        _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    finally:
        header = struct.pack("<Ii", _CAPABILITY_VERSION_3, 0)
        syscall("clear the capabilities", numbered("capset"), header, struct.pack("<6I", *[0] * 6))


def effective_capabilities() -> int:
    """The bits of the capabilities that the process may use now; 0 where /proc does not tell."""
    return int(process_status().get("CapEff", "0"), 16)


def process_status(process: str = "self") -> dict[str, str]:
    """The lines of /proc/PID/status; empty where there is no /proc."""
    try:
        with open(f"/proc/{process}/status", encoding="utf-8", errors="replace") as lines:
            return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    except OSError:
        return {}
