"""``%load_ext grader`` and ``%check``: the self-check from inside a notebook, on the file as it was last saved."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from IPython.display import HTML, display

from grader.errors import SubmissionError


def register(shell: Any) -> None:
    """Add the ``%check`` magic to a shell."""
    shell.register_magic_function(_Check(shell), "line", "check")


class _Check:
    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self.__name__ = "check"
        self.__doc__ = "Check the notebook as it was last saved: %check [NOTEBOOK]"

    def __call__(self, line: str) -> None:
        try:
            notebook = find_notebook(line.strip(), self._shell.user_ns, Path.cwd())
        except SubmissionError as error:
            print(error)  # noqa: T201 - a magic answers in the cell's output
            return
        command = [sys.executable, "-m", "grader", "check", str(notebook)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        print(f"{done.stdout}{done.stderr}".strip())  # noqa: T201 - a magic answers in the cell's output
        page = notebook.with_name(f"{notebook.stem}-check.html")
        if page.exists():
            display(HTML(f'<a href="{page.name}" target="_blank">the full report</a>'))  # type: ignore[no-untyped-call]


def find_notebook(given: str, namespace: Mapping[str, Any], folder: Path) -> Path:
    """The file of the running notebook: as given, as the editor tells, or the only one in the folder.

    Raises:
        SubmissionError: when it cannot be told which it is, or it was never saved.
    """
    told = given or str(namespace.get("__vsc_ipynb_file__", "")) or os.environ.get("JPY_SESSION_NAME", "")
    if told.endswith(".ipynb"):
        path = Path(told) if Path(told).exists() else folder / Path(told).name
        if path.exists():
            return path
        raise SubmissionError(f"{path}: no such file; save the notebook first")
    found = sorted(folder.glob("*.ipynb"))
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise SubmissionError(f"say which notebook to check, e.g. %check ps08.ipynb (in this folder: {names})")
    return found[0]
