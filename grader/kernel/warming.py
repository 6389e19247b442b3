"""Does once, before any fork, what every student's process would otherwise do for itself."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MADV_COLLAPSE = 25
HUGE_PAGE = 1 << 21


class PreloadError(Exception):
    """A module cannot be imported before the fork, or something there would not survive one."""


def preload(modules: Sequence[str]) -> None:
    """Import modules and take the costs that come with their first use.

    Raises:
        PreloadError: one cannot be imported.
    """
    for name in modules:
        try:
            importlib.import_module(name)
        except BaseException as error:  # a broken module may raise anything, SystemExit too
            raise PreloadError(f"{name} cannot be imported: {type(error).__name__}: {error}") from error
    importlib.import_module("tornado.platform.asyncio")  # imported by the first loop, in every process, otherwise
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _warm_torch()
        _warm_sympy()
        _warm_matplotlib()


def _warm_torch() -> None:
    """The first optimiser imports torch._dynamo, the first backward pass builds autograd's tables."""
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return
    torch.set_num_threads(1)  # before the first operation: a thread pool does not survive a fork
    state = torch.get_rng_state()
    layer = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    optimiser = torch.optim.Adam(layer.parameters(), lr=0.1)
    for _ in range(2):
        optimiser.zero_grad()
        layer(torch.ones(4, 2)).pow(2).mean().backward()
        optimiser.step()
    torch.optim.SGD(layer.parameters(), lr=0.1, momentum=0.9).step()
    torch.nn.functional.cross_entropy(torch.ones(2, 3), torch.tensor([0, 1])).item()
    repr(torch.ones(2, 2))
    torch.set_rng_state(state)


def _warm_sympy() -> None:
    sympy: Any = sys.modules.get("sympy")
    if sympy is None:
        return
    x = sympy.Symbol("x")
    str(sympy.simplify(sympy.sin(x) ** 2 + sympy.cos(x) ** 2))


def _warm_matplotlib() -> None:
    """The first figure builds the font tables; the inline backend must know the shell before it is used."""
    if "matplotlib.pyplot" not in sys.modules:
        return
    backend: Any = importlib.import_module("matplotlib_inline.backend_inline")
    backend._enable_matplotlib_integration()  # noqa: SLF001  # does nothing where there was no shell at import
    pyplot: Any = sys.modules["matplotlib.pyplot"]
    figure, axes = pyplot.subplots()
    axes.plot([0, 1], [0, 1], label="a")
    axes.set_title("a")
    axes.legend()
    with open(os.devnull, "wb") as nowhere:  # a device, not a path to be composed
        figure.savefig(nowhere, format="png")
    pyplot.close("all")


def rehearse() -> None:
    """Do once more, in a forked process, what libraries do in every submission: it touches the pages they write to."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _warm_torch()
        numpy: Any = sys.modules.get("numpy")
        if numpy is not None:
            repr(numpy.random.default_rng(0).normal(size=(2, 2)).mean(axis=0))


def warm_shell(shell: Any) -> None:
    """Run a cell and format a traceback and a value, then take back what they left in the shell."""
    shell.run_cell("pass", store_history=True, silent=False)
    shell.display_formatter.format([1.0])
    try:
        exec(compile("def f(x):\n    return 1 / x\n\nf(0)\n", "<warm>", "exec"), {})  # noqa: S102  # our own text
    except ZeroDivisionError:
        kind, error, traceback = sys.exc_info()
        with contextlib.suppress(Exception):
            shell.InteractiveTB.structured_traceback(kind, error, traceback)
    shell.reset(new_session=True)
    shell.history_manager.reset(new_session=False)
    shell.execution_count = 1


def settle() -> None:
    """Make the memory of this process cheap to fork: nothing for the collector to visit, and few page tables."""
    gc.collect()
    gc.freeze()
    collapse_pages()


def collapse_pages() -> int:
    """Ask for huge pages under private anonymous memory: a fork copies one entry per page.

    Returns:
        How many stretches of memory were collapsed; 0 where the system cannot (Linux before 6.1).
    """
    maps = Path("/proc/self/maps")
    if not maps.exists():
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    madvise = libc.madvise
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    done = 0
    for line in maps.read_text().splitlines():
        span, access, _, _, inode, *name = line.split(maxsplit=5)
        if "w" not in access or "p" not in access or inode != "0" or (name and name[0] != "[heap]"):
            continue
        start, end = (int(part, 16) for part in span.split("-"))
        first = -(-start // HUGE_PAGE) * HUGE_PAGE
        size = end // HUGE_PAGE * HUGE_PAGE - first
        if size > 0 and madvise(first, size, MADV_COLLAPSE) == 0:
            done += 1
    return done


def check_forkable() -> None:
    """Refuse to fork where a child could hang or misbehave.

    Raises:
        PreloadError: there is more than one thread, or CUDA has been touched.
    """
    tasks = Path("/proc/self/task")
    threads = len(os.listdir(tasks)) if tasks.exists() else 1  # names are counted, not used
    if threads != 1:
        raise PreloadError(f"{threads} threads run after preloading; a fork would lose all but one")
    torch: Any = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        raise PreloadError("CUDA was initialised by a preloaded module; a fork could not use it")
