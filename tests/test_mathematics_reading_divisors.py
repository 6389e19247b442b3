"""Divisions in which the divisor may be a whole product: what a person is asked about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.mathematics.reading.divisors import with_whole_divisors
from grader.mathematics.serving import answered


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"x^2/2\sigma^2", r"x^2/(2\sigma^2)"),
        ("n!/k!(n-k)!", "n!/(k!(n-k)!)"),
        (r"e^{-x^2/2\sigma^2}/\sqrt{2\pi}\sigma", r"e^{-x^2/(2\sigma^2)}/(\sqrt{2\pi}\sigma)"),
        ("x**2/2*sigma**2", None),
        ("1/2 x", None),
        ("a/(b c)", None),
    ],
)
def test_a_product_without_signs_is_put_into_brackets(text: str, expected: str | None) -> None:
    assert with_whole_divisors(text, syntax="auto") == expected


@given(st.text(alphabet="ab2/(){}^_\\ $'!", max_size=24))
def test_any_text_is_rewritten_or_left(text: str) -> None:
    found = with_whole_divisors(text, syntax="auto")

    assert found is None or len(found) > len(text)


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        (r"x^2/2\sigma^2", r"\frac{x^2}{2\sigma^2}", "undecided"),
        (r"\frac{x^2}{2\sigma^2}", r"x^2/2\sigma^2", "undecided"),
        (r"x^2/2\sigma^2", r"\frac{x^2}{2}\sigma^2", "equal"),
        (r"x^2/2\sigma^2", r"\frac{x^2}{3\sigma^2}", "different"),
        ("x**2/2*sigma**2", r"\frac{x^2}{2\sigma^2}", "different"),
        ("1/2 x", r"\frac{1}{2x}", "different"),
    ],
)
def test_how_far_a_division_reaches(student: str, reference: str, expected: str) -> None:
    request = {"student": student, "reference": reference, "symbols": None, "mode": "exact", "syntax": "auto"}

    found = answered({**request, "seed": 0, "diagnose": False, "aliases": {}}, None)

    assert found["verdict"]["verdict"] == expected
