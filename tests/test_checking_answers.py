"""An answer is read as what its question asks for, in the spellings that students use for it."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checking import Answers
from grader.errors import CheckFailed
from grader.problem import Answer, Choice, Number, Problem, Shape
from grader.submission import Place
from grader.wire import Reply, Request

LAYERS = Choice({"batch": "batch normalisation", "layer": "layer normalisation", "z10": "the scores", "1": "one"})


class Given:
    """A session in which every name has one value."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def ask(self, request: Request, **_: object) -> Reply:
        del request
        return Reply(value=self._value)


def read_as(answer: Answer, value: Any) -> Any:
    problem = Problem(title="t", statement="s", answers={"a": answer})
    return Answers(problem, Given(value), {"a": Place(0)}).a  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "typed",
    [66756, "66756", "66,756", "66 756", r"66\,756", "66{,}756", "$66{,}756$", "66'756", (66, 756), "65,948 + 808"],
)
def test_digits_of_one_number_may_be_grouped(typed: object):
    assert read_as(Number(), typed).text.replace(" ", "").strip("$") in ("66756", "65948+808")


@pytest.mark.parametrize("typed", ["0,756", "66,75", "6,6756", "66,7561", "1,234,56"])
def test_a_comma_that_groups_nothing_is_not_taken_away(typed: str):
    try:
        assert "," in read_as(Number(), typed).text
    except CheckFailed as refusal:
        assert "comma" in str(refusal) or "two" in str(refusal)


def test_a_grouped_number_alone_is_in_the_unit_of_its_question():
    assert read_as(Number(unit="MiB"), "15,360").text == "15360 MiB"


@pytest.mark.parametrize("typed", [(66, 75), (0, 756), (66, -756), (66, 7560), (True, 756)])
def test_a_tuple_that_is_no_grouped_number_stays_one(typed: tuple[int, ...]):
    try:
        assert read_as(Number(), typed).text.startswith("(")
    except CheckFailed as refusal:
        assert "number" in str(refusal)


@pytest.mark.parametrize(
    "typed",
    [
        (4, 128),
        [4, 128],
        "4x128",
        "4 × 128",
        r"[4 \times 128]",
        "$[4, 128]$",
        "4 by 128",
        "torch.Size([4, 128])",
        r"\left(4, 128\right)",
        r"$(4,\, 128)$",
        "batchsize x 128",
    ],
)
def test_a_shape_is_read_in_every_spelling(typed: object):
    assert read_as(Shape(sizes={"batchsize": 4}), typed) == (4, 128)


@pytest.mark.parametrize("typed", [(), [], "()", "[]", "$()$", "scalar", "a scalar", "torch.Size([])"])
def test_a_scalar_has_the_empty_shape(typed: object):
    assert read_as(Shape(), typed) == ()


@pytest.mark.parametrize("typed", ["4.0 x 128", "-4, 128", "4 + 128", "4 by n", True])
def test_what_is_no_shape_is_refused_with_its_words(typed: object):
    with pytest.raises(CheckFailed, match=r"a tuple of whole numbers was expected, got .*"):
        read_as(Shape(), typed)


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("batch", "batch"),
        ("BatchNorm", "batch"),
        ("batch norm", "batch"),
        ("Batch Normalization", "batch"),
        ("layer-norm", "layer"),
        ("z_{10}", "z10"),
        ("$z_{10}$", "z10"),
        (1, "1"),
    ],
)
def test_an_option_is_known_in_another_spelling(typed: object, chosen: str):
    assert read_as(LAYERS, typed) == chosen


@pytest.mark.parametrize("typed", ["norm", "bat", "z1", "-1", "0.1", "batch or layer", "not batch", "", "?", 2])
def test_what_is_not_plainly_one_option_is_refused(typed: object):
    with pytest.raises(CheckFailed, match="was expected|no answer"):
        read_as(LAYERS, typed)


@pytest.mark.parametrize(("typed", "read"), [("814 - 222", "(814 - 222) MiB"), ("$592$", "592 MiB"), (592, "592 MiB")])
def test_numbers_alone_are_in_the_unit_of_their_question(typed: object, read: str):
    assert read_as(Number(unit="MiB"), typed).text == read
