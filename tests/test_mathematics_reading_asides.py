"""Remarks behind an answer: which are left out, and which change what is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.mathematics.kinds import declare
from grader.mathematics.printing import to_text
from grader.mathematics.reading import Reading, Refusal, read
from grader.mathematics.reading.asides import turns, without_aside, without_total

SYMBOLS = declare({"A": "symmetric n", "x": "vector n", "a": "real", "b": "real", "n": "positive-integer"})


@pytest.mark.parametrize(
    "text",
    [
        "2Ax [since A is symmetric]",
        "2Ax (because A = A^T)",
        "2Ax (by symmetry of A)",
        "$2Ax$ (since $A = A^T$)",
        "2Ax (gradient of the form).",
        "grad = 2Ax [as A is symmetric]",
        "2Ax in total",
        "a per row, 2Ax in total",
    ],
)
def test_a_remark_behind_the_formula_is_not_read(text: str) -> None:
    found = read(text, SYMBOLS)

    assert isinstance(found, Reading), found
    assert to_text(found.node) == "2*A*x"


@pytest.mark.parametrize(
    "text",
    [
        "a (divided by n)",
        "a (times two)",
        "a (wrong answer)",
        "a (not the final answer)",
        "a (thousand dollars)",
        "a (complement of it)",
    ],
)
def test_a_remark_that_changes_the_formula_is_refused(text: str) -> None:
    assert isinstance(read(text, SYMBOLS), Refusal)


@pytest.mark.parametrize("text", ["a (b + 1)", "a (b)", "a [b]", "(a, b) (1, 2)", "f(x) (sin cos)", "since (a)"])
def test_factors_in_brackets_stay(text: str) -> None:
    assert without_aside(text) == text


@given(st.text(alphabet="abc []()since.,$ \n", max_size=40))
def test_the_length_stays(text: str) -> None:
    assert len(without_aside(text)) == len(text) == len(without_total(text))


def test_roundings_and_reasons_turn_nothing() -> None:
    assert turns("3 (times two)")
    assert not turns("0.67 (rounded)")
    assert not turns("3 (probability of not being chosen)")
