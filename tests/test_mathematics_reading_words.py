"""Words beside a value: what they say of it is never passed over."""

import pytest

from grader.mathematics.printing import to_text
from grader.mathematics.reading import Reading, Refusal, infer, read
from grader.mathematics.reading.saying import denies, leaves_formula, leaves_value


@pytest.mark.parametrize(
    "text",
    [
        *("beyond 5", "hardly 5", "almost 5", "all but 5", "divisible by 5", "it exceeds 5", "sine of 5", "base 5"),
        *("5 too many", "5 crossed out", "5 is too small", "5 or more", "wrong: 5", "false: 5"),
        *(r"\text{just under }5", r"\text{a quarter of }8", r"5\text{ too many}", r"5\text{ is a lower bound}"),
        *(
            "not equal to $x$",
            "linear in $x$",
            "grows like $n$",
            "$A$ transposed",
            "$n$ choose 2",
            "$x$ up to a constant",
        ),
    ],
)
def test_words_that_change_a_value_are_refused(text: str):
    assert isinstance(read(text, infer([text, "x"])), Refusal)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the answer is 5", "5"),
        ("total of 5", "5"),
        ("it needs 5 multiplications per row", "5"),
        ("a factor of 2", "2"),
        ("5 is the answer", "5"),
        (r"\text{It equals }5", "5"),
        ("the variance is given by $2x$", "2*x"),
        ("which is equal to $2x$", "2*x"),
    ],
)
def test_words_that_only_give_a_value_are_passed_over(text: str, expected: str):
    reading = read(text, infer([text, expected]))

    assert isinstance(reading, Reading), reading
    assert to_text(reading.node) == expected


def test_words_on_both_sides_must_leave_the_value():
    assert leaves_value("so we get", "per parameter")
    assert not leaves_value("so we get", "too many")
    assert not leaves_value("less than", "")
    assert denies("this is wrong:")
    assert not denies("the answer:")
    assert leaves_formula("which is", "by independence")
    assert not leaves_formula("twice the square of", "")
