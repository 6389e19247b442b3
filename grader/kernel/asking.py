"""Answering the judge: values, calls by value, objects behind handles, callbacks, and what was printed kept back."""

from __future__ import annotations

import contextlib
import copy
import io
import linecache
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from grader.kernel import probes
from grader.kernel.judging import JudgeChannel, Objects
from grader.kernel.messages import Handle, Raised, Reply, Request
from grader.kernel.shell import end_if_forked
from grader.kernel.streams import PipeSession, PipeStream

PRINTED_CHARACTERS = 1 << 16
COPIED_BYTES = 64 << 20
COPIED_ITEMS = 100_000
TRACEBACK_LINES = 20
MESSAGE_CHARACTERS = 2000
LINE_CHARACTERS = 200
PLAIN_PACKAGES = ("builtins", "numpy", "pandas", "decimal", "fractions")


class Bounded(io.StringIO):
    """Text printed during a call: kept up to a length, then dropped."""

    def write(self, text: str) -> int:
        """Keep the text while there is room."""
        room = PRINTED_CHARACTERS - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


class Answering:
    """Serves the judge's requests; a name that was captured is looked up there before the notebook's namespace."""

    def __init__(self, shell: Any, session: PipeSession, channel: JudgeChannel, objects: Objects) -> None:
        self._shell = shell
        self._session = session
        self._channel = channel
        self._objects = objects
        self._captured: dict[str, object] = {}
        self._process = os.getpid()

    def answer_next(self) -> bool:
        """Read one request and answer it; False when the judge has hung up."""
        request = self._channel.receive()
        if request is None:
            return False
        if isinstance(request, Request):
            self._channel.send(self._serve(request))
        return True  # anything else is an answer to a callback that its caller no longer waits for

    def _serve(self, request: Request) -> Reply:
        arguments = tuple(self._inward(value) for value in request.arguments)
        keywords = {name: self._inward(value) for name, value in request.keywords}
        printed = Bounded()
        started, cpu_started = time.perf_counter(), time.process_time()
        value: Any = None
        raised: Raised | None = None
        with self._quiet(printed):
            try:
                value = self._perform(request, arguments, keywords)
            except BaseException as error:  # noqa: BLE001  # whatever student code raises is a reply, exit() included
                raised = self._describe(error)
        end_if_forked(self._process)
        seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
        if raised is None and request.keep:
            value = self._objects.keep(value)
        return Reply(value, arguments, tuple(keywords.items()), raised, printed.getvalue(), seconds, cpu_seconds)

    def _inward(self, value: Any) -> Any:
        """Handles become their objects, also inside lists, tuples and dicts."""
        match value:
            case Handle(number=number):
                return self._objects[number]
            case list():
                return [self._inward(item) for item in value]
            case tuple():
                return tuple(self._inward(item) for item in value)
            case dict():
                return {key: self._inward(item) for key, item in value.items()}
            case _:
                return value

    def _perform(self, request: Request, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        if request.operation == "capture":
            return self._capture(request)
        if request.operation == "probe" and request.name in probes.OF_THE_NOTEBOOK:
            return probes.OF_THE_NOTEBOOK[request.name](request.target, *arguments, **keywords)
        target = self._find(request.target)
        match request.operation:
            case "get":
                return target
            case "attribute":
                for part in request.name.split("."):
                    target = getattr(target, part)
                return target
            case "call":
                function: Any = getattr(target, request.name) if request.name else target
                return function(*arguments, **keywords)
            case "probe":
                return probes.OF_AN_OBJECT[request.name](target, *arguments, **keywords)
            case _:
                raise ValueError(f"unknown operation {request.operation!r}")

    def _find(self, target: str | Handle) -> Any:
        if isinstance(target, Handle):
            return self._objects[target.number]
        for table in (self._captured, self._shell.user_ns):
            if target in table:
                return table[target]
        raise NameError(f"name {target!r} is not defined")

    def _capture(self, request: Request) -> bool:
        return self.capture(str(request.target), request.name)

    def capture(self, name: str, cell: str) -> bool:
        """Bind the value that a name has now, so that later cells cannot change it.

        Args:
            name: a name of the notebook; if there is none of that name, nothing is bound.
            cell: its cell, under which it is known too: ``loss@7`` is the ``loss`` of cell 7.
        """
        if name not in self._shell.user_ns:
            return False
        value = snapshot(self._shell.user_ns[name])
        self._captured[name] = value
        if cell:
            self._captured[f"{name}@{cell}"] = value
        return True

    @contextlib.contextmanager
    def _quiet(self, printed: Bounded) -> Iterator[None]:
        """Keep back what a call prints or displays, below Python too: it may hold a hidden input."""
        streams = [stream for stream in (sys.stdout, sys.stderr) if isinstance(stream, PipeStream)]
        saved = sys.stdout, sys.stderr
        for stream in streams:
            with contextlib.suppress(Exception):
                stream.flush()
        self._session.muted = True
        sys.stdout = sys.stderr = printed
        previous = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            yield
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGINT, previous)
            sys.stdout, sys.stderr = saved
            for stream in streams:
                with contextlib.suppress(Exception):
                    stream.drop_printed()
            self._session.muted = False

    def _describe(self, error: BaseException) -> Raised:
        """Name, message and the student's own lines of an exception."""
        try:
            message = str(error)[:MESSAGE_CHARACTERS]
        except Exception:  # noqa: BLE001  # a student's __str__ may raise anything
            message = ""
        lines = list(self._own_lines(error.__traceback__))[-TRACEBACK_LINES:]
        return Raised(type(error).__name__, message, tuple(lines))

    def _own_lines(self, traceback: TracebackType | None) -> Iterator[tuple[int, int, str]]:
        cells: Mapping[str, int] = getattr(self._shell.compile, "_filename_map", {})
        here = f"{Path.cwd()}{os.sep}" if Path("/").exists() else os.sep
        while traceback is not None:
            name = traceback.tb_frame.f_code.co_filename
            cell = cells.get(name)
            if cell is not None or (name.startswith(here) and "site-packages" not in name):
                text = linecache.getline(name, traceback.tb_lineno).strip()[:LINE_CHARACTERS]
                yield cell or 0, traceback.tb_lineno, text
            traceback = traceback.tb_next


def snapshot(value: Any) -> Any:
    """A copy of plain data, which later cells cannot change; anything else is the object itself."""
    try:
        if size_of(value) <= COPIED_BYTES and is_plain(value, COPIED_ITEMS):
            return copy.deepcopy(value)
    except Exception:  # noqa: BLE001  # a student's container may raise anything; the object itself will do
        return value
    return value


def size_of(value: Any) -> int:
    """Bytes that an array, tensor or table says it holds; 0 for anything else."""
    size = getattr(value, "nbytes", 0)
    return size if isinstance(size, int) else 0


def is_plain(value: Any, budget: int) -> bool:
    """Whether a value is lists, tuples, dicts, sets, arrays and detached tensors down to its leaves."""
    waiting = [value]
    while waiting:
        budget -= 1
        item = waiting.pop()
        kind = type(item)
        if budget < 0:
            return False
        if kind in (list, tuple, set, frozenset):
            waiting.extend(item)
        elif kind is dict:
            waiting.extend(item.values())
        elif kind.__module__ == "torch" and kind.__name__ == "Tensor":
            if item.grad_fn is not None or item.requires_grad:
                return False
        elif kind.__module__.partition(".")[0] not in PLAIN_PACKAGES:
            return False
    return True
