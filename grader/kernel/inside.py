"""The last steps of a sandbox, taken by the student's process itself before any of the student's code runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, Final

from . import landlock, limits, seccomp
from .policy import WORK, Policy
from .syscalls import (
    PR_SET_DUMPABLE,
    clear_capabilities,
    die_with_parent,
    drop_bounding_set,
    prctl,
    process_status,
)

_DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_HARMLESS: Final = ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives", "/etc/fonts", "/etc/mime.types")
_PROC: Final = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/uptime", "/proc/loadavg")
_EMPTY_SETS: Final = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")


def keep_only(descriptors: Sequence[int]) -> None:
    """Close everything but the standard descriptors and these."""
    first = 3
    for descriptor in sorted(set(descriptors)):
        if descriptor >= first:
            os.closerange(first, descriptor)
            first = descriptor + 1
    os.closerange(first, 1 << 20)


def die_first() -> None:
    """When memory runs out, the kernel shall take this process and not the grader's."""
    descriptor = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    try:
        os.write(descriptor, b"1000")
    finally:
        os.close(descriptor)


def give_up_rights(uid: int | None) -> None:
    """Drop every capability for good and, if ``uid`` is given, become that user; then nothing brings them back."""
    if int(process_status().get("CapEff", "0"), 16) or uid is not None:
        drop_bounding_set()  # before the user changes: afterwards it would fail, and silently hold nothing
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    # both are cleared by a change of user, so they come after it
    die_with_parent()
    prctl(PR_SET_DUMPABLE, 1, "stay readable to itself")
    seccomp.allow_no_new_privileges()
    clear_capabilities()


def close_world(policy: Policy, uid: int | None) -> dict[str, Any]:
    """L3, within the namespaces: limits, no rights, the system-call filter. Returns what holds."""
    os.chdir(WORK)
    held = limits.apply(policy)
    give_up_rights(uid)
    seccomp.install(seccomp.program(sockets=True))
    return {"limits": held, **_measured(demand_empty_bounding_set=True)}


def close_process(policy: Policy, uid: int | None, directory: str) -> dict[str, Any]:
    """L2: limits, no rights, only the readable trees and ``directory``, no sockets. Returns what holds."""
    os.chdir(directory)
    held = limits.apply(policy)
    give_up_rights(uid)
    readable = (*policy.readable, *_HARMLESS, *_PROC)
    abi = landlock.restrict(readable, (*_DEVICES, *policy.devices, directory))
    # from ABI 6 on Landlock holds signals back; below, a user of its own does, or else the filter has to
    pinned = os.getpid() if uid is None and abi < 6 else None
    seccomp.install(seccomp.program(sockets=False, shared=True, truncation=abi < 3, pinned=pinned))
    return {"limits": held, "landlock_abi": abi, **_measured(demand_empty_bounding_set=uid is not None)}


def limit_only(policy: Policy, directory: str) -> dict[str, Any]:
    """L1: limits and nothing else. Returns what holds."""
    os.chdir(directory)
    held = limits.apply(policy) if limits.resource is not None else {}
    if sys.platform == "linux":
        die_with_parent()
        seccomp.allow_no_new_privileges()
    return {"limits": held, "uid": os.getuid() if hasattr(os, "getuid") else -1}


def _measured(*, demand_empty_bounding_set: bool) -> dict[str, Any]:
    """Read back from the kernel what was asked of it; ``OSError`` where it is not so."""
    status = process_status()
    facts: dict[str, Any] = {"uid": os.getuid()}
    if not status:  # no /proc at all in this sandbox: each call was checked, and none is measured
        return facts
    sets = _EMPTY_SETS if demand_empty_bounding_set else ("CapPrm", "CapEff", "CapAmb")
    full = [name for name in sets if int(status.get(name, "0"), 16)]
    if full:
        raise OSError(1, f"drop the capabilities: {', '.join(full)} still hold some")
    if status.get("NoNewPrivs") != "1" or status.get("Seccomp") != "2":
        raise OSError(1, "install the system-call filter: the kernel says that it is not there")
    return {**facts, "capabilities": "none", "no_new_privileges": True, "system_calls": "filtered"}
