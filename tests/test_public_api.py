"""What authors may import is exactly what is meant to be public."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

import grader
import grader.assertions
from grader import errors, problem


def test_all_names_exist():
    for module in (grader, grader.assertions):
        for name in module.__all__:
            assert getattr(module, name).__doc__


def test_nothing_public_is_left_out():
    names = {
        name
        for name, value in vars(grader.assertions).items()
        if not name.startswith("_") and (inspect.isclass(value) or inspect.isfunction(value))
    }
    assert names == set(grader.assertions.__all__)


def test_type_checkers_are_told_the_names_that_there_are():
    stub = ast.parse(Path(grader.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    told = {
        f"{node.module}.{name.name}" for node in stub.body if isinstance(node, ast.ImportFrom) for name in node.names
    }
    there = {getattr(grader, name) for name in grader.__all__ if name != "load_ipython_extension"}
    modules = {"grader.errors": errors, "grader.problem": problem}
    assert {getattr(modules[place.rpartition(".")[0]], place.rpartition(".")[2]) for place in told} == there
    assert len(told) == len(grader.__all__) - 1


def test_a_name_that_is_not_there_is_said_to_be_missing():
    with pytest.raises(AttributeError, match="'Expresion'"):
        getattr(grader, "Expresion")  # noqa: B009 - a type checker would refuse the plain spelling


def test_every_answer_kind_can_be_imported_by_authors():
    kinds = {name for name in problem.__all__ if name not in {"Answer", "Check", "ProblemSet"}}
    assert kinds <= set(grader.__all__)


def test_docstring_of_errors_draws_the_whole_tree():
    drawn = inspect.getdoc(errors) or ""
    for name, value in vars(errors).items():
        if inspect.isclass(value) and issubclass(value, Exception):
            assert name in drawn
