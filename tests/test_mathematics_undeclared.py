"""What is meant where nothing is declared: the order of writing, chain rules, identities beside capitals, equations."""

from __future__ import annotations

import pytest

from grader.mathematics.serving import answered
from tests.deciding import undeclared

ACCEPTED = {"equal", "equal where both are defined"}


def verdict(student: str, reference: str) -> str:
    return str(undeclared(student, reference)["verdict"])


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
        (r"f(x)=w^\top\phi(x)+b", r"b+\phi(x)^\top w"),
        (r"\|\phi(x)-\phi(y)\|^2", r"\phi(x)^T\phi(x)-2\phi(x)^T\phi(y)+\phi(y)^T\phi(y)"),
        (r"\sum_{n=1}^N(t_n-w^T\phi(x_n))\phi(x_n)", r"\sum_{n=1}^N\phi(x_n)(t_n-\phi(x_n)^Tw)"),
        (r"-\log\sigma(r_\phi(x,y_w)-r_\phi(x,y_l))", r"\log(1+e^{r_\phi(x,y_l)-r_\phi(x,y_w)})"),
        (r"\frac12\log\frac{P(Y=1|x)}{P(Y=-1|x)}", r"\frac12(\log P(Y=1|x)-\log P(Y=-1|x))"),
        (r"\sigma(\log\frac{p(x|1)p(1)}{p(x|0)p(0)})", r"\frac{p(x|1)p(1)}{p(x|1)p(1)+p(x|0)p(0)}"),
        (
            r"\frac{\pi_kp(x_i|\theta_k)}{\sum_{l}\pi_lp(x_i|\theta_l)}",
            r"\frac{\pi_kp(x_i|\theta_k)}{\sum_{j=1}^K\pi_jp(x_i|\theta_j)}",
        ),
        (r"\frac{e^{z_i}}{\sum_{j'}e^{z_{j'}}}", r"\frac{e^{z_i}}{\sum_{k=1}^Ke^{z_k}}"),
        (r"\exp(-\frac{(x^{(i)}-x)^2}{2\tau^2})", r"e^{-\frac{(x-x^{(i)})^2}{2\tau^2}}"),
        ("np.mean((x-np.mean(x))**2)", "np.var(x)"),
        (r"\sum_{i<j}(x_i-x_j)^2", r"n\sum_i x_i^2-(\sum_ix_i)^2"),
        (r"\log\det J=\sum_i\log|s_i|", r"\sum_i\log\left|s_i\right|"),
        ("(x-np.mean(x))/np.std(x)", "(x-x.mean())/np.sqrt(np.var(x))"),
        (r"\nabla_\theta\mathbb E[f_\theta(x)]", r"\mathbb E[\nabla_\theta f_\theta(x)]"),
        (
            r"\frac{x}{\sqrt{\frac1d\sum_{i=1}^dx_i^2+\epsilon}}\odot g",
            r"g\odot\frac{x}{\sqrt{\epsilon+\frac1d\|x\|^2}}",
        ),
        (r"\operatorname{softmax}(QK^T+M)V", r"\operatorname{softmax}(M+QK^\top)V"),
    ],
)
def test_the_same_in_another_spelling_is_accepted(student: str, reference: str) -> None:
    assert verdict(student, reference) == "equal"


def test_columns_that_stand_side_by_side_are_multiplied_entry_by_entry() -> None:
    request: dict[str, object] = {
        "student": r"\sigma(z)(1-\sigma(z))",
        "reference": r"\sigma(z)\odot(1-\sigma(z))",
        "symbols": {"z": "vector n"},
        "mode": "exact",
        "syntax": "auto",
        "seed": 0,
        "diagnose": False,
        "aliases": {},
    }

    assert answered(request, None)["verdict"]["verdict"] == "equal"


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        ("x@W.T+b", "W@x+b"),
        (r"\operatorname{Var}(X)", r"E[X^2]-\mu^2"),
    ],
)
def test_what_may_be_meant_is_left_to_a_person(student: str, reference: str) -> None:
    assert verdict(student, reference) == "undecided"


def test_what_only_symmetry_makes_equal_is_left_to_a_person() -> None:
    assert verdict(r"k(x)^\top(K+\lambda I)^{-1}y", r"y^\top(K+\lambda I)^{-1}k(x)") == "undecided"


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
        (r"f(x)=w^\top\phi(x)+b", r"\phi(x)^\top w-b"),
        (r"w^T\phi(x)", r"w\phi(x)^T"),
        (r"-\log\sigma(r_\phi(x,y_w)-r_\phi(x,y_l))", r"\log(1+e^{r_\phi(x,y_w)-r_\phi(x,y_l)})"),
        (r"\frac{1}{1+\exp(-f(x))}", r"\frac{e^{f(x)}}{e^{f(x)}+e^{-f(x)}}"),
        (r"\log p(x)+\log p(y)", r"\log(p(x)+p(y))"),
        (r"\sum_n\gamma_{nk}", r"\sum_{k=1}^K\gamma_{nk}"),
        (r"\sum_i x_i", r"\sum_{i=2}^{n}x_i"),
        ("(x-np.mean(x))/np.std(x)", "(x-x.mean())/np.var(x)"),
        (r"\operatorname{Var}(X)", r"E[X^2]+\mu^2"),
        (r"\arg\max_kP(C_k)\prod_{i=1}^nP(x_i|C_k)", r"\arg\max_k\prod_{i=1}^nP(x_i|C_k)"),
    ],
)
def test_something_else_is_not_accepted(student: str, reference: str) -> None:
    assert verdict(student, reference) not in ACCEPTED


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        (r"-\log4+2JS(p\|q)", r"2JS(p\|q)-2\log2", "equal"),
        (r"-\log4+2JS(p\|q)", r"JS(p\|q)-2\log2", "undecided"),
        (r"JS(p\|q)", r"JS(q\|p)", "equal"),
        (r"w_{t+1}=w_t-\eta Hw_t", r"(I-\eta H)w_t", "equal"),
        (r"x_{k+1}=x_k+\eta(Ax_k-b)", r"(I-\eta A)x_k+\eta b", "different"),
        ("O(n log n)", "n log n", "undecided"),
        ("O(n^2)", "n log n", "different"),
        (r"\sum_i q_iq_i^T", r"\sum_i q_i^Tq_i", "different"),
        (r"P_{k|k}=(I-K_kH)P_{k|k-1}", r"P_{k|k-1}-K_kHP_{k|k-1}", "undecided"),
    ],
)
def test_divergences_are_values_and_updates_are_of_vectors(student: str, reference: str, expected: str):
    assert verdict(student, reference) == expected
