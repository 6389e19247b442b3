"""What authors write: a problem with its statement, the answers it asks for, and its checks."""

from grader.problem.definition import Check, Problem, ProblemSet
from grader.problem.kinds import (
    Answer,
    Choice,
    Class,
    Expression,
    Figure,
    Function,
    Growth,
    Matrix,
    Number,
    Recurrence,
    Relation,
    RubricItem,
    Run,
    SetOf,
    Shape,
    Text,
)

__all__ = [
    "Answer",
    "Check",
    "Choice",
    "Class",
    "Expression",
    "Figure",
    "Function",
    "Growth",
    "Matrix",
    "Number",
    "Problem",
    "ProblemSet",
    "Recurrence",
    "Relation",
    "RubricItem",
    "Run",
    "SetOf",
    "Shape",
    "Text",
]
