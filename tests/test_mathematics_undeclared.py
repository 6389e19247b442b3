"""What is meant where nothing is declared: the order of writing, chain rules, identities beside capitals, equations."""

from __future__ import annotations

import pytest

from grader.mathematics.serving import answered

ACCEPTED = {"equal", "equal where both are defined"}


def verdict(student: str, reference: str) -> str:
    request = {
        "student": student,
        "reference": reference,
        "symbols": None,
        "mode": "exact",
        "syntax": "auto",
        "seed": 0,
        "diagnose": False,
        "aliases": {},
    }
    return str(answered(request, None)["verdict"]["verdict"])


SLOPES = r"\frac{\partial L}{\partial\hat x_i}-\hat x_i\sum_{j=1}^N\hat x_j\frac{\partial L}{\partial\hat x_j}"


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        ("X @ W + b", "XW+b"),
        (r"H\odot\frac{W^\top V}{W^\top WH}", r"H\odot\frac{W^T V}{W^T W H}"),
        (r"V\Sigma^+U^T", r"V\Sigma^{+}U^\top"),
        (r"Av=\lambda v", r"(A-\lambda I)v=0"),
        (r"Ax=\lambda x", r"(\lambda I-A)x=0"),
        ("s=As", "(I-A)s=0"),
        (r"v=(I-\gamma P)^{-1}r", r"v=r+\gamma Pv"),
        ("Y=C+I+G", "C+G+I"),
        (SLOPES, SLOPES.replace(r"\hat x_i\sum_{j=1}^N", r"\sum_{j=1}^N\hat x_i")),
        (
            r"\frac{\partial L}{\partial x_j}",
            r"\sum_i\frac{\partial L}{\partial y_i}\frac{\partial y_i}{\partial x_j}",
        ),
        (
            r"\frac{\partial L}{\partial \gamma}=\sum_{i=1}^m\frac{\partial L}{\partial y_i}\hat x_i",
            r"\sum_{i=1}^m\hat x_i\frac{\partial L}{\partial y_i}",
        ),
    ],
)
def test_the_same_in_another_spelling_is_accepted(student: str, reference: str) -> None:
    assert verdict(student, reference) == "equal"


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        (SLOPES, r"\frac{\partial L}{\partial\hat x_i}"),
        (r"\frac{\partial L}{\partial y_i}", r"\frac{\partial L}{\partial x_i}"),
        (r"\sum_jp_j\frac{\partial L}{\partial p_j}", r"\sum_j\frac{\partial L}{\partial p_j}"),
        (r"\frac{\partial L}{\partial x_j}", r"\sum_i\frac{\partial L}{\partial y_j}\frac{\partial y_i}{\partial x_j}"),
        (r"(A-\lambda I)v=0", r"(A-\mu I)v=0"),
        (r"Av=\lambda v", r"(A+\lambda I)v=0"),
        (r"\tilde D^{-1}\tilde A HW", r"\tilde D^{-\frac12}\tilde A\tilde D^{-\frac12}HW"),
        (r"\sigma(W^{(l)}H^{(l)}\hat A)", r"\sigma(\hat AH^{(l)}W^{(l)})"),
    ],
)
def test_something_else_is_not_accepted(student: str, reference: str) -> None:
    assert verdict(student, reference) not in ACCEPTED
