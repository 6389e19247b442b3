"""One grading run at a time on a folder of reports, also when a run before it was killed."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.errors import EnvironmentFault


@contextmanager
def grading_lock(folder: Path) -> Iterator[None]:
    """Hold a folder of reports for one grading run; a lock of a process that is gone is taken over.

    Raises:
        EnvironmentFault: when another run holds it, naming its process, or the folder cannot be written.
    """
    path = folder / ".grading"
    mine = f"{os.getpid()} {socket.gethostname()} {_start_time(os.getpid())}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for _ in range(3):
            try:
                descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
            except FileExistsError:
                _take_over(path)
                continue
            with os.fdopen(descriptor, "w") as file:
                file.write(mine)
            break
        else:
            raise EnvironmentFault(f"{folder}: another grading run started at the same moment; try again")
    except OSError as error:
        raise EnvironmentFault(f"{folder}: cannot be written: {(error.strerror or str(error)).lower()}") from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _take_over(path: Path) -> None:
    try:
        owner = path.read_text().split()
    except FileNotFoundError:
        return
    if len(owner) == 3 and owner[0].isdigit():
        elsewhere = owner[1] != socket.gethostname()
        if elsewhere or (owner[2] and _start_time(int(owner[0])) == owner[2]):
            raise EnvironmentFault(
                f"{path.parent}: another grading run (process {owner[0]} on {owner[1]}) is at work on this folder; "
                f"wait for it, or remove {path} if it is gone"
            )
    path.unlink(missing_ok=True)


def _start_time(process: int) -> str:
    """When a process started, so that a reused number is not taken for the same process; empty if it is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        try:
            os.kill(process, 0)
        except OSError:
            return ""
        return "running"
