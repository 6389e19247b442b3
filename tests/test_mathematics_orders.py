"""The order of capital letters that stand as matrices do, where nothing is declared, is never taken as free."""

from __future__ import annotations

import pytest

from grader.mathematics.serving import answered

ACCEPTED = {"equal", "equal where both are defined"}


def verdict(student: str, reference: str) -> str:
    request: dict[str, object] = {
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


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        ("ABC", "CBA"),
        ("AB+BA", "2AB"),
        ("A(B+C)", "BA+CA"),
        (r"\beta A B", r"\beta BA"),
        ("W_2W_1", "W_1W_2"),
        (r"U\Lambda U^{-1}", r"U^{-1}\Lambda U"),
        (r"K_*(K+\sigma^2I)^{-1}y", r"(K+\sigma^2I)^{-1}K_*y"),
        (r"K_{*}K^{-1}y", r"K^{-1}K_*y"),
        (r"\mu_1+\Sigma_{12}\Sigma_{22}^{-1}(x_2-\mu_2)", r"\mu_1+\Sigma_{22}^{-1}\Sigma_{12}(x_2-\mu_2)"),
        ("P - KHP", "P-PKH"),
        ("A@B@C", "A@C@B"),
        ("A@B", "A*B"),
    ],
)
def test_another_order_of_matrices_is_not_accepted(student: str, reference: str) -> None:
    assert verdict(student, reference) not in ACCEPTED


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        ("2LND^2", "2LD^2N"),
        ("F=MA", "F=AM"),
        ("NKD", "DKN"),
        ("C_{in}K^2C_{out}", "K^2C_{in}C_{out}"),
        ("BLD^2+BL^2D", "BLD(D+L)"),
        ("A*B", "B*A"),
        ("(AB)C", "A(BC)"),
        ("(A+B)C", "AC+BC"),
        ("x+K(z-Hx)", "(I-KH)x+Kz"),
        (r"\mu_a+\Sigma_{ab}\Sigma_{bb}^{-1}(x_b-\mu_b)", r"\Sigma_{ab}\Sigma_{bb}^{-1}(x_b-\mu_b)+\mu_a"),
        (r"(W0+(alpha/r)*B@A)@x", r"W_0x+\frac{\alpha}{r}BAx"),
        ("A@x+b", "b+A@x"),
        (r"\log\det(\Sigma)", r"\log|\Sigma|"),
    ],
)
def test_numbers_and_matrices_in_their_order_are_accepted(student: str, reference: str) -> None:
    assert verdict(student, reference) == "equal"
