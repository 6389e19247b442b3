"""Sums that dots end: which rows settle a law, and what is refused."""

from __future__ import annotations

import pytest

from grader.mathematics.kinds import declare
from grader.mathematics.printing import to_text
from grader.mathematics.reading import Reading, Refusal, read
from grader.mathematics.serving import answered

SYMBOLS = declare({"x": "real", "gamma": "real", "r": "sequence real", "t": "index", "a": "real", "b": "real"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"1 + x + x^2 + \cdots", "Sum(x**k, (k, 0, oo))"),
        (r"r_{t+1} + \gamma r_{t+2} + \gamma^2 r_{t+3} + \dots", "Sum(gamma**k*r[t + (k + 1)], (k, 0, oo))"),
        ("x - x^3/3! + x^5/5! - ...", "Sum((-1)**k*(x**(2*k + 1)/factorial(2*k + 1)), (k, 0, oo))"),
        ("1 + x + x^2/2 + x^3/6 + ...", "Sum(x**k/factorial(k), (k, 0, oo))"),
        ("1 + 1/4 + 1/9 + ...", "Sum(1/(k + 1)**2, (k, 0, oo))"),
        ("1/3 + 1/9 + 1/27 + ...", "Sum((1/3)*(1/3)**k, (k, 0, oo))"),
        ("a + x + x^2 + x^3 + ...", "a + Sum(x**(k + 1), (k, 0, oo))"),
        ("x(1 + x + x^2 + ...)", "x*Sum(x**k, (k, 0, oo))"),
    ],
)
def test_three_terms_settle_how_a_row_goes_on(text: str, expected: str) -> None:
    found = read(text, SYMBOLS)

    assert isinstance(found, Reading), found
    assert to_text(found.node) == expected
    assert any("infinity" in note for note in found.notes)


@pytest.mark.parametrize(
    "text",
    [
        "1 + x + ...",
        "1 + 2 + 5 + ...",
        "a + b + x + ...",
        "x + x + x + ...",
        "1 + x - x^2 + ...",
        "1 + x + x^3 + ...",
        "1 * x * x^2 * ...",
    ],
)
def test_a_row_without_a_law_is_refused(text: str) -> None:
    found = read(text, SYMBOLS)

    assert isinstance(found, Refusal)
    assert "dots" in found.reason


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        (r"g_t+\beta g_{t-1}+\beta^2g_{t-2}+\cdots", r"\sum_{k=0}^{\infty}\beta^{k}g_{t-k}", "equal"),
        (r"g_t+\beta g_{t+1}+\beta^2g_{t+2}+\cdots", r"\sum_{k=0}^{\infty}\beta^{k+1}g_{t+k}", "different"),
        (r"g_t+\beta g_{t-1}+\beta^2g_{t-2}+\cdots", r"\sum_{i=1}^{t}\beta^{t-i}g_i", "undecided"),
    ],
)
def test_beside_a_sum_that_ends_a_person_decides(student: str, reference: str, expected: str) -> None:
    request = {"student": student, "reference": reference, "symbols": None, "mode": "exact", "syntax": "auto"}

    found = answered({**request, "seed": 0, "diagnose": False, "aliases": {}}, None)

    assert found["verdict"]["verdict"] == expected
