"""Statements beside statements and values: definitions, labels, general solutions, constants, lengths, classes."""

from __future__ import annotations

import pytest

from grader.mathematics.canonical import canonical
from grader.mathematics.kinds import declare
from grader.mathematics.looks import Style, level_value
from grader.mathematics.pairs import pair_of
from grader.mathematics.reading import Reading, read
from grader.mathematics.tree import Node
from grader.mathematics.verdict import Policy
from tests.deciding import decide, undeclared

EQUAL, DIFFERENT, UNDECIDED = {"equal", "equal where both are defined"}, {"different"}, {"undecided"}
REFUSED = {"unreadable"}


def node(text: str, **kinds: str) -> Node:
    found = read(text, declare(kinds))
    assert isinstance(found, Reading)
    return found.node


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        # lists of equations, name by name
        ("x=y+1, y=2", "x=3, y=2", EQUAL),
        ("x=y+1, y=2", "x=2, y=2", DIFFERENT),
        (r"v_t=\beta v_{t-1}+g_t, w_t=w_{t-1}-\eta v_t", r"w_t=w_{t-1}-\eta v_t, v_t=g_t+\beta v_{t-1}", EQUAL),
        (r"v_t=\beta v_{t-1}+g_t, w_t=w_{t-1}-\eta v_t", r"w_t=w_{t-1}+\eta v_t, v_t=g_t+\beta v_{t-1}", DIFFERENT),
        (r"a = 2b+c, y = a^2", r"y = (2b+c)^2", EQUAL),
        (r"a = 2b+c, y = a^2", r"y = (2b-c)^2", DIFFERENT),
        # sides that differ by a sign within bars or even powers, and sides that are swapped
        (r"P[|\nu-\mu|>\epsilon]\le 2e^{-2\epsilon^2N}", r"P[|\mu-\nu|>\epsilon]\le2\exp(-2\epsilon^2N)", EQUAL),
        (r"P[|\nu-\mu|>\epsilon]\le 2e^{-2\epsilon^2N}", r"P[|\mu-\nu|>\epsilon]\le2\exp(-\epsilon^2N)", DIFFERENT),
        # unknown functions
        (r"m(N)\le2^N", r"m(N)\le3^N", DIFFERENT),
        (r"m(N)\le2^N", r"m(N)<2^N", DIFFERENT),
        (r"2^N\ge m(N)", r"m(N)\le2^N", EQUAL),
        (r"f(y)\ge f(x)+\nabla f(x)^T(y-x)", r"f(y)-f(x)\ge\nabla f(x)^T(y-x)", EQUAL),
        (r"f(y)\ge f(x)+\nabla f(x)^T(y-x)", r"f(y)-f(x)\ge\nabla f(x)^T(x-y)", UNDECIDED),
        (r"\sum_ip_i=1", r"\sum_iq_i=1", UNDECIDED),
        (r"2f(x)\ge2g(x)", r"f(x)\ge g(x)", EQUAL),
        ("f''(x)=-f(x)", "f''(x)+f(x)=0", EQUAL),
        ("f''(x)=f(x)", "f''(x)+f(x)=0", DIFFERENT | UNDECIDED),
        (r"-2f(x)\ge-2g(x)", r"f(x)\ge g(x)", DIFFERENT | UNDECIDED),
        # conditions on chances
        (r"P(A\cap B)=P(A)P(B)", r"P(B)P(A)-P(A\cap B)=0", EQUAL),
        (r"\mathbb E[XY]=\mathbb E[X]\mathbb E[Y]", r"\operatorname{Cov}(X,Y)=0", EQUAL),
        (r"p(w|D)\propto p(D|w)p(w)", r"p(w|D)=\frac{p(D|w)p(w)}{p(D)}", UNDECIDED | REFUSED),
        (r"x<-2,x>2", "|x|>2", UNDECIDED),
        ("(a,b)=(2,3)", "a=2,b=3", EQUAL),
        ("(a,b)=(2,3)", "a=3,b=2", DIFFERENT),
        (r"k \neq \pm2", r"k\ne2 \text{ and } k\neq-2", EQUAL),
        (r"\frac{\partial}{\partial\mu}\sum_{i=1}^n(x_i-\mu)^2=0", r"\mu=\frac1n\sum_{i=1}^nx_i", UNDECIDED),
        (r"\|w\|=1", "w^Tw=1", EQUAL),
        (r"e^{-\lambda t}<\epsilon", r"t>\frac{1}{\lambda}\ln\frac1\epsilon", UNDECIDED),
        (r"e^{-\lambda t}<\epsilon", r"t>\lambda\ln\frac1\epsilon", DIFFERENT),
        ("z^2=-1", r"z=\pm i", EQUAL),
        ("z^4=1", r"\{1,-1,i,-i\}", EQUAL),
        ("z^2=-4", "z=2i", DIFFERENT),
        ("3=x=y", "x=y=3", EQUAL),
        ("3=x=y", "x=y=4", DIFFERENT),
        ("a_n=n^2", "a_k=k^2", EQUAL),
        ("x_1=3", "x_2=3", DIFFERENT),
        ("2x+y=5 and x-y=1", "(2,1)", EQUAL),
        ("2x+y=5 and x-y=1", "(1,2)", DIFFERENT | UNDECIDED),
        ("(1,5)", r"\{1,5\}", UNDECIDED),
        (r"(0,1), (2,3)", r"(0,1)\cup(2,3)", UNDECIDED),
        (r"\|w\|=2", "w^Tw=2", DIFFERENT),
    ],
)
def test_two_statements(student: str, reference: str, expected: set[str]):
    verdict = undeclared(student, reference)

    assert verdict["verdict"] in expected, verdict


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        (r"A=\pi r^2=25\pi", r"25\pi", EQUAL),
        (r"A=\pi r^2=24\pi", r"25\pi", DIFFERENT),
        ("x+y=5", "5", UNDECIDED | DIFFERENT),
        ("x=x^2", "x^2", UNDECIDED | DIFFERENT | REFUSED),
        ("v = 0.9*v + 0.1*g", "0.9v+(1-0.9)g", EQUAL),
        ("(3,4)", "x=3, y=4", EQUAL),
        ("(4,3)", "x=3, y=4", UNDECIDED | DIFFERENT),
        ("x_1 = 3, x_2 = -2", "x=-2, x=3", EQUAL),
        (r"x=\frac\pi6+2n\pi", r"x=\frac\pi6+2k\pi", EQUAL),
        (r"x=\frac{13\pi}6-2n\pi", r"x=\frac\pi6+2k\pi", EQUAL),
        (r"x=\frac\pi6+n\pi", r"x=\frac\pi6+2k\pi", DIFFERENT),
        (r"x=2k\pi, k\in\mathbb Z", r"x=2k\pi", EQUAL),
        ("2k+1", "2n+1", DIFFERENT),
        (r"x=\frac\pi3+2k\pi", r"x=\frac{7\pi}3+2k\pi", UNDECIDED),
        (r"x=\frac\pi3+2k\pi", r"x=\frac{4\pi}3+2k\pi", DIFFERENT),
        ("x^3-C", "x^3+C", UNDECIDED),
        ("x^2+2C", "x^3+C", DIFFERENT),
        (r"\int f(s)g(t-s)ds", r"\int f(t-s)g(s)ds", EQUAL),
        (r"\int f(x)dx", r"\int 2f(x)dx", DIFFERENT),
        (r"|z| = \sqrt{a^2+b^2}", r"\sqrt{a^2+b^2}", EQUAL),
        ("y=c_1e^x+c_2e^{-x}", "y=C_1e^x+C_2e^{-x}", EQUAL),
        (r"y=A\cos t+B\sin t", r"y=B\cos t+A\sin t", UNDECIDED),
        (r"y=A\cos t+B\sin 2t", r"y=A\cos t+B\sin t", DIFFERENT),
        ("F=kx", "F=cx", DIFFERENT),
        (r"\frac{x^3}{3}+c", r"\frac{x^3}3+C", EQUAL),
        ("(-8)^{1/3}", "-2", UNDECIDED),
        ("(-8)^{1/3}", "2", DIFFERENT),
        (r"\lim_{x\to0^-}\frac1x", r"-\infty", EQUAL),
        (r"\lim_{x\to0^+}\frac1x", r"-\infty", DIFFERENT | UNDECIDED),
        (r"\lim_{x\to0^+}\log x", r"-\infty", EQUAL),
        (r"\int_1^\infty\frac1x\,dx", r"\infty", UNDECIDED),
        ("3, -2", "-2, 3", UNDECIDED),
        ("(3, -2)", "(-2, 3)", DIFFERENT),
        ("|(3,4)|", "5", EQUAL),
        (r"x\equiv 3 \pmod 7", "x = 7k+3", EQUAL | UNDECIDED),
        ("G_t=r_{t+1}+c r_{t+2}+c^2G_{t+2}", "r_{t+1}+cG_{t+1}", UNDECIDED),
        ("G_t=r_{t+1}+c r_{t+2}+cG_{t+2}", "r_{t+1}+cG_{t+1}", DIFFERENT),
        (r"w := w-\eta g", r"w_{t+1}=w_t-\eta g", UNDECIDED),
    ],
)
def test_statements_beside_values(student: str, reference: str, expected: set[str]):
    verdict = undeclared(student, reference)

    assert verdict["verdict"] in expected, verdict


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        (
            r"\frac{\sum_{i=1}^m 1\{y_i=0\}x_i}{\sum_{i=1}^m1\{y_i=0\}}",
            r"\frac{\sum_{i=1}^m x_i\cdot1\{y_i=0\}}{\sum_{i=1}^m1\{y_i=0\}}",
            EQUAL,
        ),
        (
            r"\frac{\sum_{i=1}^m 1\{y_i=1\}x_i}{\sum_{i=1}^m1\{y_i=0\}}",
            r"\frac{\sum_{i=1}^m x_i\cdot1\{y_i=0\}}{\sum_{i=1}^m1\{y_i=0\}}",
            DIFFERENT,
        ),
        (r"\sum_{n=1}^N(t_n-w^\top x_n)^2", r"\sum_{n=1}^N(w^\top x_n-t_n)^2", EQUAL),
        (r"\sum_{n=1}^N(t_n-w^\top x_n)^2", r"\sum_{n=1}^N(w^\top x_n+t_n)^2", DIFFERENT),
        (r"\sum_{i=1}^k\frac{g_i}{\log_2 i}", r"\sum_{i=1}^k\frac{g_i}{\log_2(i+1)}", DIFFERENT),
        (r"E[X^2]", r"\mu_X^2+\sigma_X^2", EQUAL),
        (r"E[X^2]", r"\mu_X^2-\sigma_X^2", DIFFERENT),
        (r"n_l\mathrm{Var}(W_l)\mathrm{Var}(a_{l-1})", r"n_l\mathrm{Var}(a_{l-1})\mathrm{Var}(W_l)", EQUAL),
        (r"n_l\mathrm{Var}(W_l)\mathrm{Var}(a_{l-1})", r"\mathrm{Var}(a_{l-1})\mathrm{Var}(W_l)", DIFFERENT),
        (r"n\operatorname{Var}(w)=1", r"\operatorname{Var}(w)=\frac1n", EQUAL),
        (r"n\operatorname{Var}(w)=2", r"\operatorname{Var}(w)=\frac1n", DIFFERENT),
        (r"\frac{\operatorname{Var}(X)}{n}", r"\frac{\sigma^2}{n}", UNDECIDED),
        (r"\int_0^\infty x\lambda e^{-\lambda x}dx", r"1/\lambda", EQUAL | UNDECIDED),
        (r"\|x\|_0", r"\sum_i\mathbf 1[x_i\ne0]", EQUAL),
        (r"\arg\min_w-\sum_i\log p(x_i|w)", r"\arg\max_w\prod_i p(x_i|w)", EQUAL | UNDECIDED),
        (r"\arg\min_w\sum_{i=1}^n\log p(x_i|w)", r"\arg\max_w\prod_{i=1}^n p(x_i|w)", DIFFERENT | UNDECIDED),
        (r"\arg\max_a[Q(a)+c\sqrt{t/N(a)}]", r"\arg\max_a[Q(a)+c\sqrt{\ln t/N(a)}]", DIFFERENT | UNDECIDED),
    ],
)
def test_formulas(student: str, reference: str, expected: set[str]):
    verdict = undeclared(student, reference)

    assert verdict["verdict"] in expected, verdict


