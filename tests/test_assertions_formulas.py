"""A wrong formula is told where it is wrong, and never what would be right when that must not be shown."""

import pytest

from grader.assertions import assert_equivalent
from grader.errors import CheckFailed
from grader.mathematics.kinds import declare
from grader.mathematics.reading import Reading, read
from grader.values import Formula


def formula(text: str, symbols: dict[str, str], *, show_expected: bool = True) -> Formula:
    declaration = declare(symbols)
    reading = read(text, declaration)
    assert isinstance(reading, Reading)
    return Formula("answer", text, reading, declaration, show_expected)


def test_a_counterexample_has_six_digits():
    answer = formula(r"\sqrt{1/d}", {"d": "positive integer"})

    words = r"at d = \d+ yours gives (0\.\d{1,6}|\d/\d), the expected value is [01](\.\d{1,6})?;"
    with pytest.raises(CheckFailed, match=words):
        assert_equivalent(answer, "sqrt(2/d)")


def test_a_counterexample_has_the_digits_that_tell_the_two_apart():
    answer = formula("1.41421356 / sqrt(d)", {"d": "positive integer"})

    with pytest.raises(CheckFailed) as failure:
        assert_equivalent(answer, "sqrt(2/d)")

    assert failure.value.evidence["student"] != failure.value.evidence["expected"]


def test_a_number_that_may_not_be_shown_is_not_given_away_by_what_went_wrong():
    with pytest.raises(CheckFailed) as failure:
        assert_equivalent(formula("4", {}, show_expected=False), "2")

    assert str(failure.value) == "yours gives 4, which is not the expected value"


def test_what_went_wrong_in_a_formula_is_said():
    with pytest.raises(CheckFailed, match="opposite sign"):
        assert_equivalent(formula("eta * t", {"eta": "positive", "t": "positive integer"}), "-eta*t")
