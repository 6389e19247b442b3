"""``%check`` in a notebook gives what the command gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
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
