"""Every gradable item of the source material is asked somewhere, and `docs/sources.md` says rightly by which checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from grader.loading.sets import load_set
from grader.problem import Problem, ProblemSet, Text

ROOT = Path(__file__).parents[1]
SETS = ("ps08", "normalization", "optimization", "dropout_and_cnn")
WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen")
COUNTS = {word: number for number, word in enumerate((*WORDS, "fourteen"), start=1)}
NAME = re.compile(r"`(\w+)`")

ITEMS = {
    "ps08": "A1a A1b A1c A1d A2a A2b A3.1 A3.2a A3.2b A3.2c A3.2d A3.2e A3.2f A3.2g A3.2h A4.1 A4.2 A4.3",
    "optimization": "B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 B11",
    "normalization": "C1a C1b C1c C1d C1e C2a C2b C3a C3b C4a C4b C4c C4d C4e C5a C5b C5c-i C5c-ii C5c-iii",
    "dropout_and_cnn": (
        "D1a D1b D1c D1d D1e D1f D1g D1h D1i D2a D2b D2c D2d D3a D3b D3c D3d D4a-i D4b-i D4b-ii D4c-i D4c-ii D4c-iii "
        "D4c-iv D4c-v D4d-i D4d-ii D4e-i D4e-ii D4e-iii D4f-i D5a-i D5a-ii D5a-iii D5b-i D5b-ii D5c-i D5c-ii D5c-iii "
        "D5c-iv"
    ),
}
"""The 88 questions, both editions of the first sheet counted once."""


@dataclass(frozen=True)
class Row:
    """A line of a table: what it maps, and the words about what decides it."""

    problem_set: str
    item: str
    problems: tuple[str, ...]
    decided: str

    @property
    def items(self) -> tuple[str, ...]:
        """`D4a-i, D4b-i`, `C4a, b, c` and `C5c ii, iii` written out."""
        found: list[str] = []
        for part in filter(None, self.item.split(", ")):
            if re.match(r"[A-D]\d", part):
                found.append(part.replace(" ", "-"))
            elif re.fullmatch("[ivx]+", part):
                found.append(f"{found[-1].rpartition('-')[0]}-{part}")
            else:
                found.append(found[-1][: -len(part)] + part)
        return tuple(found)


def rows() -> Iterator[Row]:
    """The lines of the tables that map items to checks, under the heading of their set."""
    name, reading = "", False
    for line in (ROOT / "docs" / "sources.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        reading = bool(cells) and (reading or cells[0] == "item")
        if reading and cells[0] != "item" and "---" not in cells[0]:
            yield Row(name, cells[0], tuple(NAME.findall(cells[2])), cells[3])


ROWS = tuple(rows())


@cache
def problem_set(name: str) -> ProblemSet:
    return load_set(ROOT, name)


def problems_of(row: Row) -> list[Problem]:
    return [problem_set(row.problem_set).problems[name] for name in row.problems]


@pytest.mark.parametrize("name", SETS)
def test_every_item_has_a_row(name: str):
    listed = {item for row in ROWS if row.problem_set == name for item in row.items}

    assert set(ITEMS[name].split()) <= listed


def test_there_are_88_items():
    assert sum(len(items.split()) for items in ITEMS.values()) == 88


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.problem_set}-{row.item or row.problems[0]}")
def test_a_row_names_what_there_is(row: Row):
    known = set(problem_set(row.problem_set).problems)
    assert row.problems
    assert set(row.problems) <= known

    checks = {check.name for problem in problems_of(row) for check in problem.checks}
    texts = {
        name for problem in problems_of(row) for name, answer in problem.answers.items() if isinstance(answer, Text)
    }
    named = set(NAME.findall(row.decided))
    counted = [COUNTS[word] for word in re.findall(r"(\w+) checks", row.decided) if word in COUNTS]

    assert named <= checks | texts
    assert named or counted
    for count in counted:
        assert count in {len(problem.checks) for problem in problems_of(row)}


@pytest.mark.parametrize("name", SETS)
def test_every_problem_is_in_a_row(name: str):
    mapped = {problem for row in ROWS if row.problem_set == name for problem in row.problems}

    assert set(problem_set(name).problems) == mapped
