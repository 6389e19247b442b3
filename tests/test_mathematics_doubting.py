"""What agrees for plain numbers only is not accepted where a text is spelled for arrays."""

from __future__ import annotations

import pytest

from grader.mathematics.serving import answered
from tests.deciding import undeclared


def verdict(student: str, reference: str) -> str:
    return str(undeclared(student, reference)["verdict"])


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        ("np.sum(x*y)", "np.sum(x)*np.sum(y)"),
        ("np.sum(x**2)", "np.sum(x)**2"),
        ("A@B", "B@A"),
        ("np.abs(a-b).max()", r"\|a-b\|_1"),
        ("np.max(np.abs(x))", "np.sum(np.abs(x))"),
    ],
)
def test_what_agrees_for_numbers_only_is_no_answer(student: str, reference: str) -> None:
    assert verdict(student, reference) not in {"equal", "equal where both are defined"}


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        ("np.sum(x*y)", "np.dot(x,y)"),
        ("np.sum(x**2)", "x^Tx"),
        ("np.sum(np.abs(w))", r"\|w\|_1"),
        ("np.linalg.inv(A@B)", "B^{-1}A^{-1}"),
        ("sigmoid(W2 @ relu(W1 @ x))", r"\sigma(W_2\max(0,W_1x))"),
        ("np.max(x)", r"\max_i x_i"),
        ("np.exp(-z)", "e^{-z}"),
    ],
)
def test_what_agrees_for_arrays_as_well_is_accepted(student: str, reference: str) -> None:
    assert verdict(student, reference) == "equal"


@pytest.mark.parametrize(
    ("student", "reference"),
    [("np.sum(x*y)", "np.sum(x)*np.sum(y)"), ("A@B", "B@A"), ("np.mean(x**2)", "np.mean(x)**2")],
)
def test_what_two_texts_of_numpy_say_of_arrays_decides(student: str, reference: str) -> None:
    assert verdict(student, reference) == "different"


def test_declared_arrays_are_taken_as_declared() -> None:
    request = {
        "student": "np.sum(x*y)",
        "reference": "np.dot(x,y)",
        "symbols": {"x": "vector n", "y": "vector n"},
        "mode": "exact",
        "syntax": "auto",
        "seed": 0,
        "diagnose": False,
        "aliases": {},
    }

    assert answered(request, None)["verdict"]["verdict"] == "equal"


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        (r"\min_w\|w\|_2", r"\min_w\|w\|_1", "undecided"),
        (r"\sum_i\|w_i\|", r"\sum_i\|w_i\|_1", "undecided"),
        (r"\|w\|", r"\|w\|_1", "different"),
        (r"\|w\|_2+\lambda\|w\|_1", r"\lambda\|w\|_1+\|w\|", "equal"),
    ],
)
def test_norms_of_other_orders_are_not_one(student: str, reference: str, expected: str) -> None:
    assert verdict(student, reference) == expected
