"""Extremes over the same thing: equal where what they are of has them at the same places, never by accident."""

from __future__ import annotations

import pytest

from grader.mathematics.serving import answered

SAME = [
    (r"\arg\min_w \|Xw-y\|^2", r"\arg\min_w (Xw-y)^T(Xw-y)"),
    (r"\arg\min_\mu \sum_{i=1}^n (x_i-\mu)^2", r"\arg\min_\mu \frac1n\sum_{i=1}^n(x_i-\mu)^2"),
    (r"\arg\max_\theta p(D|\theta)p(\theta)", r"\arg\max_\theta[\log p(D|\theta)+\log p(\theta)]"),
    (r"\arg\max_k w_k^Tx+b_k", r"\arg\max_k \frac{e^{w_k^Tx+b_k}}{\sum_j e^{w_j^Tx+b_j}}"),
    (r"\min_w f(w)", r"\min_v f(v)"),
    (
        r"\max_\alpha \sum_i \alpha_i - \frac12 \sum_{i,j}\alpha_i\alpha_j y_i y_j x_i^\top x_j",
        r"\max_\alpha \sum_{i=1}^n \alpha_i - \frac12\sum_{i=1}^n\sum_{j=1}^n \alpha_i\alpha_jy_iy_jx_i^Tx_j",
    ),
]

OTHER = [
    (r"\arg\max_\theta \log\theta+2\log p(D|\theta)", r"\arg\max_\theta \theta p(D|\theta)"),
    (r"\arg\max_\theta p_\theta(x)\theta^2", r"\arg\max_\theta \theta^2"),
    (r"\arg\max_x (x-a)^2", r"\arg\max_x -(x-a)^2"),
    (r"\arg\max_\theta \sum_i \log p(x_i|\theta)", r"\arg\max_\theta \log p(x_1|\theta)"),
    (r"\min_w 2f(w)", r"\min_w f(w)"),
    (r"\arg\min_w \|Xw-y\|^2+\lambda\|w\|^2", r"\arg\min_w \frac1n\|Xw-y\|^2+\lambda\|w\|^2"),
]


def _verdict(student: str, reference: str) -> str:
    asked = {"student": student, "reference": reference, "symbols": None, "mode": "exact", "syntax": "auto"}
    found = answered({**asked, "seed": 0, "diagnose": False, "aliases": {}}, None)
    word: str = found["verdict"]["verdict"]
    return word


@pytest.mark.parametrize(("student", "reference"), SAME)
def test_the_same_places_of_an_extreme_are_equal(student: str, reference: str):
    assert _verdict(student, reference) == "equal"
    assert _verdict(reference, student) == "equal"


@pytest.mark.parametrize(("student", "reference"), OTHER)
def test_other_extremes_are_never_equal(student: str, reference: str):
    assert _verdict(student, reference) in ("different", "undecided")
    assert _verdict(reference, student) in ("different", "undecided")


@pytest.mark.parametrize(
    ("student", "reference", "same"),
    [
        (r"\min_W \|XW-Y\|_F^2+\lambda\|W\|_F^2", r"\min_W \lambda\|W\|_F^2+\|Y-XW\|_F^2", True),
        (r"\min_W \|XW-Y\|_F^2+\lambda\|W\|_F^2", r"\min_W \lambda\|W\|_F^2+\|Y-WX\|_F^2", False),
        (r"\max_w w^\top Sw", r"\max_w w^\top S^\top w", True),
    ],
)
def test_what_an_extreme_is_over_may_be_a_matrix(student: str, reference: str, *, same: bool) -> None:
    request = {"student": student, "reference": reference, "symbols": None, "mode": "exact", "syntax": "auto"}
    found = answered({**request, "seed": 0, "diagnose": False, "aliases": {}}, None)

    assert (found["verdict"]["verdict"] == "equal") is same
