"""How a job ends: by the death of its namespace's process 1, or by its supervisor's sweep."""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import dataclass, field
from typing import Protocol

from .supervising import STATUS
from .warden import Warden


class Ending(Protocol):
    """What ends a job; the steps are taken in the order of the methods."""

    @property
    def descriptor(self) -> int:
        """Becomes readable when the student's process has ended."""

    def kill(self) -> None:
        """Kill every process of the job."""

    def status(self) -> int:
        """Reap the student's process, which has ended; its wait status."""

    def bury(self) -> None:
        """Return when no process of the job is left."""


@dataclass
class NamespaceEnding:
    """The student's process is our child; all else dies with process 1 of its namespace."""

    warden: Warden
    init: int
    student: int
    descriptor: int = field(init=False)

    def __post_init__(self) -> None:
        self._status: int | None = None
        self.descriptor = os.pidfd_open(self.student)

    def kill(self) -> None:
        """Kill process 1; the warden has not waited for it, so the number is still its own."""
        for process in (self.student, self.init) if self._status is None else (self.init,):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def status(self) -> int:
        """Reap our child; killed, if somebody else of this process has taken its status."""
        if self._status is None:
            try:
                self._status = os.waitpid(self.student, 0)[1]
            except ChildProcessError:
                self._status = int(signal.SIGKILL)
        return self._status

    def bury(self) -> None:
        """Wait, through the warden, for the end of the namespace."""
        os.close(self.descriptor)
        self.warden.bury(self.init)


@dataclass
class SupervisedEnding:
    """The student's process is the supervisor's child; the supervisor is ours."""

    supervisor: int
    control: int
    descriptor: int

    def kill(self) -> None:
        """Tell the supervisor that the job is over."""
        os.close(self.control)

    def status(self) -> int:
        """What the supervisor tells; killed, if it could not tell any more."""
        raw = os.read(self.descriptor, STATUS.size)
        return int(STATUS.unpack(raw)[0]) if len(raw) == STATUS.size else int(signal.SIGKILL)

    def bury(self) -> None:
        """Wait for the supervisor, which leaves last."""
        os.waitpid(self.supervisor, 0)
        os.close(self.descriptor)
