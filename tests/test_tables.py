"""A course's list is read however a spreadsheet saved it, or one line says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import AuthoringError
from grader.loading.tables import read_table


@pytest.mark.parametrize(
    "text",
    [
        "student,name\nada,Ada\nemmy,Emmy\n",
        "\ufeffstudent;name\r\nada;Ada\r\n\r\nemmy;Emmy",
        " student \tname\nada\t Ada \n;\t\nemmy\tEmmy\n".replace(";", ""),
        'student,name\n"ada","Ada"\nemmy,Emmy,left over\n',
    ],
)
def test_every_usual_form_is_the_same_table(tmp_path: Path, text: str):
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode())

    rows = [row for _, row in read_table(path, "student")]

    assert rows == [{"student": "ada", "name": "Ada"}, {"student": "emmy", "name": "Emmy"}]


def test_rows_know_their_line(tmp_path: Path):
    path = tmp_path / "list.csv"
    path.write_text('student,note\na,"two\nlines"\n\nb,x\n')

    assert [line for line, _ in read_table(path)] == [3, 5]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"name\nx\n", "a CSV with the column student was expected; its first line names name"),
        (b"", "a CSV with the column student was expected; its first line names nothing"),
        ("student\nJ\u00f6rg\n".encode("latin-1"), "not UTF-8 at byte 9; save it as CSV in UTF-8"),
        (b"student\n" + b"x" * 200_000, "2: not valid CSV"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, data: bytes, words: str):
    path = tmp_path / "list.csv"
    path.write_bytes(data)

    with pytest.raises(AuthoringError, match=words):
        read_table(path, "student")
    with pytest.raises(AuthoringError, match="cannot be read: is a directory"):
        read_table(tmp_path, "student")
