"""Grades machine-learning problem sets: theory as rigorously as code, code where the score cannot be forged.

A problem file imports what it needs from here and from `grader.assertions`.

Each name is imported when it is first asked for, so that a command which needs none starts at once; `__init__.pyi`
says the same to type checkers.
"""

from __future__ import annotations

import importlib

__all__ = [
    "AuthoringError",
    "CheckFailed",
    "Choice",
    "Class",
    "Expression",
    "Figure",
    "Function",
    "GraderError",
    "Growth",
    "Matrix",
    "NotDecided",
    "Number",
    "Problem",
    "Recurrence",
    "Relation",
    "RubricItem",
    "Run",
    "SetOf",
    "Shape",
    "SubmissionError",
    "Text",
    "load_ipython_extension",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    found: object = getattr(importlib.import_module("grader.errors"), name, None)
    if found is None:
        found = getattr(importlib.import_module("grader.problem"), name)
    globals()[name] = found
    return found


def load_ipython_extension(shell: object) -> None:
    """What ``%load_ext grader`` calls: adds ``%check`` to the notebook."""
    importlib.import_module("grader.extension").register(shell)
