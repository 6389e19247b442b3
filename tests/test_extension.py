"""``%check`` in a notebook gives what the command gives."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from grader.errors import SubmissionError
from grader.extension import find_notebook
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
