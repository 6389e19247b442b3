"""A function whose number of arguments is not declared takes as many as it is written with."""

import pytest

from grader.mathematics.arities import with_arities
from grader.mathematics.kinds import declare
from grader.mathematics.serving import answered


def verdict(student: str, reference: str, symbols: dict[str, str]) -> str:
    request = {"student": student, "reference": reference, "symbols": symbols, "mode": "exact", "syntax": "auto"}
    return str(answered({**request, "seed": 0, "diagnose": False}, None)["verdict"]["verdict"])


@pytest.mark.parametrize(
    ("kind", "texts", "arity"),
    [
        ("function", ["k(x,y)", "k(y,x)"], 2),
        ("function", [r"k\left(x_{i,j}, f(a,b)\right)"], 2),
        ("function", ["k(x)", "k(y)"], 1),
        ("function", ["k(x,y)", "k(x)"], 1),
        ("function", ["k(x,y"], 1),
        ("function 3", ["k(x,y)"], 3),
    ],
)
def test_the_number_of_arguments_is_the_one_all_texts_agree_on(kind: str, texts: list[str], arity: int):
    assert with_arities(declare({"k": kind}), texts).symbols["k"].arity == arity


def test_kernels_are_compared_as_functions_of_two_arguments():
    symbols = {"k": "function", "x": "real", "y": "real"}

    assert verdict("k(x,x)+k(y,y)-2k(x,y)", "k(x,x)-2k(x,y)+k(y,y)", symbols) == "equal"
    assert verdict("k(x,x)-k(x,y)-k(y,x)+k(y,y)", "k(x,x)-2k(x,y)+k(y,y)", symbols) == "different"
