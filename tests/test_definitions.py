"""A check is known by what it asks, not by the words and the layout around it."""

from __future__ import annotations

import pytest

from grader.loading.definitions import definitions

PROBLEM = '''
"""What it is about."""

import numpy as np

from grader import Expression, Problem
from grader.assertions import assert_close

problem = Problem(
    title="T",
    statement="Find it.",
    answers={"mean": Expression(a="positive", prompt="your mean")},
)
LIMIT = 1e-6


def near(a, b):
    """Close enough."""
    return assert_close(a, b, rtol=LIMIT)


@problem.check(points=2)
def first(student, reference):
    """The first claim."""
    near(student.mean, reference.mean)


@problem.check(points=1, needs=(first,), hidden=True)
def second(student):
    """The second claim."""
    assert_close(np.ones(3), student.mean)
'''
SOLUTION = '"""Why."""\n\nmean = 1\n\n\ndef proof():\n    return 1\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The first claim.", "A claim."),
        ("What it is about.", "Another text."),
        ("Find it.", "Do find it."),
        ("your mean", "the mean"),
        ("def near(a, b):", "def near(\n    a,\n    b,  # any\n):"),
        ("Close enough.", "Near."),
        ("hidden=True", "hidden=False"),
    ],
)
def test_words_and_layout_do_not_count(before: str, after: str):
    assert before in PROBLEM

    assert definitions(PROBLEM.replace(before, after), SOLUTION) == definitions(PROBLEM, SOLUTION)


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("near(student.mean, reference.mean)", "near(reference.mean, student.mean)", {"first"}),
        ("points=2", "points=3", {"first"}),
        ("1e-6", "1e-3", {"first"}),
        ("rtol=LIMIT", "atol=LIMIT", {"first"}),
        ("np.ones(3)", "np.ones(4)", {"second"}),
        ("import numpy as np", "import torch as np", {"second"}),
        ('a="positive"', 'a="real"', {"first", "second"}),
    ],
)
def test_what_a_check_rests_on_counts(before: str, after: str, changed: set[str]):
    assert before in PROBLEM
    old, new = definitions(PROBLEM, SOLUTION), definitions(PROBLEM.replace(before, after), SOLUTION)

    assert {name for name in old if old[name] != new[name]} == changed


@pytest.mark.parametrize(
    ("solution", "same"),
    [
        ("# a comment\nmean = 1", True),
        (SOLUTION.replace("return 1", "return 2 - 1"), True),
        (SOLUTION.replace("mean = 1", "mean = 2"), False),
        ("no python at all (", False),
        ("", False),
    ],
)
def test_the_solution_counts_without_its_proof(solution: str, same: bool):
    assert (definitions(PROBLEM, solution) == definitions(PROBLEM, SOLUTION)) == same


def test_checks_are_all_found():
    assert list(definitions(PROBLEM)) == ["first", "second"]
    assert len(set(definitions(PROBLEM).values())) == 2
    assert definitions("problem = None") == {}
