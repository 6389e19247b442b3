"""Landlock: a process gives up, for itself and all that it starts, every file outside a list."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from typing import Final

from .syscalls import LANDLOCK_ADD_RULE, LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF, syscall

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIRECTORY = 1, 2, 4, 8
_TRUNCATE: Final = 1 << 14
_DEVICE_CONTROL: Final = 1 << 15
_READ: Final = _EXECUTE | _READ_FILE | _READ_DIRECTORY
_OF_FILES: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE_CONTROL
_NETWORK: Final = 3  # bind and connect over TCP
_SCOPES: Final = 3  # abstract Unix sockets, signals


def version() -> int:
    """The kernel's Landlock ABI, 0 where there is none."""
    try:
        return syscall("ask for Landlock", LANDLOCK_CREATE_RULESET, 0, 0, 1)
    except OSError:
        return 0


def restrict(readable: Iterable[str], writable: Iterable[str]) -> int:
    """Leave only these trees (or files), for good; needs no_new_privs. Paths that do not exist are left out.

    Returns:
        The ABI that was used: from 4 on TCP is refused too, from 6 on signals and abstract sockets to the outside.

    Raises:
        OSError: the kernel has no Landlock, or refuses.
    """
    abi = version()
    if abi < 1:
        raise OSError(38, "Landlock is not available in this kernel")
    handled = (
        0x1FFF | (0x2000 if abi >= 2 else 0) | (_TRUNCATE if abi >= 3 else 0) | (_DEVICE_CONTROL if abi >= 5 else 0)
    )
    attributes = struct.pack("<3Q", handled, _NETWORK if abi >= 4 else 0, _SCOPES if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = syscall("make a Landlock ruleset", LANDLOCK_CREATE_RULESET, attributes[:size], size, 0)
    try:
        for path in readable:
            _add(ruleset, path, _READ & handled)
        for path in writable:
            _add(ruleset, path, handled)
        syscall("apply Landlock", LANDLOCK_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return abi


def _add(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return
    try:
        if not os.path.isdir(path):
            rights &= _OF_FILES
        syscall(f"allow {path}", LANDLOCK_ADD_RULE, ruleset, 1, struct.pack("<QiI", rights, descriptor, 0)[:12], 0)
    finally:
        os.close(descriptor)
