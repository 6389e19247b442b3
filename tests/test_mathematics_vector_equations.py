"""Equations of vectors are compared by their solutions, exactly, at random points of everything else."""

import pytest

from grader.mathematics.comparing import compare
from grader.mathematics.kinds import declare
from grader.mathematics.reading import Reading, read
from grader.mathematics.verdict import Verdict, parse_mode

REGRESSION = "X=matrix n d;w=vector d;y=vector n;c=positive"
BELLMAN = "P=matrix n n;v=vector n;r=vector n;g=open-probability"


def decide(student: str, reference: str, symbols: str) -> Verdict:
    declaration = declare(dict(one.split("=") for one in symbols.split(";")))
    sides = [read(text, declaration) for text in (student, reference)]
    assert isinstance(sides[0], Reading), sides[0]
    assert isinstance(sides[1], Reading), sides[1]
    return compare(sides[0].node, sides[1].node, declaration, parse_mode("exact"))


@pytest.mark.parametrize(
    ("student", "reference", "symbols"),
    [
        ("X^Ty = X^TXw", "X^TXw = X^Ty", REGRESSION),
        ("2X^T(Xw-y) = 0", "X^TXw = X^Ty", REGRESSION),
        ("X^TXw + cw = X^Ty", "(X^TX+c I)w = X^Ty", REGRESSION),
        ("(X^TX+c I)w = X^Ty", "w = (X^TX+c I)^{-1}X^Ty", REGRESSION),
        ("v = r + gPv", "(I-gP)v = r", BELLMAN),
        ("v = r + gPv", "v = (I-gP)^{-1}r", BELLMAN),
        ("AB-BA = 0", "AB = BA", "A=matrix n n;B=matrix n n"),
    ],
)
def test_the_same_equations_are_recognised(student: str, reference: str, symbols: str):
    verdict = decide(student, reference, symbols)

    assert verdict.equal, verdict


@pytest.mark.parametrize(
    ("student", "reference", "symbols"),
    [
        ("Xw = y", "X^TXw = X^Ty", REGRESSION),
        ("X^TXw = X^Ty", "Xw = y", REGRESSION),
        ("X^TXw + cw = X^Ty", "X^TXw = X^Ty", REGRESSION),
        ("X^TXw = Xy", "X^TXw = X^Ty", REGRESSION),
        ("v = r + gPv", "v = r + gv", BELLMAN),
        ("(I+gP)v = r", "v = (I-gP)^{-1}r", BELLMAN),
    ],
)
def test_other_equations_are_told_apart_by_a_point(student: str, reference: str, symbols: str):
    verdict = decide(student, reference, symbols)

    assert verdict.verdict == "different", verdict
    assert verdict.witness is not None


def test_equations_of_matrices_that_are_not_linear_are_left_to_a_person():
    assert decide("Q^TQ = I", "QQ = I", "Q=matrix n n").verdict == "undecided"
