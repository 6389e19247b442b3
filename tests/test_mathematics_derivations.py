"""Derivations in lines: the last quantity is the answer, where it is the one that is asked."""

from __future__ import annotations

import pytest

from grader.mathematics.serving import answered

LOSS = r"L &= (wx-y)^2+\lambda w^2 \\ \frac{dL}{dw} &= 2x(wx-y)+2\lambda w = 0 \\ "


def verdict(student: str, reference: str) -> str:
    request = {"student": student, "reference": reference, "symbols": None, "mode": "exact", "syntax": "auto"}
    found = answered({**request, "seed": 0, "diagnose": False, "aliases": {}}, None)
    return str(found["verdict"]["verdict"])


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        (
            rf"\begin{{align}}{LOSS}\Rightarrow w &= \frac{{xy}}{{x^2+\lambda}}\end{{align}}",
            r"w^*=\frac{xy}{x^2+\lambda}",
        ),
        (rf"\begin{{align}}{LOSS}w &= \frac{{xy}}{{x^2+\lambda}}\end{{align}}", r"w^*=\frac{xy}{x^2+\lambda}"),
        (r"x + y = 3 \\ x - y = 1 \\ \Rightarrow x = 2, y = 1", "x = 2, y = 1"),
        (r"f(x) = x^2 \\ f'(x) = 2x", "f'(x) = 2x"),
        (r"2x = 4 \Rightarrow x = 2", "x = 2"),
        (r"L = wx \\ b = 2", "b = 2"),
    ],
)
def test_the_last_line_is_the_answer(student: str, reference: str) -> None:
    assert verdict(student, reference) == "equal"


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        (
            rf"\begin{{align}}{LOSS}\Rightarrow w &= \frac{{xy}}{{x^2-\lambda}}\end{{align}}",
            r"w^*=\frac{xy}{x^2+\lambda}",
        ),
        (r"L = -\log p \\ \frac{dL}{dp} = \frac1p", r"-\frac1p"),
        (r"2x = 4 \Rightarrow x = 3", "x = 2"),
        (r"m = 3 \\ v = 4", "v = 3"),
    ],
)
def test_a_wrong_last_line_is_different(student: str, reference: str) -> None:
    assert verdict(student, reference) == "different"


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        (r"x = 1 \\ y = 2", "x = 1"),
        ("x^2 > 1", r"x > 1 \Rightarrow x^2 > 1"),
        (r"z = wx \\ a = z + 1", "a = z + wx"),
    ],
)
def test_another_quantity_is_not_accepted(student: str, reference: str) -> None:
    assert verdict(student, reference) != "equal"


@pytest.mark.parametrize(
    ("student", "reference"), [("x = 1, y = 2", "2"), ("x = 1, y = 2", "1"), (r"a = 3 \\ b = 5", "5")]
)
def test_of_values_side_by_side_none_is_the_answer(student: str, reference: str) -> None:
    assert verdict(student, reference) == "undecided"
    assert verdict(student, "7") == "different"
