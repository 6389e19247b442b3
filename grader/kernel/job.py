"""One student's process, seen from the fork server."""

from __future__ import annotations

import select
from dataclasses import dataclass
from typing import Any

from . import cgroups
from .endings import Ending

Report = dict[str, Any]


@dataclass(frozen=True)
class Launch:
    """A student's process on its way into its sandbox: ``told`` is where it will say what holds."""

    student: int | None
    told: int
    ending: Ending
    group: cgroups.Group | None

    def fileno(self) -> int:
        """A descriptor that becomes readable when it is closed in, or has failed."""
        return self.told


class Job:
    """One student's process and everything that it starts.

    Attributes:
        pid: the student's process, as the fork server sees it.
        report: what holds, measured inside before any of the student's code ran.
    """

    def __init__(self, pid: int, report: Report, ending: Ending, group: cgroups.Group | None) -> None:
        self.pid = pid
        self.report = report
        self._ending = ending
        self._group = group
        self._status: int | None = None
        self._killed = False
        self._ended = False

    def fileno(self) -> int:
        """A descriptor that becomes readable when the student's process has ended."""
        return self._ending.descriptor

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait for the student's process; its wait status as ``os.waitpid`` gives it, None if it still runs then."""
        if self._status is None:
            poll = select.poll()  # select cannot take descriptors above 1023
            poll.register(self.fileno(), select.POLLIN)
            if poll.poll(None if seconds is None else seconds * 1000):
                self._status = self._ending.status()
        return self._status

    def memory_kills(self) -> int:
        """How many of its processes the kernel has killed for lack of memory, as far as it counts them."""
        return self._group.memory_kills() if self._group else 0

    def memory_peak(self) -> int:
        """The most bytes held by all its processes together; 0 where no control group counts them."""
        return self._group.memory_peak() if self._group else 0

    def cpu_seconds(self) -> float | None:
        """Processor time of all its processes; None where no control group counts it."""
        return self._group.cpu_seconds() if self._group else None

    def kill(self) -> None:
        """Kill all of it without waiting; `fileno` tells when `end` has nothing to wait for."""
        if not self._killed:
            self._killed = True
            self._ending.kill()

    def end(self) -> None:
        """Kill all of it and remove what it left; once it has returned, nothing of the job exists."""
        if self._ended:
            return
        self._ended = True
        self.kill()
        self.wait()
        self._ending.bury()
        if self._group is not None:
            self._group.remove()
