"""A sealed answer recognises every equal form, no other, and cannot be made where guessing is cheap."""

from __future__ import annotations

import time

import pytest

from grader.errors import AuthoringError
from grader.mathematics.kinds import Declaration, declare
from grader.sealing import GUESS_SECONDS, MOST_GUESSES, guesses_until, recognise, seal, to_plain

RELU = declare({"d": "positive integer", "sigma": "positive"})
FIELD = declare({"K": "sequence positive integer", "S": "sequence positive integer", "L": "positive integer"})
SERIES = declare({"c": "positive", "beta": "open-probability", "t": "positive integer"})

CASES = [
    (RELU, "d*sigma**2/2", r"\frac12 d\sigma^2", True),
    (RELU, "d*sigma**2/2", "sqrt(d^2 sigma^4)/2", True),
    (RELU, "d*sigma**2/2", r"\operatorname{Var}[y] = 0.5 d \sigma^2", True),
    (RELU, "d*sigma**2/2", r"\sum_{i=1}^{d} \frac{\sigma^2}{2}", True),
    (RELU, "d*sigma**2/2", "d*sigma^2", False),
    (RELU, "d*sigma**2/2", "d*sigma/2", False),
    (RELU, "sqrt(2/d)", r"\frac{\sqrt 2}{\sqrt d}", True),
    (RELU, "sqrt(2/d)", "2/d", False),
    (SERIES, "c*(1-beta**t)/(1-beta)", r"c\sum_{k=0}^{t-1}\beta^k", True),
    (SERIES, "c*(1-beta**t)/(1-beta)", r"c(1-\beta^{t+1})/(1-\beta)", False),
    (FIELD, "1+Sum((K[j]-1)*Product(S[i],(i,1,j-1)),(j,1,L))",
     r"\sum_{l=1}^{L}(K^{(l)}-1)\prod_{k=1}^{l-1}S^{(k)} + 1", True),
    (FIELD, "1+Sum((K[j]-1)*Product(S[i],(i,1,j-1)),(j,1,L))",
     r"\sum_{l=1}^{L}(K^{(l)}-1)\prod_{k=1}^{l}S^{(k)} + 1", False),
]  # fmt: skip


@pytest.mark.parametrize(("declaration", "right", "given", "same"), CASES, ids=lambda value: str(value)[:40])
def test_equal_forms_are_recognised_and_no_others(declaration: object, right: str, given: str, same: bool):
    sealed = seal(right, declaration, name="answer")  # type: ignore[arg-type]

    assert recognise(sealed, given, declaration) is same  # type: ignore[arg-type]


def test_seal_holds_nothing_of_the_answer():
    plain = to_plain(seal("d*sigma**2/2", RELU, name="answer"))

    assert set(plain) == {"salt", "exact", "numeric"}
    assert all(set(value) <= set("0123456789abcdef") for value in plain.values())
    assert plain != to_plain(seal("d*sigma**2/2", RELU, name="answer"))


def test_unreadable_answer_is_neither_right_nor_wrong():
    assert recognise(seal("d", RELU, name="answer"), "d +", RELU) is None


@pytest.mark.parametrize(
    ("text", "declaration", "reason"),
    [
        ("3", RELU, "the right answer is a number"),
        ("3", declare({}), "it has no symbols"),
        ("A", declare({"A": "matrix n n"}), "no single real value"),
        ("d +", RELU, "cannot be read"),
    ],
)
def test_what_guessing_would_find_is_not_sealed(text: str, declaration: object, reason: str):
    with pytest.raises(AuthoringError, match=f"answer: cannot be sealed: .*{reason}"):
        seal(text, declaration, name="answer")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("declaration", "text", "most"),
    [
        (declare({"a": "positive"}), "a/2", 1_000),
        (RELU, r"\frac12 d\sigma^2", 10_000),
        (RELU, "sqrt(2/d)", 10_000),
        (RELU, "d^sigma", 20_000),
        (RELU, "d + sigma^2", 20_000),
        (RELU, "1/(1 + exp(-sigma))", 20_000),
        (FIELD, "Product(S[i],(i,1,L))", 20_000),
        (FIELD, "2*Sum(K[i],(i,1,L-1))", 100_000),
        (SERIES, "c*(1-beta^t)", MOST_GUESSES),
    ],
    ids=lambda value: str(value)[-30:],
)
def test_short_answer_is_found_by_trying(declaration: Declaration, text: str, most: int):
    found = guesses_until(text, declaration)

    assert found is not None
    assert found <= most


@pytest.mark.parametrize(
    ("declaration", "text"),
    [
        (SERIES, "c*(1-beta**t)/(1-beta)"),
        (RELU, "7*d*sigma + 13"),
        (FIELD, "1+Sum((K[j]-1)*Product(S[i],(i,1,j-1)),(j,1,L))"),
    ],
    ids=lambda value: str(value)[-30:],
)
def test_longer_answer_is_not_found(declaration: Declaration, text: str):
    assert guesses_until(text, declaration) is None


def test_how_an_answer_is_written_does_not_hide_it():
    assert guesses_until("sigma^2*d/2", RELU) == guesses_until("(d*sigma + 0*d)^2/(2*d)", RELU)


def test_guess_costs_what_the_count_says():
    started = time.perf_counter()
    seal("d*sigma**2/2", RELU, name="answer")
    two_guesses = time.perf_counter() - started

    assert two_guesses > GUESS_SECONDS / 2
