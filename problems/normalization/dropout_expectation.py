"""What dropout does to an output on average, and how far it strays."""

from grader import Choice, Expression, Problem
from grader.assertions import assert_choice, assert_equivalent

problem = Problem(
    title="Dropout on average",
    statement=r"""
        A linear unit computes $y = \sum_i w_i x_i$. Dropout sets each $x_i$ to 0 with probability $p$, $0 < p < 1$,
        independently of the others. *With correction*, the kept inputs are multiplied by $\frac{1}{1-p}$. Let
        $S = \sum_i (w_i x_i)^2$.

        1. `mean_dropped`: the expected output with dropout and no correction, in $y$ and $p$.
        2. `mean_corrected`: the expected output with correction, in $y$ and $p$.
        3. `variance_corrected`: the variance of the output with correction, in $S$ and $p$.
        4. Is the corrected output also nearer to the true one? Take a single input $x > 0$ with weight 1.
           `error_dropped` is $\operatorname{E}\lvert y_{drop} - x\rvert$ and `error_corrected` is
           $\operatorname{E}\lvert y_{corr} - x\rvert$, each in $x$ and $p$.
        5. `nearer_on_average`: is the expected distance to the true output always smaller with correction than without?
    """,
    answers={
        "mean_dropped": Expression(y="real", p="open-probability"),
        "mean_corrected": Expression(y="real", p="open-probability"),
        "variance_corrected": Expression(S="positive", p="open-probability"),
        "error_dropped": Expression(x="positive", p="open-probability"),
        "error_corrected": Expression(x="positive", p="open-probability"),
        "nearer_on_average": Choice(["yes", "no"]),
    },
    source="seed 003, question 4 (d), whose remark does not hold in general",
)


@problem.check(points=1)
def expected_without_correction(student, reference):
    """The expected output of plain dropout is right."""
    assert_equivalent(student.mean_dropped, reference.mean_dropped)


@problem.check(points=1)
def expected_with_correction(student, reference):
    """The expected output with correction is right."""
    assert_equivalent(student.mean_corrected, reference.mean_corrected)


@problem.check(points=2)
def spread_with_correction(student, reference):
    """The variance with correction is right."""
    assert_equivalent(student.variance_corrected, reference.variance_corrected)


@problem.check(points=1)
def distance_without_correction(student, reference):
    """The expected distance of plain dropout from a single input is right."""
    assert_equivalent(student.error_dropped, reference.error_dropped)


@problem.check(points=1)
def distance_with_correction(student, reference):
    """The expected distance of corrected dropout from a single input is right."""
    assert_equivalent(student.error_corrected, reference.error_corrected)


@problem.check(points=1)
def conclusion(student, reference):
    """The conclusion from the two distances is right."""
    assert_choice(student.nearer_on_average, reference.nearer_on_average)
