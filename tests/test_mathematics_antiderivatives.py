"""Integrals without bounds leave a constant open, and nothing else."""

import pytest

from grader.mathematics.comparing import compare
from grader.mathematics.reading import Reading, infer, read
from grader.mathematics.verdict import Verdict, parse_mode


def decide(student: str, reference: str, mode: str = "exact") -> Verdict:
    declaration = infer([student, reference])
    sides = [read(text, declaration) for text in (student, reference)]
    assert isinstance(sides[0], Reading), sides[0]
    assert isinstance(sides[1], Reading), sides[1]
    return compare(sides[0].node, sides[1].node, declaration, parse_mode(mode))


@pytest.mark.parametrize(
    ("student", "reference", "mode"),
    [
        ("(x-1)e^x + C", r"\int x e^x dx", "exact"),
        ("(x-1)e^x", r"\int x e^x dx", "exact"),
        (r"\int x e^x dx", "(x-1)e^x + C", "exact"),
        (r"x e^x - \int e^x dx", r"\int x e^x dx", "exact"),
        (r"2\int x\,dx", "x^2 + C", "exact"),
        (r"\ln|x| + C", r"\int \frac1x dx", "exact"),
        (r"\int x\,dx", r"\frac{x^2}{2}", "up-to-additive-constant:x"),
    ],
)
def test_antiderivatives_are_equal_up_to_a_constant(student: str, reference: str, mode: str):
    assert decide(student, reference, mode).equal


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        ("x e^x + C", r"\int x e^x dx"),
        (r"x e^x + \int e^x dx", r"\int x e^x dx"),
        (r"\arctan(x/2) + C", r"\int \frac{dx}{4+x^2}"),
        (r"\frac{x^2}{2}", r"\frac{x^2}{2} + C"),
        (r"\cos x + C", r"\int \sin x\,dx"),
    ],
)
def test_other_antiderivatives_are_told_apart(student: str, reference: str):
    verdict = decide(student, reference)

    assert verdict.verdict == "different"
    assert verdict.witness is not None
