"""Names that an answer explains behind itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.mathematics.reading.explanations import explained
from grader.mathematics.serving import answered


@pytest.mark.parametrize(
    ("text", "other", "left"),
    [
        ("p_i - y_i, where p = softmax(z)", "p_i-y_i", "p_i - y_i"),
        ("$p-y$ where $p=\\sigma(z)$", "p-y", "$p-y$"),
        (r"$e^{-E}/Z \text{ where } Z = \sum_x e^{-E}$", r"\frac{e^{-E}}{Z}", "$e^{-E}/Z$"),
        ("σ(z) - y, where σ is the sigmoid function", r"\sigma(z)-y", "σ(z) - y"),
    ],
)
def test_a_name_of_the_expected_formula_needs_no_explanation(text: str, other: str, left: str) -> None:
    found = explained(text, other, ())

    assert found is not None
    assert (found.text, found.own) == (left, False)


def test_a_name_that_only_the_answer_has_stays() -> None:
    found = explained("p - y where p = s(z)", "s(z)-y", ())

    assert found is not None
    assert (found.text, found.own) == ("p - y where p = s(z)", True)


@pytest.mark.parametrize(
    "text",
    [
        "x_n = 2x_{n-1} where x_0 = 1",
        "T(n) = T(n-1) where T(0) = 0",
        "2x",
        "2x where x is not zero",
        "2x where x = 1 and y = 2",
    ],
)
def test_base_cases_and_conditions_are_no_explanations(text: str) -> None:
    assert explained(text, "x + T + y", ()) is None


@given(st.text(alphabet="pxy=-,$ where_{}1\\", max_size=40))
def test_any_text_is_taken_apart_or_left(text: str) -> None:
    found = explained(text, "p", ())

    assert found is None or text.startswith(found.text.rstrip("$"))


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        ("p - y where p = σ(z)", "p-y", "equal"),
        ("y - p where p = σ(z)", "p-y", "different"),
        (r"$p-y$, where $p=\sigma(z)$", r"\sigma(z)-y", "undecided"),
    ],
)
def test_explained_answers_are_decided(student: str, reference: str, expected: str) -> None:
    request = {"student": student, "reference": reference, "symbols": None, "mode": "exact", "syntax": "auto"}

    found = answered({**request, "seed": 0, "diagnose": False, "aliases": {}}, None)

    assert found["verdict"]["verdict"] == expected
