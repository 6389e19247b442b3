"""Centring the data improves the condition number of a linear regression."""

from grader import Matrix, Number, Problem
from grader.assertions import assert_equivalent

problem = Problem(
    title="Conditioning and centred data",
    statement=r"""
        A linear model $y = w x + b$ is trained on two data points with the inputs $x_1 = 2$ and $x_2 = 4$, with the
        error $\mathcal E(w, b) = \frac12 \cdot \frac12 \sum_{i=1}^{2} (w x_i + b - t_i)^2$ for targets $t_i$.

        1. `hessian_raw`: the Hessian of $\mathcal E$ with respect to $(w, b)$, a $2 \times 2$ matrix.
        2. `hessian_centred`: the Hessian after the mean of the inputs has been subtracted from each of them.
        3. `condition_raw` and `condition_centred`: the condition numbers of both, exactly (a root may stay a root).
    """,
    answers={
        "hessian_raw": Matrix(show_expected=False),
        "hessian_centred": Matrix(show_expected=False),
        "condition_raw": Number(),
        "condition_centred": Number(),
    },
    source="seed 002, better conditioning of the error function",
)


@problem.check(points=1)
def before_centring(student, reference):
    """The Hessian for the inputs as they are is right."""
    assert_equivalent(student.hessian_raw, reference.hessian_raw)


@problem.check(points=1)
def after_centring(student, reference):
    """The Hessian for the centred inputs is right."""
    assert_equivalent(student.hessian_centred, reference.hessian_centred)


@problem.check(points=1)
def condition_before(student, reference):
    """The condition number for the inputs as they are is right (three digits are enough)."""
    assert_equivalent(student.condition_raw, reference.condition_raw, mode="tolerance:rel=0.002")


@problem.check(points=1)
def condition_after(student, reference):
    """The condition number for the centred inputs is right."""
    assert_equivalent(student.condition_centred, reference.condition_centred)
