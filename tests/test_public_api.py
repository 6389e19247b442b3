"""What authors may import is exactly what is meant to be public."""

from __future__ import annotations

import inspect

import grader
import grader.assertions
from grader import errors, problem


def test_all_names_exist():
    for module in (grader, grader.assertions):
        for name in module.__all__:
            assert getattr(module, name).__doc__


def test_nothing_public_is_left_out():
    for module in (grader, grader.assertions):
        names = {
            name
            for name, value in vars(module).items()
            if not name.startswith("_") and (inspect.isclass(value) or inspect.isfunction(value))
        }
        assert names == set(module.__all__)


def test_every_answer_kind_can_be_imported_by_authors():
    kinds = {name for name in problem.__all__ if name not in {"Answer", "Check", "ProblemSet"}}
    assert kinds <= set(grader.__all__)


def test_docstring_of_errors_draws_the_whole_tree():
    drawn = inspect.getdoc(errors) or ""
    for name, value in vars(errors).items():
        if inspect.isclass(value) and issubclass(value, Exception):
            assert name in drawn
