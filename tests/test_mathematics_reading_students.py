"""What students write, in many styles: each text reads as was checked against its answer once, or is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.mathematics.kinds import Declaration, declare
from grader.mathematics.printing import to_text
from grader.mathematics.reading import Reading, Refusal, read

GROUPS = json.loads((Path(__file__).parent / "data" / "students.json").read_text("utf-8"))


def declaration(group: dict[str, dict[str, str] | None]) -> Declaration | None:
    symbols = group["symbols"]
    return None if symbols is None else declare(symbols)


@pytest.mark.parametrize("group", GROUPS, ids=[str(place) for place in range(len(GROUPS))])
def test_is_read_as_meant(group: dict[str, dict[str, str]]):
    found = {text: read(text, declaration(group)) for text in group["reads"]}

    shown = {text: to_text(one.node) if isinstance(one, Reading) else str(one) for text, one in found.items()}
    assert shown == group["reads"]


@pytest.mark.parametrize("group", GROUPS, ids=[str(place) for place in range(len(GROUPS))])
def test_what_has_no_one_meaning_is_refused(group: dict[str, dict[str, str]]):
    found = {text: read(text, declaration(group)) for text in group["refused"]}

    shown = {text: one.reason if isinstance(one, Refusal) else to_text(one.node) for text, one in found.items()}
    assert shown == group["refused"]
