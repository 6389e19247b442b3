"""The receptive field of a stack of convolutions, as a recurrence and in closed form."""

from grader import Expression, Problem, Recurrence
from grader.assertions import assert_equivalent

problem = Problem(
    title="The receptive field",
    statement=r"""
        The receptive field of an output is the stretch of the input that can change it: from the first input value that
        matters to the last. Now $L$ convolutions follow each other, with kernel sizes $K^{(1)}, \dots, K^{(L)}$,
        paddings $P^{(1)}, \dots, P^{(L)}$ and strides $S^{(1)}, \dots, S^{(L)}$; number 1 is the one that sees the
        input. The input is wider than the receptive field.

        Take one output of the last convolution and go backwards. Let $W^{(l)}$ be the width of the stretch of
        layer $l$'s output that this one output can see, so that $W^{(0)}$ is the receptive field in the input.

        1. `width_recurrence`: give a recurrence for $W^{(l)}$ in terms of $W^{(l+1)}$, with its base case, for example
           `W[l] = ..., W[L] = ...`, or with $W^{(l)}$ in LaTeX.
        2. `receptive_field_width`: give $W^{(0)}$ in closed form. Sums $\sum$ and products $\prod$ are fine and need
           not be simplified. An empty product is 1, an empty sum is 0.

        Hint: does padding change how far an output can see?
    """,
    answers={
        "width_recurrence": Recurrence(
            W="sequence positive integer",
            K="sequence positive integer",
            S="sequence positive integer",
            P="sequence nonnegative integer",
            L="positive integer",
            l="index",
            prompt="a recurrence for $W^{(l)}$, with its base case",
        ),
        "receptive_field_width": Expression(
            K="sequence positive integer",
            S="sequence positive integer",
            P="sequence nonnegative integer",
            L="positive integer",
            sealed=True,
            prompt="the receptive field $W^{(0)}$ in closed form, in $L$, $K^{(j)}$, $P^{(j)}$, $S^{(j)}$",
        ),
    },
    source="seeds 000 and 001, problem 4, part 3",
)


@problem.check(points=4)
def recurrence_of_widths(student, reference):
    """The recurrence and its base case give the right width for every layer."""
    assert_equivalent(student.width_recurrence, reference.width_recurrence)


@problem.check(points=4)
def closed_form(student, reference):
    """The closed form gives the right receptive field for every number of layers."""
    assert_equivalent(student.receptive_field_width, reference.receptive_field_width)
