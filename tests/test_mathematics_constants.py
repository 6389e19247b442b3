"""Numbers without symbols: equality is proven exactly, whatever form the two have."""

from __future__ import annotations

import pytest

from tests.deciding import undeclared as verdict


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        (r"\arctan\frac12+\arctan\frac13", r"\frac\pi4"),
        (r"\arctan 1+\arctan2+\arctan3", r"\pi"),
        (r"4\arctan\frac15-\arctan\frac1{239}", r"\frac\pi4"),
        (r"\arcsin\frac35+\arccos\frac35", "90^\\circ"),
        (r"\arccos\frac45+\arccos\frac{12}{13}", r"\arccos\frac{33}{65}"),
        (r"\arccos\frac{1}{\sqrt5}", r"\arctan 2"),
        (r"\arctan(\sqrt2)+\arctan\frac1{\sqrt2}", r"\frac\pi2"),
        (r"2\arcsin\frac13", r"\arcsin\frac{4\sqrt2}9"),
        (r"\frac12\arccos\frac7{25}", r"\arctan\frac34"),
        (r"\operatorname{artanh}\frac13", r"\frac{\ln2}2"),
    ],
)
def test_sums_of_angles_are_proven(student: str, reference: str) -> None:
    found = verdict(student, reference)
    assert (found["verdict"], found["layer"]) == ("equal", "exact")


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        (r"\arctan\frac12+\arctan\frac13", r"\frac\pi4+10^{-30}"),
        (r"\arctan2+\arctan3", r"-\frac\pi4"),
        (r"\arcsin\frac35", r"\arctan\frac45"),
        (r"\operatorname{artanh}\frac13", r"\ln2"),
    ],
)
def test_angles_that_differ_by_a_turn_or_little_are_different(student: str, reference: str) -> None:
    assert verdict(student, reference)["verdict"] == "different"
