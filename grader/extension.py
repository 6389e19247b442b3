"""``%load_ext grader`` and ``%check``: the self-check from inside a notebook, on what its cells say now.

A cell that ran since the extension was loaded counts as it ran, saved or not; any other cell, and every Markdown cell,
as it was last saved. The check says which it was.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from IPython.display import HTML, display

from grader.errors import SubmissionError
from grader.leftovers import temporarily

INTERRUPT_SECONDS = 15.0
OURS = ("%load_ext grader", "%reload_ext grader", "%check")


def register(shell: Any) -> None:
    """Add the ``%check`` magic to a shell, and note from now on what its cells say when they run."""
    check = _Check(shell)
    shell.register_magic_function(check, "line", "check")
    shell.events.register("pre_run_cell", check.note)


class _Check:
    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._ran: dict[str, str] = {}
        self.__name__ = "check"
        self.__doc__ = "Check the notebook as its cells ran, else as it was last saved: %check [NOTEBOOK]"

    def note(self, info: Any) -> None:
        """A cell is about to run."""
        name, source = getattr(info, "cell_id", None), getattr(info, "raw_cell", None)
        if isinstance(name, str) and isinstance(source, str):
            self._ran[name] = source

    def __call__(self, line: str) -> None:
        try:
            notebook = find_notebook(line.strip(), self._shell.user_ns, Path.cwd())
            saved = notebook.read_text(encoding="utf-8")
        except (SubmissionError, OSError, UnicodeDecodeError) as error:
            print(error)  # noqa: T201 - a magic answers in the cell's output
            return
        content, newer = as_it_ran(saved, self._ran)
        if newer:
            print(f"{newer} cells are checked as they ran, which is newer than the saved file")  # noqa: T201 - as above
        print("cells that did not run, and formulas in Markdown cells, are checked as last saved")  # noqa: T201 - as above
        with temporarily("check") as scratch:
            place = scratch / "notebook.json"
            place.write_text(content, encoding="utf-8")
            words, finished = run_check(notebook, place)
        print(words)  # noqa: T201 - as above
        page = notebook.with_name(f"{notebook.stem}-check.html")
        if finished and page.exists():
            display(HTML(f'<a href="{page.name}" target="_blank">the full report</a>'))  # type: ignore[no-untyped-call]


def run_check(notebook: Path, content: Path) -> tuple[str, bool]:
    """What the command says about a notebook of this content, and whether it came to its end.

    An interrupt goes to the command once, which then ends what it started; it is killed only if it does not.
    """
    command = [sys.executable, "-m", "grader", "check", str(notebook), "--content", str(content)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": os.environ.get("COLUMNS", "110")}
    # in a session of its own, since an interrupt of a kernel reaches all that is in the kernel's
    running = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=environment,
        start_new_session=True,
    )
    try:
        return running.communicate()[0].strip(), True
    except KeyboardInterrupt:
        # Windows has no gentle way; there it is ended, and what it started ends with it
        running.send_signal(signal.SIGINT) if os.name == "posix" else running.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.communicate(timeout=INTERRUPT_SECONDS)
        return "interrupted; nothing was written", False
    finally:
        if running.poll() is None:
            running.kill()
            running.communicate()


def as_it_ran(saved: str, ran: Mapping[str, str]) -> tuple[str, int]:
    """A saved notebook with what its code cells said when they last ran, and how many of them differ.

    Cells that ran and are not in the file yet come at the end, in the order in which they first ran. A file that is no
    notebook is given back as it is; whoever reads it says what is wrong with it.
    """
    try:
        content = json.loads(saved)
        cells = content["cells"]
        known = {cell.get("id"): cell for cell in cells}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return saved, 0
    newer = 0
    for name, source in ran.items():
        cell = known.get(name)
        if cell is None:
            if not source.strip() or source.strip().startswith(OURS):
                continue
            blank: dict[str, Any] = {
                "cell_type": "code",
                "id": name,
                "metadata": {},
                "outputs": [],
                "execution_count": None,
            }
            cells.append({**blank, "source": source})
            newer += 1
        elif cell.get("cell_type") == "code" and _source(cell) != source:
            cell["source"] = source
            newer += 1
    return (json.dumps(content), newer) if newer else (saved, 0)


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


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
