"""Which user a sandbox runs as, on this machine and in this container."""

from __future__ import annotations

import errno
import os
import stat
import sysconfig
from dataclasses import dataclass
from typing import Final

from . import namespaces
from .policy import FIRST_SLOT, Policy
from .syscalls import PR_SET_DUMPABLE, effective_capabilities, prctl

_SETUID, _SYS_ADMIN = 1 << 7, 1 << 21
_SLOTS: Final = ((FIRST_SLOT, 1_000_000), (60_000, 5_000))  # first id and how many; the second for small id ranges
_ALL: Final = 0xFFFFFFFF


@dataclass(frozen=True)
class Identity:
    """Who the student's process is: its user and group id on this machine, or in the fork server's user namespace.

    ``nested`` says that each job has a user namespace of its own inside that one; ``keep_proc`` that the kernel must
    see this machine's /proc to allow a fresh one, which is so in every user namespace but the first.
    """

    uid: int
    nested: bool
    keep_proc: bool


def for_namespaces(policy: Policy) -> Identity:
    """Become able to make namespaces, and say who the students are.

    As root with the right to administer: a user id of the fork server's own. Otherwise the process enters a user
    namespace, and root without that right becomes an ordinary user before it does.

    Raises:
        OSError: the machine forbids it.
    """
    slot = slot_of_this_process()
    if os.geteuid() == 0 and effective_capabilities() & _SYS_ADMIN:
        if slot is not None:
            _demand_readable(policy)
            return Identity(slot, nested=False, keep_proc=not _sees_all_users())
        return Identity(0, nested=True, keep_proc=True)
    if os.geteuid() == 0 and effective_capabilities() & _SETUID and slot is not None:
        # files of the outer root would be ours in a user namespace made by root, /proc/sys among them
        os.setgroups([])
        os.setresgid(slot, slot, slot)
        os.setresuid(slot, slot, slot)
        prctl(PR_SET_DUMPABLE, 1)
    namespaces.become_root_of_a_user_namespace()
    return Identity(0, nested=True, keep_proc=True)


def for_landlock(policy: Policy) -> int | None:
    """A user id of the students' own, where this process may give them one that can read what they need."""
    if os.geteuid() != 0 or not effective_capabilities() & _SETUID:
        return None
    if not all(_everybody_reads(path) for path in policy.readable):
        return None
    return slot_of_this_process()


def slot_of_this_process() -> int | None:
    """A user id that no other live process of ours uses, if this user namespace has one to give."""
    for first, count in _SLOTS:
        uid = first + os.getpid() % count
        if any(start <= uid < start + length for start, length in _id_ranges()):
            return uid
    return None


def _id_ranges() -> list[tuple[int, int]]:
    with open("/proc/self/uid_map", encoding="ascii") as lines:
        return [(int(inner), int(length)) for inner, _, length in (line.split() for line in lines)]


def _sees_all_users() -> bool:
    return (0, _ALL) in _id_ranges()


def _demand_readable(policy: Policy) -> None:
    """Refuse where a user of the students' own could not read what they need: imports would fail in mid-notebook.

    The folders above do not matter, since the sandbox has its own; those below are taken to be like these.
    """
    packages = sysconfig.get_paths()["purelib"]
    for path in (*policy.readable, *([packages] if os.path.isdir(packages) else [])):
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode) and mode & 0o005 != 0o005:
            raise OSError(errno.EACCES, f"show {path}: other users may not read it; run `chmod -R o+rX {path}`")


def _everybody_reads(path: str) -> bool:
    """Whether a user who owns nothing can enter the folder: its own bits and those of every folder above it."""
    path = os.path.realpath(path)
    while path != "/":
        mode = os.stat(path).st_mode
        if not mode & stat.S_IXOTH and stat.S_ISDIR(mode):
            return False
        path = os.path.dirname(path)
    return True
