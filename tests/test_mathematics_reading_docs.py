"""Every example of docs/reading.md is true."""

import doctest
import re
from pathlib import Path

import pytest

from grader.mathematics.kinds import Declaration, declare
from grader.mathematics.printing import to_text
from grader.mathematics.reading import Reading, Refusal, read

PAGE = Path(__file__).parent.parent / "docs" / "reading.md"


def _cells(line: str) -> list[str]:
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]


def _rows(last: str) -> list[dict[str, str]]:
    """Rows of all tables whose last column is headed ``last``, by heading."""
    rows, heads = [], None
    for line in PAGE.read_text("utf-8").splitlines():
        if not line.startswith("|"):
            heads = None
        elif heads is None:
            heads = _cells(line)
        elif not line.startswith("|---") and heads[-1] == last:
            rows.append(dict(zip(heads, _cells(line), strict=True)))
    return rows


def _code(cell: str, *, kept: bool = False) -> str:
    text = cell[1:-1] if cell.startswith("`") else cell
    return text.replace("|", r"\|") if kept else text


def _declaration(row: dict[str, str]) -> Declaration | None:
    if "symbols" not in row:
        return None
    pairs = [pair.split(": ") for pair in _code(row["symbols"]).split(", ") if pair]
    return declare(dict(pairs))


def _read(row: dict[str, str]) -> Reading | Refusal:
    # A bar is written \| in a table; in LaTeX that is a norm, so both ways are tried where they differ.
    text = _code(row["you write"])
    if re.search(r"\|w\|_2|\|A\|_F|P\(B\|A\)", text) and "P(B" not in text:
        text = _code(row["you write"], kept=True)
    return read(text, _declaration(row))


@pytest.mark.parametrize("row", _rows("is read as"), ids=lambda row: row["you write"][:40])
def test_is_read_as_the_page_says(row: dict[str, str]):
    reading = _read(row)

    assert isinstance(reading, Reading), str(reading)
    assert to_text(reading.node) == _code(row["is read as"])


@pytest.mark.parametrize("row", _rows("refused because"), ids=lambda row: row["you write"][:40])
def test_is_refused_as_the_page_says(row: dict[str, str]):
    refusal = _read(row)

    assert isinstance(refusal, Refusal)
    assert refusal.reason == row["refused because"]


def test_the_page_has_its_tables():
    assert len(_rows("is read as")) > 70
    assert len(_rows("refused because")) > 15


def test_the_session_on_the_page_is_true():
    result = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.FAIL_FAST)

    assert result.attempted > 5
    assert result.failed == 0
