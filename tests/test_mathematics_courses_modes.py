"""Constants and factors between formulas that hold vectors, matrices and families."""

from __future__ import annotations

import pytest

from grader.mathematics.comparing import compare
from grader.mathematics.kinds import declare
from grader.mathematics.reading import read
from grader.mathematics.verdict import parse_mode

MAP = {"X": "matrix n d", "y": "vector n", "w": "vector d", "lambda": "positive"}
SAMPLE = {"x": "sequence real", "n": "positive-integer", "mu": "real", "sigma": "positive"}
FULL = r"\|y-Xw\|^2+\lambda\|w\|^2"
NORMAL = r"\sum_{i=1}^n\log\frac{1}{\sqrt{2\pi\sigma^2}}e^{-(x_i-\mu)^2/(2\sigma^2)}"
BELL = r"\frac{1}{(2\pi)^{d/2}}e^{-w^\top w/2}"


def decided(student: str, reference: str, symbols: dict[str, str], mode: str) -> str:
    """The verdict's word, both texts read under the declaration."""
    declared = declare(symbols)
    texts = [read(text, declared) for text in (student, reference)]
    return compare(texts[0].node, texts[1].node, declared, parse_mode(mode)).verdict


@pytest.mark.parametrize(
    ("student", "reference", "symbols", "mode", "verdict"),
    [
        (r"w^\top X^\top Xw-2y^\top Xw+\lambda\|w\|^2", FULL, MAP, "up-to-additive-constant:w", "equal"),
        (r"w^\top X^\top Xw-y^\top Xw+\lambda\|w\|^2", FULL, MAP, "up-to-additive-constant:w", "different"),
        (r"w^\top X^\top Xw-2y^\top Xw+\lambda\|w\|^2", FULL, MAP, "up-to-additive-constant", "different"),
        (
            r"-\frac{n}{2}\log\sigma^2-\frac{1}{2\sigma^2}\sum_{i=1}^n(x_i-\mu)^2",
            NORMAL,
            SAMPLE,
            "up-to-additive-constant:mu,sigma,x",
            "equal",
        ),
        (
            r"-\frac{n}{2}\log\sigma-\frac{1}{2\sigma^2}\sum_{i=1}^n(x_i-\mu)^2",
            NORMAL,
            SAMPLE,
            "up-to-additive-constant:mu,sigma,x",
            "different",
        ),
        (r"2f(x)+c", r"f(x)", {"f": "function", "x": "real", "c": "real"}, "up-to-additive-constant:x", "different"),
        (r"f(x)+c", r"f(x)", {"f": "function", "x": "real", "c": "real"}, "up-to-additive-constant:x", "equal"),
        (r"e^{-\|w\|^2/2}", BELL, {"w": "vector d"}, "up-to-positive-factor", "equal"),
        (r"-e^{-\|w\|^2/2}", BELL, {"w": "vector d"}, "up-to-positive-factor", "different"),
        (r"-e^{-\|w\|^2/2}", BELL, {"w": "vector d"}, "up-to-factor", "equal"),
        (r"e^{-\|w\|^2}", BELL, {"w": "vector d"}, "up-to-factor", "different"),
        (r"\sqrt2 A^{-1}b", "A^{-1}b", {"A": "spd n", "b": "vector n"}, "up-to-factor", "equal"),
        (r"\sqrt2 Ab", "A^{-1}b", {"A": "spd n", "b": "vector n"}, "up-to-factor", "different"),
        (r"\|b\|A^{-1}b", "A^{-1}b", {"A": "spd n", "b": "vector n"}, "up-to-factor", "different"),
    ],
)
def test_what_differs_by_a_constant(
    student: str, reference: str, symbols: dict[str, str], mode: str, verdict: str
) -> None:
    """A constant is the same at other vectors, matrices and members, too."""
    assert decided(student, reference, symbols, mode) == verdict
