"""Section G: broken and hostile notebook files; each is rejected with its reason or graded, and never a silent zero."""

# ruff: noqa: E501 - sources of attacks are kept on few lines

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.errors import SubmissionError
from grader.loading.submissions import receive
from grader.pipeline.grading import grade_received
from grader.result import State
from tests.attacks.arena import HONEST, POINTS, SECRET, Arena, notebook, points, words_of

GOOD = notebook(list(HONEST.values()))
WHOLE: dict[str, Any] = json.loads(GOOD)
CELLS: list[dict[str, Any]] = WHOLE["cells"]


def changed(**values: object) -> bytes:
    return json.dumps({**WHOLE, **values}).encode()


def with_cells(*more: object) -> bytes:
    return changed(cells=[*CELLS, *more])


REJECTED: dict[str, tuple[bytes, str]] = {
    "G01a empty": (b"", "empty"),
    "G01b blank": (b" \n\t ", "empty"),
    "G01c truncated": (GOOD[: len(GOOD) // 2], ""),
    "G01d conflict markers": (b"<<<<<<< HEAD\n" + GOOD + b"=======\n>>>>>>> main\n", ""),
    "G01e a pointer to large storage": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n", ""),
    "G01f a login page": (b"<!DOCTYPE html><html><body>Please log in</body></html>", ""),
    "G02a a list": (b"[]", ""),
    "G02b a text": (b'"notebook"', ""),
    "G02c a number": (b"42", ""),
    "G02d null": (b"null", ""),
    "G05a no cells": (json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode(), ""),
    "G05b cells are null": (changed(cells=None), ""),
    "G05c cells are a dict": (changed(cells={"0": CELLS[0]}), ""),
    "G07a a trailing comma": (GOOD[:-1] + b",}", ""),
    "G07b a comment": (b"// my notebook\n" + GOOD, ""),
    "G08 nested too deep": (b"[" * 100_000 + b"]" * 100_000, ""),
    "G09 too large": (b" " * (51 << 20) + GOOD, ""),
    "G13a a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), ""),
    "G13b a PDF": (b"%PDF-1.7\n", ""),
    "G13c an archive": (b"PK\x03\x04" + bytes(100), ""),
}
VERSION_THREE = {
    "nbformat": 3,
    "nbformat_minor": 0,
    "metadata": {"name": "attacks"},
    "worksheets": [
        {
            "metadata": {},
            "cells": [
                {
                    "cell_type": "code",
                    "language": "python",
                    "input": cell["source"],
                    "outputs": [],
                    "metadata": {},
                    "collapsed": False,
                }
                for cell in CELLS
            ],
        }
    ],
}
GRADED: dict[str, bytes] = {
    "G03 an old version": json.dumps(VERSION_THREE).encode(),
    "G04a a version of the future": changed(nbformat=99),
    "G04b a version that is a text": changed(nbformat="4"),
    "G04c no version": json.dumps({"cells": CELLS, "metadata": WHOLE["metadata"]}).encode(),
    "G05d a cell that is null": with_cells(None, 3, "x"),
    "G05e a cell of no known type": with_cells({"cell_type": "heading", "source": "x", "metadata": {}}),
    "G05f a source that is a number": with_cells({"cell_type": "code", "source": 3, "metadata": {}, "outputs": []}),
    "G05g a source of nulls": with_cells({"cell_type": "code", "source": [None, 1], "metadata": {}, "outputs": []}),
    "G05h a source in lines": changed(cells=[{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in CELLS]),
    "G06a outputs that are null": changed(cells=[{**cell, "outputs": None, "execution_count": "x"} for cell in CELLS]),
    "G06b cells with one id": changed(cells=[{**cell, "id": "same"} for cell in CELLS]),
    "G06c cells without metadata": changed(cells=[{"cell_type": "code", "source": cell["source"]} for cell in CELLS]),
    "G07c NaN in outputs": GOOD.replace(b'"outputs": []', b'"outputs": [{"x": NaN}]', 1),
    "G10a a byte-order mark": b"\xef\xbb\xbf" + GOOD,
    "G10b UTF-16": GOOD.decode().encode("utf-16"),
    "G10c lone surrogates": with_cells({"cell_type": "markdown", "source": "\ud800", "metadata": {}}),
    "G11a carriage returns": changed(cells=[{**cell, "source": cell["source"].replace("\n", "\r\n")} for cell in CELLS]),
    "G12 a Colab notebook": changed(
        metadata={**WHOLE["metadata"], "colab": {"provenance": []}, "accelerator": "GPU"},
        cells=[*CELLS, {"cell_type": "code", "source": "!pip install torch\nfrom google.colab import drive", "metadata": {"id": "x"}, "outputs": []}],
    ),
    "G14 a syntax error in a cell of its own": with_cells({"cell_type": "code", "source": "def broken(:", "metadata": {}, "outputs": []}),
    "G18 a page that is a notebook": GOOD.replace(b'"nbformat": 4', b'"x": "<script>alert(1)</script>", "nbformat": 4'),
}  # fmt: skip


@pytest.mark.parametrize(("data", "reason"), REJECTED.values(), ids=REJECTED.keys())
def test_a_file_that_is_no_notebook_is_rejected_with_a_reason(arena: Arena, data: bytes, reason: str) -> None:
    graded = arena.grade(data)

    assert graded.result.state is State.REJECTED_INPUT
    assert graded.result.problems == ()
    assert len(graded.result.message) > 20
    assert reason in graded.result.message


@pytest.mark.parametrize("data", GRADED.values(), ids=GRADED.keys())
def test_a_notebook_that_can_be_read_is_graded(arena: Arena, data: bytes) -> None:
    graded = arena.grade(data)

    arena.check_invariants(graded)
    assert graded.result.state is State.GRADED, graded.result.message
    assert points(graded) == POINTS, words_of(graded)


def test_g14_a_syntax_error_in_an_answer_costs_only_that_answer(arena: Arena) -> None:
    graded = arena.grade(notebook(["def double(x:\n    return 2 * x", *list(HONEST.values())[1:]]))

    arena.check_invariants(graded)
    assert points(graded) == {**POINTS, "doubling": 0.0}


def test_g09_very_many_cells_are_rejected_or_graded_in_bounded_time(arena: Arena) -> None:
    graded = arena.grade(notebook(["pass"] * 20_000 + list(HONEST.values())))

    assert graded.result.state is not State.INFRA_ERROR


def test_g17_cells_run_from_the_top(arena: Arena) -> None:
    graded = arena.grade(notebook(["print(defined_below)", "defined_below = 1", *HONEST.values()]))

    assert "NameError" in graded.result.cells[0].error
    assert points(graded) == POINTS


def _as_link(path: Path, target: Path) -> None:
    path.symlink_to(target)


def _as_hard_link(path: Path, target: Path) -> None:
    path.hardlink_to(target)


def _as_pipe(path: Path, _target: Path) -> None:
    os.mkfifo(path)


def _as_socket(path: Path, _target: Path) -> None:
    # a socket's address is short, the path of a test's folder may not be
    with socket.socket(socket.AF_UNIX) as listener, contextlib.chdir(path.parent):
        listener.bind(path.name)


def _as_folder(path: Path, _target: Path) -> None:
    path.mkdir()


KINDS = {
    "D07 a link to a hidden file": _as_link,
    "D08 a hard link to a course file": _as_hard_link,
    "G15a a pipe": _as_pipe,
    "G15b a socket": _as_socket,
    "G15c a folder": _as_folder,
}


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS.keys())
def test_only_regular_files_are_read_and_nothing_waits(tmp_path: Path, make: Callable[[Path, Path], None]) -> None:
    target = tmp_path / "course_file.py"
    target.write_text(SECRET)
    student = tmp_path / "submissions" / "student-66"
    student.mkdir(parents=True)
    make(student / "attacks.ipynb", target)

    with pytest.raises(SubmissionError) as refused:
        receive(tmp_path / "submissions", "student-66", "attacks")

    assert SECRET not in str(refused.value)


def test_d07_links_beside_the_notebook_are_left_out(tmp_path: Path) -> None:
    target = tmp_path / "hidden_tests.py"
    target.write_text(SECRET)
    student = tmp_path / "submissions" / "student-66"
    (student / "data").mkdir(parents=True)
    (student / "attacks.ipynb").write_bytes(GOOD)
    (student / "out.py").symlink_to(target)
    (student / "data" / "tests.py").hardlink_to(target)
    (student / "folder").symlink_to(tmp_path)

    received = receive(tmp_path / "submissions", "student-66", "attacks")

    assert received.files == ()
    assert len([flag for flag in received.flags if "left out" in flag]) == 2


def test_g16_what_is_graded_is_what_was_read(tmp_path: Path) -> None:
    student = tmp_path / "submissions" / "student-66"
    student.mkdir(parents=True)
    path = student / "attacks.ipynb"
    path.write_bytes(GOOD)

    received = receive(tmp_path / "submissions", "student-66", "attacks")
    path.write_bytes(b"{}")

    assert received.data == GOOD


def test_j10_names_that_are_no_text_are_written_and_shown_escaped(arena: Arena, tmp_path: Path) -> None:
    student = tmp_path / "student-66"
    student.mkdir()
    (student / "attacks.ipynb").write_bytes(GOOD)
    Path(os.fsdecode(os.fsencode(student) + b"/\xff\xfe.txt")).write_bytes(b"x")

    received = receive(tmp_path, "student-66", "attacks")
    graded = grade_received(arena.bench, received, key="k")

    assert graded.result.state is State.GRADED
    graded.result.model_dump_json().encode()


def test_j12_the_date_of_a_file_is_not_believed(tmp_path: Path) -> None:
    student = tmp_path / "student-66"
    student.mkdir()
    path = student / "attacks.ipynb"
    path.write_bytes(GOOD)
    os.utime(path, (1, 1))

    received = receive(tmp_path, "student-66", "attacks")

    assert received.received == ""
