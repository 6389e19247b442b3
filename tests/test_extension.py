"""``%check`` in a notebook gives what the command gives."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from traitlets.config import Config

from grader.errors import SubmissionError
from grader.extension import as_it_ran, find_notebook
from grader.pipeline.releasing import write_bundle
from tests.courses import RIGHT_MEAN, RIGHT_SCALE, make_course, notebook


def test_notebook_is_found_where_the_editor_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    (tmp_path / "a.ipynb").write_text("")

    assert find_notebook("", {}, tmp_path) == tmp_path / "a.ipynb"
    (tmp_path / "b.ipynb").write_text("")
    assert find_notebook("", {"__vsc_ipynb_file__": str(tmp_path / "b.ipynb")}, tmp_path) == tmp_path / "b.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", "elsewhere/a.ipynb")
    assert find_notebook("", {}, tmp_path) == tmp_path / "a.ipynb"
    with pytest.raises(SubmissionError, match="save the notebook first"):
        find_notebook("c.ipynb", {}, tmp_path)


def test_unclear_notebook_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)

    with pytest.raises(SubmissionError, match="say which notebook to check.*none"):
        find_notebook("", {}, tmp_path)


def test_magic_runs_the_self_check(tmp_path: Path):
    write_bundle(make_course(tmp_path / "course"), "demo", tmp_path / "student")
    path = tmp_path / "student" / "demo.ipynb"
    path.write_text(notebook(RIGHT_MEAN, RIGHT_SCALE, "%load_ext grader", "%check demo.ipynb"))
    loaded = nbformat.reads(path.read_text(), as_version=4)

    NotebookClient(loaded, resources={"metadata": {"path": str(path.parent)}}, timeout=120).execute()

    text = "".join(output.get("text", "") for output in loaded.cells[-1].outputs)
    assert "✓ scale keeps the shape of its argument." in text
    assert "not the grade" in text


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    yield InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    InteractiveShell.clear_instance()


def test_cells_are_checked_as_they_ran_even_if_the_file_is_older(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shell: InteractiveShell
):
    write_bundle(make_course(tmp_path / "course"), "demo", tmp_path / "student")
    path = tmp_path / "student" / "demo.ipynb"
    saved = json.loads(notebook("%load_ext grader", RIGHT_MEAN, "def scale(x):\n    return x.ravel()", "%check"))
    for number, cell in enumerate(saved["cells"]):
        cell["id"] = f"cell-{number}"
    path.write_text(json.dumps({**saved, "nbformat_minor": 5}))
    monkeypatch.chdir(path.parent)

    # front ends say which cell they run
    for name, source in (("cell-0", "%load_ext grader"), ("cell-2", RIGHT_SCALE), ("cell-3", "%check demo.ipynb")):
        shell.run_cell(source, cell_id=name)

    text = capsys.readouterr().out
    assert "cells are checked as they ran, which is newer than the saved file" in text
    assert "✓ scale keeps the shape of its argument." in text
    assert "as last saved" in text


def test_what_ran_is_laid_over_what_was_saved():
    saved = json.dumps({"cells": [
        {"cell_type": "code", "id": "a", "source": ["x = ", "1"]}, {"cell_type": "markdown", "id": "b", "source": "y"},
    ]})  # fmt: skip

    content, newer = as_it_ran(saved, {"a": "x = 2", "b": "z", "new": "w = 3", "ours": "%check"})

    assert newer == 2
    assert [(cell["id"], cell["source"]) for cell in json.loads(content)["cells"]] == [
        ("a", "x = 2"), ("b", "y"), ("new", "w = 3"),
    ]  # fmt: skip
    assert as_it_ran(saved, {"a": "x = 1"}) == (saved, 0)
    for broken in ("{", "[]", '{"cells": 3}', '{"cells": [1]}', "null"):
        assert as_it_ran(broken, {"a": "x"}) == (broken, 0)


class Kernel:
    """A real kernel as JupyterLab starts it, and what its cells print."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        environment = {**os.environ, "TMPDIR": str(scratch), "JPY_SESSION_NAME": "", "PYTHONWARNINGS": "default"}
        self.manager, self.client = start_new_kernel(kernel_name="python3", cwd=str(folder), env=environment)

    @property
    def pid(self) -> int:
        return int(self.manager.provisioner.pid)

    def run(self, source: str) -> str:
        """What a cell prints, errors too."""
        printed: list[str] = []

        def hear(received: dict) -> None:
            content = received["content"]
            printed.append(content.get("text") or "".join(content.get("traceback", [])))

        self.client.execute_interactive(source, timeout=180, output_hook=hear)
        return "".join(printed)

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def student(tmp_path: Path) -> Path:
    write_bundle(make_course(tmp_path / "course"), "demo", tmp_path / "student")
    return tmp_path / "student"


@pytest.fixture
def kernel(student: Path, tmp_path: Path) -> Iterator[Kernel]:
    (tmp_path / "scratch").mkdir()
    found = Kernel(student, tmp_path / "scratch")
    yield found
    found.close()


def test_loops_and_crashes_of_a_notebook_leave_its_kernel_alone(kernel: Kernel, student: Path):
    (student / "loops.ipynb").write_text(notebook(RIGHT_MEAN, "while True: pass", RIGHT_SCALE))
    (student / "crashes.ipynb").write_text(notebook(RIGHT_MEAN, "import os\nos._exit(3)", RIGHT_SCALE))
    (student / "lacks.ipynb").write_text(notebook(RIGHT_MEAN, "import not_installed_here", RIGHT_SCALE))
    kernel.run("%load_ext grader\nkept = 41")

    loops, crashes, lacks = (kernel.run(f"%check {name}.ipynb") for name in ("loops", "crashes", "lacks"))

    assert "cell 2: its limit of time was reached" in loops
    assert "cell 2: ProcessEnded: the process ended with exit status 3" in crashes
    assert "read as a/2" in crashes
    assert "ModuleNotFoundError: No module named 'not_installed_here'" in lacks
    assert all("✓ scale keeps the shape of its argument." in text for text in (loops, crashes, lacks))
    assert "Traceback" not in loops + crashes + lacks
    assert kernel.run("print(kept + 1)").strip() == "42"


def test_interrupted_check_in_a_notebook_ends_and_leaves_nothing(kernel: Kernel, student: Path, tmp_path: Path):
    settings = student / "problems" / "demo" / "set.toml"
    settings.write_text(settings.read_text().replace("cell_seconds = 3", "cell_seconds = 300"))
    (student / "endless.ipynb").write_text(notebook("open('begun', 'w')\nwhile True: pass", RIGHT_SCALE))
    kernel.run("%load_ext grader")

    def interrupt() -> None:
        until = time.monotonic() + 90
        while not list((tmp_path / "scratch").rglob("begun")) and time.monotonic() < until:
            time.sleep(0.05)
        # as Jupyter does it: to all processes of the kernel's group
        os.killpg(kernel.pid, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    text = kernel.run("%check endless.ipynb")
    thread.join()

    assert "interrupted; nothing was written" in text
    assert "Traceback" not in text
    assert not (student / "endless-check.html").exists()
    assert kernel.run("print(1 + 1)").strip() == "2"
    until = time.monotonic() + 20
    while (left := list((tmp_path / "scratch").iterdir())) and time.monotonic() < until:
        time.sleep(0.1)
    assert left == []
