"""Grades machine-learning problem sets: theory as rigorously as code, code where the score cannot be forged.

A problem file imports what it needs from here and from `grader.assertions`.
"""

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
]