def test_a_product_may_run_down():
    kinds = "W=sequence matrix n n;L=positive-integer"

    assert decide(r"\prod_{l=L}^{1}W_l", r"\prod_{l=1}^{L}W_{L+1-l}", kinds).equal
    assert not decide(r"\prod_{l=L}^{1}W_l", r"\prod_{l=1}^{L}W_l", kinds).equal


def test_canonical_form_knows_even_functions_but_no_determinant():
    square = declare({"A": "matrix 3 3", "B": "matrix 3 3", "a": "real", "b": "real"})

    assert canonical(node("|a-b|", a="real", b="real"), square) == canonical(node("|b-a|", a="real", b="real"), square)
    assert decide("|A-B|", "|B-A|", "A=matrix 3 3;B=matrix 3 3").verdict == "different"
    assert decide("(A-B)^2", "(B-A)^2", "A=matrix 3 3;B=matrix 3 3").equal


def test_classes_are_drawn_from_the_values_they_are_compared_with():
    declaration = declare({"y": "sequence real", "n": "positive-integer"})
    found = read(r"\sum_{i=1}^n 1[y_i = 4]", declaration)
    assert isinstance(found, Reading)

    point = pair_of(found.node, found.node, declaration, Policy()).point(Style("level"))

    assert 4 in {point.member("y", (index,)) for index in range(1, 20)}
    assert level_value(Style("plain"), (1,), declaration.symbols["n"], point.rng) is None


@pytest.mark.parametrize("text", ["x/0", r"\frac{1}{\log 1}"])
def test_a_division_by_an_exact_zero_has_no_value(text: str):
    assert undeclared(text, text)["verdict"] == "undecided"


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        ("Var = p(1-p) = 0.3*0.7 = 0.21", "0.21", "equal"),
        ("Var = p(1-p) = 0.3*0.8 = 0.21", "0.21", "different"),
        ("recall = TP/(TP+FN) = 40/60 = 2/3", r"\frac23", "equal"),
        ("2x = 4", "4", "different"),
        ("A = a b = a c", "a c", "undecided"),
    ],
)
def test_a_step_that_shows_its_numbers_puts_them_in(student: str, reference: str, expected: str) -> None:
    assert undeclared(student, reference)["verdict"] == expected
