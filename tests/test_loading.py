"""Files that may hold anything become cells, or one clear line about what is wrong with them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import AuthoringError, SubmissionError
from grader.loading.notebooks import MAX_CELLS, read_document
from grader.loading.opening import open_submission
from grader.loading.setfiles import find_root, read_set_file
from grader.loading.sets import load_set
from grader.loading.submissions import (
    Received,
    read_bytes,
    receive,
    same_students,
    student_folders,
)
from grader.pipeline.batch import plan
from grader.recording.ledger import Ledger
from tests.courses import RIGHT_MEAN, hand_in, make_course


def notebook(*cells: dict[str, object], **extra: object) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **extra}).encode()


def code(source: object, **extra: object) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, **extra}


REFUSED = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\t", "the file is empty"),
    "truncated": (notebook(code("x = 1"))[:-20], "the file seems to be cut off"),
    "not json": (b"hello", "not valid JSON at character 0 (line 1)"),
    "a list": (b"[]", "its top level is a list"),
    "null": (b"null", "its top level is null"),
    "a number": (b"3", "its top level is a number"),
    "cells null": (notebook(cells=None), "cells are null"),
    "no cells": (b'{"nbformat": 4}', "cells are null"),
    "no readable cell": (notebook({"cell_type": "code", "source": 3}), "none of its 1 cells can be read"),
    "duplicate key": (b'{"nbformat": 4, "nbformat": 4, "cells": []}', "'nbformat' occurs twice"),
    "huge number": (b'{"nbformat": 4, "cells": [], "x": 1' + b"0" * 10_000 + b"}", "a number in it is too large"),
    "deep": (b"[" * 100_000, "nested too deeply"),
    "web page": (b"<!DOCTYPE html><html></html>", "web page saved as a notebook"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS pointer"),
    "zip": (b"PK\x03\x04 and so on", "zip archive"),
    "pdf": (b"%PDF-1.7", "PDF"),
    "conflict": (b'{"cells": [\n<<<<<<< HEAD\n]}', "line 2 holds git conflict markers"),
    "too many cells": (notebook(*[code("")] * (MAX_CELLS + 1)), "over the limit of 2000"),
    "huge": (b" " * (33 << 20), "over the limit of 32 MB"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_broken_file_is_refused_with_its_reason(case: str):
    data, reason = REFUSED[case]

    with pytest.raises(SubmissionError, match="^ps.ipynb: ") as caught:
        read_document(data, "ps.ipynb")

    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_usual_encodings_are_read(encoding: str):
    text = notebook(code("σ = 1")).decode()

    document = read_document(text.encode(encoding), "a.ipynb")

    assert document.cells[0].source == "σ = 1"


def test_lone_surrogates_and_line_ends_are_mended():
    document = read_document(notebook(code("a = '\ud800'\r\nb = 2\rc")), "a.ipynb")

    assert document.cells[0].source == "a = '?'\nb = 2\nc"


def test_old_format_is_read_with_a_note():
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"], "outputs": []}]}]}

    document = read_document(json.dumps(old).encode(), "a.ipynb")

    assert document.cells[0].source == "x = 1"
    assert "old format 3" in document.notes[0]


def test_unreadable_cell_is_left_out_and_flagged():
    document = read_document(notebook(code("x = 1"), {"cell_type": "magic"}, code("y = 2")), "a.ipynb")

    assert [cell.source for cell in document.cells] == ["x = 1", "", "y = 2"]
    assert document.flags == ("cell 2 is no readable cell and was left out",)


def test_not_a_number_in_outputs_is_tolerated():
    data = notebook(code("x = 1")).replace(b'"outputs": []', b'"outputs": [NaN]')

    assert read_document(data, "a.ipynb").cells[0].source == "x = 1"


def test_script_and_markdown_become_cells():
    script = read_document(b"x = 1\n# %% [markdown]\n# words\n# %%\ny = 2\n", "a.py")
    text = read_document(b"words\n\n```python\nx = 1\n```\nmore\n", "a.md")

    assert [(cell.kind, cell.source) for cell in script.cells] == [
        ("code", "x = 1"),
        ("markdown", "words"),
        ("code", "y = 2"),
    ]
    assert [(cell.kind, cell.source.strip()) for cell in text.cells] == [
        ("markdown", "words"),
        ("code", "x = 1"),
        ("markdown", "more"),
    ]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes):
    try:
        read_document(data, "a.ipynb")
    except SubmissionError as error:
        assert str(error).startswith("a.ipynb: ")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["cells", "source", "cell_type", "metadata", "nbformat", "grader"]), inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["cells", "metadata", "nbformat", "worksheets"]), json_values))
def test_any_json_is_read_or_refused(content: dict[str, object]):
    try:
        read_document(json.dumps(content).encode(), "a.ipynb")
    except SubmissionError as error:
        assert str(error).startswith("a.ipynb: ")


def test_symbolic_link_is_refused(tmp_path: Path):
    (tmp_path / "secret").write_text("x")
    (tmp_path / "student-01").mkdir()
    (tmp_path / "student-01" / "ps08.ipynb").symlink_to(tmp_path / "secret")
    (tmp_path / "student-02").symlink_to(tmp_path / "student-01")

    with pytest.raises(SubmissionError, match="symbolic link"):
        receive(tmp_path, "student-01", "ps08")
    with pytest.raises(SubmissionError, match="symbolic link"):
        receive(tmp_path, "student-02", "ps08")


def test_pipe_is_refused_without_waiting(tmp_path: Path):
    (tmp_path / "student-01").mkdir()
    os.mkfifo(tmp_path / "student-01" / "ps08.ipynb")

    with pytest.raises(SubmissionError, match="this is a pipe"):
        receive(tmp_path, "student-01", "ps08")


def test_hard_link_is_refused(tmp_path: Path):
    (tmp_path / "course.ipynb").write_bytes(notebook(code("x")))
    (tmp_path / "student-01").mkdir()
    os.link(tmp_path / "course.ipynb", tmp_path / "student-01" / "ps08.ipynb")

    with pytest.raises(SubmissionError, match="2 hard links"):
        receive(tmp_path, "student-01", "ps08")


def test_large_file_is_refused_unread(tmp_path: Path):
    with (tmp_path / "a.ipynb").open("wb") as file:
        file.truncate(500 << 20)

    with pytest.raises(SubmissionError, match="500 MB is over the limit of 32 MB; clear all outputs"):
        read_bytes(tmp_path / "a.ipynb")


def test_empty_folder_is_named(tmp_path: Path):
    (tmp_path / "student-01").mkdir()

    with pytest.raises(SubmissionError, match="the folder is empty; ps08.ipynb was expected"):
        receive(tmp_path, "student-01", "ps08")
    with pytest.raises(SubmissionError, match="no such folder"):
        student_folders(tmp_path / "missing")


def test_another_notebook_beside_is_flagged(tmp_path: Path):
    (tmp_path / "student-01").mkdir()
    for name in ("ps08.ipynb", "ps08 (1).ipynb", "final.ipynb"):
        (tmp_path / "student-01" / name).write_bytes(notebook(code("x")))

    received = receive(tmp_path, "student-01", "ps08")

    assert received.flags == (
        "there is another notebook, 'final.ipynb'; 'ps08.ipynb' was graded",
        "there is another notebook, 'ps08 (1).ipynb'; 'ps08.ipynb' was graded",
    )


def test_hidden_files_are_no_hand_in(tmp_path: Path):
    (tmp_path / "student-01" / ".ipynb_checkpoints").mkdir(parents=True)

    with pytest.raises(SubmissionError, match="the folder holds only hidden files; ps08.ipynb was expected"):
        receive(tmp_path, "student-01", "ps08")


@pytest.mark.parametrize(
    ("kind", "source", "notes"),
    [
        ("code", "<<<<<<< HEAD\nmean = 1\n=======\nmean = 2\n>>>>>>> other\n",
         ("cell 1 holds git conflict markers (<<<<<<<, =======, >>>>>>>): keep one of both versions",)),
        ("code", "# <<<<<<< HEAD\nmean = '======='", ()),
        ("raw", "mean = 1", ("cell 1, which names mean, is of type raw, so it is not run: make it a code cell",)),
        ("raw", "meaning = 1", ()),
    ],
)  # fmt: skip
def test_what_keeps_a_cell_from_being_run_is_told(tmp_path: Path, kind: str, source: str, notes: tuple[str, ...]):
    problem_set = load_set(make_course(tmp_path), "demo")
    cell = {"cell_type": kind, "metadata": {}, "source": source}
    data = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()

    submission = open_submission(Received("student-01", "demo.ipynb", data), problem_set)

    assert submission.notes == notes


def test_files_that_are_nobodys_are_named(tmp_path: Path):
    hand_in(make_course(tmp_path), "student-01", RIGHT_MEAN)
    for name in ("class.pdf", "student-02.py", ".hidden", "_notes.txt"):
        (tmp_path / "submissions" / "demo" / name).write_text("x")

    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        planned = plan(tmp_path, "demo", ledger)

    assert [words.partition(": ")[2] for words in planned.warnings] == [
        "'class.pdf' is passed over: neither a folder nor a notebook",
        "'student-02.py' is passed over: neither a folder nor a notebook",
    ]


def test_misnamed_notebook_is_taken_with_a_flag(tmp_path: Path):
    (tmp_path / "student-01").mkdir()
    (tmp_path / "student-01" / "ps08 (2).ipynb").write_bytes(notebook(code("x")))

    received = receive(tmp_path, "student-01", "ps08")

    assert received.flags == ("the submission is called 'ps08 (2).ipynb', ps08.ipynb was expected",)


def test_digest_covers_files_beside(tmp_path: Path):
    (tmp_path / "student-01").mkdir()
    (tmp_path / "student-01" / "ps08.ipynb").write_bytes(notebook(code("x")))
    before = receive(tmp_path, "student-01", "ps08").digest
    (tmp_path / "student-01" / "helper.py").write_text("x = 1")

    assert receive(tmp_path, "student-01", "ps08").digest != before


def test_students_that_look_alike_are_grouped():
    assert same_students(["Student-01", "student-01.ipynb", "student-02"]) == [("Student-01", "student-01.ipynb")]


def make_set(root: Path, problem: str, described: str = 'title = "t"\nproblems = ["one"]\n') -> None:
    (root / "problems" / "demo").mkdir(parents=True)
    (root / "problems" / "demo" / "set.toml").write_text(described)
    (root / "problems" / "demo" / "one.py").write_text(problem)


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        ("x = 1\nproblem = ", r"one.py:2: SyntaxError: invalid syntax"),
        ("import nothing_of_that_name", r"one.py:1: ModuleNotFoundError"),
        ("\n\n1 / 0\n", r"one.py:3: ZeroDivisionError"),
        ("problem = 3", r"one.py: a module-level `problem = Problem\(...\)` was expected, got 3"),
        (
            "from grader import *\nproblem = Problem(title='t', statement='', answers={'class': Run()})",
            "'class' must be",
        ),
        ("from grader import *\nproblem = Problem(title='t', statement='', answers={'x': Run()})", "no check"),
        (
            "from grader import *\nproblem = Problem(title='t', statement='', answers={'x': Expression(d='numb')})",
            "numb",
        ),
    ],
)
def test_broken_problem_file_is_named_with_its_line(tmp_path: Path, problem: str, message: str):
    make_set(tmp_path, problem)

    with pytest.raises(AuthoringError, match=message):
        load_set(tmp_path, "demo")


def test_unknown_set_is_answered_with_the_known_ones(tmp_path: Path):
    make_set(tmp_path, "")

    with pytest.raises(AuthoringError, match="unknown problem set 'other'.* holds: demo"):
        read_set_file(tmp_path, "other")
    with pytest.raises(AuthoringError, match="run grader in a course folder"):
        find_root(Path("/proc"))


def test_misspelled_setting_is_refused(tmp_path: Path):
    make_set(tmp_path, "", 'title = "t"\nproblems = ["one"]\nisolatoin = "L3"\n')

    with pytest.raises(AuthoringError, match="isolatoin"):
        read_set_file(tmp_path, "demo")
