"""Steps that only the question could refute, left sides that only name an answer, and gradients as columns."""

from __future__ import annotations

import pytest

from grader.mathematics.serving import answered

SLOPES = r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial a}\cdot\frac{\partial a}{\partial z}"
CHAIN = r"\frac{dy}{dx}=\frac{dy}{du}\frac{du}{dx}=\cos(u)\cdot 2x"
SQUARE = r"\mathbb{E}[x^2] = \mathrm{Var}(x)+\mathbb{E}[x]^2"
TAYLOR = r"f(x)+\nabla f(x)^\top p+\frac12p^\top\nabla^2f(x)p"


def verdict(student: str, reference: str, mode: str = "exact", symbols: dict[str, str] | None = None) -> str:
    request = {"student": student, "reference": reference, "symbols": symbols, "mode": mode, "syntax": "auto"}
    found = answered({**request, "seed": 0, "diagnose": False, "aliases": {}}, None)
    return str(found["verdict"]["verdict"])


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        (SLOPES + r"= 2(a-y)\cdot a(1-a)", "2(a-y)a(1-a)", "equal"),
        (SLOPES + r"= 2(a-y)\cdot a(1+a)", "2(a-y)a(1-a)", "different"),
        (r"\frac{\partial L}{\partial w} = 2(a-y)x = 3(a-y)x", "3(a-y)x", "different"),
        (CHAIN + r"=2x\cos(x^2)", r"2x\cos(x^2)", "equal"),
        (CHAIN + r"=2x\sin(x^2)", r"2x\cos(x^2)", "different"),
        (SQUARE + r"=\sigma^2+\mu^2", r"\mu^2+\sigma^2", "equal"),
        (SQUARE + r"=\sigma^2-\mu^2", r"\mu^2+\sigma^2", "different"),
        (r"\mathbb{E}[x^2] = \mathrm{Var}(x)-\mathbb{E}[x]^2=\sigma^2+\mu^2", r"\mu^2+\sigma^2", "undecided"),
        (r"\operatorname{Var}(aX+b)=a^2\operatorname{Var}(X)=a^2\sigma^2", r"a^2\sigma^2", "equal"),
        (r"\operatorname{Var}(aX+b)=a\operatorname{Var}(X)=a^2\sigma^2", r"a^2\sigma^2", "undecided"),
    ],
)
def test_what_only_the_question_knows_is_put_in(student: str, reference: str, expected: str) -> None:
    assert verdict(student, reference) == expected


def test_declared_moments_are_put_in_too() -> None:
    kinds = {"x": "random", "mu": "real", "sigma": "positive"}

    assert verdict(SQUARE + r"=\sigma^2+\mu^2", r"\mu^2+\sigma^2", symbols=kinds) == "equal"
    assert verdict(SQUARE + r"=\sigma^2-\mu^2", r"\mu^2+\sigma^2", symbols=kinds) == "different"


@pytest.mark.parametrize(
    ("student", "reference", "mode", "expected"),
    [
        ("(-2,-4)", r"-\nabla f = (-1,-2)", "up-to-positive-factor", "equal"),
        ("(1,2)", r"-\nabla f = (-1,-2)", "up-to-positive-factor", "different"),
        (r"\frac12\nabla f = (1,2)", "(1,2)", "exact", "equal"),
        ("(1,2)", r"-\nabla f = (-1,-2)", "exact", "different"),
        ("5", r"\|w\| = 5", "exact", "equal"),
        ("5", "|x| = 5", "exact", "different"),
        (r"(I-\gamma P^\pi)^{-1}r^\pi", r"v^\pi=(I-\gamma P^{\pi})^{-1}r^{\pi}", "exact", "equal"),
        (r"(I+\gamma P^\pi)^{-1}r^\pi", r"v^\pi=(I-\gamma P^{\pi})^{-1}r^{\pi}", "exact", "different"),
        ("x + log(1 + exp(-x))", r"\mathrm{softplus}(x) = \log(1+e^x)", "exact", "equal"),
        ("x - log(1 + exp(-x))", r"\mathrm{softplus}(x) = \log(1+e^x)", "exact", "different"),
    ],
)
def test_left_sides_that_name_the_answer(student: str, reference: str, mode: str, expected: str) -> None:
    assert verdict(student, reference, mode) == expected


@pytest.mark.parametrize(
    ("student", "reference", "same"),
    [
        (r"\nabla_w L^\top v", r"v^\top\nabla_w L", True),
        (r"(\nabla_w L)^\top v", r"v^\top\nabla_w L", True),
        (r"\nabla f^\top d", r"d^\top\nabla f", True),
        (TAYLOR, r"f(x)+\frac12p^\top\nabla^2f(x)p+p^\top\nabla f(x)", True),
        (TAYLOR, r"f(x)+\frac12\nabla^2f(x)p+p^\top\nabla f(x)", False),
        (TAYLOR, r"f(x)+p^\top\nabla^2f(x)p+p^\top\nabla f(x)", False),
        (r"\nabla_w L^\top v", r"v^\top\nabla_v L", False),
        (r"\nabla f(x)\nabla f(x)^\top", r"\|\nabla f(x)\|^2", False),
        (r"\nabla_x x^\top A x", r"(A+A^\top)x", True),
    ],
)
def test_gradients_of_unknown_functions_are_columns(student: str, reference: str, same: bool) -> None:
    assert (verdict(student, reference) == "equal") is same


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        (r"s_i(1-s_i) if i == j else -s_i*s_j", r"s_i(\delta_{ij}-s_j)", "equal"),
        (r"s_i(1-s_i) if i != j else -s_i*s_j", r"s_i(\delta_{ij}-s_j)", "different"),
        (r"\begin{cases} s_j(1-s_j) & i=j\\ -s_is_j & i\ne j\end{cases}", r"s_i(\delta_{ij}-s_j)", "equal"),
        (r"\begin{cases} s_j(1-s_k) & i=j\\ -s_is_j & i\ne j\end{cases}", r"s_i(\delta_{ij}-s_j)", "different"),
        (r"\begin{cases} 1 & i=j\\ 0 & i\ne j\end{cases}", r"\delta_{ij}", "equal"),
        ("|cA|", "c^n|A|", "undecided"),
        ("|cA|", "c^{n+1}|A|", "different"),
        ("N(x|m,v)", "N(m|x,v)", "equal"),
        ("N(x|m,v)", "N(v|m,x)", "different"),
    ],
)
def test_cases_of_indices_bars_and_densities(student: str, reference: str, expected: str) -> None:
    assert verdict(student, reference) == expected


def test_values_inside_a_derivative_are_no_free_numbers() -> None:
    """What is differentiated may change, so that nothing is equal because its derivative would be zero."""
    second = r"\mathbb{E}\left[\frac{\partial^2}{\partial\theta^2}\log p(x;\theta)\right]"

    assert verdict(second, f"-{second}") == "undecided"
    assert verdict(r"\mathbb{E}\left[\frac{\partial}{\partial\theta}\log p(x;\theta)\right]", "0") == "undecided"
