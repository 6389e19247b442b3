"""Recurrences in function notation, over the powers of what an index is divided by, and steps that are computed."""

from __future__ import annotations

import pytest

from grader.mathematics.serving import answered


def verdict(student: str, reference: str, symbols: dict[str, str] | None = None) -> str:
    request = {"student": student, "reference": reference, "symbols": symbols, "mode": "exact", "syntax": "auto"}
    found = answered({**request, "seed": 0, "diagnose": False, "aliases": {}}, None)
    return str(found["verdict"]["verdict"])


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        ("T(n)=2T(n-1)+1, T(0)=0", "2^n-1", "equal"),
        ("T(0)=0 and T(n)=2T(n-1)+1", "2^n-1", "equal"),
        (r"T(n)=2T(n-1)+1,\ T(0)=1", "2^n-1", "different"),
        ("T(n)=2^n-1", "T(n)=2T(n-1)+1, T(0)=0", "equal"),
        ("f(n)=n f(n-1), f(0)=1", "n!", "equal"),
        ("f(n)=(n+1) f(n-1), f(0)=1", "n!", "different"),
        ("x(t+1)=2x(t), x(0)=3", r"3\cdot 2^t", "equal"),
        (r"a(n)=3a(n-1) \text{ with } a(0)=2", r"2\cdot 3^n", "equal"),
        ("T(n)=T(n-1)+T(n-2), T(0)=0, T(1)=1", "F(n)=F(n-1)+F(n-2), F(0)=1, F(1)=1", "different"),
        ("T(n)=2T(n/2)+n, T(1)=0", r"n\log_2 n", "equal"),
        ("T(n)=2T(n/2)+n, T(1)=1", r"n\log_2 n", "different"),
        ("T(n)=3T(n/3)+n, T(1)=0", r"n\log_3 n", "equal"),
        ("T(n)=2T(n/2)+n, T(1)=0", "T(n)=2T(n/2)+2n, T(1)=0", "different"),
    ],
)
def test_recurrences_of_functions(student: str, reference: str, expected: str) -> None:
    """What a function's values at smaller arguments say is followed from the base case."""
    assert verdict(student, reference) == expected


def test_declared_function_is_followed_too() -> None:
    kinds = {"T": "function", "n": "positive-integer"}

    assert verdict("T(n)=2T(n-1)+1, T(0)=0", "2^n-1", kinds) == "equal"
    assert verdict("T(n)=2T(n-1)+1, T(0)=1", "2^n-1", kinds) == "different"


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        (r"\lim_{x\to0}\frac{\sin x}{x}=1", "1", "equal"),
        (r"\lim_{x\to0}\frac{\sin x}{x}=0", "0", "different"),
        (r"\lim_{x\to1}\frac{x^2-1}{x-1}=\lim_{x\to1}(x-1)=0", "0", "different"),
        (r"\frac{d}{dx}x^3=3x^2", "3x^2", "equal"),
        (r"\frac{d}{dx}x^3=x^2", "x^2", "different"),
        (r"\int_0^x t\,dt=x^2", "x^2", "different"),
        (r"\lim_{h\to0}\frac{f(x+h)-f(x)}{h}=2x", "2x", "equal"),
        ("0", r"\lim_{n\to\infty} n\tan(1/n)", "different"),
        ("1", r"\lim_{n\to\infty} n\tan(1/n)", "equal"),
    ],
)
def test_what_can_be_computed_must_hold(student: str, reference: str, expected: str) -> None:
    """A limit, an integral or a derivative of what the answer speaks of is a step, and no name."""
    assert verdict(student, reference) == expected


@pytest.mark.parametrize(
    ("student", "reference", "same"),
    [
        ("T(n)=T(n-1)+n, T(1)=1", r"\frac{n(n+1)}{2}", True),
        ("T(n)=T(n-1)+n, T(1)=1", "T(n)=T(n-1)+n, T(0)=1", False),
        ("f(0)=1, f(1)=2", "f(1)=2, f(0)=1", True),
        ("f(0)=1, f(1)=2", "f(1)=1, f(2)=2", False),
        ("T(0)=1, T(1)=3", "T(1)=1, T(0)=3", False),
    ],
)
def test_values_of_a_function_at_other_numbers_are_others(student: str, reference: str, *, same: bool) -> None:
    assert (verdict(student, reference) == "equal") is same


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        ("x_{k+1}=ax_k+b, x_0=x", r"a^kx+b\frac{a^k-1}{a-1}", "equal"),
        ("x_{k+1}=ax_k+b, x_0=x", r"a^kx+b\frac{a^{k+1}-1}{a-1}", "different"),
        ("T(n)=2T(n-1), T(3)=8", "2^n", "equal"),
        ("T(n)=T(n-1)+n, T(1)=2", r"\frac{n(n+1)}{2}+2", "different"),
        ("a_n=a_{n-1}+a_{n-2}, a_1=1, a_2=1", "a_n=a_{n-2}+a_{n-1}, a_0=0, a_1=1", "equal"),
        ("a_n=a_{n-1}+a_{n-2}, a_1=1, a_2=2", "a_n=a_{n-2}+a_{n-1}, a_0=0, a_1=1", "different"),
        ("T_n=2T_{n-1}, T_0=8", "8", "undecided"),
    ],
)
def test_recurrences_count_from_where_they_start(student: str, reference: str, expected: str) -> None:
    """A base case may have any index and any name, and is no answer by itself."""
    assert verdict(student, reference) == expected
