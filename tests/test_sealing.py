"""A sealed answer recognises every equal form, no other, and cannot be made where guessing is cheap."""

from __future__ import annotations

import pytest

from grader.errors import AuthoringError
from grader.mathematics.kinds import declare
from grader.sealing import likely_guesses, recognise, seal, to_plain

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


def test_short_answers_are_soon_tried_and_long_ones_never():
    one = declare({"a": "positive"})

    assert likely_guesses("a/2", one) < 1_000
    assert likely_guesses(r"\frac12 d\sigma^2", RELU) < 10_000
    assert likely_guesses("sqrt(2/d)", RELU) < 10_000
    assert likely_guesses("d^a", declare({"d": "positive", "a": "positive"})) > 100
    assert likely_guesses("c*(1-beta**t)/(1-beta)", SERIES) > 10**7
