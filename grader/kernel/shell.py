"""IPython's own kernel and shell, built once, without zmq, threads or anything a grader must not do."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

from ipykernel import debugger as kernel_debugger
from ipykernel.displayhook import ZMQDisplayHook
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core import debugger as ipython_debugger
from IPython.core.error import UsageError
from traitlets.config import Config

from grader.kernel import tracebacks
from grader.kernel.alarms import Alarm
from grader.kernel.streams import NotebookChannel, PipeSession, PipeStream, PrintedFile

NO_COMMANDS = (
    "shell commands are switched off while a submission is graded; do the same in Python, "
    "and list packages that are needed with the problem set instead of installing them"
)
COMMAND_CELLS = ("bash", "sh", "script", "system", "sx", "!", "cmd", "perl", "ruby", "python2", "pypy", "js", "html_")
COMMAND_LINES = ("system", "sx", "pip", "conda", "mamba", "micromamba", "uv", "killbgscripts")


class _GraderShell(ZMQInteractiveShell):
    """The notebook's shell; it does not end at ``exit()``, and does once what ipykernel and IPython both ask for."""

    _transformed: tuple[str, str] | None = None
    _sync: str | None = None

    def transform_cell(self, raw_cell: str) -> str:
        """Transform a cell, or say what it was transformed to a moment ago: ipykernel asks first, then IPython."""
        known, self._transformed = self._transformed, None
        if known is not None and known[0] == raw_cell:
            return known[1]
        result: str = super().transform_cell(raw_cell)  # type: ignore[no-untyped-call]  # IPython is untyped in part
        self._transformed = raw_cell, result
        return result

    def should_run_async(self, raw_cell: str, **keywords: Any) -> bool:
        """Whether a cell awaits something; asked twice too. If it does, its text is not transformed a second time."""
        known, self._sync = self._sync, None
        if known is not None and known == keywords.get("transformed_cell"):
            return False
        result: bool = super().should_run_async(raw_cell, **keywords)
        if result or keywords.get("preprocessing_exc_tuple") is not None:
            self.forget_cell()
        else:
            self._sync = keywords.get("transformed_cell")
        return result

    def forget_cell(self) -> None:
        """Forget the last cell's text, which means something else when the cell has changed the transformers."""
        self._transformed = self._sync = None

    def ask_exit(self) -> None:
        """Ignore ``exit()``: the cells that follow are graded too."""

    def _format_exception_for_storage(self, *_: Any, **__: Any) -> dict[str, Any]:
        return {}  # the history that would hold it is never read; the shown traceback is another one

    def showtraceback(self, *arguments: Any, **keywords: Any) -> None:
        """Show what a cell raised, without a search through all modules for each of the cell's own frames."""
        with tracebacks.knowing_cells(getattr(self.compile, "_filename_map", {})):
            super().showtraceback(*arguments, **keywords)

    def _atexit_once(self) -> None:
        """Leave no work for the end of the process, which is killed."""


_GraderShell.__name__ = "ZMQInteractiveShell"  # libraries find out by this name that they run in a notebook
_GraderShell.__qualname__ = "ZMQInteractiveShell"


