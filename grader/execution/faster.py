"""Runs any command that starts Jupyter kernels with kernels that are forked from a warm server.

``python -m grader.execution.faster nbgrader autograde ps1`` gives what the command gives, in less time.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence

from grader.errors import EnvironmentFault
from grader.execution import forking
from grader.execution.provisioner import NAME, SERVER_VARIABLE
from grader.execution.starting import bootstrap, font_cache
from grader.kernel.jupyter import receive
from grader.leftovers import temporary_folder

PRELOAD_SECONDS = 180.0


@contextlib.contextmanager
def kernel_server(preload: Sequence[str] = ("numpy", "torch")) -> Iterator[dict[str, str]]:
    """Run a kernel server; yields the environment variables that make Jupyter tools use it.

    Raises:
        EnvironmentFault: this system cannot fork, or a module cannot be preloaded.
    """
    if not forking.available():
        raise EnvironmentFault("kernels can be forked on Linux only")
    folder = temporary_folder("jupyter")
    path = folder / "socket"
    ours, theirs = socket.socketpair()
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen(64)
            descriptors = (listener.fileno(), theirs.fileno())
            environment = {**os.environ, "OMP_NUM_THREADS": "1", "MPLCONFIGDIR": str(font_cache())}
            environment.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
            server = subprocess.Popen(
                [*bootstrap("jupyter"), *map(str, descriptors), *preload],
                stdin=subprocess.DEVNULL,
                env=environment,
                pass_fds=descriptors,
                start_new_session=True,
            )
        theirs.close()
        ours.settimeout(PRELOAD_SECONDS)
        answer = receive(ours) or {"problem": "the kernel server ended while it was importing"}
        if answer["problem"]:
            raise EnvironmentFault(f"kernels cannot be forked: {answer['problem']}")
        yield {SERVER_VARIABLE: str(path), "JUPYTER_DEFAULT_PROVISIONER_NAME": NAME}
    finally:
        ours.close()
        theirs.close()
        with contextlib.suppress(NameError, UnboundLocalError):
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command with a kernel server beside it; returns the command's exit status."""
    parser = argparse.ArgumentParser(prog="python -m grader.execution.faster", description=__doc__)
    parser.add_argument("--preload", default="numpy,torch", help="modules to import once, separated by commas")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="the command and its arguments")
    given = parser.parse_args(arguments)
    if not given.command:
        parser.error("a command is missing")
    preload = [name for name in given.preload.split(",") if name]
    with kernel_server(preload) as variables:
        return subprocess.run(given.command, env={**os.environ, **variables}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
