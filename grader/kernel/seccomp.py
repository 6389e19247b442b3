"""A filter of system calls: everything is allowed but what reaches over the walls of the sandbox.

Scientific packages need some two hundred calls and more with each libc, so the list names what is refused: foreign
ABIs are killed; namespaces, mounts, tracing, keyrings, kernel modules and System V objects are refused; io_uring and
clone3 do not exist, and libc falls back to what can be filtered; sockets are Unix sockets, or none.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import struct
from typing import Final

from .syscalls import MACHINE, numbered, prctl, syscall

_ARCHITECTURE: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_REFUSED: Final[dict[str, tuple[int, int]]] = {  # name: number on x86_64 and on aarch64; -1 where there is none
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "memfd_secret": (447, 447),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "open_tree_attr": (467, 467),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, -1),
    "ioperm": (173, -1),
    "modify_ldt": (154, -1),
    "uselib": (134, -1),
    "ustat": (136, -1),
    "sysctl": (156, -1),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "lookup_dcookie": (212, 18),
    "nfsservctl": (180, 42),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "shmget": (29, 194),
    "shmctl": (31, 195),
    "shmat": (30, 196),
    "shmdt": (67, 197),
    "semget": (64, 190),
    "semctl": (66, 191),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "msgget": (68, 186),
    "msgctl": (71, 187),
    "msgrcv": (70, 188),
    "msgsnd": (69, 189),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "mq_timedsend": (242, 182),
    "mq_timedreceive": (243, 183),
    "mq_notify": (244, 184),
    "mq_getsetattr": (245, 185),
}
_ABSENT: Final = {"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "clone3": 435}
_CLONE: Final = {"x86_64": 56, "aarch64": 220}
_SOCKET: Final = {"x86_64": 41, "aarch64": 198}
_IOCTL: Final = {"x86_64": 16, "aarch64": 29}
_SIGNALS: Final = {"x86_64": (62, 200, 234), "aarch64": (129, 130, 131)}  # kill, tkill, tgkill
_QUEUED_SIGNALS: Final = {"x86_64": (129, 297), "aarch64": (138, 240)}
# calls that change the owner, mode or times of a file, which Landlock lets pass; done as if they had worked, since
# copying a file ends with them. Open calls are not among them: what may be written, Landlock decides
_CHANGES_OF_FILES: Final = {
    "x86_64": (90, 91, 268, 452, 132, 235, 261, 280),  # chmod, fchmod, fchmodat, fchmodat2, utime, utimes, ...
    "aarch64": (52, 53, 452, 88),
}
_OWNERS: Final = {"x86_64": (92, 93, 94, 260), "aarch64": (54, 55)}  # chown, fchown, lchown, fchownat
_EXTENDED_ATTRIBUTES: Final = {
    "x86_64": (188, 189, 190, 197, 198, 199, 463, 466),
    "aarch64": (5, 6, 7, 14, 15, 16, 463, 466),
}
_TRUNCATE: Final = {"x86_64": 76, "aarch64": 45}
_OPEN: Final = {
    "x86_64": ((2, 1), (257, 2)),
    "aarch64": ((56, 2),),
}  # open, openat: number, and which argument is flags
_OPENAT2: Final = 437
# calls that name a process as their first argument: prlimit64, sched_setaffinity, -scheduler, -param, -attr
_OF_A_PROCESS: Final = {"x86_64": (302, 203, 144, 142, 314), "aarch64": (261, 122, 119, 118, 274)}
_SETPRIORITY: Final = {"x86_64": 141, "aarch64": 140}
_IOPRIO_SET: Final = {"x86_64": 251, "aarch64": 30}
_PIDFD_SEND_SIGNAL: Final = 424
_NAMESPACE_FLAGS: Final = 0x7E020080
_TERMINAL_INJECTION: Final = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_X32: Final = 0x40000000
_AF_UNIX: Final = 1

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_AT_NUMBER, _AT_ARCHITECTURE = 0, 4
_SYNCHRONISE_AND_KEEP_SPECULATION: Final = 1 | 4


def _instruction(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("<HBBI", code, yes, no, value & 0xFFFFFFFF)


def _argument(index: int) -> bytes:
    return _instruction(_LOAD, 16 + 8 * index)


def _refuse(error: int) -> bytes:
    return _instruction(_RETURN, _ERROR | error)


def _on_call(number: int, body: bytes) -> bytes:
    """Run ``body`` if the call is ``number``, which is loaded again afterwards."""
    body += _instruction(_LOAD, _AT_NUMBER)
    return _instruction(_EQUAL, number, 0, len(body) // 8) + body


@functools.cache  # assembled once in the fork server
def program(*, sockets: bool, shared: bool = False, truncation: bool = False, pinned: int | None = None) -> bytes:
    """Assemble the filter.

    Args:
        sockets: whether Unix sockets may be made (safe within a network namespace); a socket pair always may.
        shared: whether the file system and the user are shared with others, so that Landlock's gaps have to be closed:
            modes, owners and times of files, and limits and priorities of other processes.
        truncation: whether cutting files short has to be refused too, which Landlock does from ABI 3 on.
        pinned: a process id: signals may be sent to this process only, which Landlock does from ABI 6 on.

    Raises:
        OSError: no numbers are known for this processor.
    """
    if MACHINE not in _ARCHITECTURE:
        raise OSError(errno.ENOSYS, f"no system-call filter is known for the processor {MACHINE}")
    column = 0 if MACHINE == "x86_64" else 1
    parts = [
        _instruction(_LOAD, _AT_ARCHITECTURE),
        _instruction(_EQUAL, _ARCHITECTURE[MACHINE], 1, 0),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _AT_NUMBER),
    ]
    if MACHINE == "x86_64":
        parts += [_instruction(_AT_LEAST, _X32, 0, 1), _instruction(_RETURN, _KILL)]
    for number in (numbers[column] for numbers in _REFUSED.values()):
        if number >= 0:
            parts += [_instruction(_EQUAL, number, 0, 1), _refuse(errno.EPERM)]
    for number in _ABSENT.values():
        parts += [_instruction(_EQUAL, number, 0, 1), _refuse(errno.ENOSYS)]
    parts.append(
        _on_call(_CLONE[MACHINE], _argument(0) + _instruction(_ANY_BIT, _NAMESPACE_FLAGS, 0, 1) + _refuse(errno.EPERM))
    )
    only_unix = _argument(0) + _instruction(_EQUAL, _AF_UNIX, 1, 0) if sockets else b""
    parts.append(_on_call(_SOCKET[MACHINE], only_unix + _refuse(errno.EACCES)))
    for request in _TERMINAL_INJECTION:
        parts.append(
            _on_call(_IOCTL[MACHINE], _argument(1) + _instruction(_EQUAL, request, 0, 1) + _refuse(errno.EPERM))
        )
    parts += _for_shared_machines() if shared else []
    parts += _against_truncation() if truncation else []
    parts += _only_to(pinned) if pinned is not None else []
    parts.append(_instruction(_RETURN, _ALLOW))
    return b"".join(parts)


def _refused(numbers: tuple[int, ...], error: int) -> list[bytes]:
    return [part for number in numbers for part in (_instruction(_EQUAL, number, 0, 1), _refuse(error))]


def _for_shared_machines() -> list[bytes]:
    parts = _refused(_CHANGES_OF_FILES[MACHINE], 0)
    parts += _refused(_OWNERS[MACHINE], errno.EPERM)
    parts += _refused(_EXTENDED_ATTRIBUTES[MACHINE], errno.EOPNOTSUPP)
    parts += _refused((_IOPRIO_SET[MACHINE],), errno.EPERM)
    itself = _argument(0) + _instruction(_EQUAL, 0, 1, 0) + _refuse(errno.EPERM)
    parts += [_on_call(number, itself) for number in _OF_A_PROCESS[MACHINE]]
    # which is PRIO_PROCESS (0) and who is the caller (0)
    own = _argument(0) + _instruction(_EQUAL, 0, 1, 0) + _refuse(errno.EPERM)
    own += _argument(1) + _instruction(_EQUAL, 0, 1, 0) + _refuse(errno.EPERM)
    return [*parts, _on_call(_SETPRIORITY[MACHINE], own)]


def _against_truncation() -> list[bytes]:
    parts = _refused((_TRUNCATE[MACHINE],), errno.EACCES) + _refused((_OPENAT2,), errno.ENOSYS)
    for number, flags in _OPEN[MACHINE]:
        # a file may be opened for reading and cut short at once: neither write nor read-write, and truncate
        reading = _argument(flags) + _instruction(_ANY_BIT, os.O_WRONLY | os.O_RDWR, 2, 0)
        reading += _instruction(_ANY_BIT, os.O_TRUNC, 0, 1) + _refuse(errno.EACCES)
        parts.append(_on_call(number, reading))
    return parts


def _only_to(process: int) -> list[bytes]:
    mine = _argument(0) + _instruction(_EQUAL, process, 1, 0) + _refuse(errno.EPERM)
    parts = [_on_call(number, mine) for number in _SIGNALS[MACHINE]]
    return parts + _refused((*_QUEUED_SIGNALS[MACHINE], _PIDFD_SEND_SIGNAL), errno.EPERM)


def install(filter_bytes: bytes) -> None:
    """Apply the filter to every thread of this process and all that it starts, for good; needs no_new_privs."""
    code = ctypes.create_string_buffer(filter_bytes, len(filter_bytes))
    header = struct.pack("<H6xQ", len(filter_bytes) // 8, ctypes.addressof(code))
    try:
        syscall("install the system-call filter", numbered("seccomp"), 1, _SYNCHRONISE_AND_KEEP_SPECULATION, header)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        syscall("install the system-call filter", numbered("seccomp"), 1, 1, header)


def allow_no_new_privileges() -> None:
    """No program started from here on gains anything by a set-uid bit or file capabilities."""
    prctl(38, 1, "set no_new_privs")
