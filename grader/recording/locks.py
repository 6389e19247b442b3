"""One grading run at a time on a folder of reports, also when a run before it was killed."""

from __future__ import annotations

import contextlib
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
            if _taken(path, mine):
                break
            _take_over(path)
        else:
            raise EnvironmentFault(f"{folder}: another grading run started at the same moment; try again")
    except OSError as error:
        raise EnvironmentFault(f"{folder}: cannot be written: {(error.strerror or str(error)).lower()}") from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _taken(path: Path, mine: str) -> bool:
    """Make the lock, if there is none; at no moment is there one that does not say whose it is."""
    draft = path.with_name(f"{path.name}-{os.getpid()}")
    draft.write_text(mine)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        return _made(path, mine)
    finally:
        draft.unlink(missing_ok=True)
    return True


def _made(path: Path, mine: str) -> bool:
    try:
        with path.open("x") as file:
            file.write(mine)
    except FileExistsError:
        return False
    return True


def _take_over(path: Path) -> None:
    try:
        text = path.read_text()
    except FileNotFoundError:
        return
    owner = text.split()
    if len(owner) == 3 and owner[0].isdigit():
        elsewhere = owner[1] != socket.gethostname()
        if elsewhere or (owner[2] and _start_time(int(owner[0])) == owner[2]):
            raise EnvironmentFault(
                f"{path.parent}: another grading run (process {owner[0]} on {owner[1]}) is at work on this folder; "
                f"wait for it, or remove {path} if it is gone"
            )
    gone = path.with_name(f"{path.name}-{os.getpid()}-gone")
    try:
        path.rename(gone)
        if gone.read_text() != text:  # another run took it over at this moment, and has it
            with contextlib.suppress(OSError):
                os.link(gone, path)
    except FileNotFoundError:
        return
    finally:
        gone.unlink(missing_ok=True)


def _start_time(process: int) -> str:
    """When a process started, so that a reused number is not taken for the same process; empty if it is gone."""
    try:
        state, *fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return "" if state == "Z" else fields[18]  # a zombie is gone, but for its number
    except (OSError, IndexError):
        try:
            os.kill(process, 0)
        except OSError:
            return ""
        return "running"
