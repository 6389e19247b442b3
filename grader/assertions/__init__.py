"""How one claim is judged: each assertion returns nothing, or raises CheckFailed with words for the student."""

from grader.assertions.arrays import assert_close, assert_equal, assert_finite, assert_shape
from grader.assertions.formulas import assert_choice, assert_equivalent
from grader.assertions.properties import (
    assert_between,
    assert_decreasing,
    assert_gradient,
    assert_holds,
    assert_invariant,
    assert_normalised,
    assert_probabilities,
    assert_raises,
    assert_statistic,
    assert_unchanged,
)

__all__ = [
    "assert_between",
    "assert_choice",
    "assert_close",
    "assert_decreasing",
    "assert_equal",
    "assert_equivalent",
    "assert_finite",
    "assert_gradient",
    "assert_holds",
    "assert_invariant",
    "assert_normalised",
    "assert_probabilities",
    "assert_raises",
    "assert_shape",
    "assert_statistic",
    "assert_unchanged",
]
