"""How many numbers the intermediate results of a classifier hold."""

from grader import Expression, Number, Problem
from grader.assertions import assert_equivalent

problem = Problem(
    title="Size of the activations",
    statement=r"""
        A batch of $n$ examples with 52 features each goes through

        - `Linear(52, 128)`, `LayerNorm`, `ReLU` with the results $z_1, z_2, z_3$,
        - `Linear(128, 256)`, `LayerNorm`, `ReLU` with the results $z_4, z_5, z_6$,
        - `Linear(256, 20)`, `LayerNorm`, `ReLU` with the results $z_7, z_8, z_9$,
        - `Linear(20, 1000)` with the result $z_{10}$.

        The *intermediate activations* are $z_1, \dots, z_{10}$, each kept as an array of its own; neither the input
        nor the loss counts.

        1. `activations_per_example`: the number of entries of all intermediate activations for one example. Call it
           $K$ from here on.
        2. `activations_of_batch`: the number of entries for a batch of $n$ examples, in $n$ (you may use $K$).
        3. `activations_of_four`: that number for $n = 4$.
    """,
    answers={
        "activations_per_example": Number(),
        "activations_of_batch": Expression(n="positive integer", K="positive integer", show_expected=False),
        "activations_of_four": Number(),
    },
    source="seed 003, question 1 (c)",
)


@problem.check(points=1)
def one_example(student, reference):
    """The activations of one example are counted."""
    assert_equivalent(student.activations_per_example, reference.activations_per_example)


@problem.check(points=1)
def batch(student, reference):
    """The count for n examples is right as a function of n."""
    assert_equivalent(
        student.activations_of_batch, reference.activations_of_batch, reference.activations_of_batch_in_numbers
    )


@problem.check(points=1)
def four_examples(student, reference):
    """The count for a batch of four is right."""
    assert_equivalent(student.activations_of_four, reference.activations_of_four)
