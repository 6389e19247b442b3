"""The order of capital letters that stand as matrices do, where nothing is declared, is never taken as free."""

from __future__ import annotations

import pytest

from tests.deciding import undeclared

ACCEPTED = {"equal", "equal where both are defined"}


def verdict(student: str, reference: str) -> str:
    return str(undeclared(student, reference)["verdict"])


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


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        (r"w_{ML}=\Phi^T(\Phi^T\Phi)^{-1}t", r"(\Phi^\top\Phi)^{-1}\Phi^\top t"),
        (r"W\operatorname{diag}(1-\tanh^2(z_t))", r"\operatorname{diag}(1-\tanh^2(z_t))W"),
        (r"\sum_{n=1}^Ny_n(1-y_n)\phi_n^T\phi_n", r"\sum_{n=1}^N(y_n-y_n^2)\phi_n\phi_n^\top"),
        (r"w-\nabla E(w)H^{-1}", r"w-H^{-1}\nabla E(w)"),
        ("H^{-1}g", "gH^{-1}"),
        ("S_W^{-1}(m_1-m_2)", "(m_1-m_2)S_W^{-1}"),
        (r"(W^{l+1})^\top\delta^{l+1}", r"\delta^{l+1}(W^{l+1})^\top"),
        (r"\phi(x)\phi(z)^\top", r"\phi(z)\phi(x)^\top"),
        ("W+a(ux^T+W^{-1})", r"W+a(ux^\top+W^{-\top})"),
        (r"Av=\lambda Bv", r"AB^{-1}v=\lambda v"),
        ("A=QR", "A=RQ"),
        ("(I-K_kH)P_k", "P_k(I-K_kH)"),
        (r"W_{hh}^\top\delta_{t+1}", r"\delta_{t+1}W_{hh}^\top"),
        (r"U_k^\top(x-\mu)", r"(x-\mu)U_k^\top"),
        (r"(W^\top\delta)\odot f'(z)", r"W^\top(\delta\odot f'(z))"),
        ("Y=XW+B", "Y=WX+B"),
        (r"\hat y=Hy", "yH"),
    ],
)
def test_arrays_in_another_order_are_not_accepted(student: str, reference: str) -> None:
    assert verdict(student, reference) not in ACCEPTED


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        (r"\Phi^\top(\Phi w-t)", r"\Phi^\top\Phi w-\Phi^\top t"),
        ("w^Txx^Tw", "(w^Tx)^2"),
        ("uu^Tx", "(u^Tx)u"),
        ("(I-K_kH)P_k", "P_k-K_kHP_k"),
        (r"U_k^\top(x-\mu)", r"U_k^\top x-U_k^\top\mu"),
        (r"P\Lambda^kP^{-1}", r"(P\Lambda P^{-1})^k"),
        (r"\frac{u\cdot v}{\|u\|\|v\|}", r"\frac{u^Tv}{\|u\|\|v\|}"),
        (r"N^{-1}\sum_nx_n", r"\sum_nx_nN^{-1}"),
        (r"G_t\nabla_\theta\log\pi_\theta(a_t|s_t)", r"\nabla_\theta\log\pi_\theta(a_t\mid s_t)G_t"),
        ("2X^T(Xw-y)+2\\lambda w", r"2(X^TX+\lambda I)w-2X^Ty"),
    ],
)
def test_numbers_among_arrays_stand_anywhere(student: str, reference: str) -> None:
    assert verdict(student, reference) == "equal"


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        ("Q=XW_Q", "Q=W_QX", "undecided"),
        ("W_hX+b", "XW_h+b", "undecided"),
        ("W_hx+b", "b+W_hx", "equal"),
        ("H_{out}W_{out}C", "W_{out}CH_{out}", "equal"),
        ("HWK^2C", "K^2CHW", "equal"),
        (r"\nabla f(x)^\top p", r"p^\top\nabla f(x)", "equal"),
        (r"f(x)+\nabla f(x)^\top d", r"f(x)-\nabla f(x)^\top d", "different"),
    ],
)
def test_weights_keep_their_order_and_gradients_are_columns(student: str, reference: str, expected: str):
    assert verdict(student, reference) == expected


def test_a_matrix_within_an_elementwise_product_or_outside_is_not_one_thing():
    assert verdict(r"W(x\odot y)", r"(Wx)\odot y") == "undecided"
    assert verdict(r"f\odot c+i\odot g", r"i\odot g+f\odot c") == "equal"
    assert verdict(r"X\odot(1-X)", r"X-X\odot X") == "undecided"
