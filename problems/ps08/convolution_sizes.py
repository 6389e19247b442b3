"""How wide the output of a 1D convolution is, and how narrow its input may be."""

from grader import Expression, Problem
from grader.assertions import assert_equivalent

problem = Problem(
    title="The sizes of a convolution",
    statement=r"""
        A 1D convolution slides a kernel of $K$ values over a signal of width $W_{in}$. First $P$ values of padding are
        added on either side. Then an output is computed only where the whole kernel lies inside the padded signal, and
        with stride $S$ only every $S$-th of these outputs is kept, starting with the very first.

        1. `output_width`: what is the width $W_{out}$ of the output? Round where a width need not be a whole number. A
           formula without any rounding is read as holding for inputs where $S$ divides exactly, and is accepted.
        2. `smallest_input_width`: given $W_{out}$, what is the smallest $W_{in}$ that leads to it?
    """,
    answers={
        "output_width": Expression(
            W_in="positive integer",
            K="positive integer",
            P="nonnegative integer",
            S="positive integer",
            prompt="the width of the output, in $W_{in}$, $K$, $P$, $S$",
        ),
        "smallest_input_width": Expression(
            W_out="positive integer",
            K="positive integer",
            P="nonnegative integer",
            S="positive integer",
            prompt="the smallest width of the input, in $W_{out}$, $K$, $P$, $S$",
        ),
    },
    source="seeds 000 and 001, problem 4, parts 1 and 2",
)


@problem.check(points=3)
def width_of_the_output(student, reference):
    """The width of the output is right."""
    assert_equivalent(student.output_width, reference.output_width, reference.output_width_when_divisible)


@problem.check(points=2)
def smallest_width_of_the_input(student, reference):
    """The smallest width of the input is right."""
    assert_equivalent(student.smallest_input_width, reference.smallest_input_width)
