"""Temporary folders that a killed grader cannot leave behind for good: the next one removes them."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_SECONDS = 1.0
"""What a dead process started may still write for a moment."""


def temporary_folder(purpose: str) -> Path:
    """A fresh private folder; those of the same purpose whose owner has died are removed.

    Args:
        purpose: a word, which becomes part of the name beside the owner's process id.
    """
    prefix = f"grader-{purpose}-"
    for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        owner = left.name.removeprefix(prefix).partition("-")[0]
        if owner.isdigit() and not _lives(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-"))


@contextmanager
def temporarily(purpose: str) -> Iterator[Path]:
    """A `temporary_folder` that is removed in the end; killed before it, the next of the same purpose removes it."""
    folder = temporary_folder(purpose)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_folders_of(owner: int) -> None:
    """Remove the temporary folders of a process that has ended without doing so itself."""
    until = time.monotonic() + PATIENCE_SECONDS
    while left := list(Path(tempfile.gettempdir()).glob(f"grader-*-{owner}-*")):
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)
        if time.monotonic() > until:
            return
        time.sleep(0.01)


def _lives(process: int) -> bool:
    if os.name != "posix":  # elsewhere signal 0 is not a question but an end
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
