"""Classes of growth and leading terms, in one variable and in several."""

from __future__ import annotations

import pytest

from grader.mathematics import growth
from grader.mathematics.kinds import declare
from grader.mathematics.reading import Reading, read
from grader.mathematics.verdict import Verdict, parse_mode

WHOLE = {"n": "positive-integer"}
TWO = {"n": "positive-integer", "d": "positive-integer"}
SIZES = {"n": "positive-integer", "K": "positive-integer", "L": "positive-integer", "c": "positive"}


def decided(student: str, reference: str, symbols: dict[str, str], mode: str) -> Verdict | None:
    declaration = declare(symbols)
    sides = [read(text, declaration) for text in (student, reference)]
    assert all(isinstance(side, Reading) for side in sides), sides
    return growth.settle(sides[0].node, sides[1].node, declaration, parse_mode(mode))


@pytest.mark.parametrize(
    ("student", "reference", "symbols"),
    [
        ("3*n^2+n", "O(n^2)", WHOLE),
        (r"\mathcal{O}(n\log n)", "n*log2(n)", WHOLE),
        (r"O(\log(n!))", r"O(n\log n)", WHOLE),
        ("O(log(n^5))", "O(log(n))", WHOLE),
        ("2^(n+3)", "O(2^n)", WHOLE),
        ("binomial(n,3)", "O(n^3)", WHOLE),
        ("sqrt(n^2+n)", "O(n)", WHOLE),
        ("log(n+1)-log(n)", "O(1/n)", WHOLE),
        ("(1+1/n)^n", "O(1)", WHOLE),
        ("n^(1/n)", "O(1)", WHOLE),
        ("Sum(2^k,(k,0,n))", "O(2^n)", WHOLE),
        ("Sum(1/k,(k,1,n))", "O(log(n))", WHOLE),
        ("Sum(k^2*(n-k),(k,1,n))", "O(n^4)", WHOLE),
        ("Sum(Sum(j,(j,1,i)),(i,1,n))", "O(n^3)", WHOLE),
        ("binomial(2*n,n)", "4^n/sqrt(n)", WHOLE),
        ("ceil(n/2)", "O(n)", WHOLE),
        ("n^2*d+n*d", "O(n^2*d)", TWO),
        ("n*d", "n*d+n+d+1", TWO),
        ("n^2+n*d+d^2", "n^2+d^2", TWO),
        ("n*d*max(n,d)", "n^2*d+n*d^2", TWO),
        ("c*n*K", "n*K", SIZES),
    ],
)
def test_same_class(student: str, reference: str, symbols: dict[str, str]) -> None:
    found = decided(student, reference, symbols, "growth:n,d" if symbols is TWO else "growth")

    assert found is not None
    assert found.verdict == "equal"


@pytest.mark.parametrize(
    ("student", "reference", "symbols", "words"),
    [
        ("O(n^3)", "O(n^2)", WHOLE, "too loose"),
        ("O(n)", "O(n^2)", WHOLE, "too small"),
        ("n*log(n)^2", "n*log(n)", WHOLE, "too loose"),
        ("n^1.99", "n^2", WHOLE, "too small"),
        ("3^n", "2^n", WHOLE, "too loose"),
        ("(n+1)!", "n!", WHOLE, "too loose"),
        ("n^n", "n!", WHOLE, "too loose"),
        ("log(log(n))", "log(n)", WHOLE, "too small"),
        ("n*d^2", "n^2*d", TWO, "neither"),
        ("n^2*d", "n^2*d+n*d^2", TWO, "too small"),
        ("n^3+d^3", "n^2*d+n*d^2", TWO, "too loose"),
        ("n*d", "n*d*log(n)", TWO, "too small"),
        (r"\Omega(n^2)", "O(n^2)", WHOLE, "upper bound"),
    ],
)
def test_other_class(student: str, reference: str, symbols: dict[str, str], words: str) -> None:
    found = decided(student, reference, symbols, "growth:n,d" if symbols is TWO else "growth")

    assert found is not None
    assert found.verdict == "different"
    assert words in found.reason
    assert found.witness is not None


@pytest.mark.parametrize(
    ("student", "reference", "verdict", "words"),
    [
        ("2*L*K^2+(L+1)*n*K", "2*L*K^2+L*n*K", "equal", "leading"),
        ("n*K^2*(3*L-1)", "3*n*K^2*L", "equal", "leading"),
        ("L*K^2+L*n*K", "2*L*K^2+L*n*K", "different", "constant factor"),
        ("2*L*K^2+2*n*K", "2*L*K^2+L*n*K", "different", "another leading term"),
        ("n*(n+1)/2", "n^2/2", "equal", "leading"),
        ("n^2", "n^2/2", "different", "constant factor"),
        ("c*n", "2*n", "different", "constant factor"),
    ],
)
def test_leading_terms(student: str, reference: str, verdict: str, words: str) -> None:
    found = decided(student, reference, SIZES, "leading-order:n,K,L")

    assert found is not None
    assert found.verdict == verdict
    assert words in found.reason


@pytest.mark.parametrize("text", ["n^2-n^2", "sin(n)", "n^sin(n)"])
def test_growth_that_is_not_found_is_not_decided(text: str) -> None:
    assert decided(text, "n^2", TWO, "growth:n,d") is None


def test_a_witness_says_how_the_ratio_moves():
    found = decided("n^3", "n^2", WHOLE, "growth")

    assert found is not None
    assert found.witness is not None
    assert "from 10 to 100" in found.witness.note


@pytest.mark.parametrize("text", ["d^n", "(n-d)^2", "n^2*min(n,d)", "2^(n*d)"])
def test_what_mixes_variables_is_refuted_along_a_path(text: str) -> None:
    found = decided(text, "n^2", TWO, "growth:n,d")

    assert found is not None
    assert found.verdict == "different"
    assert found.witness is not None


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        ("d^n + n^2", "d^n"),
        ("Sum(sqrt(i), (i, 1, n))", "n^(3/2)"),
        ("Sum(i*log(i), (i, 1, n))", "n^2*log(n)"),
        ("Sum(i*2^i, (i, 1, n))", "n*2^n"),
        ("Sum(1/i^2, (i, 1, n))", "1"),
        ("Sum(1/(i*log(i)), (i, 2, n))", "log(log(n))"),
    ],
)
def test_sums_and_mixed_growths_are_found(student: str, reference: str) -> None:
    found = decided(student, reference, TWO, "growth:n,d")

    assert found is not None
    assert found.verdict == "equal"
