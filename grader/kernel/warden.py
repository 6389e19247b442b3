"""A small process beside the fork server that prepares worlds for jobs and ends them.

It is forked before the fork server imports anything large, so that its own forks cost next to nothing; the one large
fork of a job is the student's process itself, which joins the world that stands ready. Each world has a process 1
that only waits: when it is killed, or the warden or the fork server dies, the kernel kills every process in it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
from typing import Any, Final, NoReturn

from . import namespaces, seccomp
from .identities import Identity
from .policy import Policy
from .syscalls import (
    CLONE_NEWPID,
    CLONE_NEWUSER,
    PR_SET_CHILD_SUBREAPER,
    PR_SET_DUMPABLE,
    clear_capabilities,
    die_with_parent,
    drop_bounding_set,
    prctl,
    unshare,
)

_LARGEST: Final = 1 << 16


class Warden:
    """The fork server's handle on its warden.

    Args:
        policy: of every job.
        identity: of every job.

    Raises:
        OSError: the tree could not be built; the message names the step.
    """

    def __init__(self, policy: Policy, identity: Identity) -> None:
        mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            mine.close()
            _serve(its, policy, identity)
        its.close()
        self._socket = mine
        self._answers: list[dict[str, Any]] = []
        self.facts = self._answer("root")

    def fileno(self) -> int:
        """The socket to the warden."""
        return self._socket.fileno()

    def prepare(self, devices: tuple[str, ...]) -> None:
        """Ask for a world; `prepared` gives it."""
        self._socket.send(json.dumps({"do": "prepare", "devices": devices}).encode())

    def prepared(self) -> dict[str, Any]:
        """The world that was asked for: the process id of its process 1, and what holds in it; ``OSError`` if none."""
        return self._answer("init")

    def handed_over(self, init: int) -> None:
        """Say that the student's process has joined the world of this process 1."""
        self._socket.send(json.dumps({"do": "close", "init": init}).encode())

    def bury(self, init: int) -> None:
        """Kill process 1 of a world, and return when every process in it is gone.

        The fork server's own child in that world must be killed and waited for before.
        """
        self._socket.send(json.dumps({"do": "bury", "init": init}).encode())
        self._answer("buried")

    def close(self) -> None:
        """End the warden and every world."""
        self._socket.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def _answer(self, what: str) -> dict[str, Any]:
        """The next answer that tells ``what``; a world may be told of while we wait for a burial."""
        while True:
            for at, answer in enumerate(self._answers):
                if what in answer or (what != "buried" and "error" in answer):
                    del self._answers[at]
                    break
            else:
                raw = self._socket.recv(_LARGEST)
                if not raw:
                    raise OSError(10, "the sandbox's warden has ended")
                self._answers.append(json.loads(raw))
                continue
            if "error" in answer:
                raise OSError(answer["errno"], answer["error"])
            return answer


def _serve(channel: socket.socket, policy: Policy, identity: Identity) -> NoReturn:
    """The warden's whole life."""
    status = 1
    try:
        die_with_parent()
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        prctl(PR_SET_CHILD_SUBREAPER, 1, "adopt orphans")
        _keep_only(channel.fileno())
        shown = namespaces.INNER_ID if identity.nested else identity.uid
        try:
            root = namespaces.build_tree(policy, uid=shown, keep_proc=identity.keep_proc)
        except OSError as error:
            _tell(channel, described(error))
            os._exit(1)
        _tell(channel, {"root": root})
        _obey(channel, policy, identity)
        status = 0
    finally:
        os._exit(status)


def _obey(channel: socket.socket, policy: Policy, identity: Identity) -> None:
    controls: dict[int, int] = {}
    while raw := channel.recv(_LARGEST):
        order = json.loads(raw)
        if order["do"] == "prepare":
            answer = _prepare(policy, identity, tuple(order["devices"]), controls)
            _tell(channel, answer)
        elif order["do"] == "close":
            os.write(controls[order["init"]], b"c")
        else:
            init = order["init"]
            os.kill(init, signal.SIGKILL)
            os.waitpid(init, 0)
            os.close(controls.pop(init))
            _tell(channel, {"buried": init})


