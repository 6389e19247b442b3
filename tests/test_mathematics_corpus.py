"""The corpus of benchmarks/mathematics is well formed, and no wrong answer in it is accepted."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from grader.mathematics.kinds import declare
from grader.mathematics.verdict import parse_mode
from grader.mathematics.worker import Comparer, Request

FOLDER = Path(__file__).parents[1] / "benchmarks" / "mathematics"
FILES = sorted(FOLDER.glob("*.jsonl"))
DOCUMENT = Path(__file__).parents[1] / "docs" / "mathematics.md"
FIELDS = {"id", "student", "reference", "symbols", "mode", "syntax", "expect", "note"}
ACCEPTED = {"equal", "equal where both are defined"}
REFUSED = {"different", "undecided", "unreadable"}
EXPECTED = {*ACCEPTED, "different", "unreadable", "not equal"}
RIGHT_SHARE = 0.97


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def documented() -> list[tuple[str, str, dict[str, str], str, str]]:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    found = []
    inside = False
    for line in lines:
        if not line.startswith("|"):
            inside = False
            continue
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        if cells[:2] == ["student", "expected"]:
            inside = True
        elif inside and not cells[0].startswith("---"):
            student, reference, symbols, mode, verdict = cells
            kinds = dict(part.split(": ") for part in re.split(r", (?=\w+: )", symbols) if part)
            found.append((student, reference, kinds, mode, verdict))
    return found


def is_right(expected: str, verdict: str) -> bool:
    if expected in ACCEPTED:
        return verdict in ACCEPTED
    return verdict in REFUSED if expected == "not equal" else verdict == expected


@pytest.fixture(scope="module")
def comparer():
    with Comparer(seconds=2.0) as made:
        yield made


def test_every_line_is_complete():
    everything = [row for path in FILES for row in rows(path)]

    assert all(set(row) == FIELDS for row in everything)
    assert all(str(row["note"]).strip() for row in everything)
    assert {row["expect"] for row in everything} <= EXPECTED
    assert len({row["id"] for row in everything}) == len(everything)


def test_kinds_and_modes_are_known():
    for path in FILES:
        for row in rows(path):
            declare(row["symbols"] or {})
            parse_mode(str(row["mode"]))


def test_there_are_enough_pairs_of_either_sort():
    counts = Counter(row["expect"] for path in FILES for row in rows(path))

    assert counts["equal"] >= 400
    assert counts["different"] >= 400


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_wrong_answer_is_accepted(path: Path, comparer: Comparer) -> None:
    accepted, wrong = [], []
    pairs = rows(path)

    for row in pairs:
        request = Request(row["student"], row["reference"], row["symbols"], row["mode"], row["syntax"], diagnose=False)
        found = comparer.compare(request).verdict
        if found.equal and row["expect"] not in ACCEPTED:
            accepted.append(f"{row['id']}: {row['student']!r} for {row['reference']!r}: {found.reason}")
        elif not is_right(str(row["expect"]), found.verdict):
            wrong.append(f"{row['id']}: {row['student']!r} for {row['reference']!r}: {found.verdict}, {found.reason}")

    assert not accepted, "\n".join(accepted)
    assert len(wrong) <= (1 - RIGHT_SHARE) * len(pairs) + 1, "\n".join(wrong)


def test_every_documented_example_is_decided_as_it_says(comparer: Comparer) -> None:
    examples = documented()

    assert len(examples) > 40
    for student, reference, kinds, mode, verdict in examples:
        found = comparer.compare(Request(student, reference, kinds, mode)).verdict

        assert found.verdict == verdict, f"{student} for {reference}: {found}"
