"""Dropout of one small input, without and with correction, by hand."""

from grader import Choice, Number, Problem, RubricItem, Text
from grader.assertions import assert_choice, assert_equivalent

problem = Problem(
    title="Dropout by hand",
    statement=r"""
        In training, dropout sets each input of a layer to 0 with probability $p$. *With correction*, the inputs that
        are kept are multiplied by $\frac{1}{1-p}$ as well.

        A linear unit computes $y = w \cdot x$ with $x = [2, 6, 4, 4, 5, 3, 4, 4]$ and $w = [1, 1, 1, 1, 1, 1, 1, 1]$.
        Take $p = 0.75$, and suppose that chance drops the first six inputs.

        1. `dropped_output`: $y$ with dropout, without correction.
        2. `corrected_output`: $y$ with dropout and correction.
        3. `full_output`: $y$ without any dropout.
        4. `correction_reason`: what does the correction keep the same between training and test, and why does it help?
        5. `also_differs`: which of these layers also computes something else in training than at test time?
    """,
    answers={
        "dropped_output": Number(),
        "corrected_output": Number(),
        "full_output": Number(),
        "correction_reason": Text(
            rubric={
                "expectation": RubricItem(1, "says that the expected output is the same in training and at test time"),
                "factor": RubricItem(
                    0.5, "says that an input is kept with probability 1 - p, which the factor 1/(1 - p) makes up for"
                ),
                "later_layers": RubricItem(
                    0.5, "says that later layers therefore see inputs of the size that they were trained on"
                ),
            }
        ),
        "also_differs": Choice(
            {"batch": "batch normalisation", "layer": "layer normalisation", "relu": "ReLU", "linear": "a linear layer"}
        ),
    },
    source="seed 003, question 4",
)


@problem.check(points=1)
def without_correction(student, reference):
    """The output of plain dropout is right."""
    assert_equivalent(student.dropped_output, reference.dropped_output)


@problem.check(points=1)
def with_correction(student, reference):
    """The output of dropout with correction is right."""
    # two decimals are enough to tell which factor was taken
    assert_equivalent(student.corrected_output, reference.corrected_output, mode="tolerance:abs=0.005")


@problem.check(points=1)
def without_dropout(student, reference):
    """The output without dropout is right."""
    assert_equivalent(student.full_output, reference.full_output)


@problem.check(points=1)
def names_the_other_layer(student, reference):
    """The layer whose training and test behaviour differ is found."""
    assert_choice(student.also_differs, reference.also_differs)