def _prepare(policy: Policy, identity: Identity, devices: tuple[str, ...], controls: dict[int, int]) -> dict[str, Any]:
    """Make a world: a process 1 in a process namespace, which does the rest and then waits."""
    control_in, control_out = os.pipe()
    ready_in, ready_out = os.pipe()
    born_in, born_out = os.pipe()
    mother = os.fork()
    if mother == 0:
        _bear(policy, identity, devices, control_in, ready_out, born_out)
    for descriptor in (control_in, ready_out, born_out):
        os.close(descriptor)
    os.waitpid(mother, 0)  # process 1 is our child from here on, since we adopt orphans
    birth = _read_json(born_in, "no process namespace could be made")
    if "error" not in birth:
        os.write(control_out, b"s")
        told = _read_json(ready_in, "process 1 of a sandbox ended at once")
        if "error" not in told:
            os.close(ready_in)
            controls[birth["init"]] = control_out
            return {**told, **birth}
        os.waitpid(birth["init"], 0)
        birth = told
    os.close(control_out)
    os.close(ready_in)
    return birth


def _bear(
    policy: Policy, identity: Identity, devices: tuple[str, ...], control: int, ready: int, born: int
) -> NoReturn:
    """Fork process 1 into a new process namespace and end.

    A process that has once made a process namespace for its children can make no second one, so it is not the warden.
    """
    try:
        try:
            unshare(CLONE_NEWPID, "make a process namespace")
            init = os.fork()
            if init == 0:
                _be_process_one(policy, identity, devices, control, ready)
            answer: dict[str, Any] = {"init": init}
        except OSError as error:
            answer = described(error)
        os.write(born, json.dumps(answer).encode())
    finally:
        os._exit(0)


def _be_process_one(policy: Policy, identity: Identity, devices: tuple[str, ...], control: int, ready: int) -> NoReturn:
    """Build the world, give up every right, and wait; orphans are reaped by the kernel since SIGCHLD is ignored."""
    try:
        _keep_only(control, ready)
        if not os.read(control, 1):
            os._exit(0)  # the warden has gone
        try:
            answer: dict[str, Any] = namespaces.build_world(policy, owner=identity.uid, devices=devices)
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            _give_up_rights(identity)
            seccomp.install(seccomp.program(sockets=True))
        except Exception as error:  # noqa: BLE001 - whatever it is, the fork server must hear of it
            answer = described(error)
        os.write(ready, json.dumps(answer).encode())
        os.close(ready)
        while "error" not in answer and os.read(control, 1):
            prctl(PR_SET_DUMPABLE, 0)
    finally:
        os._exit(0)


def _give_up_rights(identity: Identity) -> None:
    if identity.nested:
        uid, gid = os.geteuid(), os.getegid()
        unshare(CLONE_NEWUSER, "make the job's user namespace")
        namespaces.map_identity(namespaces.INNER_ID, uid, gid)
        drop_bounding_set()
    else:
        drop_bounding_set()
        os.setgroups([])
        os.setresgid(identity.uid, identity.uid, identity.uid)
        os.setresuid(identity.uid, identity.uid, identity.uid)
    die_with_parent()  # every change of identity clears it
    seccomp.allow_no_new_privileges()
    clear_capabilities()
    if identity.nested:
        prctl(PR_SET_DUMPABLE, 1)  # until the fork server has opened our namespaces


def _read_json(descriptor: int, silence: str) -> dict[str, Any]:
    raw = b""
    while part := os.read(descriptor, _LARGEST):
        raw += part
    answer: dict[str, Any] = json.loads(raw) if raw else {"errno": 10, "error": silence}
    return answer


def described(error: Exception) -> dict[str, Any]:
    """An error as plain data, for the process that asked."""
    if isinstance(error, OSError):
        return {"errno": error.errno or 1, "error": str(error.strerror or error)}
    return {"errno": 1, "error": f"{type(error).__name__}: {error}"}


def _tell(channel: socket.socket, answer: dict[str, Any]) -> None:
    channel.send(json.dumps(answer).encode())


def _keep_only(*descriptors: int) -> None:
    """Close every other descriptor, the standard ones included: nothing of ours writes to a terminal."""
    first = 0
    for descriptor in sorted(descriptors):
        if descriptor > 0:  # os.closerange(0, 0) closes everything in some versions of Python
            os.closerange(first, descriptor)
        first = descriptor + 1
    os.closerange(first, 1 << 20)
