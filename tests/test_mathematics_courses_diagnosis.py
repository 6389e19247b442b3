"""What is said of wrong answers, labelled or not, is true, and nothing is said where nothing is known."""

from __future__ import annotations

import pytest

from grader.mathematics.comparing import compare
from grader.mathematics.kinds import declare
from grader.mathematics.reading import read
from grader.mathematics.reading.inferring import infer
from grader.mathematics.verdict import parse_mode

LAYER = {"d": "positive-integer", "sigma": "positive"}
COUNT = {"n": "positive-integer"}


def said(student: str, reference: str, symbols: dict[str, str], mode: str = "exact") -> list[str]:
    """The names of the diagnoses of a wrong answer; nothing is declared where there are no symbols."""
    declaration = declare(symbols) if symbols else infer([student, reference])
    one, other = read(student, declaration), read(reference, declaration)
    verdict = compare(one.node, other.node, declaration, parse_mode(mode))
    assert verdict.verdict == "different"
    return [found.name for found in verdict.diagnosis]


@pytest.mark.parametrize(
    ("student", "reference", "symbols", "mode", "names"),
    [
        (r"\operatorname{Var}[y]=d\sigma^2", r"d\sigma^2/2", LAYER, "exact", ["constant-factor"]),
        (r"\operatorname{Var}[y]=d\sigma^2/2=\sigma^2/2", r"d\sigma^2/2", LAYER, "exact", ["missing-symbol"]),
        ("y=2x-1", "y=2x+1", {"x": "real", "y": "real"}, "exact", ["additive-constant"]),
        ("y=2x+1", "2y=4x+1", {"x": "real", "y": "real"}, "exact", []),
        (r"\Omega(n^2)", "O(n^2)", COUNT, "growth", []),
        (r"O(\log^2 n)", r"O(\log n)", COUNT, "growth", ["square"]),
        ("O(n^3)", "O(n^2)", COUNT, "growth", ["extra-symbol"]),
        ("|z|^2", "z^2", {"z": "complex"}, "exact", []),
        ("(-1)^n", "1", {"n": "integer"}, "exact", []),
        ("(x-2)(x+3)", "x^2-x-6", {"x": "real"}, "exact", ["sign-of-symbol"]),
        (r"\binom{n}{2}", "n(n+1)/2", {}, "exact", ["asymptotic"]),
        (r"\frac{\partial L}{\partial w}=2(wx-y)", "2x(wx-y)", {}, "exact", ["missing-symbol"]),
        ("n(n-1)", "n(n+1)", {"n": "positive-integer"}, "exact", ["sign-of-term"]),
    ],
)
def test_what_is_said(student: str, reference: str, symbols: dict[str, str], mode: str, names: list[str]) -> None:
    """One name at most, and none where no single slip explains the answer."""
    found = said(student, reference, symbols, mode)
    assert found == names
