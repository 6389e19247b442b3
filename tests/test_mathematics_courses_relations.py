"""Roots lost and added: a point where a side has no value is no solution, and commas list solutions."""

from __future__ import annotations

import pytest

from grader.mathematics.comparing import compare
from grader.mathematics.kinds import declare
from grader.mathematics.reading import read

X = declare({"x": "real"})


def verdict(student: str, reference: str) -> str:
    """The verdict's word, x being a real number."""
    return compare(read(student, X).node, read(reference, X).node, X).verdict


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        (r"x<1", r"\log x<0", "different"),
        (r"0<x<1", r"\log x<0", "equal"),
        (r"x<4", r"\sqrt x<2", "different"),
        (r"0\le x<4", r"\sqrt x<2", "equal"),
        (r"\frac{x-1}{x+2}\ge0", r"x\le-2 or x\ge1", "different"),
        (r"x<-2 or x\ge1", r"\frac{x-1}{x+2}\ge0", "equal"),
        (r"x>1 or x\le0", r"1/x<1", "different"),
        (r"x(x-1)=0", r"\frac{x(x-1)}{x}=0", "different"),
        (r"x=1", r"\frac{x^2-1}{x-1}=2", "different"),
        (r"x\in\mathbb{R}", r"\frac{1}{x^2}>0", "different"),
        (r"x\ne0", r"\frac{1}{x^2}>0", "equal"),
        (r"x=-1, x=-2", r"x^2+3x+2=0", "equal"),
        (r"x=-1, x=-2", r"\{-2,-1\}", "equal"),
        (r"x=-1, x=-3", r"x^2+3x+2=0", "different"),
        (r"x=-1", r"x=-1, x=-2", "different"),
        (r"x=-1 \text{ and } x=-2", r"x^2+3x+2=0", "different"),
        (r"x=6/2, x=3", r"3", "equal"),
    ],
)
def test_solutions(student: str, reference: str, expected: str) -> None:
    """Each is decided as the sets of solutions are."""
    assert verdict(student, reference) == expected
