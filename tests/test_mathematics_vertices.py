"""Extremes over all real numbers of what is quadratic there."""

from __future__ import annotations

import pytest

from tests.deciding import undeclared


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        (r"\min_x\left[(x-3)^2+1\right]", "1", "equal"),
        (r"\min_x\left[(x-3)^2+1\right]", "3", "different"),
        (r"\arg\min_x (x-3)^2", "3", "equal"),
        (r"\max_x (6x-x^2)", "9", "equal"),
        (r"\min_x (6x-x^2)", "9", "undecided"),
        (r"\arg\min_x\left[(x-a)^2+(x-b)^2\right]", r"\frac{a+b}2", "equal"),
        (r"\arg\min_x\left[(x-a)^2+(x-b)^2\right]", r"\frac{a-b}2", "different"),
        (r"\arg\min_\mu\sum_{i=1}^n(x_i-\mu)^2", r"\frac1n\sum_{i=1}^nx_i", "equal"),
        (r"\arg\max_\mu\sum_{i=1}^n(x_i-\mu)^2", r"\frac1n\sum_{i=1}^nx_i", "undecided"),
        (r"\arg\min_x ax^2+bx", r"-\frac b{2a}", "undecided"),
    ],
)
def test_the_vertex_of_a_parabola_is_its_extreme(student: str, reference: str, expected: str) -> None:
    assert undeclared(student, reference)["verdict"] == expected
