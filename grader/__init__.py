"""Grades machine-learning problem sets: theory as rigorously as code, code where the score cannot be forged.

A problem file imports what it needs from here and from `grader.assertions`.
"""

import importlib

from grader.errors import AuthoringError, CheckFailed, GraderError, NotDecided, SubmissionError
from grader.problem import (
    Choice,
    Class,
    Expression,
    Figure,
    Function,
    Growth,
    Matrix,
    Number,
    Problem,
    Recurrence,
    Relation,
    RubricItem,
    Run,
    SetOf,
    Shape,
    Text,
)

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


def load_ipython_extension(shell: object) -> None:
    """What ``%load_ext grader`` calls: adds ``%check`` to the notebook."""
    importlib.import_module("grader.extension").register(shell)
