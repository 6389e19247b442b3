"""What stands before an answer: another name of the same thing is taken, the name of another thing is not."""

import pytest

from tests.deciding import decide, undeclared


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        (r"\frac{\partial L}{\partial W}=\delta x^T", r"\frac{\partial \mathcal L}{\partial W}=\delta x^\top"),
        (r"\nabla_w L=2x(wx-y)", r"\frac{\partial L}{\partial w}=2x(wx-y)"),
        (r"\frac{\partial L}{\partial w_j}=x_j", r"\frac{\partial E}{\partial w_j}=x_j"),
        (r"\delta=a-y", r"\frac{\partial L}{\partial z}=a-y"),
        (r"\operatorname{Var}[y]=d\sigma^2/2", r"\mathrm{Var}(Y)=\frac{d\sigma^2}{2}"),
        (r"\operatorname{Var}(y_i)=d\sigma^2/2", r"\mathrm{Var}(y)=\frac{d\sigma^2}{2}"),
        (r"\operatorname{Var}[\sum_i w_ix_i]=d\sigma^2/2", r"\operatorname{Var}[y]=d\sigma^2/2"),
        (r"P(Y=1|x)=\sigma(w^Tx)", r"p(y=1|x)=\sigma(w^\top x)"),
        (r"P(y=1|x;\theta)=\sigma(\theta^Tx)", r"p(y=1|x)=\sigma(\theta^\top x)"),
        (r"\mathbb E[X]=np", r"\mathbb E[x]=np"),
        (r"\operatorname{Cov}(Y,X)=0", r"\operatorname{Cov}(X,Y)=0"),
        (r"f(x)=x^2", r"g(x)=x^2"),
        (r"\lim_{n\to\infty}a_n=1", r"\lim_{k\to\infty}a_k=1"),
    ],
)
def test_another_name_of_the_same_thing_is_taken(student: str, reference: str):
    assert decide(student, reference).equal


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        (r"\frac{\partial L}{\partial w}=0", r"\frac{\partial L}{\partial b}=0"),
        (r"f'(x)=2x", r"f''(x)=2x"),
        (r"f'(0)=1", r"f(0)=1"),
        (r"f(0)=1", r"f(1)=1"),
        (r"f(0)=1", r"g(0)=1"),
        (r"\mathbb E[XY]=0", r"\operatorname{Cov}(X,Y)=0"),
        (r"\mathbb E[X]=\mu", r"\mathbb E[Y]=\mu"),
        (r"\operatorname{Var}(X)=1", r"\operatorname{Var}(Y)=1"),
        (r"\operatorname{Var}[y]=d\sigma^2/2", r"\mathbb E[y]=d\sigma^2/2"),
        (r"P(A)=1/2", r"P(B)=1/2"),
        (r"P(A|B)=P(A)", r"P(B|A)=P(A)"),
        (r"P(X>1)=1/4", r"P(X<1)=1/4"),
        (r"\lim_{x\to0}f(x)=1", r"\lim_{x\to1}f(x)=1"),
    ],
)
def test_the_name_of_another_thing_is_not_taken(student: str, reference: str):
    assert not decide(student, reference).equal
    assert decide(student, student).equal


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        ("2f'(x) = 2x", "2x", "undecided"),
        ("-f(x) = x", "x", "undecided"),
        ("f(x)^2 = 4x^2", "4x^2", "undecided"),
        ("f'(x) = 2x", "2x", "equal"),
        (r"\|b\|_1+b^Tb", r"\|b\|_2^2+\|b\|_1", "equal"),
    ],
)
def test_multiples_of_an_unknown_function_and_norms_of_two_orders(student: str, reference: str, expected: str) -> None:
    assert undeclared(student, reference)["verdict"] == expected