class _GraderKernel(IPythonKernel):
    """ipykernel's kernel, whose requests come from the host and whose messages leave through its session."""

    process = 0

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)  # type: ignore[no-untyped-call]  # ipykernel is untyped in part
        self.alarm = Alarm()

    @property
    def _supports_kernel_subshells(self) -> bool:
        return False

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Nothing is queued: the grader sends a cell when the last one has ended."""

    async def do_execute(self, *arguments: Any, **keywords: Any) -> Any:
        """Run a cell; a process that the cell forked and that comes out of it too has nothing more to do."""
        cast("_GraderShell", self.shell).forget_cell()
        reply = await super().do_execute(*arguments, **keywords)  # type: ignore[no-untyped-call]  # as above
        end_if_forked(self.process)
        return reply

    @contextlib.contextmanager
    def _cancel_on_sigint(self, future: asyncio.Future[Any]) -> Iterator[None]:
        """Let an interrupt, and the time limit, cancel a cell that awaits something.

        ipykernel's own handler does not wake a loop that sleeps.
        """
        loop = future.get_loop()

        def cancel(*_: object) -> None:
            loop.call_soon_threadsafe(future.cancel)

        saved, saved_interrupt = signal.signal(signal.SIGINT, cancel), self.alarm.interrupt
        self.alarm.interrupt = cancel
        try:
            yield
        finally:
            self.alarm.interrupt = saved_interrupt
            signal.signal(signal.SIGINT, saved)


def build() -> tuple[_GraderKernel, PipeSession]:
    """Build the one kernel of this process and its session, which speaks to nobody until it has a channel.

    Returns:
        The kernel, with its shell, standing where `IPKernelApp.instance().kernel` is looked for, and its session.
    """
    tracebacks.speed_up()
    kernel_debugger._is_debugpy_available = False  # noqa: SLF001  # a debugger has a thread and nobody to speak to
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    app = cast("Any", IPKernelApp.instance())
    app.update_config(Config({"IPKernelApp": {"connection_file": ""}, "HistoryManager": {"hist_file": ":memory:"}}))
    session = PipeSession(parent=app)
    session.key = b""
    kernel = cast("Any", _GraderKernel).instance(
        parent=app,
        session=session,
        shell_class=_GraderShell,
        iopub_socket="iopub",
        stdin_socket="stdin",
        shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
        control_thread=None,
        log=app.log,
    )
    kernel._execute_sleep = 0.0  # noqa: SLF001  # it waits for zmq, which is not there
    app.kernel = kernel
    app.shell = kernel.shell
    kernel.shell.configurables.append(app)
    _replace_pdb()
    return cast("_GraderKernel", kernel), session


def _replace_pdb() -> None:
    """Give pdb IPython's interruptible debugger, as IPKernelApp does."""
    pdb: Any = importlib.import_module("pdb")
    ours: Any = ipython_debugger
    if hasattr(ours, "InterruptiblePdb"):
        ours.Pdb = ours.InterruptiblePdb
        pdb.Pdb = ours.Pdb
        pdb.set_trace = ours.set_trace


def take_over(kernel: _GraderKernel, session: PipeSession, channel: NotebookChannel) -> None:
    """Make this process the one that the kernel runs in: its streams, display hook and signals."""
    session.channel = channel
    session.pid = kernel.process = os.getpid()
    outward, errors = PrintedFile(1), PrintedFile(2)
    sys.stdout = PipeStream(session, "stdout", outward)
    sys.stderr = PipeStream(session, "stderr", errors)
    hook: Any = cast("Any", ZMQDisplayHook)(session, "iopub")
    hook.get_execution_count = lambda: kernel.execution_count
    sys.displayhook = hook
    kernel._stdout, kernel._stderr = sys.stdout, sys.stderr  # noqa: SLF001  # ipykernel keeps them there
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def end_if_forked(process: int) -> None:
    """End this process if it is not ``process``: two of them would answer every request."""
    if os.getpid() != process:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(0)


def pass_over_self_checks(shell: ZMQInteractiveShell) -> None:
    """Let ``%load_ext grader`` and ``%check``, which students leave in their cells, do nothing here."""

    def check(line: str = "") -> None:
        """The self-check, which runs on the student's machine and not while a notebook is graded."""

    target = cast("Any", shell)
    target.register_magic_function(check, "line", "check")
    target.input_transformers_cleanup.append(_without_loading)


def _without_loading(lines: list[str]) -> list[str]:
    return [re.sub(r"^(\s*)%load_ext\s+grader\s*$", r"\1pass\n", line) for line in lines]


def refuse_commands(shell: ZMQInteractiveShell) -> None:
    """Replace the shell's ways to run other programs by a refusal with a hint."""

    def refused(*_: Any, **__: Any) -> None:
        raise UsageError(NO_COMMANDS)

    target = cast("Any", shell)
    target.system = target.system_piped = target.system_raw = target.getoutput = refused
    magics = target.magics_manager.magics
    for kind, names in (("cell", COMMAND_CELLS), ("line", COMMAND_LINES)):
        for name in names:
            if name in magics[kind]:
                magics[kind][name] = _named_refusal(name, refused)
    target.user_ns_hidden.pop("", None)


def _named_refusal(name: str, refused: Callable[..., None]) -> Callable[..., None]:
    def magic(*_: Any, **__: Any) -> None:
        refused()

    magic.__name__ = re.sub(r"\W", "_", name)
    magic.__doc__ = NO_COMMANDS
    return magic
