# ruff: noqa: I001 - one import of a name `as` itself each is what the sorter would want
from grader.errors import (
    AuthoringError as AuthoringError,
    CheckFailed as CheckFailed,
    GraderError as GraderError,
    NotDecided as NotDecided,
    SubmissionError as SubmissionError,
)
from grader.problem import (
    Choice as Choice,
    Class as Class,
    Expression as Expression,
    Figure as Figure,
    Function as Function,
    Growth as Growth,
    Matrix as Matrix,
    Number as Number,
    Problem as Problem,
    Recurrence as Recurrence,
    Relation as Relation,
    RubricItem as RubricItem,
    Run as Run,
    SetOf as SetOf,
    Shape as Shape,
    Text as Text,
)

def load_ipython_extension(shell: object) -> None: ...
