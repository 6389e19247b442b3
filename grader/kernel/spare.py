"""A student's process that is closed in before anybody asks for it, while the submission before it still runs."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence

from grader.kernel.confine import Yard
from grader.kernel.job import Job, Launch, Report

CHANNELS = 2


class Spare:
    """A process in its sandbox that has no submission yet: it waits for its channels.

    Forking, closing in and the first writes to shared pages take as long as a short submission does. Nothing of a
    submission is known to the process before the channels come, and it serves one submission as any other process.

    Args:
        yard: where it is forked.
        body: called in the new process with the descriptors of its channels and the report; it does not return.
        rehearse: called in the new process while nobody waits for it.

    Raises:
        OSError: it could not be forked.
    """

    def __init__(self, yard: Yard, body: Callable[[Sequence[int], Report], None], rehearse: Callable[[], None]) -> None:
        self._yard = yard
        self._hand, its = socket.socketpair()

        def wait(report: Report) -> None:
            rehearse()
            with its:
                its.send(b"r")
                _, descriptors, _, _ = socket.recv_fds(its, 1, CHANNELS)
            if len(descriptors) == CHANNELS:
                body(descriptors, report)
            os._exit(0)  # the fork server has gone

        self._job: Job | None = None
        try:
            self._launch: Launch = yard.begin(wait, keep=(its.fileno(),))
        except BaseException:
            self._hand.close()
            raise
        finally:
            its.close()

    def fileno(self) -> int:
        """A descriptor that becomes readable when it is closed in, and after that when it has ended."""
        return self._launch.fileno() if self._job is None else self._job.fileno()

    def advance(self) -> bool:
        """Take in what `fileno` tells; False if the process is of no use, of which nothing is left then."""
        if self._job is None:
            try:
                self._job = self._yard.finish(self._launch)
            except OSError:
                self._hand.close()
                return False
        if self._job.wait(0.0) is None:
            return True
        self.end()
        return False

    def hand_over(self, descriptors: Sequence[int]) -> Job | None:
        """Give the process its channels; None if it is of no use, and a process must be forked."""
        if not self.advance() or self._job is None:
            return None
        try:
            ready = self._hand.recv(1)  # it may die while it rehearses: then it must not take the channels with it
            if ready:
                socket.send_fds(self._hand, [b"c"], list(descriptors))
        except OSError:
            ready = b""
        if not ready:
            self.end()
            return None
        self._hand.close()
        return self._job

    def end(self) -> None:
        """End the process and all of its sandbox."""
        self._hand.close()
        if self._job is None:
            try:
                self._job = self._yard.finish(self._launch)
            except OSError:
                return
        self._job.end()
