"""A cell's own clock: shows what was printed while the cell still runs, and interrupts it at its time limit."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType

from grader.kernel.streams import PipeStream

FIRST_TICK = 0.25
TICK_GROWTH = 4.0
AT_ONCE = 1e-6

Handler = Callable[[int, FrameType | None], object]


class Alarm:
    """Uses SIGALRM, which student code may take for itself; the grader's own deadline holds without it."""

    def __init__(self) -> None:
        self._limit_at: float | None = None
        self._tick = FIRST_TICK
        self.interrupt: Handler = signal.default_int_handler

    @contextlib.contextmanager
    def running(self, seconds: float | None) -> Iterator[None]:
        """Run the clock; after ``seconds``, if given, the cell is interrupted as by Ctrl-C."""
        if not hasattr(signal, "setitimer"):
            yield
            return
        self._limit_at = time.monotonic() + seconds if seconds else None
        self._tick = FIRST_TICK
        signal.signal(signal.SIGALRM, self._ring)
        signal.siginterrupt(signal.SIGALRM, False)  # a system call goes on where it can
        self._arm()
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_IGN)

    def _arm(self) -> None:
        wait = self._tick
        if self._limit_at is not None:
            wait = min(wait, self._limit_at - time.monotonic())
        signal.setitimer(signal.ITIMER_REAL, max(wait, AT_ONCE))

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        if self._limit_at is not None and time.monotonic() >= self._limit_at:
            # raised by the next signal and not here: our own frame has no place in the student's traceback
            signal.signal(signal.SIGALRM, self.interrupt)
            signal.setitimer(signal.ITIMER_REAL, AT_ONCE)
            return
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, PipeStream):
                stream.flush_if_idle()
        self._tick *= TICK_GROWTH
        self._arm()
