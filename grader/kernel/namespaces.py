"""The world of a sandbox at L3: a small read-only tree of this machine's files, and a private world for each job."""

from __future__ import annotations

import contextlib
import os
import socket
from typing import Final

from .policy import WORK, WRITABLE, Policy, covered
from .syscalls import (
    CLONE_NEWCGROUP,
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
    MNT_DETACH,
    MS_BIND,
    MS_MOVE,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_RDONLY,
    MS_REC,
    PR_SET_DUMPABLE,
    make_read_only,
    mount,
    pivot_root,
    prctl,
    unmount,
    unshare,
)

PRIVATE: Final = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP
INNER_ID: Final = 1000  # what an ordinary user's sandbox calls its only user; never 0, which would regain capabilities
_STAGE: Final = "/.readable"  # where readable folders wait that a job's own folders would cover
_POINTS: Final = ("/etc", "/dev/pts", "/proc", "/sys", "/run", "/scratch", _STAGE, *WRITABLE)
_ORDINARY_DEVICES: Final = ("null", "zero", "full", "random", "urandom")
_LINKS: Final = {
    "/dev/fd": "/proc/self/fd",
    "/dev/stdin": "/proc/self/fd/0",
    "/dev/stdout": "/proc/self/fd/1",
    "/dev/stderr": "/proc/self/fd/2",
    "/dev/ptmx": "pts/ptmx",
}
_COPIED: Final = ("/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types")
_FOLDERS: Final = ("/etc/alternatives", "/etc/fonts")
_ETC: Final = {
    "/etc/passwd": "root:x:0:0:root:/:/usr/sbin/nologin\nstudent:x:{uid}:{uid}:student:/home/student:/bin/sh\n",
    "/etc/group": "root:x:0:\nstudent:x:{uid}:\n",
    "/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "/etc/hostname": "sandbox\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


def become_root_of_a_user_namespace() -> None:
    """As an ordinary user: enter a user namespace in which this process may make the others.

    Raises:
        OSError: the machine forbids it to users; the message says how to allow it.
    """
    uid, gid = os.geteuid(), os.getegid()
    try:
        unshare(CLONE_NEWUSER, "make a user namespace")
    except OSError as error:
        hint = "allow user namespaces (sysctl kernel.unprivileged_userns_clone, AppArmor), or run as root"
        raise OSError(error.errno, f"{error.strerror}; {hint}") from error
    map_identity(0, uid, gid)


def map_identity(inner: int, uid: int, gid: int) -> None:
    """Call the outer user and group ``inner`` in the user namespace that was just made."""
    prctl(PR_SET_DUMPABLE, 1, "own the files under /proc/self")
    for name, text in (("setgroups", "deny"), ("gid_map", f"{inner} {gid} 1"), ("uid_map", f"{inner} {uid} 1")):
        with contextlib.ExitStack() as stack:
            try:
                descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
                stack.callback(os.close, descriptor)
                os.write(descriptor, text.encode())
            except OSError as error:
                raise OSError(error.errno, f"write {name} of the user namespace: {error.strerror}") from error


def build_tree(policy: Policy, *, uid: int, keep_proc: bool) -> str:
    """Give this process a root that holds the readable folders, the devices and empty mount points, read-only.

    Args:
        policy: what is readable and which devices there are.
        uid: the id that the student's process will see as its own.
        keep_proc: leave this machine's /proc in place until each job has its own: within a user namespace the kernel
            allows a fresh /proc only where one is visible.

    Returns:
        How the root was changed: ``pivot`` or ``chroot``.
    """
    unshare(CLONE_NEWNS, "make a mount namespace")
    mount("", "/", "", MS_REC | MS_PRIVATE)
    top = _building_place(policy)
    mount("grader", top, "tmpfs", MS_NOSUID | MS_NODEV, "size=16m,nr_inodes=4096,mode=755")
    for path in _POINTS:
        os.makedirs(top + path, exist_ok=True)
    for number, path in enumerate(policy.readable):
        if covered(path):
            _show(path, f"{top}{_STAGE}/{number}")
        else:
            _show(path, top + path)
    _fill_etc(top, uid)
    _fill_dev(top, policy.devices)
    if keep_proc:
        mount("/proc", f"{top}/proc", "", MS_BIND | MS_REC)
    mount("", top, "", 32 | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)
    return _change_root(top)


def _building_place(policy: Policy) -> str:
    """An existing folder that hides none of the readable ones."""
    for place in ("/tmp", "/mnt", "/media", "/srv", "/opt", "/var/tmp", "/run"):
        if os.path.isdir(place) and not any((path + "/").startswith(place + "/") for path in policy.readable):
            return place
    raise OSError(2, "build the tree: every place for it holds something that must be readable")


def _show(path: str, target: str) -> None:
    """Put a readable folder of this machine into the tree: a link as a link, a folder as a read-only mount."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.islink(path):
        os.symlink(os.readlink(path), target)
        return
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    mount(path, target, "", MS_BIND | MS_REC)
    make_read_only(target)


def _fill_etc(top: str, uid: int) -> None:
    for path, text in _ETC.items():
        _write(top + path, text.format(uid=uid).encode())
    for path in _COPIED:
        with contextlib.suppress(OSError), open(path, "rb") as stream:
            _write(top + path, stream.read())
    for path in _FOLDERS:
        if os.path.isdir(path):
            _show(path, top + path)


def _fill_dev(top: str, devices: tuple[str, ...]) -> None:
    for path in (*(f"/dev/{name}" for name in _ORDINARY_DEVICES), *devices):
        target = top + path
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
        mount(path, target, "", MS_BIND)  # no make_read_only: that would forbid devices
    for link, target in _LINKS.items():
        os.symlink(target, top + link)


def _change_root(top: str) -> str:
    os.chdir(top)
    try:
        pivot_root(".", ".")
    except OSError:
        # some container profiles allow mounts and not pivot_root; nothing outside is reachable after this either,
        # since no descriptor of an outer folder is left and nobody inside may change the root again
        mount(".", "/", "", MS_MOVE)
        os.chroot(".")
        os.chdir("/")
        return "chroot"
    unmount(".", MNT_DETACH)
    os.chdir("/")
    return "pivot"


def build_world(policy: Policy, *, owner: int, devices: tuple[str, ...]) -> dict[str, str]:
    """Make the private world of one job; called by its process 1, within a fresh process namespace.

    Args:
        policy: sizes.
        owner: the id, in this process's user namespace, that owns the writable folders.
        devices: those of the policy's devices that this job may use.

    Returns:
        What holds: ``proc`` is ``fresh`` or ``none``.
    """
    unshare(CLONE_NEWNS | PRIVATE, "make namespaces")
    size = f"size={policy.files_bytes},nr_inodes={policy.files_count}"
    mount("scratch", "/scratch", "tmpfs", MS_NOSUID | MS_NODEV, f"{size},mode=711")
    for number, target in enumerate(WRITABLE):
        inner = f"/scratch/{number}"
        os.mkdir(inner)
        os.chmod(inner, 0o700 if target == WORK else 0o1777)
        os.chown(inner, owner, owner)
        mount(inner, target, "", MS_BIND)
    unmount("/scratch")
    for number, path in enumerate(policy.readable):
        if covered(path) and not os.path.islink(f"{_STAGE}/{number}"):
            os.makedirs(path)
            mount(f"{_STAGE}/{number}", path, "", MS_MOVE)
    mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")
    for path in policy.devices:
        if path not in devices:
            unmount(path)
    socket.sethostname("sandbox")
    return {"proc": _fresh_proc()}


def _fresh_proc() -> str:
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    try:
        mount("proc", "/sys", "proc", flags)
    except OSError:
        with contextlib.suppress(OSError):
            unmount("/proc")
        return "none"
    with contextlib.suppress(OSError):  # this machine's own, where it was kept for the kernel to see
        unmount("/proc")
    mount("/sys", "/proc", "", MS_MOVE)
    return "fresh"


def _write(path: str, raw: bytes) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644)
    try:
        os.write(descriptor, raw)
    finally:
        os.close(descriptor)
