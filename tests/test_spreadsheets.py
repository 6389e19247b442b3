"""Cells of a spreadsheet: no text is carried out, none is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.spreadsheets import neutral, on_one_line, restored

CARRIED_OUT = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TEXTS = st.text(max_size=30) | st.builds("".join, st.lists(st.sampled_from(["'", " ", "\n", *CARRIED_OUT, "a"])))


@given(TEXTS)
def test_no_text_becomes_a_formula(text: str):
    assert not neutral(text).startswith(CARRIED_OUT)
    assert not on_one_line(text).startswith(CARRIED_OUT)


@given(TEXTS)
def test_no_text_becomes_a_second_row(text: str):
    assert len(on_one_line(text).splitlines()) <= 1


@given(TEXTS)
def test_what_was_made_neutral_is_restored(text: str):
    assert restored(neutral(text)) == text


@pytest.mark.parametrize("text", ["", "Ada", "a=b", "'quoted'", "1-2"])
def test_harmless_text_stays(text: str):
    assert neutral(text) == on_one_line(text) == text
